#!/bin/sh
# run.sh TEST: how prove starts one test: a shell script by its first line, a fuzz target over
# its corpus, any other program as it is. None runs longer than TEST_SECONDS. What a program
# says about a failure (TAP remarks on standard output, which prove hides) is shown.
test=$1
limit=${TEST_SECONDS:-900}
name=${test##*/}

case $name in
*.t)
	read -r first <"$test"
	case $first in
	'#!'*bash*) exec timeout "$limit" bash "$test" ;;
	*) exec timeout "$limit" sh "$test" ;;
	esac
	;;
fuzz_*)
	exec timeout "$limit" "$test" tests/fuzz/corpus/"${name#fuzz_}"
	;;
esac

words=$(mktemp) || exit 1
trap 'rm -f "$words"' EXIT
timeout "$limit" "$test" >"$words"
status=$?
cat "$words"
if [ "$status" != 0 ]; then
	{
		echo "$test ended with $status"
		grep -E -A 20 '^not ok' "$words" | grep -vE '^ok '
	} >&2
fi
exit "$status"
