#!/bin/sh
# run.sh TEST: how prove starts one test: a shell script by its first line, a
# fuzz target over its corpus, any other program as it is. None runs longer
# than TEST_SECONDS.
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
*)
	exec timeout "$limit" "$test"
	;;
esac
