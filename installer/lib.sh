# SPDX-FileCopyrightText: 2026 The PosSync authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by the scripts of this folder; not to be run by itself.

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

say() { printf '%s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Runs a command as root, directly or with sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        fail "'$1' needs root: run this script as root or install sudo"
    fi
}

# As many compilers at once as there are cores, and memory of 1.5 GB for each.
jobs() {
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo)
    [ "${memory:-1}" -ge 1 ] || memory=1
    [ "$cores" -le "$memory" ] && echo "$cores" || echo "$memory"
}

# build PRESET [TARGET...]: configures and builds, all if no target is named.
build() {
    preset=$1
    shift
    say "Building ($preset), $(jobs) at a time. The first build takes a few minutes."
    (cd "$root" && cmake --preset "$preset" >"/tmp/possync-configure.$$" 2>&1) || {
        cat "/tmp/possync-configure.$$" >&2
        rm -f "/tmp/possync-configure.$$"
        fail "configuring failed; is every package installed? See installer/install-deps.sh"
    }
    rm -f "/tmp/possync-configure.$$"
    (cd "$root" && cmake --build --preset "$preset" --parallel "$(jobs)" ${1:+--target "$@"}) ||
        fail "the build failed"
}
