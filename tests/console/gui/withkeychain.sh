#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# withkeychain.sh PROGRAM ARGUMENT…: runs it in a session bus of its own, with a keychain that is open, empty and
# gone afterwards.
set -eu
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
HOME=$home XDG_DATA_HOME=$home/data XDG_RUNTIME_DIR=$home XDG_CURRENT_DESKTOP=GNOME \
    dbus-run-session -- sh -c '
        mkdir -p "$XDG_DATA_HOME/keyrings"
        printf opensesame | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        code=0
        "$@" || code=$?
        # It does not end with its bus.
        kill "$(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus \
            /org/freedesktop/DBus org.freedesktop.DBus.GetConnectionUnixProcessID \
            string:org.freedesktop.secrets | sed "s/.* //")"
        exit $code' sh "$@"
