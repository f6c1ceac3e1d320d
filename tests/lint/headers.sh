#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, without any library's include path, and is guarded after its path.
cd "$(dirname "$0")/../.." || exit 1
one() {
    local file=$1 guard
    [ -f "$file" ] || return 0
    guard=$(tr 'a-z/.-' 'A-Z___' <<<"$file")
    grep -q "^#ifndef $guard\$" "$file" || { echo "$file: guard is not $guard"; return 1; }
    # shellcheck disable=SC2086
    gcc -std=c11 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra -Wpedantic -Werror -I . $2 -x c "$file" 2>&1 |
        grep -v 'pragma once in main file' >&2
    [ "${PIPESTATUS[0]}" -eq 0 ] || return 1
}
bad=0
while read -r file; do
    flags=
    # A test's header may include cmocka; the tree's own headers include no library at all.
    [[ $file == tests/* ]] && flags=$(pkg-config --cflags cmocka)
    one "$file" "$flags" || bad=1
done < <(git ls-files -co --exclude-standard -- '*.h')
exit $bad
