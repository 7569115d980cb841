#!/bin/sh
# sample: lines that are checked after they were paid. The draw is repeated by python3 from the
# signed checkpoint and the statement, by the text of contracts/README.md.
. tests/tap.sh
. tests/cli/world.sh

# What the provider says counts at once; half of it is checked afterwards.
jq '.proofs.attested = {by: ["provider"], accept: "none",
	sample: {share: "0.5", of: "settled_period", seed: "next_checkpoint"}}' "$terms" >"$tmp/sampled.json"
terms=$tmp/sampled.json
world
UTFALL_AT=2018-01-10T08:00:00Z
echo 'type,label,participant,on,from,kind,extent,attributes.municipality,attributes.clinic_contact,attributes.wants_work' >jobs.csv
n=0
for person in o6qh2dww2eao3efit7gwvelvse cbnxixtclayp6sungvwxphw6ei tf7s7its652t6rb3j6oftsqtpa \
	44dfqf5pbs7dxcvto733dd4v2a ypwuk2g52fihgc6277t6z2obu4; do
	n=$((n + 1))
	echo "participant.enrolled,,$person,2017-01-09,,,,habo,true,true"
	echo "spell.started,job$n,$person,,2017-02-06,employment,50,,,"
done >>jobs.csv
exits 0 send ips_team jobs.csv --book team.book
exits 0 "$utfall" settle --key "$(key keeper)"
refused() {	# POINTER TEXT: what a refused verdict says
	printf '%s\n%s' "attest: error at /body$1: $2" \
		'utfall: attest: refused, 1 error; nothing was recorded'
}
refuses 3 "$(refused /population 'statement 1 has no seed yet: the tree after the next submission is its seed, and nothing has been recorded since')" \
	"$utfall" attest accepted @job1 --book team.book --method visit --population 1 \
	--key "$(key sodra_vatterbygden)"
refuses 3 'utfall: statement 1 has no seed yet: the tree after the next submission is its seed, and nothing has been recorded since' \
	"$utfall" sample 1
refuses 3 "utfall: no statement 2: the contract has 1; 'utfall statement list' lists them" "$utfall" sample 2

cat >talk.csv <<END
type,participant,on,kind,hours
activity.logged,$person,2017-03-01,ips_support,1
END
exits 0 send ips_team talk.csv
"$utfall" checkpoint show >seed.note
"$utfall" statement show 1 --json >statement.json
cat >draw.py <<'END'
import base64, hashlib, json, math
root = base64.b64decode(open("seed.note").read().split("\n")[2]).hex()
lines = [row["line"] for row in json.load(open("statement.json"))["lines"]]
keys = {line["key"] for line in lines if line["payment"] == "placed_pay"}
rank = lambda key: hashlib.sha256(("utfall/sample/v1\n%s\n%s" % (root, key)).encode()).digest()
drawn = sorted(keys, key=rank)[:math.ceil(len(keys) * 0.5)]
print("\n".join(sorted(drawn)))
END
python3 draw.py >want.txt
is "$(wc -l <want.txt | tr -d ' ')" 3 'half of five, rounded up'
"$utfall" sample 1 --json >sample.json
jq -r '.[].key' sample.json | sort >got.txt
same got.txt want.txt 'the draw is what anybody gets from the seed'
is "$(jq -r '.[].amount' sample.json | sort -u)" 3000000 'whole amounts, all payers together'
sed 's/2017-03-01/2017-03-02/' talk.csv >more.csv
exits 0 send ips_team more.csv
is "$("$utfall" sample 1 --json | jq -r '.[].key' | sort)" "$(cat want.txt)" 'later submissions change nothing'

