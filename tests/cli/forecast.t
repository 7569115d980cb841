#!/bin/sh
# forecast: what would still come until a day. All amounts are by hand.
#
# The terms: 30,000 kronor when somebody first works (placed), 40,000 after six months, 50,000 after
# twelve; the region pays a quarter of each. Statements are made for quarters. Four people:
#   p1  works from 6 February 2017, reported until 31 March, accepted
#   p2  works from 1 March 2017, reported; nobody has verified it yet
#   p3  worked from 13 February to 20 March 2017, accepted: the job is over
#   p4  works from 3 April 2017, reported until 20 April, accepted
# Statement 1 (January to March 2017): placed for p1 and p3; the region: 2 x 7,500.
# If jobs are kept:
#   statement 2 (to 30 June 2017)       placed for p2 (late) and p4                 2 x  7,500
#   statement 3 (to 30 September)       six months of p1 (5 August), p2 (31 August) 2 x 10,000
#   statement 4 (to 31 December)        six months of p4 (2 October)                    10,000
#   statement 5 (to 31 March 2018)      twelve of p1 (5 February), p2 (28 February) 2 x 12,500
#   statement 6 (to 30 June 2018)       twelve of p4 (2 April)                          12,500
# If they are lost: p4 was at work on 3 April all the same, 7,500 in statement 2; nothing else.
. tests/tap.sh
. tests/cli/world.sh

world
p1=o6qh2dww2eao3efit7gwvelvse
p2=cbnxixtclayp6sungvwxphw6ei
p3=tf7s7its652t6rb3j6oftsqtpa
p4=44dfqf5pbs7dxcvto733dd4v2a
UTFALL_AT=2018-01-10T08:00:00Z
cat >jobs.csv <<END
type,label,participant,on,from,kind,extent,spell,attributes.municipality,attributes.clinic_contact,attributes.wants_work
participant.enrolled,,$p1,2017-01-09,,,,,habo,true,true
participant.enrolled,,$p2,2017-01-16,,,,,habo,true,true
participant.enrolled,,$p3,2017-01-16,,,,,jonkoping,true,true
participant.enrolled,,$p4,2017-03-01,,,,,mullsjo,true,true
spell.started,job1,$p1,,2017-02-06,employment,50,,,,
spell.started,job2,$p2,,2017-03-01,employment,50,,,,
spell.started,job3,$p3,,2017-02-13,employment,50,,,,
spell.started,job4,$p4,,2017-04-03,employment,50,,,,
spell.confirmed,still1,$p1,2017-03-31,,,,@job1,,,
spell.ended,end3,$p3,2017-03-20,,,,@job3,,,
spell.confirmed,still4,$p4,2017-04-20,,,,@job4,,,
END
refuses 2 'utfall: forecast: needs --until DATE' "$utfall" forecast
refuses 2 "utfall: --until: expected a date as 2018-03-31, found 'soon'" "$utfall" forecast --until soon
exits 0 send ips_team jobs.csv --book team.book
exits 0 "$utfall" attest accepted @job1 @job3 @job4 @still1 @end3 @still4 --book team.book \
	--method letter --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" settle --key "$(key keeper)"
remember

region() {	# JQ: of the region's rows that are not all 0
	jq -c "[.rows[] | select(.payer == \"region_jonkoping\") | $1]" forecast.json
}
refuses 3 'utfall: nothing would be settled until 2017-06-29: the next statement goes through 2017-06-30; ask for that day or a later one' \
	"$utfall" forecast --until 2017-06-29
"$utfall" forecast --until 2017-06-30 --json >forecast.json
is "$(jq -c '[.statements, .through, .known, .jobs]' forecast.json)" '[1,"2017-06-30","2018-01-10",3]' \
	'the first day that gives a statement'
is "$(region '[.payment, .statement // 0, .settled, .kept, .lost]')" \
	'[["placed_pay",0,1500000,0,0],["placed_pay",2,0,1500000,750000]]' 'what is settled, what would come'

