#!/bin/sh
# Very many random pairs of contract and history through the engine and through the second
# evaluator, in two processes: half of them small with every part of the language, the others tiny
# or, one in ten, broader. Goes on behind a difference; ends with 1 where there was one.
# PAIRS: how many (100000); FIRST: the first seed (1).
# usage: pairs.sh ENGINE
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
engine=$1
pairs=${PAIRS:-100000}
first=${FIRST:-1}
here=$(dirname "$0")
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
broad=$((pairs / 40))
small=$((pairs / 4))
tiny=$((pairs / 2 - small - 2 * broad))

# some HALF KIND COUNT
some() {
	from=$((first + $1 * $3))
	python3 -B "$here/compare.py" "$engine" --kind "$2" --seeds "$from-$((from + $3 - 1))" \
		--most "$pairs" --progress 5000
}

half() {
	some "$1" tiny "$tiny"
	some "$1" broad "$broad"
	some "$1" small "$small"
	some "$1" every "$broad"
}

half 0 > "$logs/0" 2>&1 &
one=$!
half 1 > "$logs/1" 2>&1 &
two=$!
tail -q -n +1 -f "$logs/0" "$logs/1" &
shown=$!
wait $one $two
sleep 1
kill $shown
grep -h '^# seed ' "$logs/0" "$logs/1" | sort > "$logs/differ"
awk '/ seeds .* pairs, / { runs++; pairs += $5; lines += $7; differ += $9 }
	END { printf "# %d pairs, %d lines, %d differ, %d of 8 runs ended\n", pairs, lines, differ, runs
	      exit differ > 0 || runs != 8 }' "$logs/0" "$logs/1"
status=$?
cat "$logs/differ"
exit $status
