# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Reads every #include of our own rooms and fails on an arrow that docs/architecture.md forbids.


cmake_policy(VERSION 3.25)

# What a room may include of ours besides itself.

set(allowed_common/model "")
set(allowed_common/sync common/model)
set(allowed_common/client common/model common/sync)
set(allowed_server/core common/model common/sync)
set(allowed_server/store common/model common/sync server/core)
set(allowed_server/security common/model server/core server/store)
set(allowed_server/ops common/model)
set(allowed_server/hooks common/model server/core server/store)
set(allowed_server/net common/model common/sync server/core server/store server/security server/ops
    server/hooks)
set(allowed_server/demo common/model)
set(allowed_server common/model common/sync server/core server/store server/security server/ops server/net
    server/hooks server/demo)
set(allowed_console/remote common/model common/sync common/client)
set(allowed_console/cli common/model console/remote)
set(allowed_console/gui common/model console/remote)
set(pure common/model common/sync server/core)
# Sockets, timers, threads, files, databases and clocks have no place in a pure room.
set(impure "QTimer|QBasicTimer|QSql[A-Za-z]*|QFile|QSaveFile|QDir|QTcpSocket|QTcpServer|QWebSocket[A-Za-z]*|QThread|QMutex|QDateTime|QElapsedTimer|QNetwork[A-Za-z]*|thread|mutex|fstream|sqlite3.h|sys/.*|unistd.h")

set(problems 0)
set(files 0)
file(GLOB_RECURSE sources RELATIVE ${ROOT}
    ${ROOT}/common/*.h ${ROOT}/common/*.cpp ${ROOT}/server/*.h ${ROOT}/server/*.cpp
    ${ROOT}/console/*.h ${ROOT}/console/*.cpp)
foreach(source ${sources})
    math(EXPR files "${files} + 1")
    string(REGEX MATCH "^[a-z]+/[a-z]+/" room ${source})
    if(room)
        string(REGEX REPLACE "/$" "" room ${room})
    else()
        string(REGEX MATCH "^[a-z]+" room ${source})
    endif()
    if(NOT DEFINED allowed_${room})
        message("${source}: room ${room} is not known to the layering test")
        math(EXPR problems "${problems} + 1")
        continue()
    endif()
    file(STRINGS ${ROOT}/${source} includes REGEX "^#include")
    foreach(include ${includes})
        set(target "")
        if(include MATCHES "^#include \"([a-z]+/[a-z]+)/")
            set(target ${CMAKE_MATCH_1})
        elseif(include MATCHES "^#include \"([a-z]+)/[a-z]+\\.h\"")
            set(target ${CMAKE_MATCH_1})
        endif()
        if(target)
            if(NOT target STREQUAL room AND NOT target IN_LIST allowed_${room})
                message("${source}: ${room} must not include ${target}: ${include}")
                math(EXPR problems "${problems} + 1")
            endif()
        elseif(room IN_LIST pure AND include MATCHES "^#include <(${impure})>")
            message("${source}: ${room} is pure and must not include ${CMAKE_MATCH_1}")
            math(EXPR problems "${problems} + 1")
        endif()
    endforeach()
endforeach()
if(files EQUAL 0)
    message(FATAL_ERROR "no sources found below ${ROOT}")
endif()
if(problems GREATER 0)
    message(FATAL_ERROR "${problems} forbidden includes in ${files} files")
endif()
message(STATUS "${files} files, no forbidden include")
