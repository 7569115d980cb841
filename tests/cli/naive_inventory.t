#!/bin/sh
# The random pairs draw every member, value, operator and reference of the terms' schema, but for
# those that tests/naive/inventory.py names with a reason.
. tests/tap.sh

PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

plan 1
run python3 tests/naive/inventory.py --kinds every,small --seeds 1-600 --check
printf '%s\n' "$out"
[ -z "$err" ] || note "$err"
is "$status" 0 'nothing of the schema is left out'
finish
