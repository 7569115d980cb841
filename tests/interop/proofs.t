#!/bin/sh
# Other people's programs read what utfall signs and publishes, with nothing of ours but the bytes:
# Go's checksum database, OpenSSL, Node, sqlite3 and sha256sum.
. tests/tap.sh
. tests/cli/world.sh

world
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
"$utfall" checkpoint show >old.checkpoint
person=abcdefghijklmnopqrstuvwxya
cat >enrol.jsonl <<END
{"type":"participant.enrolled","label":"e","body":{"attributes":{"clinic_contact":true,"municipality":"habo","wants_work":true},"on":"2018-01-02","participant":"$person"}}
END
exits 0 "$utfall" submit enrol.jsonl --key "$(key ips_team)" --contract "$contract" \
	--receipt enrol.receipt
i=0
while [ $i -lt 300 ]; do	# more than one tile
	i=$((i + 1))
	echo "{\"type\":\"activity.logged\",\"body\":{\"hours\":\"1\",\"kind\":\"ips_support\",\"on\":\"2018-01-02\",\"participant\":\"$person\",\"ref\":\"$i\"}}"
done >hours.jsonl
exits 0 "$utfall" submit hours.jsonl --key "$(key ips_team)" --contract "$contract"
exits 0 "$utfall" publish public
exits 0 "$utfall" publish public
is "$(printf '%s' "$out" | sed 's/.*; //')" '0 files written' 'publishing again writes nothing new'
exits 0 "$utfall" bundle bundle

# ---- Go ----
if command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod ]; then
	mkdir -p "$tmp/go" && cp "$top"/tests/interop/golog/main.go "$tmp/go"
	exits 0 sh -c "cd '$tmp/go' && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE='$tmp/cache' \
		GOFLAGS= go build -o ../golog main.go"
	size=$(sed -n 2p public/checkpoint)
	is "$(./golog public operator.vkey old.checkpoint)" \
		"$size entries are in the tree that test.example/ledger signed
size $(sed -n 2p old.checkpoint) is a prefix of size $size" 'Go: every entry, and the older head'
	like "$(./golog -proof enrol.receipt operator.vkey)" '^entry [0-9]+ is in the tree of size [0-9]+$' \
		'Go: a receipt'
	ok 'a proof of one event' "$utfall" prove "$(sed -n 30p bundle/entries.jsonl | \
		sed 's/.*"event":"\([0-9a-f]*\)".*/\1/')" --out event.tlog-proof
	is "$(./golog -proof event.tlog-proof operator.vkey)" "entry 29 is in the tree of size $size" \
		'Go: a proof of one event'
	# another first character, whatever the root begins with
	sed -e '3s/^X/Y/;t' -e '3s/^[^X]/X/' public/checkpoint >bad && cp bad public/checkpoint
	run ./golog public operator.vkey
	is "$status" 1 'Go refuses another root'
else
	skip 'Go' 'golang-go and golang-golang-x-mod-dev are not here'
fi

# ---- sqlite3 and sha256sum, as FORMAT.md says ----
leaf=$(sqlite3 -readonly "$UTFALL_LEDGER" "SELECT '00' || hex(bytes) FROM entry WHERE seq = 12" |
	python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' | sha256sum)
prev=$(sed -n 14p bundle/entries.jsonl | sed 's/.*"prev":"\([0-9a-f]*\)".*/\1/')
is "${leaf%% *}" "$prev" 'sqlite3, sha256sum: a leaf hash is the next entry'"'"'s prev'
leaf=$({ printf '\000'; sed -n 13p bundle/entries.jsonl | tr -d '\n'; } | sha256sum)
is "${leaf%% *}" "$prev" 'sed, sha256sum: the same from the bundle'
digest=$({ printf '\000'; sed -n 1p bundle/events.jsonl | tr -d '\n'; } | sha256sum)
like "$(sed -n 2p bundle/entries.jsonl)" "\"event\":\"${digest%% *}\"" 'sha256sum: an event'"'"'s digest'

# ---- a submission's signature ----
jq -c 'select(.submission.key // "" | startswith("ips_team")) | .submission' bundle/entries.jsonl |
	tail -n 1 >submission.json
{ printf 'utfall/submission/v1\n'; jq -cSj 'del(.signature)' submission.json; } >message
jq -rj .signature submission.json | openssl base64 -d -A >signature
grep '^ips_team+' bundle/keys | cut -d+ -f3- | openssl base64 -d -A | tail -c 32 >public.raw
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cat public.raw; } >public.der
ok 'OpenSSL: a submission' openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey public.der \
	-in message -sigfile signature
