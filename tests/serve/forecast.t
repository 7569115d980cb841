#!/bin/sh
# Forecasts in the API: several at once, entries that come meanwhile, clients that go away, the end.
. tests/tap.sh
. tests/serve/serve.sh

exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
serve --ledger "$tmp/world/ledger.db" --threads "${THREADS:-4}"
python3 tests/serve/forecast.py "$tmp/world" "$base" "$utfall" "$server"
result=$?
unserve
[ "$status" = 0 ] || {
	echo "not ok - the server ended with $status: $(cat "$tmp/serve.err")"
	exit 1
}
exit $result
