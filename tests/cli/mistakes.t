#!/bin/sh
# What people get wrong on an ordinary day, role by role: each answer names the thing, what was
# expected, what was found, or what to do next; and the ledger is as it was.
. tests/tap.sh
. tests/cli/world.sh

world
UTFALL_AT=2018-01-10T08:00:00Z
accepted_job 50 2017-03-31
exits 0 "$utfall" settle --key "$(key keeper)"
remember

# ---- keys ----
"$utfall" key show "$(key habo)" >habo.vkey
refuses 3 "utfall: habo.vkey: a verifier key, which others are given; expected the file that 'utfall key new' wrote with it" \
	"$utfall" submit job.csv --key habo.vkey
refuses 3 'utfall: job.csv: expected a line that begins with PRIVATE+KEY+ or utfall-locked-key/v1; this is no key file' \
	"$utfall" submit job.csv --key job.csv
refuses 3 'utfall: habo.key: there is no such key file' "$utfall" submit job.csv --key habo.key
cp "$(key habo)" open.key
chmod 644 open.key
refuses 3 'utfall: open.key: mode is 0644, expected 0600: others on this machine could read the key; chmod 600 it, or make a new key if they may have' \
	"$utfall" statement approve 1 --key open.key
refuses 2 "utfall: key new: expected a party's id, as habo or region_jonkoping, or another name without spaces and '+', found 'Habo kommun'" \
	"$utfall" key new 'Habo kommun' --out new.key
refuses 4 "utfall: habo.vkey: exists already; name another file" "$utfall" key new habo --out habo.vkey

# ---- a provider's month ----
table() {	# LINE...: a table that is saved as month.csv
	printf '%s\n' "$@" >month.csv
}
no_month() {	# ERROR
	refuses 3 "$1
utfall: month.csv: refused, 1 error; nothing was recorded" send ips_team month.csv
}
printf 'PK\003\004\024\000' >month.csv
no_month "month.csv:1:1: error: a spreadsheet program's own file (.xlsx, .ods, .xls): save the table as CSV UTF-8"
printf 'type;participant;on;attributes.municipality\nparticipant.enrolled;%s;2017-01-09;J\366nk\366ping\n' \
	$person >month.csv
no_month 'month.csv:2:61: error: byte 0xf6 is not UTF-8 here: save the table as CSV UTF-8'
table 'type;participant;on' "participant.enrolled;$person;=TODAY()"
no_month 'month.csv:2:49: error at /body/on: expected a date that exists, YYYY-MM-DD (first day), found "=TODAY()"'
table 'type;participant;on' "participant.enrolled;$person;09/01/2017"
no_month 'month.csv:2:49: error at /body/on: expected a date that exists, YYYY-MM-DD (first day), found "09/01/2017"'
table 'type;participant;from;kind;extent' "spell.start;$person;2017-03-09;employment;50"
no_month "month.csv:2:1: error at /type: there is no event of the type 'spell.start'; expected spell.started, spell.changed, spell.confirmed, spell.ended"
table 'type;participant;on' "job.began;$person;2017-03-09"
no_month "month.csv:2:1: error at /type: there is no event of the type 'job.began'; expected one of those in audit/EVENTS.md"
table 'type;participant;from;kind;extent' "spell.started;$person;2017-03-09;employment;50%"
no_month 'month.csv:2:64: error at /body/extent: expected a decimal in quotes, as "37.5": at most 9 places and 15 digits (percent of full time), found "50%"'
table 'type;participant;from;kind;extent' 'spell.started;Anna Andersson;2017-03-09;employment;50'
no_month 'month.csv:2:15: error at /body/participant: expected a pseudonym, 26 characters of a-z and 2-7 (pseudonym), found "Anna Andersson"'
head -n 3 job.csv >month.csv
run send ips_team month.csv
is "$status" 3 'the same month once more'
like "$err" '^month.csv:3:1: error: this spell.started is recorded already, as entry [0-9]+ \([0-9a-f]{64}\), alike in contract, employer, from, kind, participant, ref: leave it out, or correct the first$' \
	'says which is there, and what to do'
run sh -c "cat month.csv | '$utfall' submit /dev/stdin --key '$(key ips_team)'"
is "$status" 3 'the same month through a pipe'
like "$err" '^/dev/stdin:3:1: error: this spell.started is recorded already, ' 'is read as a file is'
table 'type;participant;on;kind;hours' "activity.logged;$person;2017-03-09;talk;1" \
	"activity.logged;$person;2017-03-10;talk;1" "activity.logged;$person;2017-03-09;talk;2"
