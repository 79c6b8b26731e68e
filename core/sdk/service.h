// service.h — SVC_SERVICE(name, routes): makes a translation unit the one of a service.
//
// Two things come out of it: the symbol svc_module, by which a worker or a program finds the
// routes; and an ELF note with the ABI tag, which `svcctl check` reads without running code.
// Once in each module.
#pragma once

#include "core/sdk/module.h"
#include "core/sdk/module_note.h"

// `name` is an identifier. SVC_SERVICE_VERSION adds what `svcctl status` shows as the version.
#define SVC_SERVICE(name, routes) SVC_SERVICE_VERSION(name, "0", routes)

#define SVC_SERVICE_VERSION(name, version, routes)                                      \
  extern "C" __attribute__((visibility("default"))) const ::svc::ModuleInfo svc_module; \
  extern "C" const ::svc::ModuleInfo svc_module = {::svc::kModuleMagic,                 \
                                                   sizeof(::svc::ModuleInfo),           \
                                                   ::svc::module_tag(),                 \
                                                   #name,                               \
                                                   version,                             \
                                                   routes};                             \
  __attribute__((section(".note.svc"), used,                                            \
                 aligned(4))) static constexpr ::svc::ModuleNote svc_module_note =      \
      ::svc::make_module_note(#name);
