#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The out-of-memory sweep: each unit test is run again with allocation 0, 1, 2 … refused (sfu/base/mem.h), MOST of them spread
# over all it makes, fewer where one run is long (BUDGET seconds a program, but never fewer than 4). Cases may fail, nothing
# may crash, read freed memory or assert. oom.sh [BUILD_DIR [MOST [BUDGET]]]
cd "$(dirname "$0")/../.." || exit 1
export ASAN_OPTIONS=exitcode=99:detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:exitcode=99

# sweep PROGRAM MOST BUDGET: prints what was found, then "runs N".
sweep() {
    local program=$1 most=$2 budget=$3 runs=0 total step n said code began took
    began=$EPOCHREALTIME
    total=$(AMPHI_MEM_FAIL_AT=18446744073709551615 timeout 60 "$program" 2>/dev/null | sed -n 's/^allocations //p')
    took=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000 + 1))
    [ "${total:-0}" -gt 0 ] || return 0
    n=$((budget * 1000 / took))
    [ $n -lt "$most" ] && most=$((n < 4 ? 4 : n))
    step=$(((total + most - 1) / most))
    for ((n = 0; n < total; n += step)); do
        said=$(AMPHI_MEM_FAIL_AT=$n timeout 60 "$program" 2>&1)
        code=$?
        runs=$((runs + 1))
        if [ $code -ge 99 ] && [ $code -ne 124 ] ||
            grep -aqE 'Test failed with exception|AddressSanitizer|runtime error|Assertion .* failed' <<<"$said"; then
            echo "BAD $(basename "$program") with allocation $n refused: exit $code"
            grep -aE 'exception|ERROR: AddressSanitizer|runtime error|Assertion|#[0-4] ' <<<"$said" | head -8
            break
        fi
    done
    echo "runs $runs"
}
export -f sweep

# Simulated lessons are left out: the core allocates in engine_new alone, which sfu.core.engine_test refuses, and their own
# helpers stop at once when there is no memory.
said=$(printf '%s\n' "${1:-build/dev}"/*_test | grep -v '/sim\.' | xargs -P "$(nproc)" -I{} bash -c "sweep {} ${2:-60} ${3:-10}")
grep -v '^runs ' <<<"$said"
awk '/^runs /{n += $2; p++} END{print n + 0 " runs of " p + 0 " programs"; exit p == 0}' <<<"$said" && ! grep -q '^BAD ' <<<"$said"