printf 'x' >>message
run openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey public.der -in message -sigfile signature
is "$status" 1 'OpenSSL refuses a longer message'
if command -v node >/dev/null; then
	cat >verify.mjs <<'END'
import { readFileSync } from "node:fs";
import { createPublicKey, verify } from "node:crypto";
const s = JSON.parse(readFileSync("submission.json"));
const { signature, ...rest } = s;
const text = JSON.stringify(Object.fromEntries(Object.keys(rest).sort().map((k) => [k, rest[k]])));
const key = createPublicKey({ key: readFileSync("public.der"), format: "der", type: "spki" });
process.exit(verify(null, Buffer.from("utfall/submission/v1\n" + text), key, Buffer.from(signature, "base64")) ? 0 : 1);
END
	ok 'Node: a submission' node verify.mjs
else
	skip 'Node' 'nodejs is not here'
fi

# ---- a statement as a file ----
exits 0 "$helpers/fault/small_ledger" small
UTFALL_LEDGER=small/ledger.db
UTFALL_AT=2017-05-01T00:00:00Z
exits 0 "$utfall" key new operator --use files --out files.key
vkey=$out
refuses 3 "utfall: $(printf "%s\n" "$vkey" | cut -d+ -f1,2) is no live key of operator for files: make one with \`utfall key new operator --use files\`, register it with \`utfall key add\`" \
	"$utfall" statement sign 1 --key files.key --out statement.json
exits 0 "$utfall" key add "$vkey" --use files --key small/operator.key \
	--checkpoint-key small/checkpoint.key
refuses 3 "utfall: operator+$("$utfall" key show small/operator.key | cut -d+ -f2) is no live key of operator for files: make one with \`utfall key new operator --use files\`, register it with \`utfall key add\`" \
	"$utfall" statement sign 1 --key small/operator.key --out statement.json
exits 0 "$utfall" statement sign 1 --key files.key --out statement.json
public=${out##* }
like "$out" '^signed: statement 1: statement.json, statement.json.minisig$' 'a statement is signed as a file'
run "$utfall" statement show 1 --json
is "$(cat statement.json)" "$out" 'it is what statement show prints'
run "$utfall" statement sign 1 --key files.key --out statement.json
is "$status" 4 'a statement is never written over a file'
cp statement.json other.json
printf ' ' >>other.json
if command -v minisign >/dev/null; then
	ok 'minisign: a statement' minisign -V -m statement.json -P "$public"
	like "$out" "^Trusted comment: statement 1 of contract [0-9a-f]{64}, ledger example.org/small$" \
		'minisign: which statement it is'
	run minisign -V -m other.json -x statement.json.minisig -P "$public"
	is "$status" 1 'minisign refuses another file'
	sed 's/statement 1 of/statement 2 of/' statement.json.minisig >other.minisig
	run minisign -V -m statement.json -x other.minisig -P "$public"
	is "$status" 1 'minisign refuses another comment'
else
	skip 'minisign' 'minisign is not here'
fi
if command -v signify-openbsd >/dev/null; then
	printf 'untrusted comment: operator\n%s\n' "$public" >operator.pub
	ok 'signify: a statement' signify-openbsd -V -q -p operator.pub -x statement.json.minisig \
		-m statement.json
	run signify-openbsd -V -q -p operator.pub -x statement.json.minisig -m other.json
	is "$status" 1 'signify refuses another file'
else
	skip 'signify' 'signify-openbsd is not here'
fi
finish