no_month "month.csv:4:1: error: this activity.logged says what event 1 of the same file says, they are alike in contract, kind, on, participant, ref, site: leave one of them out"
mkdir april
refuses 3 'utfall: april: expected a file, found a folder' send ips_team april
table 'type;participant;on' 'participant.enrolled;19811218-9876;2017-01-09'
no_month 'month.csv:2:22: error at /body/participant: expected a pseudonym, 26 characters of a-z and 2-7 (pseudonym), found what looks like a personal identity number: leave it out, identity lives in the vault'
{ echo 'sep=,'; cat job.csv; } >excel.csv
run "$utfall" sign excel.csv --origin $origin --contract "$contract" --key "$(key ips_team)" \
	--out excel.submission
is "$status $err" '0 ' 'the line "sep=," of spreadsheets is no mistake'
refuses 3 "utfall: job.csv: expected a submission file; 'utfall sign' makes one from a file of events" \
	"$utfall" events job.csv
refuses 3 "utfall: april.submission: open: No such file or directory" "$utfall" events april.submission
refuses 2 "utfall: --participant: expected a pseudonym, 26 characters of a-z and 2-7, found 'Anna'" \
	"$utfall" events --participant Anna
refuses 3 "utfall: april.submission: open: No such file or directory" "$utfall" submit april.submission

# ---- who reads ----
refuses 3 "utfall: no party 'habbo': 'utfall party list' shows them" \
	"$utfall" statement show 1 --payer habbo
refuses 3 "utfall: no party 'ips': 'utfall party list' shows them" "$utfall" events --party ips
refuses 3 "utfall: no party 'ips': 'utfall party list' shows them" "$utfall" key list --party ips
refuses 3 "utfall: no statement 2: the contract has 1; 'utfall statement list' lists them" \
	"$utfall" statement show 2
refuses 3 'utfall: statement 1 has 6 lines, not line 99' "$utfall" statement explain 1 99
refuses 2 "utfall: outlook: expected a pseudonym, 26 characters of a-z and 2-7, found 'Anna'" \
	"$utfall" outlook Anna
refuses 3 "utfall: no contract 'jonkoping' in this ledger: expected a digest, its first 8 digits or more, or a name ('utfall contract list' lists them)" \
	"$utfall" balance jonkoping
refuses 3 'utfall: no ledger at here.db; init makes one' "$utfall" balance --ledger here.db
refuses 3 'utfall: job.csv is not a ledger: expected an SQLite file; name the file that init made' \
	"$utfall" balance --ledger job.csv
if [ -e /dev/full ]; then
	run sh -c "'$utfall' export lines >/dev/full"
	like "$status $err" '^6 utfall: standard output: .*; what was printed is not whole$' 'a full disk'
	unlike "$err" 'Bad file descriptor' 'is not said to be something else'
fi
run sh -c "ulimit -f 1; '$utfall' help --man >page"
is "$status $err" '6 utfall: standard output: a write failed, as on a full disk; what was printed is not whole' \
	'a limit on the size of files is refused, too'

# ---- who pays, checks, decides ----
refuses 2 "utfall: expected an amount of SEK above 0, found '-5': what goes back is a payment by the party that was paid" \
	"$utfall" pay made ips_team -5 --ref 1 --on 2018-01-01 --key "$(key habo)"
refuses 2 "utfall: expected an amount of SEK as 1234.50, found '1 518.15'" \
	"$utfall" pay made ips_team '1 518.15' --ref 1 --on 2018-01-01 --key "$(key habo)"
refuses 3 'pay made: error at /body/on: expected a date that exists, YYYY-MM-DD (value date), found "1/1-18"
utfall: pay made: refused, 1 error; nothing was recorded' \
	"$utfall" pay made ips_team 518.15 --ref 1 --on 1/1-18 --key "$(key habo)"
refuses 3 'statement approve: error: settlement.approved is sent by a party that pays under the terms, found ips_team
utfall: statement approve: refused, 1 error; nothing was recorded' \
	"$utfall" statement approve 1 --key "$(key ips_team)"
refuses 3 'attest: error at /body/method: expected a name: a-z first, then a-z, 0-9 and _, at most 40 (how it was checked), found "letter from employer"
utfall: attest: refused, 1 error; nothing was recorded' \
	"$utfall" attest accepted @job --book team.book --method 'letter from employer' \
	--key "$(key sodra_vatterbygden)"
refuses 2 "utfall: '1234': expected an event's digest, its first 8 digits or more, or @LABEL of --book" \
	"$utfall" attest accepted 1234 --method letter --key "$(key sodra_vatterbygden)"
refuses 3 "utfall: '12345678' begins the digest of 0 events; 'utfall events' lists them" \
	"$utfall" dispute resolve 12345678 stands --key "$(key sodra_vatterbygden)"
same_ledger 'after all that the ledger is as it was'
finish
