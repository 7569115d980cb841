#!/bin/sh
# What a ledger refuses, each with its own words, and that nothing is left of it.
. tests/tap.sh
. tests/cli/world.sh

p1=abcdefghijklmnopqrstuvwxya
p2=bbcdefghijklmnopqrstuvwxya

# ---- before the contract is signed ----
open_ledger
cd "$tmp" || exit 1
exits 0 "$utfall" contract propose "$terms" --key "$(key keeper)"
echo "{\"type\":\"participant.enrolled\",\"body\":{\"participant\":\"$p1\",\"on\":\"2018-01-08\"}}" >e.json
remember
refuses 3 'e.json:1:39: error at /body/contract: expected a contract that all its funders and providers have signed, found one with signatures missing: send contract.signed first
utfall: e.json: refused, 1 error; nothing was recorded' send ips_team e.json
refuses 3 'contract sign: error: contract.signed is sent by a funder or provider that the terms name, found sodra_vatterbygden
utfall: contract sign: refused, 1 error; nothing was recorded' \
	"$utfall" contract sign --key "$(key sodra_vatterbygden)"
same_ledger 'the ledger is as it was'
rm -rf "$tmp/ledger.db"* "$tmp/keys"

world

# ---- who: roles and keys ----
remember
refuses 3 'e.json:1:1: error: participant.enrolled is sent by the provider, or a source that the terms name for it, found habo
utfall: e.json: refused, 1 error; nothing was recorded' send habo e.json
exits 0 "$utfall" key new ips_team --out stranger.key
refuses 3 "e.json: error at /key: expected a key registered earlier in this ledger, found $("$utfall" key show stranger.key | cut -d+ -f1,2): register it first
utfall: e.json: refused, 1 error; nothing was recorded" "$utfall" submit e.json --key stranger.key
exits 0 "$utfall" key new nobody --out nobody.key
refuses 3 "e.json: error at /key: expected a key registered earlier in this ledger, found $("$utfall" key show nobody.key | cut -d+ -f1,2): register it first
utfall: e.json: refused, 1 error; nothing was recorded" "$utfall" submit e.json --key nobody.key
same_ledger 'the ledger is as it was'
vkey=$("$utfall" key show "$(key habo)")
exits 0 "$utfall" key revoke "$vkey" --key "$(key keeper)" --reason exposed
remember
refuses 3 "e.json: error at /key: expected a live key, found $(echo "$vkey" | cut -d+ -f1,2), revoked by entry 43: sign with another
utfall: e.json: refused, 1 error; nothing was recorded" send habo e.json

refuses 3 "utfall: the terms name party 'habo', which has no live key: it registers one with 'utfall key add'" \
	"$utfall" contract propose "$terms" --key "$(key keeper)"

# ---- what: enrolment, references, natural keys ----
printf '{"type":"spell.started","label":"job","body":{"participant":"%s","from":"2018-02-05","kind":"employment"}}\n' $p1 >job.json
refuses 3 "job.json:1:61: error at /body/participant: expected a participant enrolled or assigned under this contract before, found $p1: send participant.enrolled first
utfall: job.json: refused, 1 error; nothing was recorded" send ips_team job.json
printf '{"type":"spell.ended","body":{"participant":"%s","on":"2018-02-05","spell":"%s"}}\n' $p1 $contract >end.json
run send ips_team end.json
is "$status" 3 'a reference to an event of the wrong type is refused'
like "$err" '/body/spell: expected the digest of a spell.started, found that of a contract.proposed' 'and named'
printf '{"type":"spell.ended","body":{"participant":"%s","on":"2018-02-05","spell":"%064d"}}\n' $p1 7 >end.json
run send ips_team end.json
is "$status" 3 'a reference to no event is refused'
like "$err" '/body/spell: expected the digest of an event recorded earlier in this ledger' 'and named'
same_ledger 'the ledger is as it was'

exits 0 send ips_team e.json
exits 0 send ips_team job.json --book team.book
remember
run send ips_team job.json
is "$status" 3 'a fact that is recorded already is refused'
like "$err" '^job.json:1:1: error: this spell.started is recorded already, as entry [0-9]+ \(.*\), alike in .*: leave it out, or correct the first' \
	'with the entry that has it'
same_ledger 'the ledger is as it was'

# ---- personal numbers ----
printf '{"type":"spell.ended","body":{"participant":"%s","on":"2018-02-09","spell":"@job","reason":"x"}}\n' $p1 >end.json
printf '{"type":"party.registered","body":{"party":"shop","title":"Shop of 19121212-1212"}}\n' >title.json
run send keeper title.json
is "$status" 3 'a personal identity number is refused'
like "$err" '^title.json:1:59: error at /body/title: holds what looks like a personal identity number' 'with its place'
same_ledger 'the ledger is as it was'

# ---- the same file twice, changed files, other ledgers ----
exits 0 "$utfall" sign end.json --origin $origin --contract "$contract" --key "$(key ips_team)" \
	--book team.book --out end.submission
sed '2s/2018-02-09/2018-02-08/' end.submission >changed.submission
run "$utfall" submit changed.submission
is "$status" 3 'a changed submission file is refused'
# another first character, whatever the signature begins with
sed -e '1s/"signature":"A/"signature":"B/;t' -e '1s/"signature":"[^A]/"signature":"A/' end.submission >unsigned.submission
refuses 3 "unsigned.submission:1: error at /signature: does not verify under $("$utfall" key show "$(key ips_team)" | cut -d+ -f1,2): sign it again with that key
utfall: unsigned.submission: refused, 1 error; nothing was recorded" "$utfall" submit unsigned.submission
exits 0 "$utfall" sign e.json --origin other.example/1 --contract "$contract" --key "$(key ips_team)" \
	--out other.submission
