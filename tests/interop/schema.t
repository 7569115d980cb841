#!/bin/sh
# The published schemas through a validator that is not ours: Python's jsonschema.
. tests/tap.sh

if ! python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
	skip "schema and loader agree" "no python3-jsonschema with draft 2020-12 here"
	finish
	exit 0
fi

ok "the schema is a schema, every contract fits it, and it refuses what the loader's shape refuses" \
	python3 tests/interop/schema.py
finish
