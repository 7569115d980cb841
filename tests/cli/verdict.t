#!/bin/sh
# What replay says of a ledger: graded verdicts, what --require asks for, cosigned heads, cut bundles.
. tests/tap.sh
. tests/cli/world.sh

world
accepted_job 50
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$utfall" bundle plain
replay() {
	run "$audit" replay "$@"
}

# ---- options ----
refuses 2 'utfall-audit: replay: needs --operator-key FILE' "$audit" replay plain
refuses 2 "utfall-audit: --require: expected witnessed, complete or witnessed,complete; found 'trust'" \
	"$audit" replay plain --operator-key operator.vkey --require trust
refuses 2 'utfall-audit: --require witnessed: needs --policy FILE with a quorum: it says which witnesses count' \
	"$audit" replay plain --operator-key operator.vkey --require witnessed
refuses 2 'utfall-audit: --require complete: leave out --verify, which replays no rule and no statement' \
	"$audit" replay plain --operator-key operator.vkey --require complete --verify

# ---- what was handed over is no bundle, or not all of one ----
anything="expected a bundle, a published folder or a ledger's file"
no_bundle() {	# STATUS ERROR PLACE
	refuses "$1" "utfall-audit: $3: $2" "$audit" replay "$3" --operator-key operator.vkey
}
exits 0 "$utfall" bundle plain.tar --tar
mkdir nothing torn
cp plain/checkpoint plain/entries.jsonl torn
: >empty.db
mkfifo pipe
cp plain.tar renamed
end=$((2048 + $(stat -c %s plain/manifest.json)))	# its own header, too
head -c -$end plain.tar >cut.tar
no_bundle 3 "$anything, found nothing of that name" absent
no_bundle 3 "$anything, found an empty file" empty.db
no_bundle 3 'expected a file or a folder, found neither: keep what comes through a pipe in a file first' pipe
no_bundle 3 "expected a folder that 'utfall bundle' or 'utfall publish' wrote, found neither manifest.json nor tile/ in it" nothing
no_bundle 5 "expected a bundle's manifest.json beside entries.jsonl, found none" torn
no_bundle 5 'expected a file manifest.json in it, found none: its end was cut off' cut.tar
refuses 3 "utfall-audit: job.csv is not a ledger: expected an SQLite file; name the file that init made" \
	"$audit" replay job.csv --operator-key operator.vkey
replay renamed --operator-key operator.vkey
is "$status" 0 'a .tar by another name is one'
refuses 3 "utfall-audit: plain.tar: expected a bundle's folder, found a .tar: unpack it first" \
	"$audit" consistency plain/checkpoint plain.tar --operator-key operator.vkey
refuses 3 "utfall-audit: absent: open: No such file or directory" \
	"$audit" consistency absent plain --operator-key operator.vkey

# ---- unwitnessed ----
replay plain --operator-key operator.vkey
is "$status $(printf '%s\n' "$out" | head -n 1)" "0 verified, unwitnessed: $origin (simulated clock)" \
	'a ledger that nobody cosigned'
is "$(line witnessed)" 'not asked: --policy says which witnesses count' 'and why'
ok 'it is complete' "$audit" replay plain --operator-key operator.vkey --require complete

# ---- witnessed, at its own size ----
for w in w1 w2; do
	exits 0 "$utfall" key new "witness.example/$w" --use cosigning --out "$w.key"
	"$utfall" key show "$w.key" >"$w.vkey"
done
policy() {	# FILE QUORUM: w1, w2, both
	printf 'log %s\nwitness w1 %s\nwitness w2 %s\ngroup both all w1 w2\nquorum %s\n' \
		"$(cat operator.vkey)" "$(cat w1.vkey)" "$(cat w2.vkey)" "$2" >"$1"
}
policy one w1
policy two both
policy none none
replay plain --policy one
is "$status $(line witnessed)" "0 no: the policy's quorum has cosigned no checkpoint that is here" \
	'a policy is enough, its log is trusted; the quorum is not met'
run "$audit" replay plain --policy one --require witnessed
is "$status $err" "1 utfall-audit: --require witnessed: it verifies, but the policy's quorum has cosigned no checkpoint that is here" \
	'less than witnessed: the answer is no'
like "$out" '^verified, unwitnessed: ' 'the verdict is printed all the same'
"$utfall" checkpoint show >head
exits 0 "$utfall" checkpoint cosign head --key w1.key --log operator.vkey --state w1 --out head.cosigned
exits 0 "$utfall" checkpoint add head.cosigned --witness-key w1.vkey
then=$(sed -n 2p head)
exits 0 "$utfall" bundle whole_then
exits 0 "$utfall" settle --key "$(key keeper)"
now=$("$utfall" checkpoint show | sed -n 2p)
exits 0 "$utfall" bundle whole
is "$(sed -n 2p whole/cosigned)" "$then" 'a bundle holds the newest cosigned checkpoint'
is "$(jq -r '[.files[].name] | join(" ")' whole/manifest.json)" \
	'checkpoint cosigned entries.jsonl events.jsonl keys' 'its manifest names it'
