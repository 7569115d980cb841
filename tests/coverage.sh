#!/bin/sh
# coverage.sh BUILD: lines reached by the tests that ran in BUILD, by file and directory.
build=$1
find "$build/src" "$build/audit" -name '*.gcno' 2>/dev/null | sort | while read -r notes; do
	gcov -n -o "$notes" "$notes" 2>/dev/null
done | awk '
/^File / {
	file = $2
	gsub(/\047/, "", file)
	next
}
/^Lines executed:/ && file ~ /^(src|audit)\/.*\.c$/ {
	split($0, part, /[:%]| of /)
	lines = part[4]
	hit = int(lines * part[2] / 100 + 0.5)
	dir = file
	sub(/\/[^\/]*$/, "", dir)
	all[dir] += lines
	reached[dir] += hit
	printf "%-44s %6d %6d %6.1f %%\n", file, hit, lines, part[2] | "sort"
	file = ""
}
END {
	close("sort")
	print ""
	for (dir in all) {
		printf "%-44s %6d %6d %6.1f %%\n", dir, reached[dir], all[dir],
			100 * reached[dir] / (all[dir] ? all[dir] : 1) | "sort"
		sum += all[dir]
		sum_reached += reached[dir]
	}
	close("sort")
	printf "%-44s %6d %6d %6.1f %%\n", "all", sum_reached, sum,
		100 * sum_reached / (sum ? sum : 1)
}'
