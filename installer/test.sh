#!/bin/sh
# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what is needed, builds the release preset and runs every test.
set -eu
. "$(dirname "$0")/lib.sh"

"$root/installer/install-deps.sh"
build release
cd "$root"
ctest --preset release --parallel "$(nproc)"
