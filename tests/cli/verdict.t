#!/bin/sh
# What replay says of a ledger: graded verdicts, what --require asks for, cosigned heads, cut bundles.
. tests/tap.sh
. tests/cli/world.sh

world
person=o6qh2dww2eao3efit7gwvelvse
cat >job.csv <<CSV
type,label,participant,on,from,kind,extent,spell,attributes.municipality,attributes.clinic_contact,attributes.wants_work
participant.enrolled,,$person,2017-01-09,,,,,habo,true,true
spell.started,job,$person,,2017-02-06,employment,50,,,,
CSV
exits 0 send ips_team job.csv --book team.book
exits 0 "$utfall" attest accepted @job --book team.book --method letter --key "$(key sodra_vatterbygden)"
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$utfall" bundle plain
replay() {
	run "$audit" replay "$@"
}
line() {	# NAME of a line of the report
	printf '%s\n' "$out" | sed -n "s/^  $1  *//p"
}

# ---- options ----
refuses 2 'utfall-audit: replay: needs --operator-key FILE' "$audit" replay plain
refuses 2 "utfall-audit: --require: expected witnessed, complete or witnessed,complete; found 'trust'" \
	"$audit" replay plain --operator-key operator.vkey --require trust
refuses 2 'utfall-audit: --require witnessed: needs --policy FILE with a quorum: it says which witnesses count' \
	"$audit" replay plain --operator-key operator.vkey --require witnessed
refuses 2 'utfall-audit: --require complete: leave out --verify, which replays no rule and no statement' \
	"$audit" replay plain --operator-key operator.vkey --require complete --verify

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
exits 0 "$utfall" checkpoint cosign head --key w1.key --out head.cosigned
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
like "$status $err" '^5 utfall-audit: changed/cosigned: expected [0-9]+ bytes with SHA-256 ' \
	'a file that is not the manifest'"'"'s'
finish
