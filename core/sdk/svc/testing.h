// testing.h — all that a service's tests need: #include <svc/testing.h>; matchers for GoogleMock
// are in <svc/matchers.h>. Read man svc-service, TESTING.
#pragma once

#include "core/sdk/testing/client.h"
#include "core/sdk/testing/service.h"
#include "core/sdk/testing/upstream.h"