for place in whole "$UTFALL_LEDGER"; do
	replay "$place" --policy one --require witnessed,complete
	is "$status $(printf '%s\n' "$out" | head -n 1)" \
		"0 verified and witnessed: $origin (simulated clock)" "witnessed: $(basename "$place")"
	is "$(line witnessed)" "the first $then of $now entries, by 1 witnesses of the policy" \
		'and how far'
done
replay whole_then --policy one
is "$(line witnessed)" "the first $then of $then entries, by 1 witnesses of the policy" 'at the head itself'
replay whole --policy two --json
is "$status $(printf '%s\n' "$out" | jq -r '"\(.verdict) \(.cosigned) \(.witnessed) \(.witnesses)"')" \
	"0 verified, unwitnessed $then 0 0" 'one cosignature where the policy asks for two'
replay whole --policy none --json
is "$(printf '%s\n' "$out" | jq -r .verdict)" 'verified, unwitnessed' 'a policy without a quorum witnesses nothing'
replay whole --policy one --json
is "$(printf '%s\n' "$out" | jq -c '[.verdict, .witnessed, .replayed, .missing, .taken, .withheld]')" \
	"[\"verified and witnessed\",$then,true,[],[],0]" 'the same in JSON'

# ---- a cosigned checkpoint that is none ----
cosigned() {	# NAME EXPRESSION: a bundle whose cosigned file was changed, its manifest too
	rm -rf changed
	cp -r whole changed
	sed "$2" whole/cosigned >changed/cosigned
	jq -cj --arg h "$(sha256sum changed/cosigned | cut -d' ' -f1)" \
		--argjson s "$(wc -c <changed/cosigned)" \
		'(.files[] | select(.name == "cosigned")) |= {name: .name, sha256: $h, size: $s}' \
		whole/manifest.json >changed/manifest.json
	echo >>changed/manifest.json
	replay changed --policy one
}
cosigned larger "2s/.*/$((now + 1))/"
is "$status $err" "5 utfall-audit: invalid: tree cosigned/size: expected at most $now entries, found $((now + 1)) entries: the end was cut off" \
	'larger than the ledger'
cosigned smaller "2s/.*/$((then - 1))/"
like "$status $err" '^5 utfall-audit: invalid: tree cosigned/root: expected [0-9a-f]{64}, found [0-9a-f]{64}$' \
	'another root at its size'
cosigned other '1s/.*/other.example/'
is "$status $err" "5 utfall-audit: invalid: checkpoint cosigned/origin: expected $origin, found other.example" \
	'of another ledger'
cosigned operator "/ $(printf %s "$origin" | sed 's,/,\\/,g') /d"
like "$status $err" '^5 utfall-audit: invalid: checkpoint cosigned/signature: ' 'not signed by the operator'
sed -i 's/^/ /' changed/cosigned
replay changed --policy one
like "$status $err" '^5 utfall-audit: invalid: file cosigned: expected [0-9]+ bytes with SHA-256 ' \
	'a file that is not the manifest'"'"'s'

# ---- cut to what one party may see ----
refuses 3 "utfall: --for: no party 'nobody' is registered; 'utfall party list' shows who is" \
	"$utfall" bundle cut --for nobody
refuses 2 'utfall: --for: keeper is the operator, who sees everything; leave it out' \
	"$utfall" bundle cut --for keeper
exits 0 "$utfall" key new stranger --out stranger.key
exits 0 "$utfall" party add stranger "$out" --key "$(key keeper)"
events() {	# BUNDLE: how many events it withholds
	grep -c '^{"withheld":"[0-9a-f]*"}$' "$1/events.jsonl"
}
for party in habo sodra_vatterbygden stranger; do
	exits 0 "$utfall" bundle "cut.$party" --for "$party"
	is "$(jq -r .party "cut.$party/manifest.json")" "$party" "cut for $party: the manifest says so"
done
is "$(events cut.habo)" 0 'a funder of the only contract sees everything'
replay cut.habo --operator-key operator.vkey --require complete
is "$status $(line cut) $(line replayed)" \
	'0 for     habo, who sent none of what is withheld who may say what; 1 statements with 6 lines computed again, all equal' \
	'and replays everything'
replay cut.stranger --operator-key operator.vkey
is "$status $(printf '%s\n' "$out" | head -n 1)" \
	"0 verified with withheld or erased parts, listed: $origin (simulated clock)" \
	'who is in no contract checks bytes, hashes, signatures'
is "$(line replayed)" 'who may say what; 0 statements with 0 lines computed again, all equal' \
	'and no statement'
