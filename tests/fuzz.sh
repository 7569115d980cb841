#!/bin/sh
# fuzz.sh SECONDS PROGRAM...: runs libFuzzer targets, each for SECONDS, starting from its
# corpus in tests/fuzz/corpus and from what earlier runs found (kept in build/fuzz).
seconds=$1
shift
bad=0
passed=0
for program in "$@"; do
	name=${program##*/fuzz_}
	mkdir -p "build/fuzz/$name"
	corpus=
	[ -d "tests/fuzz/corpus/$name" ] && corpus=tests/fuzz/corpus/$name
	log=build/fuzz/$name.log
	if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="build/fuzz/$name-" "build/fuzz/$name" $corpus >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "fuzz $name: $(grep '^Done' "$log")"
	else
		bad=$((bad + 1))
		tail -n 40 "$log"
		echo "fuzz $name: FAILED (all of its words: $log)"
	fi
done
echo "$passed passed, $bad failed"
[ "$bad" = 0 ]
