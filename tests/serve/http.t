#!/bin/sh
# The read-only API over HTTP: heads, ETags, pages, media types, proofs, bundles, sockets, TLS.
. tests/tap.sh
. tests/serve/serve.sh

world=$tmp/world
exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$world"
origin=serve.example/world
"$utfall" key show "$world/keys/checkpoint.key" >"$tmp/operator.vkey"
token() {	# PARTY ROLE
	"$utfall" token mint "$1" --role "$2" --origin $origin --expires 2099-01-01T00:00:00Z \
		--key "$world/keys/tokens.key"
}
auditor="Authorization: Bearer $(token anyone auditor)"
provider="Authorization: Bearer $(token a_north provider)"
contract=$(jq -r .contracts.a "$world/world.json")
export UTFALL_LEDGER=$world/ledger.db UTFALL_CHECKPOINT_KEY=$world/keys/checkpoint.key

refuses 2 "utfall-audit: 'example' is no address to listen on: expected 127.0.0.1:PORT, [::1]:PORT or unix:PATH" \
	"$audit" serve --rate 0 --listen example
refuses 2 "utfall-audit: --rate none: expected a number from 0 to 1000000" \
	"$audit" serve --rate none
refuses 2 "utfall-audit: --certificate and --certificate-key: expected both or neither" \
	"$audit" serve --certificate "$tmp/operator.vkey"

echo '{"entries":187,"finding":{"expected":"1","field":"/x","found":"2","kind":"statement"},"origin":"serve.example/world","verdict":"diverged"}' >"$tmp/replay.json"
serve --replay "$tmp/replay.json" --access-log "$tmp/access.log"

# ---- the server itself ----
get /healthz; is "$code $body" '200 ok' 'it is up'
serve_ready; is "$code $body" '200 ok' 'and ready'
get /openapi.json
ok 'its description is the file' cmp -s "$tmp/body" audit/openapi.json
get /metrics
like "$body" '^utfall_ledger_entries 187$' 'metrics: the size of the ledger'
like "$body" '^utfall_http_requests_total\{route="/healthz",status="200"\} 1$' 'metrics: requests'
get /
like "$(header Content-Type)" '^text/(plain|html)' 'the console, or that there is none'

# ---- head, ETag, HEAD ----
get /checkpoint
"$utfall" checkpoint show >"$tmp/checkpoint"
ok 'the checkpoint is the signed head' cmp -s "$tmp/body" "$tmp/checkpoint"
root=$("$utfall" verify --json | jq -r .root)
is "$(header Utfall-Head)" "size=187, root=\"$root\"" 'every answer names its head'
is "$(header Cache-Control)" 'public, no-cache' 'a head is asked for again'
etag=$(header ETag)
get /checkpoint -H "If-None-Match: W/\"other\", $etag"
is "$code $(wc -c <"$tmp/body" | tr -d ' ') $(header ETag)" "304 0 $etag" 'what still holds is not sent again'
get /checkpoint -H 'If-None-Match: "other"'
is "$code" 200 'something else is'
get /checkpoint -H "$auditor"
is "$(header ETag)" "$etag" 'what is public is the same for everybody'
for path in /v1/head /checkpoint /v1/entries /tile/0/000.p/187 /openapi.json /nothing /v1/events; do
	get "$path" -H "$auditor"
	tr -d '\r' <"$tmp/headers" | grep -v '^Date' >"$tmp/headers.get"
	get "$path" -H "$auditor" --head
	tr -d '\r' <"$tmp/headers" | grep -v '^Date' >"$tmp/headers.head"
	ok "HEAD $path: the headers of GET" diff "$tmp/headers.get" "$tmp/headers.head"
done
get "/v1/contracts/$contract" -H "$auditor"
is "$(header Cache-Control)" 'private, no-cache' 'what is not public is kept by its reader alone'
first=$(header ETag)
get "/v1/contracts/$contract" -H "$provider"
ok 'another reader, another ETag' test "$(header ETag)" != "$first"

