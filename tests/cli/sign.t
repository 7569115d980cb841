#!/bin/sh
# sign: refusals first, then what it makes of JSON and CSV. No ledger is at hand.
. tests/tap.sh
cd "$tmp" || exit 1

contract=0123456789012345678901234567890123456789012345678901234567890123
person=abcdefghijklmnopqrstuvwxya
exits 0 "$utfall" key new ips_team --out team.key
sign() {
	"$utfall" sign "$@" --origin ledger.example/1 --key team.key --contract $contract
}

# ---- the command line ----
refuses 2 'utfall: usage: utfall sign EVENTS' "$utfall" sign
refuses 2 'utfall: sign: needs --origin ORIGIN (or UTFALL_ORIGIN in the environment)' \
	"$utfall" sign events.json
refuses 2 'utfall: sign: needs --out FILE' "$utfall" sign events.json --origin ledger.example/1
refuses 2 "utfall: sign: --origin: 'a b' is no origin of a ledger" \
	"$utfall" sign events.json --origin 'a b'
refuses 2 "utfall: sign: no option '--ledgers'; 'utfall help sign' lists them" \
	"$utfall" sign events.json --ledgers x
refuses 2 "utfall: sign: --contract: expected the contract's whole digest (64 hexadecimal digits), found 'jonkoping'" \
	"$utfall" sign events.json --origin ledger.example/1 --out x --contract jonkoping
refuses 3 'utfall: absent.json: open: No such file or directory' sign absent.json --out x
refuses 2 "utfall: --at: expected an instant as 2018-03-31T12:00:00Z, found 'noon'" \
	sign absent.json --out x --at noon

# ---- files that are refused whole, with every error ----
cat >bad.jsonl <<END
{"type":"spell.started","label":"job","body":{"from":"2018-02-30","kind":"employment","participant":"$person"}}

