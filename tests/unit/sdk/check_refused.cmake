# Compiles SOURCE with -DCASE and expects an error that contains PHRASE.
#   cmake -DCOMPILER=… -DSOURCE=… -DROOT=… -DCASE=… -DPHRASE=… -P check_refused.cmake
execute_process(
  COMMAND ${COMPILER} -std=c++2b -fsyntax-only -I${ROOT} -I${ROOT}/core/sdk -D${CASE} ${SOURCE}
  RESULT_VARIABLE status ERROR_VARIABLE said OUTPUT_QUIET)
if(status EQUAL 0)
  message(FATAL_ERROR "${CASE} was compiled")
endif()
string(FIND "${said}" "${PHRASE}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${CASE}: the compiler doesn't say \"${PHRASE}\" but:\n${said}")
endif()
