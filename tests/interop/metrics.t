#!/bin/sh
# Prometheus's own promtool reads the server's metrics and finds nothing to complain of.
. tests/tap.sh
. tests/serve/serve.sh

if ! command -v promtool >/dev/null; then
	echo '1..0 # SKIP promtool is not installed (Debian: prometheus)'
	exit 0
fi
exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
serve --ledger "$tmp/world/ledger.db"
serve_ready
get /metrics
ok 'before anybody asked' sh -c "promtool check metrics <'$tmp/body' >'$tmp/said' 2>&1 && ! [ -s '$tmp/said' ]"
for path in /v1/head /v1/events /v1/entries/3 /nothing /checkpoint '/v1/events?limit=x'; do
	get "$path"
	get "$path" --head
	get "$path" -X POST
done
get /metrics
ok 'and after' sh -c "promtool check metrics <'$tmp/body' >'$tmp/said' 2>&1 && ! [ -s '$tmp/said' ]"
like "$body" '^utfall_ledger_entries 187$' 'what it read'
unserve
finish
