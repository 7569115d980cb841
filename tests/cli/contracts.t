#!/bin/sh
# contracts: the terms of every contract are sound, and its events come to its statements, by the
# engine and by the second evaluator.
. tests/tap.sh

for folder in contracts/*/; do
	for file in "$folder"terms*.json; do
		run "$utfall" contract check "$file"
		if [ "$status" = 0 ]; then
			pass "$file is sound"
		else
			fail "$file is sound" "$out" "$err"
		fi
	done
done

# The demo settles the contract that has no events here.
set --
for file in contracts/*/events.jsonl; do
	set -- "$@" "${file%/events.jsonl}"
done
run python3 tests/cli/contracts.py "$helpers/cli/settle_json" "$@"
printf '%s\n' "$out" | grep -v '^#' >"$tmp/verdicts"
while read -r verdict name; do
	case $verdict in
	pass) pass "$name" ;;
	skip) skip "${name%%:*}" "${name#*: }" ;;
	*) fail "$name" "$(printf '%s\n' "$out" | sed -n "/^fail $name/,/^[pf]/p")" ;;
	esac
done <"$tmp/verdicts"
is "$(wc -l <"$tmp/verdicts" | tr -d ' ')" "$((2 * $#))" 'every contract was settled twice'
is "$err" '' 'no complaint'
finish
