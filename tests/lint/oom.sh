#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The out-of-memory sweep: each unit test is run again with allocation 0, 1, 2 … refused (sfu/base/mem.h), up to MOST of
# them spread over all it makes. Cases may fail, nothing may crash, read freed memory or assert.
# oom.sh [BUILD_DIR [MOST]]
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build/dev}
most=${2:-60}
export ASAN_OPTIONS=exitcode=99:detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:exitcode=99
bad=0 runs=0 programs=0
for program in "$build"/*_test; do
    [ -x "$program" ] || continue
    total=$(AMPHI_MEM_FAIL_AT=18446744073709551615 timeout 60 "$program" 2>/dev/null | sed -n 's/^allocations //p')
    [ "${total:-0}" -gt 0 ] || continue
    programs=$((programs + 1))
    step=$(((total + most - 1) / most))
    for ((n = 0; n < total; n += step)); do
        said=$(AMPHI_MEM_FAIL_AT=$n timeout 60 "$program" 2>&1)
        code=$?
        runs=$((runs + 1))
        if [ $code -ge 99 ] || grep -aqE 'Test failed with exception|AddressSanitizer|runtime error|Assertion .* failed' <<<"$said"; then
            echo "$(basename "$program") with allocation $n refused: exit $code"
            grep -aE 'exception|ERROR: AddressSanitizer|runtime error|Assertion|#[0-4] ' <<<"$said" | head -8
            bad=1
            break
        fi
    done
done
echo "$runs runs of $programs programs"
[ $programs -gt 0 ] && exit $bad
