# `cpack` in a build tree: svcd_VERSION_ARCH.deb (programs, library, units, manual, examples) and
# libsvc-dev_VERSION_ARCH.deb (headers, find_package(svc)), in the tree's folder packages/.
#
# Why from the tree as it is: nothing is compiled anew. What a package has otherwise than
# `cmake --install` lays out is done to the staged files (stage.cmake).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME svcd)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "prefork HTTP server for C++ microservices")
set(CPACK_PACKAGE_CONTACT "The svcd authors <svcd@packages.invalid>"
    CACHE STRING "Maintainer of the packages, as Debian's control files name one")
set(CPACK_OUTPUT_FILE_PREFIX ${PROJECT_BINARY_DIR}/packages)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_SET_DESTDIR ON)  # The configuration goes to /etc, beside the prefix.
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL svcd development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_THREADS 0)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(packaged ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

set(CPACK_DEBIAN_SVCD_PACKAGE_NAME svcd)
set(CPACK_DEBIAN_SVCD_PACKAGE_SECTION httpd)
set(CPACK_DEBIAN_SVCD_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SVCD_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_SVCD_PACKAGE_SUGGESTS "libsvc-dev, logrotate")
set(CPACK_DEBIAN_SVCD_DESCRIPTION
"svcd runs services that are written in C++ as plain functions: it preforks
and supervises their workers, replaces those that crash or hang, reloads
configuration and code without losing a request, and tells what they do.

This package has the server, svcctl to manage it, a systemd unit with one
instance for each configuration file in /etc/svcd, and example services.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libsvc-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "svcd (= ${packaged}), libfmt-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "cmake, g++, libgmock-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION
"svcd runs services that are written in C++ as plain functions.

This package has what they are written with: headers (svc/svc.h), and for
CMake find_package(svc) and svc_add_service().")

# What the maintainer scripts do not say themselves.
set(control ${CMAKE_CURRENT_BINARY_DIR}/control)
set(conffiles "/etc/logrotate.d/svcd\n")
foreach(environment IN LISTS environments)
  cmake_path(GET environment FILENAME name)
  string(APPEND conffiles "/etc/svcd/${name}\n")
endforeach()
file(CONFIGURE OUTPUT ${control}/conffiles CONTENT "${conffiles}")
file(CONFIGURE OUTPUT ${control}/shlibs
     CONTENT "libsvc ${PROJECT_VERSION_MAJOR} svcd (>= ${PROJECT_VERSION})\n")
file(CONFIGURE OUTPUT ${control}/triggers CONTENT "activate-noawait ldconfig\n")
set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(CPACK_DEBIAN_SVCD_PACKAGE_CONTROL_EXTRA
    ${control}/conffiles ${control}/shlibs ${control}/triggers
    ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm)

# For stage.cmake, which cpack runs when the files are in place.
set(CPACK_SVC_DEBIAN ${scripts})
set(CPACK_SVC_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_SVC_VERSION ${packaged})
set(CPACK_PRE_BUILD_SCRIPTS ${scripts}/stage.cmake)
include(CPack)
