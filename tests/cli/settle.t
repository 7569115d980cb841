#!/bin/sh
# settle, statement, balance: refusals, the dry run, and what is printed in each form.
. tests/tap.sh
. tests/cli/world.sh

world
UTFALL_AT=2018-01-10T08:00:00Z
refuses 3 "utfall: no statement 1: the contract has 0; 'utfall statement list' lists them" "$utfall" statement show 1
is "$("$utfall" statement list)" 'no statements' 'no statement yet'
is "$("$utfall" statement list --json)" '[]' 'in JSON too'
is "$("$utfall" balance)" 'nothing was settled or paid' 'nothing is owed yet'
refuses 2 'utfall: settle: needs --key FILE (or UTFALL_KEY in the environment)' "$utfall" settle
refuses 2 "utfall: --through: expected a date as 2018-03-31, found 'soon'" \
	"$utfall" settle --through soon
refuses 3 'utfall: statement 1 is through 2017-03-31, the last day of the next period, not 2017-06-30' \
	"$utfall" settle --through 2017-06-30 --key "$(key keeper)"
for form in --json --csv ''; do
	refuses 2 "utfall: --language: expected en, sv or da, found 'no'" \
		"$utfall" settle --language no $form --key "$(key keeper)"
	refuses 3 "utfall: no party 'nobody': 'utfall party list' shows them" \
		"$utfall" settle --payer nobody $form --key "$(key keeper)"
done
is "$("$utfall" statement list)" 'no statements' 'nor is a statement recorded that could not be shown'
refuses 3 "utfall: no contract 'jonk' in this ledger: expected a digest, its first 8 digits or more, or a name ('utfall contract list' lists them)" \
	"$utfall" settle jonk --dry-run
remember
run "$utfall" settle --key "$(key ips_team)"
is "$status" 3 'only the operator settles'
like "$err" "sent by the ledger's operator, found ips_team" 'as it is told'
same_ledger 'the ledger is as it was'

# ---- two years of quarters without anybody, one with a job ----
accepted_job 50 2017-03-31
remember
exits 0 "$utfall" settle --dry-run --json
same_ledger 'a dry run records nothing'
printf '%s\n' "$out" | jq -S '.lines' >dry.json
exits 0 "$utfall" settle --key "$(key keeper)" --receipt settle.receipt
like "$out" '^issued: statement 1 through 2017-03-31 with 6 lines, entry [0-9]+$' 'a statement is issued'
"$utfall" statement show 1 --json | jq -S '.lines' >real.json
same dry.json real.json 'it has the lines of the dry run'
is "$("$utfall" statement show 1 --json | jq -c '[.lines[].line.amount] | add')" 3000000 \
	'they add up to the price'
# 30,000 kronor: the state half, the region a quarter, the municipalities a quarter by inhabitants
is "$("$utfall" statement show 1 --csv | tr -d '\r' | awk -F, 'NR > 1 { print $3, $11 }')" \
	"forsakringskassan 15000.02
habo 518.15
jonkoping 6055.50
mullsjo 319.73
region_jonkoping 7500.00
vaggeryd 606.60" 'in CSV, amounts are plain decimals'
ok 'an auditor checks the receipt' sh -c "'$utfall' key show '$UTFALL_CHECKPOINT_KEY' >vkey &&
	'$audit' proof settle.receipt --operator-key vkey"
run "$utfall" statement show 1 --payer habo
like "$out" '^Simulated clock' 'a simulated ledger says so'
like "$out" "^   2  $person  In work  2017-02-06  518.15 SEK  reached$" 'a line, in text'
unlike "$out" 'region_jonkoping' 'only of the payer that was asked for'
like "$out" '^habo   ips_team  518.15 SEK$' 'what it pays'
like "$out" '^Fee for work      1           0  518.15 SEK$' 'and for what'
run "$utfall" statement explain 1 2
is "$status" 0 'a line is explained'
like "$out" 'spell.started' 'by its facts'
# habo owes 518.15 for placed, the second line of statement 1: nothing was settled before.
like "$out" '^Statement 1, line 2: habo owes ips_team 518.15 SEK. It is the payment “Fee for work” for the outcome “In work”.$' \
	'who owes whom what, for what'
like "$out" '  earlier lines of this hold 0.00 SEK; it now comes to 518.15 SEK; this line is the difference, 518.15 SEK$' \
	'and what was there before'
like "$out" "$("$utfall" events --type spell.started --json | jq -r '.[0].digest')" 'down to their digests'
run "$utfall" statement explain 1 2 --language sv
like "$out" '^Avräkning 1, rad 2: habo ska betala 518,15 SEK till ips_team. Det gäller betalningen ”Fee for work” för utfallet ”In work”.$' \
	'in Swedish'
run "$utfall" statement explain 1 2 --language da
like "$out" '  prisen er 30.000,00 SEK$' 'in Danish'
refuses 3 'utfall: statement 1 has 6 lines, not line 7' "$utfall" statement explain 1 7
refuses 2 "utfall: line: expected a number from 1 to 2000000, found '0'" \
	"$utfall" statement explain 1 0
is "$("$utfall" balance --csv | tr -d '\r' | sed -n 3p)" \
	'habo,ips_team,518.15,0.00,0.00,0.00,518.15,SEK' 'the balance in CSV'

# ---- one after the other, none before its time ----
for n in 2 3; do
	exits 0 "$utfall" settle --key "$(key keeper)"
done
refuses 3 "utfall: statement: /body/through: expected to be settled on or after 2018-01-15, as the terms' cut_off asks, found 2018-01-10: wait, or settle a period that has ended" \
	"$utfall" settle --key "$(key keeper)"
UTFALL_AT=2018-01-15T08:00:00Z
exits 0 "$utfall" settle --key "$(key keeper)"
is "$("$utfall" statement list --json | jq -c '[.[].lines]')" '[6,0,0,0]' 'four statements'
ok 'the ledger replays' "$utfall" verify --full
finish
