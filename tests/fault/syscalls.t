#!/bin/sh
# One append, with each of its calls to the system made to fail, or to be the last before it is
# killed. SYSCALLS=0 tries all of them, SEED=n others.
. tests/tap.sh
. tests/fault/strace.sh

count=${SYSCALLS:-40}
seed=${SEED:-1}
note "SEED=$seed SYSCALLS=$count"
if ! traces; then
	skip 'calls that fail' 'strace may not look into our programs here'
	finish
	exit 0
fi
exits 0 "$helpers/fault/small_ledger" "$tmp/small"
echo '{"type":"padding.added","body":{}}' >"$tmp/small/pad.jsonl"
exits 0 "$utfall" sign "$tmp/small/pad.jsonl" --origin example.org/small --at 2017-05-01T00:00:00Z \
	--key "$tmp/small/operator.key" --out "$tmp/small/pad.submission"
exits 0 python3 "$top/tests/fault/syscalls.py" "$tmp/small" "$utfall" "$count" "$seed"
tried=$(printf '%s\n' "$out" | tail -n 1)
note "$tried"
is "$(printf '%s\n' "$out" | sed '$d')" '' 'whichever call fails, nothing is lost and nothing is half there'
like "$tried" '^[0-9]+ of [0-9]{3,4} faults tried, 0 not as expected$' 'all of them'
finish
