#!/bin/sh
# The API's description is true: linted, and every answer is validated against it by a proxy.
. tests/tap.sh
. tests/interop/npm.sh
. tests/serve/serve.sh

ok 'Redocly finds nothing' sh -c "cd '$npm' && REDOCLY_TELEMETRY=off npx redocly lint --extends recommended '$top/audit/openapi.json'"
exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
"$utfall" key show "$tmp/world/keys/checkpoint.key" >"$tmp/operator.vkey"
exits 0 "$audit" replay "$tmp/world/bundle" --operator-key "$tmp/operator.vkey" --json
printf '%s\n' "$out" >"$tmp/replay.json"
serve --ledger "$tmp/world/ledger.db" --replay "$tmp/replay.json"
for role in auditor:anyone funder:a_city provider:a_north verifier:a_check operator:keeper; do
	"$utfall" token mint "${role#*:}" --role "${role%:*}" --origin serve.example/world \
		--expires 2099-01-01T00:00:00Z --key "$tmp/world/keys/tokens.key" >"$tmp/token-${role%:*}"
done
cp tests/interop/openapi.mjs "$npm/"
run node "$npm/openapi.mjs" "$base" audit/openapi.json "$tmp"
is "$status" 0 'every answer is as described' 
note "$out" "$err"
unserve
[ "$tap_bad" = 0 ] || echo "$out$err" >&2
finish