# The first that is drawn is rejected, the second accepted; a verdict on who was not drawn is none.
job_of() {	# PSEUDONYM: label of the job
	awk -F, -v p="$1" '$1 == "spell.started" && $3 == p { print "@" $2 }' jobs.csv
}
first=$(jq -r '.[0].subject' sample.json)
second=$(jq -r '.[1].subject' sample.json)
other=$(awk -F, '$1 == "spell.started" { print $3 }' jobs.csv | while read -r p; do
	jq -e --arg p "$p" 'any(.[]; .subject == $p)' sample.json >/dev/null || echo "$p"
done | head -n 1)
refuses 3 'utfall: --population: the contract has no statement 7' "$utfall" attest rejected \
	"$(job_of "$first")" --book team.book --method visit --population 7 --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" attest rejected "$(job_of "$first")" --book team.book --method visit --population 1 \
	--key "$(key sodra_vatterbygden)"
refuses 3 "$(refused /events/0 "expected an event that a drawn line of statement 1 rests on, found a spell.started, not drawn: 'utfall sample 1' lists what was; a verdict beside the sample names no population")" \
	"$utfall" attest accepted "$(job_of "$other")" --book team.book \
	--method visit --population 1 --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" attest accepted "$(job_of "$second")" --book team.book \
	--method visit --population 1 --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" attest accepted "$(job_of "$other")" --book team.book \
	--method visit --key "$(key sodra_vatterbygden)"
run "$utfall" sample 1
like "$out" '^3 of 5 drawn by the root [0-9a-f]{64}$' 'what is drawn of what'
like "$out" '^checked: 2, rejected: 1, error rate 0.5$' 'what was found'
like "$out" '^verdicts on the rest name statement 1 as their population$' 'what is left to do'

run "$utfall" sample 1 --language sv
like "$out" '^granskade: 2, underkända: 1, andel fel 0,5$' 'in Swedish'
is "$("$utfall" sample 1 --language sv --json | jq -r '[.[].found] | sort | join(" ")')" \
	'accepted not checked rejected' 'a machine reads the same in all languages'

# A correction of what was drawn is drawn; what no line of the statement rests on is not.
exits 0 "$utfall" correct "$(job_of "$second")" extent=60 --reason wrong_extent --book team.book \
	--key "$(key ips_team)"
correction=$("$utfall" events --type event.corrected --json | jq -r '.[0].digest')
ok 'a correction of what was drawn is drawn' "$utfall" attest accepted "$correction" --method visit \
	--population 1 --key "$(key sodra_vatterbygden)"
sed 's/,1$/,2/; s/activity.logged,/activity.logged,talk,/; s/^type,/type,label,/; s/2017-03-01/2017-03-05/' \
	talk.csv >talk3.csv
exits 0 send ips_team talk3.csv --book team.book
refuses 3 "$(refused /events/0 "expected an event that a drawn line of statement 1 rests on, found a activity.logged, not drawn: 'utfall sample 1' lists what was; a verdict beside the sample names no population")" \
	"$utfall" attest rejected @talk --book team.book --method visit --population 1 \
	--key "$(key sodra_vatterbygden)"

# What was rejected is taken back: 30,000 kronor, the region's quarter 7,500.
exits 0 "$utfall" settle --key "$(key keeper)"
is "$("$utfall" statement show 2 --json | jq -c '[.lines[].line | select(.payer == "region_jonkoping" and .payment == "placed_pay") | [.amount, .reason]]')" \
	'[[-750000,"reversed"]]' 'a rejection takes back what was paid'

# Auditors judge the verdicts by the same draw: whole, cut, and after somebody drawn was erased.
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey
like "$out" '^verified' 'an auditor accepts the verdicts'
exits 0 "$utfall" bundle for_region --for region_jonkoping
exits 0 "$audit" replay for_region --operator-key operator.vkey
exits 0 "$utfall" erase "$second" --authority 'decision 12' --yes --key "$(key keeper)"
exits 0 "$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey
refuses 3 "$(refused /events/0 "expected an event that a drawn line of statement 1 rests on, found a spell.started, not drawn: 'utfall sample 1' lists what was; a verdict beside the sample names no population")" \
	"$utfall" attest rejected "$(job_of "$other")" --book team.book --method visit --population 1 \
	--key "$(key sodra_vatterbygden)"
finish
