# SPDX-License-Identifier: Apache-2.0
# What scripts/run, scripts/test and scripts/install share. Sourced, never run.
# Sets $root (the checkout) and goes there; $jobs is how many compilers run at once.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
jobs=$(nproc)

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# build_c PRESET [TARGET...]: configures once, then builds; says nothing but warnings and errors.
build_c() {
    local preset=$1
    shift
    cmake --preset "$preset" --log-level=WARNING >"$root/build/configure-$preset.log" 2>&1 ||
        { cat "$root/build/configure-$preset.log"; return 1; }
    local targets=()
    [ $# -eq 0 ] || targets=(--target "$@")
    # ninja prints each step on a line of its own into a file; only a failure is worth showing.
    cmake --build "build/$preset" -j "$jobs" "${targets[@]}" >"$root/build/make-$preset.log" 2>&1 ||
        { grep -v '^\[[0-9]*/[0-9]*\] \(Building\|Linking\)' "$root/build/make-$preset.log" | head -100; return 1; }
}

# npm_here DIR: brings DIR/node_modules to what its lock file says, unless it is there already. Not `npm ci`: that refuses
# a lock file written where the registry lacks other platforms' optional packages; --no-save leaves the lock as it is.
npm_here() {
    local dir=$1 lock=$1/package-lock.json stamp=$1/node_modules/.amphi-lock
    cmp -s "$lock" "$stamp" && return 0
    (cd "$dir" && npm install --no-save --no-audit --no-fund --loglevel=error) || return 1
    cp "$lock" "$stamp"
}

mkdir -p "$root/build"
