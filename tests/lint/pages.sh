#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a page or a comment points to is there: relative links of Markdown pages, and pages named in source files.
cd "$(dirname "$0")/../.." || exit 1
bad=0
while read -r page; do
    [ -f "$page" ] || continue
    while read -r target; do
        case $target in http*: | http* | '#'* | mailto:*) continue ;; esac
        [ -e "$(dirname "$page")/${target%%#*}" ] || { echo "$page: links to $target, which is not there"; bad=1; }
    done < <(grep -oE '\]\([^) ]+\)' "$page" | sed 's/^](\(.*\))$/\1/')
done < <(git ls-files -co --exclude-standard -- '*.md')
while IFS=: read -r file line name; do
    [ -n "$(git ls-files -co --exclude-standard -- "*$name" | head -1)" ] || { echo "$file:$line: names $name, which is not in the tree"; bad=1; }
done < <(git ls-files -co --exclude-standard -- '*.c' '*.h' '*.ts' '*.tsx' '*.mjs' '*.sh' '*CMakeLists.txt' |
    xargs grep -noE '\b[A-Za-z_]+\.md\b' 2>/dev/null | sort -u)
exit $bad
