#!/bin/sh
# The listings, in three languages; what programs read is in English words in each.
# Amounts are the terms': 30 000.00 SEK for a job, of which Habo's share is 518.15.
. tests/tap.sh
. tests/cli/world.sh

listing() {	# LANGUAGE COMMAND...: one space between columns, digests as DIGEST
	listing_in=$1
	shift
	"$utfall" "$@" --language "$listing_in" | sed 's/[0-9a-f]\{64\}/DIGEST/g; s/^ *//; s/   */  /g'
}

# ---- nothing yet ----
open_ledger
is "$(listing sv contract list)" 'inga avtal' 'no contracts'
is "$(listing da contract list)" 'ingen kontrakter' 'no contracts, Danish'
exits 0 "$utfall" contract propose "$terms" --key "$(key keeper)"
is "$(listing sv contract list)" 'avtal  version  status  avräkningar  kontrollsumma
jonkoping_ips  1  0 av 7 har skrivit under  0  DIGEST' 'a contract that nobody has signed'
for party in $funders ips_team; do
	exits 0 "$utfall" contract sign --key "$(key "$party")"
done
cd "$tmp" || exit 1
is "$(listing sv statement list)" 'inga avräkningar' 'no statements'
is "$(listing da dispute list)" 'ingen tvister' 'no disputes'
is "$(listing sv events --type activity.logged)" 'inga händelser' 'no events'
is "$(listing da key list --party ips_team | head -n 1)" \
	'part  bruges til  post  tilbagekaldt  bekræftet for  kontrolnøgle' 'keys'
is "$(listing sv party list | sed -n '1p;$p')" \
	'part  namn  post  nycklar
sodra_vatterbygden  24  1' 'parties'
for command in 'contract list' 'contract show' 'party list' 'key list' 'statement list' \
	'dispute list' events; do
	refuses 2 "utfall: --language: expected en, sv or da, found 'no'" \
		"$utfall" $command --language no
done

# ---- a statement and a dispute ----
UTFALL_AT=2018-01-10T08:00:00Z
accepted_job 50 2017-03-31
exits 0 "$utfall" settle --key "$(key keeper)"
exits 0 "$utfall" statement approve 1 --key "$(key mullsjo)"
exits 0 "$utfall" dispute open 1 2 --reason wrong_person --key "$(key habo)"
entry() {	# an entry's number is no matter here
	sed -n 's/  [0-9]*  DIGEST$/  ENTRY  DIGEST/; $p'
}
is "$(listing en statement list | entry)" '1  2017-03-31  6  30 000.00 SEK  1  ENTRY  DIGEST' \
	'a statement: lines, total, approvals'
is "$(listing sv statement list | entry)" '1  2017-03-31  6  30 000,00 SEK  1  ENTRY  DIGEST' \
	'its total in Swedish'
is "$(listing da statement list | entry)" '1  2017-03-31  6  30.000,00 SEK  1  ENTRY  DIGEST' \
	'and in Danish'
is "$("$utfall" statement list --json --language sv | jq -c '.[0] | [.number, .total, .unit, .approved]')" \
	'[1,3000000,"SEK",1]' 'a program reads minor units'
is "$("$utfall" statement list --csv --language sv | head -n 1 | tr -d '\r')" \
	'number,through,lines,total,unit,approved,entry,digest' 'and the same names in every language'
is "$(listing sv balance | tail -n 1)" \
	'summa  30 000,00 SEK  518,15 SEK  0,00 SEK  0,00 SEK  29 481,85 SEK' 'balances have a sum'
is "$("$utfall" balance --csv --language sv | wc -l)" 7 'for people only: a header and six payers'
is "$(listing sv dispute list | sed 's/  [0-9]*  DIGEST$/  ENTRY  DIGEST/')" \
	'avräkning  rad  betalare  mottagare  belopp  väckt av  post  avgjord i post  tvist
1  2  habo  ips_team  518,15 SEK  habo  ENTRY  DIGEST' 'which line is disputed, by whom'
is "$(listing sv events --type spell.started | cut -d ' ' -f 4-)" \
	" part  slag  deltagare  uppgifter  kontrollsumma
 ips_team  spell.started  $person  extent=50 from=2017-02-06 kind=employment  DIGEST" 'an event'
is "$(listing en events --type participant.enrolled | sed -n '2s/.*enrolled  [^ ]*  //p')" \
	'attributes.clinic_contact=true attributes.municipality=habo attributes.wants_work=true on=2017-01-09  DIGEST' \
	'what is said of a person'
is "$(listing en events --type key.registered --party keeper | sed -n 2p | grep -c '[.][.][.] ')" 1 \
	'a key is cut for people'
is "$("$utfall" events --type key.registered --csv | grep -c '[.][.][.]')" 0 'and not for programs'

# ---- a next version that waits for signatures ----
jq '.version = 2 | .applies = {to: "achieved", from: "2018-07-01", settled: "keep"}
	| .outcomes.retained_6.reach.run.n = 5' "$terms" >next.json
exits 0 "$utfall" contract amend next.json --key "$(key keeper)"
exits 0 "$utfall" contract sign --key "$(key habo)"
is "$(listing sv contract list | tail -n 1)" \
	'jonkoping_ips  1  gäller; version 2: 1 av 7 har skrivit under  1  DIGEST' 'the first still counts'
is "$(listing da contract show | sed -n '1p; 4p; /^habo/p; /^vaggeryd/p; /^sodra/p')" \
	'kontrakt jonkoping_ips, version 1: gælder; version 2: 1 af 7 har skrevet under
part  roller  underskrift
habo  finansierende part  har skrevet under
sodra_vatterbygden  kontrollant, tvistløser
vaggeryd  finansierende part  ikke endnu' 'and who has still to sign the next'
is "$("$utfall" contract show --json --language sv | jq -c '.[0]')" \
	'{"party":"forsakringskassan","roles":"funder","signature":"not yet"}' 'programs read what they did'
finish
