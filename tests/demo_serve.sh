#!/bin/sh
# demo_serve.sh: the demo's ledger in the read-only API and its console, with a token for each role.
#
# Made by `make demo` first where it is not there. LISTEN=127.0.0.1:PORT chooses another port;
# `sh tests/demo_serve.sh FOLDER` another demo. It runs until it is stopped (Ctrl-C).
set -eu
cd "$(dirname "$0")/.."

utfall=${UTFALL:-$PWD/build/utfall}
audit=${UTFALL_AUDIT:-$PWD/build/utfall-audit}
demo=${1:-build/demo}
listen=${LISTEN:-127.0.0.1:8080}
unset UTFALL_AT UTFALL_KEY UTFALL_ORIGIN UTFALL_LEDGER UTFALL_CHECKPOINT_KEY
umask 077

[ -f "$demo/bundle/manifest.json" ] || sh tests/demo.sh "$demo" >"$demo.log" 2>&1 || {
	tail "$demo.log" >&2
	exit 1
}
origin=$(sed 's/+.*//' "$demo/operator.vkey")
mkdir -p "$demo/tokens"
if [ ! -f "$demo/keys/tokens.key" ]; then
	"$utfall" key new ledger_keeper --out "$demo/keys/tokens.key" >"$demo/tokens.vkey"
fi
"$audit" replay "$demo/bundle" --operator-key "$demo/operator.vkey" --json >"$demo/replay.json"

mint() {	# ROLE PARTY
	"$utfall" token mint "$2" --role "$1" --origin "$origin" --expires 2099-01-01T00:00:00Z \
		--key "$demo/keys/tokens.key" >"$demo/tokens/$1"
	printf '%-9s %-20s %s\n\n' "$1" "$2" "$(cat "$demo/tokens/$1")"
}
echo "One token for each role, to paste after 'Sign in'; they are in $demo/tokens, too:"
echo
mint funder jonkoping
mint provider ips_team
mint verifier sodra_vatterbygden
mint auditor auditor
mint operator ledger_keeper

exec "$audit" serve --ledger "$demo/ledger.db" --listen "$listen" --token-key "$demo/tokens.vkey" \
	--replay "$demo/replay.json"
