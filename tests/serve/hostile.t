#!/bin/sh
# Hostile requests: nothing crashes the server or keeps it from those who behave.
. tests/tap.sh
. tests/serve/serve.sh

exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
token=$("$utfall" token mint anyone --role auditor --origin serve.example/world \
	--expires 2099-01-01T00:00:00Z --key "$tmp/world/keys/tokens.key")
serve --ledger "$tmp/world/ledger.db" --connections 12000
python3 tests/serve/hostile.py "$base" "$token" "$server" "$tmp/world" "$utfall"
bad=$?
unserve
[ "$status" = 0 ] || { echo "# the server ended with $status: $(cat "$tmp/serve.err")" >&2; bad=1; }
exit $bad
