#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The one list of rules that are checked: the git hook calls it as it is, scripts/test calls it with --all (which leaves
# the unit tests to its own stage and adds the slow analysers). One rule alone: tests/lint/run.sh layers
# BUILD names the build tree whose archives and compile commands are read (default build/dev).
set -uo pipefail
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build/dev}

c_files() { git ls-files -co --exclude-standard -- '*.c' '*.h' | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

rule_spdx() { tests/lint/spdx.sh; }
rule_format() {
    local found
    found=$(c_files | xargs clang-format --dry-run -Werror 2>&1 |
        sed -n 's/^\([^: ]*\):[0-9]*:[0-9]*: error.*/run clang-format -i \1/p' | sort -u)
    [ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}
rule_layers() { node tests/lint/layers.mjs; }
rule_headers() { tests/lint/headers.sh; }
rule_sizes() { node tests/lint/sizes.mjs; }
rule_rfc() { ! grep -nE '\bRFC ?[0-9]{3,5},? (section|sect|sec\.|Section)|\bRFC[0-9]{3,5}\b' $(c_files); }
# A page of the tree may name only what is in the tree.
rule_pages() { tests/lint/pages.sh; }
# The client's own check: both catalogues complete, French typography.
rule_text() { node client/web/tools/catalogue.mjs; }
rule_symbols() { tests/lint/symbols.sh "$BUILD"; }
rule_unit() { cmake --build "$BUILD" && ctest --test-dir "$BUILD" -L unit --output-on-failure -j "$(nproc)"; }
rule_tidy() { tests/lint/tidy.sh "$BUILD"; }
rule_cppcheck() {
    c_files | grep '\.c$' | grep -v '^tests/' | xargs cppcheck --quiet -j "$(nproc)" --std=c11 -I . -D_GNU_SOURCE -D__x86_64__ \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=unknownMacro --template=gcc
}

fast=(spdx format layers headers sizes rfc pages text symbols)
case ${1:-} in
"") rules=("${fast[@]}" unit) ;;
--all) rules=("${fast[@]}" tidy cppcheck) ;;
*) rules=("$@") ;;
esac

bad=0
for rule in "${rules[@]}"; do
    declare -F "rule_$rule" >/dev/null || { echo "no rule named $rule" >&2; exit 2; }
    at=$SECONDS
    if found=$("rule_$rule" 2>&1); then
        echo "ok $rule ($((SECONDS - at)) s)"
        [ -z "$(grep '^figures' <<<"$found")" ] || printf '%s\n\n' "$found"
    else
        echo "not ok $rule ($((SECONDS - at)) s)"
        printf '%s\n' "$found" | sed 's/^/    /'
        bad=1
    fi
done
exit $bad
