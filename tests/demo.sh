#!/bin/sh
# demo.sh: one whole contract, from the first key to an auditor's replay, on a clock of its own.
#
# The contract is contracts/jonkoping/terms.json, its people and two years of events are in
# tests/demo/ (calendar.txt says what happens when). Everything is made anew in build/demo/.
# `sh tests/demo.sh FOLDER` uses another folder. VERBOSE=1 shows every command's own words.
set -eu
cd "$(dirname "$0")/.."

utfall=${UTFALL:-$PWD/build/utfall}
audit=${UTFALL_AUDIT:-$PWD/build/utfall-audit}
data=$PWD/tests/demo
demo=${1:-build/demo}
funders='forsakringskassan region_jonkoping habo jonkoping mullsjo vaggeryd'
provider=ips_team
verifier=sodra_vatterbygden
operator=ledger_keeper
began=$(date +%s)
umask 022
unset UTFALL_KEY UTFALL_CONTRACT UTFALL_BOOK UTFALL_ORIGIN

rm -rf "$demo"
mkdir -p "$demo/keys" "$demo/files" "$demo/receipts"
UTFALL_LEDGER=$demo/ledger.db
UTFALL_CHECKPOINT_KEY=$demo/keys/checkpoint.key
export UTFALL_LEDGER UTFALL_CHECKPOINT_KEY

step() {
	printf '\n== %s\n' "$*"
}
quietly() {	# the command's own words only where they are asked for, or where it fails
	if [ "${VERBOSE:-}" = 1 ]; then
		"$@"
		return
	fi
	"$@" >"$demo/last.log" 2>&1 || {
		status=$?
		cat "$demo/last.log" >&2
		echo "demo: ended with $status: $*" >&2
		exit 1
	}
}
key() {
	echo "$demo/keys/$1.key"
}

step 'Every organisation makes its own key; the operator opens a ledger on a simulated clock'
UTFALL_AT=2017-02-01T09:00:00Z
export UTFALL_AT
for party in $funders $provider $verifier; do
	"$utfall" key new "$party" --out "$(key "$party")" >"$demo/keys/$party.vkey"
done
quietly "$utfall" init --origin demo.example/ips-jonkoping --operator $operator --simulated \
	--key "$(key $operator)"
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >"$demo/operator.vkey"
origin=$(sed 's/+.*//' "$demo/operator.vkey")
echo "ledger $UTFALL_LEDGER, named $origin"

step 'The operator registers the parties by the verifier keys they handed in'
title() {
	case $1 in
	forsakringskassan) echo 'Försäkringskassan' ;;
	region_jonkoping) echo 'Region Jönköpings län' ;;
	jonkoping) echo 'Jönköpings kommun' ;;
	habo) echo 'Habo kommun' ;;
	mullsjo) echo 'Mullsjö kommun' ;;
	vaggeryd) echo 'Vaggeryds kommun' ;;
	ips_team) echo 'IPS-teamet i psykosvården' ;;
	sodra_vatterbygden) echo 'Samordningsförbundet Södra Vätterbygden' ;;
	esac
}
for party in $funders $provider $verifier; do
	quietly "$utfall" party add "$party" "$(cat "$demo/keys/$party.vkey")" \
		--title "$(title "$party")" --key "$(key $operator)"
done
"$utfall" party list

step 'The terms are checked and proposed; six funders and the provider sign'
UTFALL_AT=2017-02-06T09:00:00Z
quietly "$utfall" contract check contracts/jonkoping/terms.json
quietly "$utfall" contract propose contracts/jonkoping/terms.json --key "$(key $operator)"
for party in $funders $provider; do
	# each on its own machine: a submission file, which the operator then records
	quietly "$utfall" contract sign --key "$(key "$party")" --out "$demo/files/sign-$party"
	quietly "$utfall" submit "$demo/files/sign-$party"
done
"$utfall" contract show
contract=$("$utfall" contract list --json | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')

step 'Two years: the provider reports, the verifier attests, the operator settles each quarter'
month_file() {
	rows=$data/months/$1.csv
	awk -v month="$1" -f "$data/month.awk" "$data/people.txt" "$data/support.txt" \
		$(test ! -f "$rows" || echo "$rows") >"$demo/files/$1.csv"
}
sign_offline() {	# NAME FILE PARTY: no ledger at hand, only its origin and the contract's digest
	quietly env -u UTFALL_LEDGER -u UTFALL_CHECKPOINT_KEY "$utfall" sign "$2" \
		--origin "$origin" --contract "$contract" --key "$(key "$3")" \
		--book "$demo/$provider.book" --out "$demo/files/$1.submission"
}
record() {	# NAME
	quietly "$utfall" submit "$demo/files/$1.submission" --receipt "$demo/receipts/$1"
}
quarter=0
while read -r instant what name; do
	case $instant in
	'#'* | '') continue ;;
	esac
	UTFALL_AT=$instant
	case $what in
	month)
		month_file "$name"
		sign_offline "$name" "$demo/files/$name.csv" $provider
		record "$name"
		;;
	windows)
		month_file "$name"
		{ printf '\357\273\277'; sed 's/$/\r/' "$demo/files/$name.csv"; } >"$demo/files/$name-windows.csv"
		sign_offline "$name" "$demo/files/$name-windows.csv" $provider
		record "$name"
		;;
	in_one_go)
		month_file "$name"
		quietly "$utfall" submit "$demo/files/$name.csv" --key "$(key $provider)" \
			--book "$demo/$provider.book" --receipt "$demo/receipts/$name"
		;;
	correct)
		sed "$(sed -n 's/^\(p[0-9]*\) \(.*\)/s|"\1"|"\2"|/p' "$data/people.txt")" "$data/$name" \
			>"$demo/files/$name"
		sign_offline "$name" "$demo/files/$name" $provider
		record "$name"
		;;
	retract)
		quietly "$utfall" retract "@$name" --reason entered_in_error --key "$(key $provider)" \
			--book "$demo/$provider.book"
		;;
	verdict)
		sign_offline "verdict-$name" "$data/verdicts/$name.jsonl" $verifier
		record "verdict-$name"
		;;
	settle)
		quietly "$utfall" settle --key "$(key $operator)" --receipt "$demo/receipts/settle-$name"
		quarter=$((quarter + 1))
		echo "$name settled: statement $quarter"
		;;
	esac
done <"$data/calendar.txt"
"$utfall" events --type participant.enrolled --json | tr '{' '\n' | grep -c participant.enrolled |
	sed 's/$/ people enrolled/'
"$utfall" statement list

step 'Statement 8, autumn 2018: late evidence, a correction, the target. One payer'"'"'s lines'
"$utfall" statement show 8 --payer jonkoping

step 'Why: one line of it, down to its evidence'
line=$("$utfall" statement show 8 --payer jonkoping --csv |
	awk -F, '$5 == "retained_6_pay" { print $2; exit }')
"$utfall" statement explain 8 "$line"

step 'What is owed after the eighth statement'
"$utfall" balance

step 'The operator verifies its ledger and writes a bundle; an auditor replays it, offline'
"$utfall" verify --full
"$utfall" bundle "$demo/bundle"
"$audit" replay "$demo/bundle" --operator-key "$demo/operator.vkey"

printf '\nDone in %s seconds. Everything is in %s: the ledger, keys, files, receipts, bundle.\n' \
	"$(($(date +%s) - began))" "$demo"
