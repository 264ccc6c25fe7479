# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The device SDK for other projects: find_package(PosSync), target PosSync::Client. docs/sdk.md.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(POSSYNC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/PosSync)
foreach(library model sync client)
    target_compile_features(possync_${library} PUBLIC cxx_std_20)
    target_include_directories(possync_${library} INTERFACE
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/possync>)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/common/${library}
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/possync/common COMPONENT sdk
        FILES_MATCHING PATTERN "*.h" PATTERN examples EXCLUDE)
endforeach()
set_target_properties(possync_client PROPERTIES OUTPUT_NAME possync EXPORT_NAME Client)
install(TARGETS possync_model possync_sync possync_client EXPORT PosSyncTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
install(EXPORT PosSyncTargets NAMESPACE PosSync:: DESTINATION ${POSSYNC_PACKAGE_DIR}
    COMPONENT sdk)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/PosSyncConfig.cmake.in
    ${CMAKE_CURRENT_BINARY_DIR}/PosSyncConfig.cmake
    INSTALL_DESTINATION ${POSSYNC_PACKAGE_DIR})
# Before 1.0 a minor version may change what an app calls.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/PosSyncConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/PosSyncConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/PosSyncConfigVersion.cmake
    DESTINATION ${POSSYNC_PACKAGE_DIR} COMPONENT sdk)
