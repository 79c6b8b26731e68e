// types.h — all types that can cross HTTP, for who writes a service.
#pragma once

#include "core/sdk/types/bytes.h"
#include "core/sdk/types/chrono.h"
#include "core/sdk/types/constrained.h"
#include "core/sdk/types/describe.h"
#include "core/sdk/types/formats.h"
#include "core/sdk/types/secret.h"
#include "core/sdk/types/uuid.h"
