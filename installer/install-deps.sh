#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what building and running PosSync needs on Debian 12. Changes nothing where all is there.
set -eu
. "$(dirname "$0")/lib.sh"

packages="
build-essential cmake ninja-build ccache mold git ca-certificates pkg-config procps
qt6-base-dev qt6-base-dev-tools qt6-websockets-dev qt6-httpserver-dev libqt6sql6-sqlite
qt6-charts-dev qtkeychain-qt6-dev libqt6opengl6-dev qt6-svg-dev libqt6svg6 qt6-tools-dev qt6-l10n-tools
qt6-qpa-plugins libgl-dev fonts-dejavu-core
libboost1.81-dev libsimdjson-dev libxxhash-dev libsodium-dev libqrencode-dev libspdlog-dev
libtomlplusplus-dev libgoogle-perftools-dev libzstd-dev libssl-dev openssl sqlite3
"

command -v apt-get >/dev/null 2>&1 || fail "this script knows Debian and its relatives only (no apt-get here)"

missing=
for package in $packages; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
    say "All packages are installed."
    exit 0
fi
say "Installing:$missing"
as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # a list of words
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    fail "installing packages failed"
