#!/bin/sh
# outlook: what is missing for each of a person's next payments. Day counts are by hand.
. tests/tap.sh
. tests/cli/world.sh

world
UTFALL_AT=2018-01-10T08:00:00Z
job_file 50 2017-03-31
refuses 3 "utfall: no participant $person under this contract" "$utfall" outlook $person
exits 0 send ips_team job.csv --book team.book
refuses 2 "utfall: --day: expected a date as 2018-03-31, found 'soon'" \
	"$utfall" outlook $person --day soon
is "$("$utfall" outlook $person --day 2017-03-31)" \
	"In work: 0 of 1 so far; until 2018-12-31; on recorded facts its mark was met on 2017-02-06; what stands in the way: proof
Twelve months in work: no run is under way; asked for: 12 months; “Six months in work” comes first
Six months in work: no run is under way; asked for: 6 months; “In work” comes first" \
	'before the verifier has spoken'
exits 0 "$utfall" attest accepted @job @still --book team.book --method letter \
	--key "$(key sodra_vatterbygden)"
# 6 February to 31 March: 23 + 31 = 54 days. Six months end on 5 August, 181 days; twelve on
# 5 February, 365 days.
is "$("$utfall" outlook $person --day 2017-03-31)" \
	"In work: reached on 2017-02-06
Twelve months in work: 54 of 365 days: a run from 2017-02-06, known to 2017-03-31, no break so far; earliest 2018-02-05; “Six months in work” comes first
Six months in work: 54 of 181 days: a run from 2017-02-06, known to 2017-03-31, no break so far; earliest 2017-08-05" \
	'a job under way'
# Nine days without a report are a break that is borne (14 each); twenty are not.
is "$("$utfall" outlook $person --day 2017-04-09 | tail -n 1)" \
	"Six months in work: 54 of 181 days: a run from 2017-02-06, known to 2017-03-31, breaks so far: 9 days (at most 14 days each, 28 days together); earliest 2017-08-05" \
	'a break that is borne'
is "$("$utfall" outlook $person --day 2017-04-20 | tail -n 1)" \
	'Six months in work: no run is under way; asked for: 6 months; the last one went from 2017-02-06 to 2017-03-31 (54 days): nothing known counts after that, later reports of those days can carry it on' \
	'a break that is too long'
is "$("$utfall" outlook $person --day 2017-01-31 | head -n 1)" \
	'In work: 0 of 1 so far; until 2018-12-31' 'nothing dated after the day is seen'
is "$("$utfall" outlook $person --day 2017-04-09 --language sv | tail -n 1)" \
	"Six months in work: 54 av 181 dagar: sammanhängande från 6 februari 2017, känt till 31 mars 2017, avbrott hittills: 9 dagar (högst 14 dagar per avbrott, 28 dagar tillsammans); tidigast 5 augusti 2017" \
	'the same in Swedish'
is "$("$utfall" outlook $person --day 2017-04-20 --language da | tail -n 1)" \
	'Six months in work: ingen sammenhængende tid er i gang; der kræves: 6 måneder; den seneste gik fra 6. februar 2017 til 31. marts 2017 (54 dage): intet kendt tæller derefter, senere oplysninger om de dage kan føre den videre' 'and in Danish'
refuses 2 "utfall: --language: expected en, sv or da, found 'SV'" \
	"$utfall" outlook $person --language SV
# Nobody has logged support, so nobody is in the share's denominator: 0 of 0 is unknown.
is "$("$utfall" outlook --day 2018-12-30)" 'Target of 30 percent: read on 2018-12-31' \
	'of the contract: before its day'
is "$("$utfall" outlook --day 2018-12-31)" \
	'Target of 30 percent: read on 2018-12-31, and not decided yet
  over supported on 2018-12-31 (/values/placed_share/is/div/1/over): members counted 0, undecided 0, result 0
  placed_share is unknown (/values/placed_share)
  2018-12-31: placed_share is unknown; asked for: at least 0.3' 'on its day: what was compared'
finish
