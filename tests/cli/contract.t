#!/bin/sh
# contract: checking terms, who must sign, who has; keys and parties.
. tests/tap.sh
. tests/cli/world.sh
cd "$tmp" || exit 1

# ---- check ----
run "$utfall" contract check "$terms"
is "$status" 0 'the terms are sound'
echo '{"terms": 1,' >torn.json
refuses 3 "utfall: torn.json:2:1: expected a key in double quotes, found the end of the text" \
	"$utfall" contract check torn.json
jq '.payments.placed_pay.price = "prize" | .limits[0].of = ["nothing"]' "$terms" >bad.json
run "$utfall" contract check bad.json
is "$status" 1 'terms with errors: the answer is no'
is "$(printf '%s\n' "$out" | sed 's/:[0-9]*:[0-9]*:/:/; s/;.*//')" \
	"bad.json: error at /payments/placed_pay/price: there is no value, date or outcome 'prize'
bad.json: error at /limits/0/of/0: there is no payment 'nothing'
bad.json: 2 errors, 0 warnings" 'each with its place'
is "$("$utfall" contract check bad.json --json 2>/dev/null | jq -r '.[].pointer')" \
	'/payments/placed_pay/price
/limits/0/of/0' 'in JSON too'

# ---- propose ----
open_ledger
remember
run "$utfall" contract propose bad.json --key "$(key keeper)"
is "$status" 3 'terms with errors are not proposed'
jq '.parties.vaggeryds_kommun = .parties.vaggeryd | del(.parties.vaggeryd) |
	.shares.coordination.parts[5].party = "vaggeryds_kommun"' "$terms" >other.json
refuses 3 "utfall: the terms name party 'vaggeryds_kommun', which this ledger does not know; register it first: utfall party add vaggeryds_kommun VERIFIER-KEY" \
	"$utfall" contract propose other.json --key "$(key keeper)"
run "$utfall" contract propose "$terms" --key "$(key habo)"
is "$status" 3 'only the operator proposes'
same_ledger 'the ledger is as it was'
refuses 3 "utfall: this ledger has no contract yet; propose one with 'utfall contract propose TERMS'" \
	"$utfall" contract show
exits 0 "$utfall" contract propose "$terms" --key "$(key keeper)"
like "$out" '^proposed: contract [0-9a-f]{64}, version 1$' 'the digest is printed'
digest=$(printf '%s\n' "$out" | sed -n 's/proposed: contract \([0-9a-f]*\),.*/\1/p')

# ---- sign ----
is "$("$utfall" contract list --json | jq -r '.[0].status')" '0 of 7 signed' 'seven must sign'
for party in $funders; do
	exits 0 "$utfall" contract sign --key "$(key "$party")"
done
is "$("$utfall" contract list --json | jq -r '.[0].status')" '6 of 7 signed' 'six have'
run "$utfall" contract sign --key "$(key habo)"
like "$err" '/body/version: habo has signed this version already' 'nobody signs twice'
exits 0 "$utfall" contract sign "$(echo "$digest" | cut -c1-12)" --key "$(key ips_team)" --out i.submission
is "$("$utfall" contract list --json | jq -r '.[0].status')" '6 of 7 signed' 'a file is not yet recorded'
exits 0 "$utfall" submit i.submission
is "$("$utfall" contract list --json | jq -r '.[0].status')" 'in force' 'in force at the last signature'
is "$("$utfall" contract show jonkoping_ips --json | jq -r '.[] | select(.party == "habo") | .signature')" \
	signed 'who has signed, by name of the contract'
"$utfall" contract show --terms | jq -S . >now.json
jq -S . "$terms" >then.json
same now.json then.json 'the terms as recorded are the terms as written'
run "$utfall" contract show --plain
like "$out" 'jonkoping_ips' 'and can be read as sentences'
"$utfall" contract show --plain --language sv >now.txt
same now.txt "$top/contracts/jonkoping/plain.sv.txt" 'in Swedish too'
refuses 2 "utfall: --language: expected en, sv or da, found 'fr'" \
	"$utfall" contract show --plain --language fr
"$utfall" contract check "$terms" --plain --language da | tail -n +3 | head -n 1 | grep -o "^.*fra og med" >now.txt
is "$(cat now.txt)" 'Kontrakt jonkoping_ips, version 1, i SEK. Den gælder fra og med' \
	'the checker prints terms back, in Danish'

# ---- a next version ----
jq '.version = 2 | .applies = {to: "achieved", from: "2018-07-01", settled: "keep"}
	| .outcomes.retained_6.reach.run.n = 5' "$terms" >v2.json
run "$utfall" contract check v2.json --against "$terms"
is "$status" 0 'what changes between two files is a warning'
like "$out" '/outcomes/retained_6: its window changes for those who are in the middle of one on 2018-07-01' \
	'and is said'
run "$utfall" contract check v2.json --against jonkoping_ips
like "$out" "at /applies/settled: nothing is settled yet: 'keep' has nothing to take hold of" \
	'the ledger knows what is settled'
run "$utfall" contract check "$terms" --against jonkoping_ips
is "$status $err" '1 ' 'errors are the answer: nothing else is said beside them'
is "$out" "$terms:5:14: error at /version: expected 2, one more than the version before, found 1
$terms: 1 error, 0 warnings" 'and are listed'
jq '.version = 3' v2.json >v3.json
run "$utfall" contract amend v3.json --key "$(key keeper)"
is "$status" 3 'an error stops an amendment'
like "$err" '/version: expected 2, one more than the version before, found 3' 'and is said'
run "$utfall" contract amend v2.json --key "$(key keeper)"
is "$status" 0 'an amendment is recorded'
like "$out" '^amended: version 2, [0-9a-f]{64}; it is in force once all have signed it$' 'with its digest'
like "$err" 'its window changes' 'warnings are not kept back'
for party in $funders ips_team; do
	exits 0 "$utfall" contract sign --key "$(key "$party")"
