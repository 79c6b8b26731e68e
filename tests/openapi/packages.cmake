# packages.cmake — the validator's packages, as package-lock.json pins them, once for each lock.
# Variables: SOURCE (this folder), TARGET (where they go).
file(SHA256 ${SOURCE}/package-lock.json wanted)
set(stamp ${TARGET}/installed)
if(EXISTS ${stamp})
  file(READ ${stamp} installed)
  if(installed STREQUAL wanted)
    return()
  endif()
endif()
file(MAKE_DIRECTORY ${TARGET})
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json DESTINATION ${TARGET})
execute_process(COMMAND npm ci --ignore-scripts --no-audit --no-fund
                WORKING_DIRECTORY ${TARGET} COMMAND_ERROR_IS_FATAL ANY)
file(WRITE ${stamp} ${wanted})
