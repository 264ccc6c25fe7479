# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs the SDK out of BUILD below WORK, builds the project in SOURCE against it, and runs it.
cmake_policy(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
foreach(step
        "--install;${BUILD};--prefix;${WORK}/prefix;--component;sdk"
        "-S;${SOURCE};-B;${WORK}/build;-G;${GENERATOR};-DCMAKE_BUILD_TYPE=${TYPE};-DCMAKE_CXX_FLAGS=${FLAGS};-DCMAKE_PREFIX_PATH=${WORK}/prefix"
        "--build;${WORK}/build")
    execute_process(COMMAND ${CMAKE_COMMAND} ${step} RESULT_VARIABLE result
        OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "cmake ${step}: ${result}\n${output}")
    endif()
endforeach()
# Nothing of the tree it was built from may be needed.
file(GLOB_RECURSE texts ${WORK}/prefix/*.cmake)
foreach(text ${texts})
    file(STRINGS ${text} leaks REGEX "${ROOT}")
    if(leaks)
        message(FATAL_ERROR "${text} names the source tree: ${leaks}")
    endif()
endforeach()
execute_process(COMMAND ${WORK}/build/bistro ${WORK}/device.sqlite RESULT_VARIABLE result
    OUTPUT_VARIABLE output)
if(NOT result EQUAL 0 OR NOT output STREQUAL "{\"id\":\"o1\",\"total_amount\":25.50}\n")
    message(FATAL_ERROR "the program ended with ${result} and wrote: ${output}")
endif()