# ---- tiles ----
get /tile/0/000.p/187
is "$code $(wc -c <"$tmp/body" | tr -d ' ')" "200 5984" 'a partial tile of 187 hashes'
like "$(header Cache-Control)" 'immutable' 'a tile never changes'
get /tile/0/000.p/5
is "$code $(wc -c <"$tmp/body" | tr -d ' ')" "200 160" 'a narrower one of an earlier head'
for path in 0/000 0/000.p/188 0/001.p/1 1/000.p/1 0/000.p/0 0/0 00/000.p/3 0/x000/000.p/3 64/000.p/1 \
	entries/000.p/188 entries/000.p/0 -1/000.p/1 0/000.p/3/ 0//000.p/3; do
	get "/tile/$path"
	is "$code" 404 "no tile $path"
done

# ---- pages ----
all=$(curl -s -H "$auditor" -H 'Accept: application/x-ndjson' "$base/v1/events" | jq -r .digest)
is "$(printf '%s\n' "$all" | wc -l | tr -d ' ')" 134 'NDJSON: all events'
path='/v1/events?limit=7&type=settlement.line'
: >"$tmp/pages"
pages=0
while [ -n "$path" ]; do
	get "$path" -H "$auditor"
	jq -r '.items[].digest' "$tmp/body" >>"$tmp/pages"
	pages=$((pages + 1))
	path=$(header Link | sed -n 's/^<\(.*\)>; rel="next"$/\1/p')
	[ "$pages" -lt 10 ] || break
done
is "$pages $(sort -u "$tmp/pages" | wc -l | tr -d ' ')" '4 24' 'pages: 24 lines by 7, each once'
curl -s -H "$auditor" -H 'Accept: application/x-ndjson' "$base/v1/events?type=settlement.line" |
	jq -r .digest >"$tmp/stream"
ok 'pages and the stream are the same' cmp -s "$tmp/pages" "$tmp/stream"
statement=$(curl -s -H "$auditor" "$base/v1/statements?contract=$contract" | jq -r '.items[0].statement')
get "/v1/statements/$statement/lines" -H "$auditor" -H 'Accept: text/csv'
is "$(head -1 "$tmp/body" | tr -d '\r' | cut -d, -f1-6)" 'number,line,payer,payee,payment,outcome' 'CSV: a header'
is "$(sed 1d "$tmp/body" | wc -l | tr -d ' ')" 12 'CSV: every line'
sum=$(sed 1d "$tmp/body" | tr -d '"\r' | awk -F, '{ s += $11 * 100 } END { printf "%.0f", s }')
total=$(curl -s -H "$auditor" "$base/v1/statements/$statement" | jq '[.totals[].amount] | add')
is "$sum" "$total" 'CSV: decimals that add up to the totals'
get "/v1/statements/$statement/lines?payer=a_city&payee=a_south&limit=1000" -H "$auditor"
is "$(jq '[.items[] | select(.payer == "a_city" and .payee == "a_south")] | length' "$tmp/body") $(jq '.items | length' "$tmp/body")" '3 3' 'lines of one payer to one payee'
get "/v1/contracts/$contract/balances" -H "$auditor"
is "$(jq -c '[.items[] | [.approved == .settled, .payer]]' "$tmp/body")" \
	'[[true,"a_city"],[false,"both"],[true,"a_city"],[false,"both"]]' 'balances: what its payer approved'
get "/v1/statements/$statement/totals" -H "$auditor"
is "$(jq -c '[.lines, .totals[].amount]' "$tmp/body")" "[12,$total]" 'sums of lines: all of them'
filter='payer=a_city&payee=a_south&reason=reached'
sum=$(curl -s -H "$auditor" "$base/v1/statements/$statement/lines?$filter&limit=1000" |
	jq -c '[(.items | length), ([.items[].amount] | add)]')
