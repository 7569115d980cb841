#!/bin/sh
# What must not change a statement, on random contracts and histories (tests/naive/metamorphic.py).
# UTFALL_CASES: how many a property (300); UTFALL_SEED: the first seed (1).
. tests/tap.sh

cases=${UTFALL_CASES:-300}
seed=${UTFALL_SEED:-1}
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

holds() {
	last=$((seed + cases - 1))
	run python3 tests/naive/metamorphic.py "$helpers/cli/settle_json" "$1" --seeds "$seed-$last"
	printf '%s\n' "$out"
	[ -z "$err" ] || note "$err"
	is "$status" 0 "$2: seeds $seed to $last"
}

plan 4
holds order 'the order of submission before a cut-off'
holds split 'how a file is split over submissions'
holds retract 'a retracted fact leaves no trace'
holds looser 'a sole cap made looser never pays less'
finish
