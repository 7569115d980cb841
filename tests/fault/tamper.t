#!/bin/sh
# Whatever a ledger consists of is changed, removed, doubled, swapped, cut, by program: each change
# is called by its name, and none goes unnoticed. TAMPER=0 tries all of them, SEED=n others.
. tests/tap.sh

count=${TAMPER:-40}
seed=${SEED:-1}
note "SEED=$seed TAMPER=$count"
exits 0 "$helpers/fault/small_ledger" "$tmp/small"
printf 'log %s\nwitness w1 %s\nquorum w1\n' "$(cat "$tmp/small/operator.vkey")" \
	"$(cat "$tmp/small/witness.vkey")" >"$tmp/small/policy"
for what in bundle store; do
	exits 0 python3 "$top/tests/fault/tamper.py" "$tmp/small" "$audit" "$utfall" $what "$count" "$seed"
	tried=$(printf '%s\n' "$out" | tail -n 1)
	note "$tried"
	is "$(printf '%s\n' "$out" | sed '$d')" '' "$what: every change is called what it is"
	like "$tried" "^$what: [0-9]+ of [0-9]{4} changes tried, 0 not as expected$" "$what: all of them"
done
finish
