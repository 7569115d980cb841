#!/bin/sh
# The first contract of contracts/README.md: its terms are right as they stand there, are said as the
# page says, and come to the line that the page works out by hand.
. tests/tap.sh

page=$top/contracts/README.md
cd "$tmp" || exit 1
sed -n '/^## First, a whole contract$/,/^## 1 /p' "$page" >section
sed -n '/^```json$/,/^```$/p' section | sed '/^```/d' >terms.json
sed -n '/^```text$/,/^```$/p' section | sed '/^```/d' | tr '\n' ' ' | sed 's/ $//' >sentence
run "$utfall" contract check terms.json --plain
is "$status" 0 'the terms are without errors'
like "$out" '^terms.json: 0 errors, 0 warnings$' 'and without warnings'
is "$(printf '%s\n' "$out" | sed -n 's/^  \(six_months, “Six months in work”[.]\)/\1/p')" "$(cat sentence)" \
	'the outcome is said as the page says'
"$utfall" contract check terms.json --plain --language sv >sv.txt
like "$(cat sv.txt)" 'Priset är 40 000,00 SEK\.' 'also in Swedish'

UTFALL_LEDGER=ledger.db UTFALL_CHECKPOINT_KEY=checkpoint.key UTFALL_AT=2027-01-02T09:00:00Z
export UTFALL_LEDGER UTFALL_CHECKPOINT_KEY UTFALL_AT
exits 0 "$utfall" init --origin test.example/first --exact --operator keeper --key keeper.key --simulated
for party in habo team association; do
	exits 0 "$utfall" key new $party --out $party.key
	exits 0 "$utfall" party add $party "$out" --key keeper.key
done
exits 0 "$utfall" contract propose terms.json --key keeper.key
exits 0 "$utfall" contract sign --key habo.key
exits 0 "$utfall" contract sign --key team.key

cat >year.csv <<END
type;label;participant;on;from;kind;extent;spell;attributes.municipality
participant.enrolled;;o6qh2dww2eao3efit7gwvelvse;2027-01-11;;;;;habo
spell.started;job;o6qh2dww2eao3efit7gwvelvse;;2027-02-01;employment;50;;
spell.confirmed;still;o6qh2dww2eao3efit7gwvelvse;2027-09-30;;;;@job;
END
UTFALL_AT=2027-10-04T09:00:00Z
exits 0 "$utfall" submit year.csv --key team.key --book team.book
exits 0 "$utfall" attest accepted @job @still --book team.book --method employer_letter --key association.key
UTFALL_AT=2027-10-14T09:00:00Z
exits 0 "$utfall" settle --key keeper.key --through 2027-03-31
exits 0 "$utfall" settle --key keeper.key --through 2027-06-30
run "$utfall" settle --key keeper.key
is "$status" 3 'on 14 October the third quarter cannot be settled yet'
like "$err" "expected to be settled on or after 2027-10-15, as the terms' cut_off asks, found 2027-10-14: wait" \
	'and the answer says when'
UTFALL_AT=2027-10-15T09:00:00Z
exits 0 "$utfall" settle --key keeper.key
is "$("$utfall" export lines --json | jq -c '.[] | [.statement, .payer, .payee, .payment, .amount, .unit, .achieved]')" \
	'[3,"habo","team","six_months_pay",4000000,"SEK","2027-07-31"]' 'one line, full on 31 July'
finish
