#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Measures possync-server beside a plain Node server and prints the table of docs/performance.md.
#
#   tests/bench/run.sh [--quick] [--server PATH] [--scenarios LIST] [--runs N] [--pin]
#                      [--build DIR] [--data DIR] [--json FILE] [--reference-only] [--no-ceiling]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$root/build/release
server=
previous=
for argument in "$@"; do
    case $previous in
    --build) build=$(mkdir -p "$argument" && cd "$argument" && pwd) ;;
    --server) server=$argument ;;
    esac
    previous=$argument
done

for tool in node npm; do
    command -v "$tool" >/dev/null || {
        echo "run.sh: $tool is missing; it runs the server we measure against (Debian: nodejs npm)" >&2
        exit 2
    }
done

case " $* " in
*" --reference-only "*) server=none ;;
esac
if [ ! -x "$build/bin/possync_bench" ] || { [ -z "$server" ] && [ ! -x "$build/bin/possync-server" ]; }; then
    (cd "$root" && cmake --preset release -B "$build" >/dev/null)
    cmake --build "$build" --target possync_bench
    [ -n "$server" ] || cmake --build "$build" --target possync-server
fi

modules=$build/bench/reference
mkdir -p "$modules"
if ! cmp -s "$here/reference/package.json" "$modules/package.json" || [ ! -d "$modules/node_modules/ws" ]; then
    cp "$here/reference/package.json" "$modules/package.json"
    (cd "$modules" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error >&2)
fi

BENCH_MODULES=$modules exec node "$here/run.mjs" --build "$build" "$@"