get "/v1/statements/$statement/totals?$filter" -H "$auditor"
is "$(jq -c '[.lines, .totals[0].amount]' "$tmp/body")" "$sum" 'sums of those that a filter passes'
get "/v1/statements/$statement/totals?payer=nobody" -H "$auditor"
is "$(jq -c '[.lines, .totals]' "$tmp/body")" '[0,[]]' 'sums of nothing'
get "/v1/statements/$statement/totals" -H "$provider"
is "$(jq -c '[.lines, .totals[].lines]' "$tmp/body")" '[6,6]' 'a provider sums its own'
get "/v1/contracts/$contract/limits" -H "$auditor"
is "$(jq -c '[.items[] | .along, .unit] | unique' "$tmp/body")" '["SEK","amount"]' 'limits: what they are made of'
get "/v1/contracts/$contract/limits" -H "$auditor" -H 'Accept: text/csv'
like "$(sed -n 2p "$tmp/body" | tr -d '\r')" '^cap,[a-z2-7]{26},amount,[0-9]+\.[0-9]{2},[0-9]+\.[0-9]{2},SEK$' \
	'limits as CSV: decimals with their unit'
get "/v1/contracts/$contract/counts" -H "$provider"
is "$(jq -c '[.enrolled, .outcomes]' "$tmp/body")" '[2,[{"count":3,"outcome":"placed","people":3}]]' \
	'counts: people it holds, outcomes it is paid for, and by how many people'

# ---- people ----
people() {	# QUERY [OPTION...]
	get "/v1/contracts/$contract/participants?$1" "${2:--H}" "${3:-$auditor}"
	jq -c '[.items[].provider]' "$tmp/body"
}
is "$(people provider=a_north)" '["a_north","a_north"]' 'people of a provider, one of whom went to the other'
is "$(people provider=a_south | jq length)" 4 'and of the other'
is "$(people provider=nobody)$(people site=nowhere)" '[][]' 'and of nobody'
is "$(people outcome=placed | jq length)$(people without=placed | jq length)" 60 'people with an outcome, and without'
is "$(people 'without=nothing&provider=a_north' | jq length)" 2 'and without one that there is not'
is "$(people outcome=placed -H "$provider" | jq length)" 2 'a provider is shown those that it holds'
get "/v1/contracts/$contract/participants?outcome=placed" -H "Authorization: Bearer $(token a_check verifier)"
is "$code" 404 'outcomes are not for a verifier'

# ---- the beginning of a digest ----
digest=$(head -1 "$tmp/stream")
for length in 8 16 64; do
	part=$(printf "%.${length}s" "$digest")
	get "/v1/events?digest=$part" -H "$auditor"
	is "$(jq -r '.items[].digest' "$tmp/body")" "$digest" "an event by $length digits of its digest"
	get "/v1/entries?digest=$part"
	is "$(jq -r '.items[].entry.event' "$tmp/body")" "$digest" 'its entry, for everybody'
done
get "/v1/entries?digest=$(echo "$digest" | cut -c1-15)x"
is "$code" 400 'digits of another kind are refused'
get "/v1/events?digest=$(echo "$digest" | cut -c1-8 | tr 0123456789abcdef 123456789abcdef0)" -H "$auditor"
is "$code $(jq -c .items "$tmp/body")" '200 []' 'a digest that nothing has'
get "/v1/events?digest=$digest&type=spell.started" -H "$auditor"
is "$(jq -c .items "$tmp/body")" '[]' 'with another filter beside it'
get "/v1/aggregates"
is "$(jq -c '.items[0] | [.enrolled, .outcomes]' "$tmp/body")" '[6,[{"count":6,"outcome":"placed"}]]' \
	'aggregates: six are counted'

