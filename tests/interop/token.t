#!/bin/sh
# Access tokens and a PASETO library from npm: each reads what the other signed.
. tests/tap.sh
. tests/interop/npm.sh
. tests/serve/serve.sh

exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
key=$tmp/world/keys/tokens.key
vkey=$("$utfall" key show "$key")
mint() {
	"$utfall" token mint a_city --role funder --origin serve.example/world --key "$key" "$@"
}
good=$(mint --expires 2099-01-01T00:00:00Z)
old=$(mint --expires 2020-01-02T00:00:00Z --at 2020-01-01T00:00:00Z)
cp tests/interop/token.mjs "$npm/"
exits 0 node "$npm/token.mjs" "$vkey" "$key" "$good" "$old" "${good%????}AAAA"
is "$(printf '%s\n' "$out" | sed -n 1p | jq -c '[.sub, .role, .iss, .exp]')" \
	'["a_city","funder","serve.example/world","2099-01-01T00:00:00Z"]' 'the library reads our token'
is "$(printf '%s\n' "$out" | sed -n 2p)" refused 'it refuses one that has expired'
is "$(printf '%s\n' "$out" | sed -n 3p)" refused 'and one that was changed'
theirs=$(printf '%s\n' "$out" | sed -n 4p)
serve --ledger "$tmp/world/ledger.db"
get /v1/access -H "Authorization: Bearer $theirs"
is "$code $(jq -r .party "$tmp/body")" '200 a_city' 'our server reads the library'"'"'s token'
get /v1/access -H "Authorization: Bearer ${theirs%??????}AAAAAA"
is "$code" 401 'and refuses it changed'
unserve
finish