done
is "$("$utfall" contract list --json | jq -c '.[0] | [.version, .status]')" '[2,"in force"]' \
	'and in force at the last signature'
like "$("$utfall" contract show --plain)" '^Contract jonkoping_ips, version 2, in SEK\. This version governs what is achieved or due on or after 2018-07-01\. Settled amounts are kept\.' \
	'it says what it governs'

# ---- keys and parties ----
refuses 2 "utfall: the verifier key is named 'habo', expected 'shop': a party's keys carry its id" \
	"$utfall" party add shop "$("$utfall" key show "$(key habo)")" --key "$(key keeper)"
run "$utfall" party add habo "$("$utfall" key show "$(key habo)")" --key "$(key keeper)"
like "$err" 'habo is registered already, by entry [0-9]+' 'a party is registered once'
exits 0 "$utfall" key new habo --out habo2.key
second=$out
run "$utfall" key add "$second" --key "$(key jonkoping)"
is "$status" 3 'nobody registers a key of another'
exits 0 "$utfall" key add "$second" --key "$(key habo)"
exits 0 "$utfall" key revoke "$("$utfall" key show "$(key habo)")" --key habo2.key --reason replaced
is "$("$utfall" key list --party habo --json | jq -c '[.[] | has("revoked")]')" '[true,false]' \
	'the old key is revoked, the new one lives'
like "$("$utfall" party list)" '^habo +[0-9]+ +1$' 'one key is left'
ok 'the ledger replays' "$utfall" verify --full

# ---- a recovered key, and who vouches for it ----
exits 0 "$utfall" key new habo --out found.key
found=$out
refuses 3 "key confirm: error at /body/key: expected a key registered in this ledger, found $found
utfall: key confirm: refused, 1 error; nothing was recorded" \
	"$utfall" key confirm "$found" --key "$(key mullsjo)"
exits 0 "$utfall" key add "$found" --recovery --key "$(key keeper)"
like "$("$utfall" key list)" "^habo +submissions +[0-9]+ +no contract +$(printf %s "$found" | sed 's/+/[+]/g')\$" \
	'the list of keys says that it is one, for no contract'
is "$("$utfall" key list --json | jq -c '[.[] | select(.recovery) | .confirmed]')" '[""]' 'in JSON too'
paid() {
	"$utfall" pay made ips_team 1.00 --ref 7 --on 2018-02-01 --key found.key
}
run paid
is "$status" 3 'it signs nothing under the contract'
refuses 2 "utfall: usage: utfall key confirm VERIFIER-KEY" "$utfall" key confirm
run "$utfall" key confirm habo --key "$(key mullsjo)"
is "$status" 3 'a party is no key'
like "$err" "^utfall: verifier key: expected " 'as it is told'
refuses 3 "key confirm: error at /body/key: expected a recovered key, found one that needs no confirmation
utfall: key confirm: refused, 1 error; nothing was recorded" \
	"$utfall" key confirm "$second" --key "$(key mullsjo)"
refuses 3 "key confirm: error: key.confirmed is sent by another signatory than the key's own party, habo
utfall: key confirm: refused, 1 error; nothing was recorded" \
	"$utfall" key confirm "$found" --key habo2.key
refuses 3 "key confirm: error: key.confirmed is sent by a signatory of the contract, found sodra_vatterbygden
utfall: key confirm: refused, 1 error; nothing was recorded" \
	"$utfall" key confirm "$found" --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" key confirm "$found" --key "$(key mullsjo)" --out vouched
ok 'another party vouches for it, on its own machine' "$utfall" submit vouched
refuses 3 "key confirm: error at /body/key: this key is confirmed for this contract already
utfall: key confirm: refused, 1 error; nothing was recorded" \
	"$utfall" key confirm "$found" --key "$(key jonkoping)"
digest=$("$utfall" contract list --json | jq -r '.[0].digest')
is "$("$utfall" key list --json | jq -c '[.[] | select(.recovery) | .confirmed]')" "[\"$digest\"]" \
	'the list says for which contract'
like "$("$utfall" key list)" "^habo .* $(printf %.8s "$digest") +habo[+]" 'in words too'
ok 'and it signs under the contract' paid
ok 'the ledger replays with it' "$utfall" verify --full

# ---- another checkpoint key ----
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$utfall" key new $origin --out next.key
next=$out
refuses 3 'utfall: the first checkpoint that covers a new checkpoint key is signed by the old key and the new one: name both' \
	"$utfall" key add "$next" --use checkpoints --key "$(key keeper)"
ok 'a new checkpoint key' "$utfall" key add "$next" --use checkpoints --key "$(key keeper)" \
	--new-checkpoint-key next.key
is "$("$utfall" checkpoint show | grep -c '^—')" 2 'the head that covers it is signed by both'
UTFALL_CHECKPOINT_KEY=next.key
ok 'the old one is revoked' "$utfall" key revoke "$(cat operator.vkey)" --key "$(key keeper)"
ok 'the ledger verifies' "$utfall" verify --full
exits 0 "$utfall" bundle bundle
ok 'who holds the old key still can replay' "$audit" replay bundle --operator-key operator.vkey
echo "$next" >next.vkey
ok 'who holds the new one too' "$audit" replay bundle --operator-key next.vkey
finish