# ---- refusals ----
refused() {	# STATUS PATH DETAIL [OPTION...]
	want=$1 path=$2 detail=$3
	shift 3
	get "$path" -H "$auditor" "$@"
	is "$code $(header Content-Type) $(jq -r .detail "$tmp/body")" \
		"$want application/problem+json $detail" "refused: $path"
}
refused 400 '/v1/events?cursor=7' "cursor: expected the 'next' of the page before, found '7'"
refused 400 '/v1/events?limit=0' "limit: expected a number from 1 to 1000, found '0'"
refused 400 '/v1/events?limit=1001' "limit: expected a number from 1 to 1000, found '1001'"
refused 400 '/v1/events?limit=1&limit=2' "the query: 'limit' stands twice"
refused 400 '/v1/events?what=1' "the query: expected any of cursor limit contract type sender participant from to digest, found 'what'"
refused 400 '/v1/events?type=%00' 'the query: expected name=value pairs in UTF-8 with %XX escapes'
refused 400 '/v1/events?type=%C3%28' 'the query: expected name=value pairs in UTF-8 with %XX escapes'
refused 400 '/v1/events?type=spell' "type: expected a type of event like spell.started, found 'spell'"
refused 400 '/v1/events?digest=0123456' "digest: expected the first 8 to 64 lowercase hexadecimal digits of a digest, found '0123456'"
refused 400 '/v1/entries?digest=0123456X' "digest: expected the first 8 to 64 lowercase hexadecimal digits of a digest, found '0123456X'"
refused 400 '/v1/events?contract=12' "contract: expected 64 lowercase hexadecimal digits, found '12'"
refused 400 '/v1/proofs/inclusion' 'seq: expected the number of an entry, found none'
refused 400 '/v1/proofs/inclusion?seq=187' "seq: expected a number from 0 to 186, found '187'"
refused 400 '/v1/proofs/consistency?from=188' "from: expected a number from 0 to 187, found '188'"
refused 400 '/v1/entries/3?x=1' "the query: expected nothing, found 'x'"
nothing='it does not exist, or is not for this token'
for path in /v1/entries/187 /v1/entries/01 /v1/entries/-1 /v1 /v1/ /v1/heads /v1/head/ //v1/head \
	/%76%31/head /v1/../v1/head /index.htm /v1/contracts/x "/v1/contracts/$contract/participants/x"; do
	refused 404 "$path" "$nothing" --path-as-is
done
refused 406 /v1/head 'expected an Accept header that allows a media type of this path; /openapi.json lists them' -H 'Accept: text/csv'
refused 406 /v1/contracts 'expected an Accept header that allows a media type of this path; /openapi.json lists them' -H 'Accept: application/json;q=0, text/html'
get /v1/contracts -H 'Accept: text/html, text/csv;q=0.5, application/json;q=0.4'
like "$(header Content-Type)" '^text/csv' 'the media type that weighs most'

# ---- text ----
# As the command line says it; which header means which language is tests/unit/test_request.c's.
for language in en sv da; do
	get "/v1/contracts/$contract/terms" -H "$auditor" -H 'Accept: text/plain' \
		-H "Accept-Language: fi, $language-XX;q=0.9, en;q=0.1"
	is "$code $(header Content-Type) $(header Content-Language)" \
		"200 text/plain; charset=utf-8 $language" "terms as sentences: $language"
	like "$(header Vary)" 'Accept-Language' 'which a cache is told'
	"$utfall" contract show "$contract" --plain --language $language >"$tmp/plain"
	ok 'as the command line says it' cmp -s "$tmp/body" "$tmp/plain"
done
etag=$(header ETag)
get "/v1/contracts/$contract/terms" -H "$auditor" -H 'Accept: text/plain' -H 'Accept-Language: sv' \
	-H "If-None-Match: $etag"