"$utfall" forecast jonkoping_ips --until 2018-08-15 --json >forecast.json
is "$(jq -c '[.statements, .through]' forecast.json)" '[5,"2018-06-30"]' 'the last period that ends by then'
is "$(region 'select(.statement) | [.statement, .through, .payment, .kept, .lost]' | jq -c 'sort | .[]')" \
	'[2,"2017-06-30","placed_pay",1500000,750000]
[3,"2017-09-30","retained_6_pay",2000000,0]
[4,"2017-12-31","retained_6_pay",1000000,0]
[5,"2018-03-31","retained_12_pay",2500000,0]
[6,"2018-06-30","retained_12_pay",1250000,0]' 'period by period'
# All payers together pay four times the region's part.
is "$(jq -c '[.rows[].kept] | add' forecast.json)" 33000000 'all payers, kept'
is "$(jq -c '[.rows[].lost] | add' forecast.json)" 3000000 'all payers, lost'
# 2017: 60,000 are settled; kept 2 x 30,000 and 3 x 40,000 more, lost 30,000 more. 2018: 3 x 50,000.
is "$(jq -c '.limits[] | select(.limit == "year_cap") | [.bucket, .now, .kept, .lost]' forecast.json)" \
	'["2017",84000000,66000000,81000000]
["2018",null,75000000,null]' 'the room under the cap of a year'
is "$(jq -c ".limits[] | select(.limit == \"person_cap\" and .bucket == \"$p1\") | [.now, .kept, .lost]" forecast.json)" \
	'[10000000,1000000,10000000]' 'and under that of a person: 130,000 less 30,000; less 120,000'
is "$(jq '.assumptions | length' forecast.json)" 6 'what was taken for granted is said'

# The contract's last statement goes through 30 June 2020, the fourteenth; later than that nothing.
"$utfall" forecast --until 2035-12-31 --json >forecast.json
is "$(jq -c '[.statements, .through]' forecast.json)" '[13,"2020-06-30"]' 'beyond the end of the contract'
is "$(jq -c '[.rows[].kept] | add' forecast.json)" 33000000 'nothing comes behind its last outcome'

"$utfall" forecast --until 2017-09-30 >forecast.txt
like "$(cat forecast.txt)" '^FORECAST of jonkoping_ips through 2017-09-30; statements to come: 2$' 'for people'
like "$(cat forecast.txt)" '^region_jonkoping +ips_team +15 000.00 SEK +35 000.00 SEK +7 500.00 SEK +50 000.00 SEK +22 500.00 SEK$' \
	'totals of a payer'
like "$(cat forecast.txt)" '^All in a year +2017 +840 000.00 SEK +700 000.00 SEK +810 000.00 SEK$' 'caps'
like "$(cat forecast.txt)" '^TAKEN FOR GRANTED$' 'and what was taken for granted'
is "$("$utfall" forecast --until 2017-09-30 --csv | tr -d '\r' | grep '^region.*retained')" \
	'region_jonkoping,ips_team,retained_6_pay,3,2017-09-30,SEK,0.00,20000.00,0.00' 'for spreadsheets'
same_ledger 'a forecast records nothing'
# ---- more than an amount can hold: a decision of nearly all that one can, and what else would come ----
cp "$UTFALL_LEDGER" most.db
exits 0 "$utfall" dispute open 1 1 --reason wrong_person --ledger most.db \
	--key "$(key "$("$utfall" statement show 1 --json | jq -r '.lines[0].line.payer')")"
printf '{"type":"dispute.resolved","body":{"amount":9007199250000000,"dispute":"%s"}}\n' \
	"$("$utfall" dispute list --json --ledger most.db | jq -r '.[-1].dispute')" >most.jsonl
exits 0 send sodra_vatterbygden most.jsonl --ledger most.db
for form in '' --json --csv; do
	refuses 3 'utfall: the amounts of the forecast add up beyond every amount' \
		"$utfall" forecast --until 2018-06-30 $form --ledger most.db
done
finish
