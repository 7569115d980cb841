#!/bin/sh
# backtest: the ledger's facts under other terms. Differences are by hand.
. tests/tap.sh
. tests/cli/world.sh

world
UTFALL_AT=2018-01-10T08:00:00Z
accepted_job 30 2017-03-31
exits 0 "$utfall" settle --key "$(key keeper)"
exits 0 "$utfall" settle --key "$(key keeper)"
remember

echo '{' >broken.json
run "$utfall" backtest broken.json
is "$status" 3 'terms that cannot be read are refused'
sed 's/"periods": "quarter"/"periods": "year"/' "$terms" >yearly.json
refuses 3 'utfall: statement 1 under the other terms: statement 1 is through 2017-12-31, the last day of the next period, not 2017-03-31' \
	"$utfall" backtest yearly.json
is "$("$utfall" backtest "$terms" --json)" '[]' 'under its own terms nothing differs'

# 10,000 kronor more for a placement: a quarter of it is the region's, half the state's.
sed '/"placed_pay": {/,/}/ s/"price": 3000000/"price": 4000000/' "$terms" >dearer.json
"$utfall" backtest dearer.json --json >dearer.out
is "$(jq -c '[.[] | select(.payer == "region_jonkoping") | [.payment, .subject, .settled, .other, .difference]]' dearer.out)" \
	"[[\"placed_pay\",\"$person\",750000,1000000,250000]]" 'a dearer outcome: the region pays 2,500 kronor more'
is "$(jq '[.[].difference] | add' dearer.out)" 1000000 'all payers together 10,000 kronor'

# At 40 percent of full time the job of 30 percent is none.
sed 's/{"ge": \["extent", 25\]}/{"ge": ["extent", 40]}/' "$terms" >stricter.json
is "$("$utfall" backtest stricter.json --json | jq '[.[].difference] | add')" -3000000 \
	'stricter terms: nothing would have been due'
run "$utfall" backtest stricter.json
like "$out" '^TOTALS; statements: 2$' 'totals, for people'
same_ledger 'a backtest records nothing'
finish
