# What belongs to the system and not to the prefix alone: configuration, units, the user, where
# shells look for completions. Run by `cmake --install` and cpack.
#
# Why at that time: only then is it known where the tree goes (--prefix), and units name the
# programs by their full path. A tree that goes to /usr has its configuration in /etc, as the
# Filesystem Hierarchy Standard has it; any other keeps it beside its bin, where `--env` looks first.
#
# Variables: SVC_SYSTEM_SOURCE (packaging/), SVC_SYSTEM_BUILD (this script's own folder),
# SVC_COMPLETIONS (the scripts), SVC_ENVIRONMENTS (the files).
set(BIN ${CMAKE_INSTALL_PREFIX}/bin)
set(ETC ${CMAKE_INSTALL_PREFIX}/etc)
set(zsh share/zsh/site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(ETC /etc)
  set(zsh share/zsh/vendor-completions)  # The other one is for what an administrator puts there.
endif()

# install_file(FOLDER FILE [RENAME name]): below the prefix, or where an absolute FOLDER says.
function(install_file folder file)
  cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
  file(INSTALL DESTINATION ${folder} TYPE FILE FILES ${file} ${ARGN})
endfunction()

foreach(environment IN LISTS SVC_ENVIRONMENTS)
  install_file(${ETC}/svcd ${environment})
endforeach()
configure_file(${SVC_SYSTEM_SOURCE}/systemd/svcd@.service.in
               ${SVC_SYSTEM_BUILD}/svcd@.service @ONLY)
install_file(lib/systemd/system ${SVC_SYSTEM_BUILD}/svcd@.service)
install_file(lib/systemd/system ${SVC_SYSTEM_SOURCE}/systemd/svcd@.socket)
install_file(lib/sysusers.d ${SVC_SYSTEM_SOURCE}/systemd/sysusers.conf RENAME svcd.conf)
install_file(lib/tmpfiles.d ${SVC_SYSTEM_SOURCE}/systemd/tmpfiles.conf RENAME svcd.conf)
install_file(${ETC}/logrotate.d ${SVC_SYSTEM_SOURCE}/systemd/logrotate.conf RENAME svcd)
install_file(share/bash-completion/completions ${SVC_COMPLETIONS}/svcctl.bash RENAME svcctl)
install_file(${zsh} ${SVC_COMPLETIONS}/svcctl.zsh RENAME _svcctl)
install_file(share/fish/vendor_completions.d ${SVC_COMPLETIONS}/svcctl.fish)