like "$(line withheld)" '^3 events sent by ips_team$' 'what is withheld is counted by who sent it'
unlike "$(cat cut.stranger/events.jsonl)" "$person|municipality" 'it holds nothing of a person or the terms'
is "$(grep -cE '"type":"(ledger|party|key)\.' cut.stranger/events.jsonl)" \
	"$(grep -cE '"type":"(ledger|party|key)\.' cut.habo/events.jsonl)" 'but every party and key'
run "$audit" replay cut.stranger --operator-key operator.vkey --require complete
is "$status $err" "1 utfall-audit: --require complete: what is here verifies, but $(events cut.stranger) events are withheld and 0 erased" \
	'less than complete: the answer is no'
replay cut.sodra_vatterbygden --operator-key operator.vkey --json
is "$(printf '%s\n' "$out" | jq -c '[.cut_for, .missing, .loose_lines]')" \
	"[\"sodra_vatterbygden\",[{\"erased\":0,\"sender\":\"keeper\",\"withheld\":$(events cut.sodra_vatterbygden)}],0]" \
	'a verifier sees whom it attests, no money'
like "$(grep '"type":"claim.attested"' cut.sodra_vatterbygden/events.jsonl)" . 'and all that it sent'

# ---- a cut that hides what its party sent, or that is for nobody ----
withhold() {	# TYPE FILTER: cut.habo with the first event of TYPE withheld, its manifest changed
	rm -rf changed
	cp -r cut.habo changed
	python3 - "$1" <<'PY'
import hashlib, sys
lines = open("changed/events.jsonl", "rb").read().split(b"\n")
for i, x in enumerate(lines):
    if b'"type":"%s"' % sys.argv[1].encode() in x:
        digest = hashlib.sha256(b"\0" + x).hexdigest()
        lines[i] = b'{"withheld":"%s"}' % digest.encode()
        break
open("changed/events.jsonl", "wb").write(b"\n".join(lines))
PY
	jq -cj --arg h "$(sha256sum changed/events.jsonl | cut -d' ' -f1)" \
		--argjson s "$(wc -c <changed/events.jsonl)" \
		"(.files[] | select(.name == \"events.jsonl\")) |= {name: .name, sha256: \$h, size: \$s} | $2" \
		cut.habo/manifest.json >changed/manifest.json
	echo >>changed/manifest.json
	replay changed --operator-key operator.vkey
}
withhold participant.enrolled '.party = "ips_team"'
like "$status $err" '^5 utfall-audit: invalid: entry [0-9]+: event /event: expected every event that the bundle.s party sent, found one withheld$' \
	'what the party sent may not be withheld from it'
withhold participant.enrolled 'del(.party)'
like "$status $err" '^5 utfall-audit: invalid: entry [0-9]+: event /event: expected every event, as the bundle was cut for nobody, found one withheld$' \
	'nothing may be withheld from a bundle for nobody'
withhold spell.started .
is "$status $(line withheld)" '0 1 events sent by ips_team' 'evidence is withheld: the rest verifies'
like "$(line 'as recorded')" "^statement 1 of contract $(printf %.8s "$contract"): 6 lines that rest on what is withheld$" \
	'and its statement is taken as recorded, and named'
replay changed --operator-key operator.vkey --json
is "$(printf '%s\n' "$out" | jq -c .taken)" "[{\"contract\":\"$contract\",\"lines\":6,\"number\":1}]" \
	'in JSON too'

# ---- keys that the operator gave who had lost all: in every verdict ----
exits 0 "$utfall" key new habo --out found.key
exits 0 "$utfall" key add "$("$utfall" key show found.key)" --recovery --key "$(key keeper)"
found=$("$utfall" key show found.key | cut -d + -f 1,2)
at=$("$utfall" key list --json | jq "[.[] | select(.recovery)][0].registered")
listed() {	# WANT-CONFIRMED NAME
	exits 0 "$utfall" bundle "$2"
	replay "$2" --operator-key operator.vkey --json
	is "$(printf '%s\n' "$out" | jq -c .recovered)" \
		"[{\"confirmed\":$1,\"entry\":$at,\"key\":\"$found\"}]" "JSON lists recovered keys: $2"
	replay "$2" --operator-key operator.vkey
}
listed '[]' alone
is "$(line recovered)" "key $found, by the operator in entry $at; confirmed for no contract" \
	'a verdict lists recovered keys'
replay alone --operator-key w1.vkey --all
is "$status $(line recovered)" "5 key $found, by the operator in entry $at; confirmed for no contract" \
	'also beside a finding'
replay alone --operator-key w1.vkey --json
is "$(printf '%s\n' "$out" | jq -c '[.verdict, .recovered[0].key]')" "[\"invalid\",\"$found\"]" 'in JSON too'
exits 0 "$utfall" key confirm "$("$utfall" key show found.key)" --key "$(key jonkoping)"
listed "[\"$contract\"]" confirmed
is "$(line recovered)" \
	"key $found, by the operator in entry $at; confirmed for contract $(printf %.8s "$contract")" \
	'with the contracts that it is confirmed for'
finish
