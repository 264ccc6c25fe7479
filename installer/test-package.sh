#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the Debian package of a build directory and looks at it as an administrator would: what it
# holds, whether its programs run from there, what lintian and systemd say.
#
#   installer/test-package.sh BUILD-DIRECTORY
set -eu
. "$(dirname "$0")/lib.sh"

[ $# -eq 1 ] && [ -f "$1/CPackConfig.cmake" ] || fail "usage: $0 BUILD-DIRECTORY (one that was configured)"
build=$(cd "$1" && pwd)
work=$(mktemp -d)
server=
cleanup() {
    trap - EXIT
    [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

(cd "$build" && cpack -G DEB -B "$work" >"$work/cpack.log" 2>&1) || {
    cat "$work/cpack.log" >&2
    fail "cpack failed"
}
package=$(ls "$work"/possync_*.deb)
dpkg-deb -x "$package" "$work/root"
dpkg-deb -e "$package" "$work/control"
root=$work/root

say "Files"
for file in usr/bin/possync-server usr/bin/possync-console usr/bin/possyncctl \
    etc/possync/possync.toml usr/lib/systemd/system/possync-server.service \
    usr/share/applications/possync-console.desktop \
    usr/share/icons/hicolor/scalable/apps/possync.svg usr/share/doc/possync/copyright \
    usr/share/doc/possync/changelog.gz; do
    [ -f "$root/$file" ] || fail "the package lacks /$file"
done
unwanted=$(cd "$root" && find . -type f ! -path './usr/bin/possync*' ! -path './usr/share/*' \
    ! -path './usr/lib/systemd/*' ! -path './etc/possync/*')
[ -z "$unwanted" ] || fail "the package should not hold $unwanted"
grep -q '^/etc/possync/possync.toml$' "$work/control/conffiles" || fail "settings would be overwritten"
for library in libqt6core6 libqt6httpserver6 libqt6sql6-sqlite libssl3; do
    grep -q "^Depends:.*$library" "$work/control/control" || fail "the package does not depend on $library"
done

say "Programs"
for program in possync-server possyncctl; do
    version=$("$root/usr/bin/$program" --version) || fail "$program --version failed"
    grep -q "^Version: ${version##* }\$" "$work/control/control" ||
        fail "$program says '$version', the package says otherwise"
done
# The service's own command line, in a place of its own.
command=$(sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/possync-server.service" |
    sed "s| /| $root/|g; s|^/|$root/|")
mkdir -p "$root/var/lib" "$root/var/log"
# shellcheck disable=SC2086 # a command line
PORT=0 $command >"$work/ready" 2>"$work/errors" &
server=$!
tries=0
until grep -q '^possync-server ready on ' "$work/ready"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] && kill -0 "$server" 2>/dev/null || {
        cat "$work/errors" >&2
        fail "the installed server does not start with: $command"
    }
    sleep 0.1
done
url=$(sed -n 's/^possync-server ready on //p' "$work/ready")
"$root/usr/bin/possyncctl" --server "$url" status >/dev/null || fail "the installed server does not answer"
kill -TERM "$server"
wait "$server" || fail "the installed server did not stop properly"
server=
[ -f "$root/var/lib/possync/journal.db" ] || fail "the data are not where the service wants them"
[ -f "$root/var/log/possync/server.log" ] || fail "the log is not where the service wants it"

if command -v systemd-analyze >/dev/null 2>&1; then
    say "systemd"
    # It looks the program up where it will be, and does not find it there yet.
    systemd-analyze verify "$root/usr/lib/systemd/system/possync-server.service" 2>&1 |
        grep 'possync-server.service' | grep -v 'is not executable: No such file' >"$work/systemd" || true
    [ ! -s "$work/systemd" ] || {
        cat "$work/systemd" >&2
        fail "systemd does not accept the service"
    }
fi
if command -v lintian >/dev/null 2>&1; then
    say "lintian"
    lintian --allow-root --no-tag-display-limit --fail-on error "$package" ||
        fail "lintian finds errors"
fi
say "The package is as it should be."
