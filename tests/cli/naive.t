#!/bin/sh
# The engine against a second, naive evaluation of the terms language (tests/naive), written
# from contracts/README.md alone: random histories, every statement compared line by line.
# UTFALL_PAIRS: how many pairs (300); UTFALL_SEED: the first seed (1).
. tests/tap.sh

pairs=${UTFALL_PAIRS:-300}
seed=${UTFALL_SEED:-1}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

compare() {
	last=$((seed + $2 - 1))
	run python3 tests/naive/compare.py "$helpers/cli/settle_json" --kind "$1" \
		--seeds "$seed-$last" --shrink
	printf '%s\n' "$out"
	[ -z "$err" ] || note "$err"
	is "$status" 0 "$1: seeds $seed to $last settle alike"
}

plan 2
compare jonkoping $((pairs / 20))
compare core $((pairs * 2 / 3))
finish
