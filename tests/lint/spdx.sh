#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every source file says its licence in its first three lines.
cd "$(dirname "$0")/../.." || exit 1
bad=0
while read -r file; do
    [ -s "$file" ] || continue
    head -3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || { echo "$file: no SPDX line"; bad=1; }
done < <(
    git ls-files -co --exclude-standard -- '*.c' '*.h' '*.ts' '*.tsx' '*.css' '*.html' '*.mjs' '*.js' '*.sh' '*.sql' '*.cmake' \
        '*CMakeLists.txt' .ci 'scripts/install' 'scripts/run' 'scripts/test' 'scripts/hooks'
)
exit $bad
