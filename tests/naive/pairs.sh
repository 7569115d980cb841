#!/bin/sh
# Very many random pairs of contract and history through the engine and through the second
# evaluator, in two processes: nine in ten are tiny, the rest broader. Goes on behind a difference;
# ends with 1 where there was one. PAIRS: how many (100000); FIRST: the first seed (1).
# usage: pairs.sh ENGINE
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
engine=$1
pairs=${PAIRS:-100000}
first=${FIRST:-1}
here=$(dirname "$0")
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
broad=$((pairs / 20))
tiny=$(((pairs - 2 * broad) / 2))

half() {
	from=$((first + $1 * tiny))
	python3 -B "$here/compare.py" "$engine" --kind tiny --seeds "$from-$((from + tiny - 1))" \
		--most "$pairs" --progress 5000
	from=$((first + $1 * broad))
	python3 -B "$here/compare.py" "$engine" --kind broad --seeds "$from-$((from + broad - 1))" \
		--most "$pairs" --progress 5000
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
	END { printf "# %d pairs, %d lines, %d differ, %d of 4 runs ended\n", pairs, lines, differ, runs
	      exit differ > 0 || runs != 4 }' "$logs/0" "$logs/1"
status=$?
cat "$logs/differ"
exit $status
