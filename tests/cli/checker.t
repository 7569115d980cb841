#!/bin/sh
# checker: every finding about terms has a case with the flaw, in its own words; and the test would
# see it if one had not.
. tests/tap.sh

run python3 tests/cli/checker.py
is "$status $(printf '%s\n' "$out" | sed -n 's/^[0-9]* findings, //p')" '0 0 without a case' \
	'every finding has a case'
[ "$status" = 0 ] || note "$out"

mkdir -p "$tmp/src" "$tmp/tests"
cp -r src/contract "$tmp/src/"
cp -r tests/unit "$tmp/tests/"
sed -i 's/nobody ever pays this/nobody pays this at all/' "$tmp/src/contract/"check_*.c
run python3 tests/cli/checker.py "$tmp"
like "$out" ': no case says: the price is 0: nobody pays this at all; leave' 'a text that no case expects'
is "$status" 1 'is found'
finish