refuses 3 "other.submission:1: error at /ledger: expected test.example/ledger, this ledger's origin, found other.example/1: it was signed for another ledger
utfall: other.submission: refused, 1 error; nothing was recorded" "$utfall" submit other.submission
refuses 3 'utfall: e.json: expected a submission file as '"'utfall sign'"' makes it; to sign a file of events in one go, name the signer'"'"'s key with --key' \
	"$utfall" submit e.json
# ---- where the receipt or the book cannot be written, nothing is recorded ----
mkfifo pipe
cp end.submission mine
for command in 'submit end.submission' "settle --key $(key keeper)"; do
	name=${command%% *}
	# shellcheck disable=SC2086 # a command and its arguments
	refuses 3 'utfall: absent/receipt: create: No such file or directory' \
		"$utfall" $command --receipt absent/receipt
	# shellcheck disable=SC2086
	refuses 4 'utfall: mine: exists already and is no receipt; name another file' \
		"$utfall" $command --receipt mine
	# shellcheck disable=SC2086
	refuses 4 'utfall: pipe: exists already and is no ordinary file; name another file' \
		"$utfall" $command --receipt pipe
	same mine end.submission "$name: another file is left as it is"
	ok "$name: a pipe, too" test -p pipe
done
printf '{"type":"participant.enrolled","label":"new","body":{"participant":"%s","on":"2017-01-10"}}\n' \
	$p1 >labelled.json
refuses 3 'utfall: absent/book: create: No such file or directory' send ips_team labelled.json --book absent/book
same_ledger 'the ledger is as it was'
long=$(printf '%0250d' 0)	# with room for itself, not for the temporary file beside it
run "$utfall" submit end.submission --receipt "$long"
is "$status $err" "6 utfall: recorded, but without its receipt: $long: create: File name too long; 'utfall prove' writes a proof of an event" \
	'a receipt that fails behind the record says so'
run "$utfall" sign labelled.json --origin $origin --contract "$contract" --key "$(key ips_team)" \
	--book "$long" --out labelled.submission
is "$status $err" "6 utfall: done, but its labels are not kept: $long: create: File name too long; 'utfall events' lists the digests that they stand for" \
	'a book, too'
exits 0 "$utfall" submit end.submission --receipt first.receipt
ok 'a receipt is written over a receipt' "$utfall" submit end.submission --receipt first.receipt
remember
ok 'the same submission again is answered' "$utfall" submit end.submission --receipt second.receipt
like "$out" '^recorded before: 1 event of ips_team' 'as one recorded before'
same first.receipt second.receipt 'with the first receipt'
same_ledger 'and nothing is written'

# ---- corrections and verdicts ----
refuses 2 "utfall: attest: expected 'accepted' or 'rejected', found 'yes'" \
	"$utfall" attest yes @job --method letter
run "$utfall" attest accepted @job --book team.book --method letter --key "$(key ips_team)"
is "$status" 3 'a provider does not attest'
like "$err" 'claim.attested is sent by .*, found ips_team' 'it is told who does'
run "$utfall" retract @job --book team.book --key "$(key sodra_vatterbygden)"
like "$err" 'is sent by the party that sent the first, ips_team, found sodra_vatterbygden' \
	'nobody takes back what another said'
refuses 2 "utfall: correct: spell.started has no field 'colour'" \
	"$utfall" correct @job colour=red --book team.book --key "$(key ips_team)"
refuses 3 "utfall: no event is labelled 'work' in team.book" \
	"$utfall" correct @work extent=50 --book team.book --key "$(key ips_team)"
same_ledger 'the ledger is as it was'

# ---- the clock ----
UTFALL_AT=2018-01-01T08:00:00Z
run send ips_team e.json
is "$status" 3 'a clock behind the last entry is refused'
UTFALL_AT=2020-04-02T08:00:00Z
echo "{\"type\":\"participant.enrolled\",\"body\":{\"participant\":\"$p2\",\"on\":\"2018-01-08\"}}" >late.json
run send ips_team late.json
is "$status" 3 'a fact after record_until is refused'
like "$err" 'expected to be recorded on or before record_until, 2020-03-31, found 2020-04-02' 'with both dates'
UTFALL_AT=2018-01-02T08:00:00Z
same_ledger 'the ledger is as it was'

# ---- a ledger on the machine's clock ----
unset UTFALL_AT
UTFALL_LEDGER=$tmp/real.db UTFALL_CHECKPOINT_KEY=$tmp/real.key
exits 0 "$utfall" init --origin real.example/ledger --operator keeper --key "$(key keeper)"
refuses 3 "utfall: --at: the ledger $("$utfall" checkpoint show | sed q) was not opened as simulated; its clock is the machine's, leave --at (and UTFALL_AT) out" \
	"$utfall" party add ips_team "$("$utfall" key show "$(key ips_team)")" --key "$(key keeper)" \
	--at 2018-01-01T00:00:00Z
run "$utfall" init --origin real.example/ledger --operator keeper --key "$(key keeper)"
is "$status" 4 'a ledger is not opened over another'
refuses 2 'utfall: init: --at (or UTFALL_AT) sets the clock of a simulated ledger only; add --simulated or leave it out' \
	"$utfall" init --ledger x.db --origin a.example --operator keeper --at 2018-01-01T00:00:00Z
run "$utfall" party list --ledger none.db
is "$status" 3 'a ledger that is not there is named'
like "$err" 'none.db' 'by its path'
finish
