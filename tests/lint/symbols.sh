#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The pure layers call nothing but each other and a short list: no clock, no randomness, no files, no sockets, no
# allocation (malloc and free in sfu/base/mem.c alone). Read from the archives, so that no macro can hide a call.
# symbols.sh BUILD_DIR
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build/dev}
pure=(libsfu_base.a libsfu_wire.a libsfu_core.a libsignaling_msg.a libsignaling_sdp.a libsignaling_classroom.a libsignaling_attendance.a librecordings_pure.a)

# What a compiler or a sanitizer adds by itself, then what the layers may call.
allowed='^(__asan_|__ubsan_|__tsan_|__sanitizer|__sanc?ov|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail$|__(memcpy|memset|memmove|snprintf|vsnprintf|strcpy|strcat|strncpy)_chk$'
allowed+='|(memcpy|memmove|memset|memcmp|memchr|strlen|strnlen|strcmp|strncmp|strchr|strrchr|strspn|strcspn|strstr|snprintf|vsnprintf|qsort|bsearch|__assert_fail|__isoc99_sscanf)$)'
mem_only='^(malloc|calloc|realloc|free)$'

archives=()
for name in "${pure[@]}"; do
    found=$(find "$build" -name "$name" 2>/dev/null | head -1)
    [ -z "$found" ] || archives+=("$found")
done
[ ${#archives[@]} -gt 0 ] || { echo "no pure archive in $build: build first"; exit 1; }

own=$(nm --defined-only "${archives[@]}" 2>/dev/null | sed -n 's/^[0-9a-f]* [TDBRVWC] //p' | sort -u)
bad=0
while read -r archive object symbol; do
    [[ $symbol =~ $allowed ]] && continue
    [[ $object == mem.c.o && $symbol =~ $mem_only ]] && continue
    grep -qxF -- "$symbol" <<<"$own" && continue
    echo "$(basename "$archive") $object calls $symbol"
    bad=1
done < <(nm -A -u "${archives[@]}" 2>/dev/null | sed -n 's/^\([^:]*\):\([^:]*\): *U \(.*\)$/\1 \2 \3/p' | sort -u)
exit $bad