is "$code $(header Content-Language)" '200 sv' 'what was kept in one language is not the other'
get "/v1/statements/$statement" -H "$auditor" -H 'Accept: text/plain' -H 'Accept-Language: sv'
"$utfall" statement show 1 --contract "$contract" --language sv >"$tmp/printed"
same "$tmp/body" "$tmp/printed" 'a statement as the command line prints it'
get "/v1/contracts/$contract/forecast" -H "$auditor"
is "$code $(jq -r .detail "$tmp/body")" "400 until: expected a date, YYYY-MM-DD, found ''" 'a forecast needs a day'
get "/v1/contracts/$contract/forecast?until=soon" -H "$auditor"
is "$code $(jq -r .detail "$tmp/body")" "400 until: expected a date, YYYY-MM-DD, found 'soon'" 'one that is a day'
patiently get "/v1/contracts/$contract/forecast?until=2018-01-01" -H "$auditor"
is "$code" 400 'behind the next statement'
"$utfall" forecast "$contract" --until 2018-12-31 --language sv --json >"$tmp/forecast"
for time in first again; do
	patiently get "/v1/contracts/$contract/forecast?until=2018-12-31" -H "$auditor" -H 'Accept-Language: sv'
	is "$code $(header Content-Type)" '200 application/json' "a forecast: $time"
	same "$tmp/body" "$tmp/forecast" "as the command line says it: $time"
done
get "/v1/statements/$statement/lines/1/explanation" -H "$auditor" -H 'Accept-Language: da'
"$utfall" statement explain 1 1 --contract "$contract" --language da >"$tmp/explained"
is "$(jq -r '.language, .sentences[0]' "$tmp/body")" "da
$(head -1 "$tmp/explained")" 'an explanation in Danish'
get /v1/head
unlike "$(header Vary)" 'Language' 'where nothing is said in words the language is nothing'
get "/v1/contracts/$contract/terms" -H "$auditor"
jq -S . "$world/terms-a.json" >"$tmp/want"; jq -S . "$tmp/body" >"$tmp/got"
ok 'terms as they were proposed' cmp -s "$tmp/want" "$tmp/got"
get "/v1/statements/$statement/lines/1/explanation" -H "$auditor" -H 'Accept: text/plain'
"$utfall" statement explain 1 1 --contract "$contract" >"$tmp/explained"
like "$(cat "$tmp/explained")" "$(head -1 "$tmp/body")" 'an explanation as the command line gives it'
# Each heading of the printed statement sums the lines of one payer to one payee, as the API has them.
get "/v1/statements/$statement" -H "$auditor" -H 'Accept: text/plain'
sed -n 's/^\([a-z_]*\) pays \([a-z_]*\), \([a-z_]*\): \(.*\) SEK$/\1 \2 \3 \4/p' "$tmp/body" |
	tr -d '.' | sed 's/ \([0-9]\)/\1/2g' | sort >"$tmp/headings"
curl -s -H "$auditor" "$base/v1/statements/$statement/lines?limit=1000" | jq -r '.items |
	group_by([.payer, .payee, .payment])[] | "\(.[0].payer) \(.[0].payee) \(.[0].payment) \([.[].amount] | add)"' |
	sort >"$tmp/groups"
ok 'headings of the printed statement: sums of their lines' cmp -s "$tmp/headings" "$tmp/groups"
get "/v1/statements/$statement" -H "$provider" -H 'Accept: text/plain'
is "$code" 404 'the printed statement is for those who may see all of it'

# ---- replay, receipts, proofs, bundles ----
get /v1/replay -H "$auditor"
is "$(jq -c '[.verdict, .finding.found]' "$tmp/body")" '["diverged","2"]' 'the last replay, for an auditor'
get /v1/replay -H "$provider"
is "$(jq -c '[.verdict, .finding]' "$tmp/body")" '["diverged",null]' 'its verdict alone, for others'
seq=$(curl -s -H "$provider" "$base/v1/events?sender=a_north&limit=1" | jq '.items[0].seq')
get "/v1/entries/$seq/proof" -H "$provider"
cp "$tmp/body" "$tmp/proof"
ok 'a proof of an event verifies offline' "$audit" proof "$tmp/proof" --operator-key "$tmp/operator.vkey"
id=$(curl -s "$base/v1/entries?limit=1000" |
	jq -r '[.items[].entry.submission | select(. != null) | select(.key | startswith("a_north"))][0].submission_id')
