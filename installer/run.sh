#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what is needed, builds, starts the server with the demo restaurant and opens the console.
#
#   installer/run.sh [--no-demo] [--port N] [--data DIR] [--headless]
#
#   --no-demo   start with an empty server instead of the demo restaurant and its live traffic
#   --port N    port of the server (3000)
#   --data DIR  where the server keeps its data (~/.local/share/possync-demo)
#   --headless  do not open the console
set -eu
. "$(dirname "$0")/lib.sh"

demo=--demo
port=3000
data=${XDG_DATA_HOME:-${HOME:-/root}/.local/share}/possync-demo
headless=no
while [ $# -gt 0 ]; do
    case $1 in
    --no-demo) demo= ;;
    --headless) headless=yes ;;
    --port | --data)
        [ $# -ge 2 ] || fail "$1 needs a value"
        [ "$1" = --port ] && port=$2 || data=$2
        shift
        ;;
    -h | --help)
        sed -n '6,13s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail "unknown option $1 (see $0 --help)" ;;
    esac
    shift
done
case $port in
'' | *[!0-9]*) fail "--port needs a number, not '$port'" ;;
esac

"$root/installer/install-deps.sh"
# Not the tests: who wants to see it run need not wait for them.
build release possync-server possync-console possyncctl

mkdir -p "$data" || fail "cannot create $data"
ready=$(mktemp)
server=
console=
cleanup() {
    trap - EXIT INT TERM HUP
    [ -z "$console" ] || kill "$console" 2>/dev/null || true
    if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then
        wait "$server" 2>/dev/null || true
    fi
    rm -f "$ready"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# shellcheck disable=SC2086 # empty or one word
"$root/build/release/bin/possync-server" --host 127.0.0.1 --port "$port" --data "$data" $demo >"$ready" &
server=$!
tries=0
until grep -q '^possync-server ready on ' "$ready"; do
    kill -0 "$server" 2>/dev/null || {
        wait "$server" || true
        server=
        fail "the server did not start; the line above says why"
    }
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || fail "the server is not ready after 15 seconds; see $data/logs/server.log"
    sleep 0.1
done
url=$(sed -n 's/^possync-server ready on //p' "$ready")

say ""
say "PosSync serves $url"
say "  tablets     serverUrl ws://${url#http://}   apiUrl $url/api"
say "  terminal    $root/build/release/bin/possyncctl --server $url status"
say "              $root/build/release/bin/possyncctl --server $url restaurants"
[ -z "$demo" ] ||
    say "              $root/build/release/bin/possyncctl --server $url changes oh-bombay-milton --follow"
say "  log         $data/logs/server.log"
say ""

if [ "$headless" = yes ]; then
    say "Running without the console, as asked. Ctrl+C stops the server."
elif [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "There is no display here, so the console stays closed. Ctrl+C stops the server."
elif [ -x "$root/build/release/bin/possync-console" ]; then
    "$root/build/release/bin/possync-console" --connect "$url" &
    console=$!
    say "The console is open. Closing it, or Ctrl+C, stops the server too."
    wait "$console" || true
    console=
    exit 0
fi
wait "$server"
