# Between cpack's installation into a staging folder and the making of the packages: what Debian's
# policy wants of files. Everything is below CPACK_TEMPORARY_INSTALL_DIRECTORY/COMPONENT.

# Libraries are found where the system's are: the build's own search path says nothing more. Line
# tables stay, for what a crash leaves in the log (svcd(8)), compressed.
function(settle_programs root)
  find_program(objcopy NAMES objcopy)
  file(GLOB files ${root}/usr/bin/* ${root}/usr/lib/libsvc.so.* ${root}/usr/lib/svcd/services/*.so)
  foreach(file IN LISTS files)
    if(NOT IS_SYMLINK ${file})
      file(RPATH_REMOVE FILE ${file})
      if(objcopy)
        execute_process(COMMAND ${objcopy} --compress-debug-sections=zlib ${file}
                        COMMAND_ERROR_IS_FATAL ANY)
      endif()
    endif()
  endforeach()
endfunction()

function(compress)
  foreach(file IN LISTS ARGN)
    execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endfunction()

# add_documents(ROOT PACKAGE): copyright, changelogs, and what lintian is told.
function(add_documents root package)
  set(doc ${root}/usr/share/doc/${package})
  configure_file(${CPACK_SVC_SOURCE}/LICENSE ${doc}/license COPYONLY)
  file(READ ${doc}/license license)
  file(REMOVE ${doc}/license)
  # Debian's form: each line behind a blank, empty ones as a dot.
  string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
  string(STRIP "${license}" license)
  string(REPLACE "\n" "\n " license "${license}")
  file(READ ${CPACK_SVC_DEBIAN}/copyright copyright)
  file(WRITE ${doc}/copyright "${copyright} ${license}\n")
  configure_file(${CPACK_SVC_SOURCE}/CHANGELOG.md ${doc}/changelog COPYONLY)
  file(TIMESTAMP ${CPACK_SVC_SOURCE}/CHANGELOG.md date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE ${doc}/changelog.Debian "svcd (${CPACK_SVC_VERSION}) stable; urgency=medium\n
  * What is new: changelog.gz.\n
 -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  compress(${doc}/changelog ${doc}/changelog.Debian)
  if(EXISTS ${CPACK_SVC_DEBIAN}/${package}.lintian-overrides)
    configure_file(${CPACK_SVC_DEBIAN}/${package}.lintian-overrides
                   ${root}/usr/share/lintian/overrides/${package} COPYONLY)
  endif()
endfunction()

set(svcd ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/svcd)
set(development ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/development)
settle_programs(${svcd})
file(GLOB pages ${svcd}/usr/share/man/man*/*.[1-8])
compress(${pages})
add_documents(${svcd} svcd)
add_documents(${development} libsvc-dev)
