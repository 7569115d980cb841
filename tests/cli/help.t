#!/bin/sh
# The command tables as help, manual pages and completion.
. tests/tap.sh

page() {	# PROGRAM FILE: the page in the source is what the program prints
	"$1" help --man >"$tmp/page"
	[ -z "${UTFALL_ACCEPT:-}" ] || cp "$tmp/page" "$2"
	same "$tmp/page" "$2" "$2 is the table (UTFALL_ACCEPT=1 writes it anew)"
}
page "$utfall" src/cli/utfall.1
page "$audit" audit/utfall-audit.1
for program in "$utfall" "$audit"; do
	name=${program##*/}
	"$program" help --completion >"$tmp/completion"
	ok "$name: bash reads the completion" bash -n "$tmp/completion"
	"$program" help | sed -n 's/^  \([a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' >"$tmp/commands"
	ok "$name: help lists commands" test -s "$tmp/commands"
	bad=
	while read -r command; do
		# shellcheck disable=SC2086
		"$program" help $command >"$tmp/help" 2>&1 && grep -q "^usage: $name $command" "$tmp/help" ||
			bad="$bad, $command"
	done <"$tmp/commands"
	is "$bad" '' "$name: each says what it takes"
	is "$("$program" help | awk 'length($0) > 100')" '' "$name: no line is wider than 100 columns"
done
run bash -c ". '$tmp/completion'; echo loaded"
is "$out" loaded 'the completion loads'
run "$utfall" --version
like "$out" '^utfall [0-9]' 'the version'
run "$utfall"
is "$status" 0 'without a word: help'
refuses 2 "utfall: no command 'frobnicate'; 'utfall help' lists them" "$utfall" frobnicate
refuses 2 "utfall: no command 'frobnicate'; 'utfall help' lists them" "$utfall" help frobnicate
refuses 2 "utfall: 'statement' needs one of: list, show, explain, sign, approve, acknowledge" "$utfall" statement
refuses 2 "utfall: settle: option '--dry-run' takes no value" "$utfall" settle --dry-run=yes
refuses 2 "utfall: settle: option '--ledger' needs a value: LEDGER" "$utfall" settle --ledger
refuses 2 "utfall: settle: option '--ledger' is given twice" \
	"$utfall" settle --ledger a --ledger b
refuses 2 'utfall: settle: needs --ledger LEDGER (or UTFALL_LEDGER in the environment)' \
	"$utfall" settle --dry-run
if [ -e /dev/full ]; then
	run sh -c "'$utfall' help >/dev/full"
	is "$status" 6 'an answer that cannot be written is a failure'
fi
finish
