// svc.h — all that a service needs: #include <svc/svc.h>. Read man svc-service first.
#pragma once

#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/sdk/app.h"
#include "core/sdk/json/json.h"
#include "core/sdk/offload.h"
#include "core/sdk/service.h"
#include "core/sdk/worker.h"
