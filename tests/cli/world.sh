# world.sh - a small ledger for shell tests: . tests/cli/world.sh behind . tests/tap.sh
#
#   world            a simulated ledger $tmp/ledger.db with the parties of the Jönköping contract,
#                    which all have signed; the environment names ledger, checkpoint key and clock;
#                    $contract and $origin are its names; the working folder is $tmp
#   key PARTY        path of the party's key file
#   send PARTY FILE  signs and records a file of events
#   job_file EXTENT [DATE]  writes job.csv: $person in a job from 2017-02-06 (@job), confirmed on DATE (@still)
#   accepted_job EXTENT [DATE]  the same sent by ips_team and accepted: their labels are in team.book
#   same_ledger NAME one test: the ledger's record is what it was at the last `remember`
terms=$top/contracts/jonkoping/terms.json
funders='forsakringskassan region_jonkoping habo jonkoping mullsjo vaggeryd'

key() {
	echo "$tmp/keys/$1.key"
}

person=o6qh2dww2eao3efit7gwvelvse
job_file() {
	cat >job.csv <<END
type,label,participant,on,from,kind,extent,spell,attributes.municipality,attributes.clinic_contact,attributes.wants_work
participant.enrolled,,$person,2017-01-09,,,,,habo,true,true
spell.started,job,$person,,2017-02-06,employment,$1,,,,
END
	[ $# -lt 2 ] || echo "spell.confirmed,still,$person,$2,,,,@job,,," >>job.csv
}

send() {
	send_party=$1
	shift
	"$utfall" submit "$@" --key "$(key "$send_party")"
}

accepted_job() {
	job_file "$@"
	exits 0 send ips_team job.csv --book team.book
	exits 0 "$utfall" attest accepted @job ${2:+@still} --book team.book --method letter \
		--key "$(key sodra_vatterbygden)"
}

open_ledger() {
	mkdir -p "$tmp/keys"
	UTFALL_LEDGER=$tmp/ledger.db
	UTFALL_CHECKPOINT_KEY=$tmp/keys/checkpoint.key
	UTFALL_AT=2018-01-02T08:00:00Z
	export UTFALL_LEDGER UTFALL_CHECKPOINT_KEY UTFALL_AT
	exits 0 "$utfall" init --origin test.example/ledger --exact --operator keeper --simulated \
		--key "$(key keeper)"
	origin=test.example/ledger
	for party in $funders ips_team sodra_vatterbygden; do
		exits 0 "$utfall" key new "$party" --out "$(key "$party")"
		exits 0 "$utfall" party add "$party" "$out" --key "$(key keeper)"
	done
}

world() {
	open_ledger
	exits 0 "$utfall" contract propose "$terms" --key "$(key keeper)"
	for party in $funders ips_team; do
		exits 0 "$utfall" contract sign --key "$(key "$party")"
	done
	run "$utfall" contract list --json
	contract=$(printf '%s\n' "$out" | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')
	cd "$tmp" || exit 1
}

# Entries and events as sqlite's shell reads them, and the signed head.
record_of() {
	sqlite3 -readonly "$UTFALL_LEDGER" "SELECT seq, hex(bytes) FROM entry ORDER BY seq;
		SELECT seq, hex(bytes) FROM event ORDER BY seq;" | sha256sum
	"$utfall" checkpoint show
}

remember() {
	record_of >"$tmp/.record"
}

same_ledger() {
	record_of >"$tmp/.record.now"
	same "$tmp/.record" "$tmp/.record.now" "$1"
}
