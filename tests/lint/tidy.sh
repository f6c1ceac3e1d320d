#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy with the .clang-tidy of the root over what BUILD_DIR compiles. A file that has passed is not read again
# until it, a header or the rules change: the stamps stand in BUILD_DIR/tidy.
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build/dev}
[ -f "$build/compile_commands.json" ] || { echo "no compile commands in $build: build first"; exit 1; }
mkdir -p "$build/tidy"
headers=$(git ls-files -co --exclude-standard -- '*.h' .clang-tidy | sort | xargs cat 2>/dev/null | sha256sum | cut -d' ' -f1)
export headers build

one() {
    local file=$1 stamp sum
    stamp=$build/tidy/${file//\//_}
    sum="$headers $(sha256sum <"$file")"
    [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return 0
    if clang-tidy --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option "$file" 2>/dev/null; then
        echo "$sum" >"$stamp"
    else
        return 1
    fi
}
export -f one
jq -r '.[].file' "$build/compile_commands.json" | sed "s|^$PWD/||" | grep -v "^tests/" | sort -u | while read -r f; do [ -f "$f" ] && echo "$f"; done |
    xargs -P "$(nproc)" -I{} bash -c 'one {}'