{"type":"spell.ended" "body":{}}
{"type":"spell.vanished","body":{},"note":1}
{"type":"spell.ended","body":{"on":"2018-03-01","participant":"$person","spell":"@nobody"}}
{"type":"spell.ended","label":"job","body":{"on":"2018-03-01","participant":"$person","spell":"@job"}}
17
END
refuses 3 "bad.jsonl:1:54: error at /body/from: expected a date that exists, YYYY-MM-DD (first day), found \"2018-02-30\"
bad.jsonl:3:23: error: expected ',' or '}' after a member, found '\"'
bad.jsonl:4:9: error at /type: there is no event of the type 'spell.vanished'; expected spell.started, spell.changed, spell.confirmed, spell.ended
bad.jsonl:4:43: error at /note: expected only \"type\" (text), \"body\" (an object) and \"label\" (text)
bad.jsonl:5:100: error at /body/spell: no event is labelled 'nobody' earlier in this file (and no --book was given); expected a digest or a label
bad.jsonl:6:31: error at /label: this label stands twice in the file
bad.jsonl:7:1: error: expected an event: {\"type\":...,\"body\":{...}}
utfall: bad.jsonl: refused, 7 errors; nothing was recorded" sign bad.jsonl --out x
ok 'a refused file leaves no submission' test ! -e x

printf 'type;participant;on;colour\nparticipant.enrolled;%s;2018-01-01;red\n' $person >header.csv
refuses 3 "header.csv:1:1: error: column 'colour' is no field of any event; expected type, label, a field's name, or attributes.NAME
utfall: header.csv: refused, 1 error; nothing was recorded" sign header.csv --out x
cat >bad.csv <<END
type,participant,on,hours,kind,extent
activity.logged,$person,2018-13-01,3,ips_support,
activity.logged,$person,2018-12-01,3,ips_support,50
spell.begun,$person,2018-12-01,,,
END
refuses 3 "bad.csv:2:44: error at /body/on: expected a date that exists, YYYY-MM-DD (the day), found \"2018-13-01\"
bad.csv:3:69: error at /body/extent: activity.logged has no such field; leave the cell empty
bad.csv:4:1: error at /type: there is no event of the type 'spell.begun'; expected spell.started, spell.changed, spell.confirmed, spell.ended
utfall: bad.csv: refused, 3 errors; nothing was recorded" sign bad.csv --out x
: >empty.json
echo '[]' >none.json
echo 'type,participant' >none.csv
printf 'type;participant\n;\n ;\n' >blank.csv
for none in empty.json none.json none.csv blank.csv; do
	refuses 3 "$none:1:1: error: expected events, found none
utfall: $none: refused, 1 error; nothing was recorded" sign $none --out x
done

# ---- the same events in every form ----
cat >events.jsonl <<END
{"type":"participant.enrolled","body":{"participant":"$person","on":"2018-01-08","attributes":{"municipality":"habo","wants_work":true,"age":34,"share":"0.5"}}}
{"type":"spell.started","label":"job","body":{"participant":"$person","from":"2018-02-05","kind":"employment","extent":"37.5"}}
{"type":"spell.confirmed","body":{"participant":"$person","on":"2018-03-31","spell":"@job"}}
END
{ echo '['; sed 's/$/,/; $s/,$//' events.jsonl; echo ']'; } >events.json
cat >comma.csv <<END
type,label,participant,on,from,kind,extent,spell,attributes.municipality,attributes.wants_work,attributes.age,attributes.share
participant.enrolled,,$person,2018-01-08,,,,,habo,true,34,0.5
spell.started,job,$person,,2018-02-05,employment,37.5,,,,,
spell.confirmed,,$person,2018-03-31,,,,@job,,,,
END
sed 's/\([0-9]\)\.\([0-9]\)/\1!\2/g; s/,/;/g; s/!/,/g' comma.csv >semicolon.csv
{ printf '\357\273\277'; sed 's/$/\r/' semicolon.csv; } >windows.csv
sed '2s/$/\n,,,,,,,,,,,/; $s/$/\n,,,,,,,,,,,\n, ,,,,,,,,,,/' comma.csv >blank-rows.csv
bodies() {	# what is said, without salts and what hangs on them
	sed -n '2,$p' "$1" | sed 's/"salt":"[^"]*"//; s/"spell":"[0-9a-f]*"/"spell":"x"/'
}
for form in events.jsonl events.json comma.csv semicolon.csv windows.csv blank-rows.csv; do
	ok "$form is signed" sign $form --out $form.submission
	bodies $form.submission >$form.bodies
	same $form.bodies events.jsonl.bodies "$form says the same as events.jsonl"
done
is "$(stat -c %a events.json.submission)" 600 'a submission file has mode 0600'
digest=$({ printf '\000'; sed -n 3p events.json.submission | tr -d '\n'; } | sha256sum | cut -c1-64)
is "$(sed -n 4p events.json.submission | sed 's/.*"spell":"\([0-9a-f]*\)".*/\1/')" "$digest" \
	'a label becomes the digest of the event it names'
refuses 4 'utfall: events.json.submission: exists already; name another file' sign events.json --out events.json.submission

# ---- the book ----
ok 'a book is begun' sign events.jsonl --out 1.submission --book team.book
is "$(stat -c %a team.book)" 600 'a book has mode 0600'
printf 'type;participant;on;spell\nspell.ended;%s;2018-05-31;@job\n' $person >may.csv
ok "next month's file refers to it" sign may.csv --out 2.submission --book team.book
digest=$({ printf '\000'; sed -n 3p 1.submission | tr -d '\n'; } | sha256sum | cut -c1-64)
like "$(cat 2.submission)" "\"spell\":\"$digest\"" 'the digest is the one of last month'
cp team.book before.book
refuses 3 "bad.csv:2:44: error at /body/on: expected a date that exists, YYYY-MM-DD (the day), found \"2018-13-01\"
bad.csv:3:69: error at /body/extent: activity.logged has no such field; leave the cell empty
bad.csv:4:1: error at /type: there is no event of the type 'spell.begun'; expected spell.started, spell.changed, spell.confirmed, spell.ended
utfall: bad.csv: refused, 3 errors; nothing was recorded" sign bad.csv --out x --book team.book
same before.book team.book 'a refused file leaves the book as it was'
echo '{"label":"job"}' >torn.book
refuses 3 'utfall: torn.book:1: expected {"digest":...,"label":...,"type":...}; this is no book that --book wrote' \
	sign may.csv --out x --book torn.book

# ---- lists in a cell ----
cat >verdict.csv <<END
type;events;method;verdict
claim.attested;@job @still;employer_letter;accepted
END
sed 's/"type":"spell.confirmed"/"label":"still",&/' events.jsonl >labelled.jsonl
exits 0 sign labelled.jsonl --out 3.submission --book team.book
ok 'a verdict in CSV names events by their labels' sign verdict.csv --out 4.submission --book team.book
digests=$(for n in 3 4; do
	{ printf '\000'; sed -n ${n}p 3.submission | tr -d '\n'; } | sha256sum | cut -c1-64
done | sort | sed 's/.*/"&"/' | paste -sd,)
like "$(cat 4.submission)" "\"events\":\[$digests\]" 'as digests in ascending order'

# ---- a submission file, read by a person ----
run "$utfall" events 1.submission --json
like "$out" '"says":"extent=37.5 from=2018-02-05 kind=employment","type":"spell.started"' \
	'events lists what a submission file says'
finish