get "/v1/receipts/a_north/$id" -H "$provider"
cp "$tmp/body" "$tmp/receipt"
ok 'so does a receipt' "$audit" proof "$tmp/receipt" --operator-key "$tmp/operator.vkey"
for role in auditor provider; do
	eval "who=\$$role"
	mkdir "$tmp/$role"
	curl -s -H "$who" "$base/v1/bundle" | tar -xf - -C "$tmp/$role"
done
ok 'a bundle for the auditor replays' "$audit" replay "$tmp/auditor" --operator-key "$tmp/operator.vkey"
ok 'one cut for a provider is what the operator would hand over' sh -c \
	"'$utfall' bundle '$tmp/cut' --for a_north && cmp '$tmp/cut/events.jsonl' '$tmp/provider/events.jsonl'"
ok 'it replays' "$audit" replay "$tmp/provider" --operator-key "$tmp/operator.vkey"
ok 'one cut for a provider verifies' "$audit" replay "$tmp/provider" --verify \
	--operator-key "$tmp/operator.vkey"
for file in entries.jsonl events.jsonl checkpoint keys; do
	ok "the auditor's $file is the operator's" cmp -s "$tmp/auditor/$file" "$world/bundle/$file"
done
like "$(grep -c '"withheld"' "$tmp/provider/events.jsonl")" '^[1-9]' "the provider's is cut"

# ---- the ledger grows ----
cat >"$tmp/more.json" <<EOE
[{"type": "padding.added", "body": {}}]
EOE
get /v1/head
etag=$(header ETag)
exits 0 env UTFALL_AT=2018-06-01T00:00:00Z "$utfall" submit "$tmp/more.json" --key "$world/keys/a_north.key"
get /v1/head
is "$(jq .size "$tmp/body")" 189 'the next request sees the new head'
ok 'with another ETag' test "$(header ETag)" != "$etag"
get "/v1/events?sender=a_north&type=padding.added" -H "$provider"
is "$(jq '.items | length' "$tmp/body")" 1 'and what was recorded'

# ---- the access log ----
unserve
is "$status" 0 'it ends when it is asked to'
ok 'the access log is JSON' jq -e . "$tmp/access.log"
unlike "$(cat "$tmp/access.log")" "$contract|Bearer|cursor|127.0.0.1|[a-z2-7]{26}" 'and names nobody and nothing'
is "$(head -1 "$tmp/access.log" | jq -r '[.method, .route, .status, .role] | join(" ")')" 'GET /healthz 200 public' 'method, route, status and role'

# ---- sockets and TLS ----
serve --listen "unix:$tmp/socket"
code=$(curl -s -o "$tmp/body" -w '%{http_code}' --unix-socket "$tmp/socket" http://audit/v1/head)
is "$code $(jq .size "$tmp/body")" '200 189' 'a unix socket'
unserve
ok 'which is gone at the end' test ! -e "$tmp/socket"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$tmp/tls.key" -out "$tmp/tls.pem" 2>/dev/null
serve --certificate "$tmp/tls.pem" --certificate-key "$tmp/tls.key"
like "$base" '^https://127' 'TLS'
get /v1/head --cacert "$tmp/tls.pem"
is "$code" 200 'over TLS'
unserve
refuses 6 "utfall-audit: the server does not start on 127.0.0.1:0: are certificate and key a pair in PEM?" \
	"$audit" serve --listen 127.0.0.1:0 --certificate "$tmp/tls.pem" --certificate-key "$tmp/tls.pem"

# ---- rate ----
serve --rate 5
# One client, one connection: six hundred requests take far less than the two minutes they may.
curl -s -m 120 -D "$tmp/answers" -o /dev/null -w '%{http_code}\n' "$base/v1/head#[1-600]" >"$tmp/codes"
ok 'a client that asks too often is told so' grep -q 429 "$tmp/codes"
ok 'not from its first request on' test "$(head -n 1 "$tmp/codes")" = 200
is "$(tr -d '\r' <"$tmp/answers" | sed -n '/^HTTP.* 429/,/^$/s/^Retry-After: //Ip' | sort -u)" 1 'and when to come again'
unserve
finish
