#!/bin/sh
# Each point of the semantics has tests: tests/POINTS.md names them, and the names are there.
. tests/tap.sh

sed -n 's/^| [a-z0-9]* | .* | \(tests\/.*\) |$/\1/p' tests/POINTS.md | sed 's/ · /\
/g' >"$tmp/named"
missing=0
while read -r file name; do
	name=${name#\"}
	grep -qF -- "${name%\"}" "$file" || {
		note "$file has no case \"${name%\"}\""
		missing=$((missing + 1))
	}
done <"$tmp/named"
is "$missing" 0 "all of $(wc -l <"$tmp/named") named cases are there"
for point in 1 2 3 4 5 6 7 8 9; do
	ok "point $point has a test" grep -q "^| $point | " tests/POINTS.md
done
finish
