// matchers.h — GoogleMock matchers for a service's answers: #include <svc/matchers.h>.
#pragma once

#include "core/sdk/testing/matchers.h"
