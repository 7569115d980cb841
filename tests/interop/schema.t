#!/bin/sh
# The published schemas through a validator that is not ours: Python's jsonschema.
. tests/tap.sh

if ! python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
	skip "schema and loader agree" "no python3-jsonschema with draft 2020-12 here"
	finish
	exit 0
fi

ok "every contract fits the schema; it refuses what the loader refuses by shape" \
	python3 tests/interop/schema.py
finish
