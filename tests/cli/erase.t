#!/bin/sh
# erase: what refuses, what is destroyed (the raw files are searched), what stands and verifies.
. tests/tap.sh
. tests/cli/world.sh

jq '.parties.ips_team.source = ["participants.joined"]' "$terms" >"$tmp/terms.json"
terms=$tmp/terms.json
world
gone=o6qh2dww2eao3efit7gwvelvse
also=abcdefghijklmnopqrstuvwxya	# the same person as $gone, as it turns out
stays=ifbmzs3c35njpyjgqkpwrg4dya
add_person() {	# PSEUDONYM
	cat <<END
participant.enrolled,,$1,2017-01-09,,,,,,habo,true,true
spell.started,job_$2,$1,,2017-02-06,employment,50,,,,,
activity.logged,log_$2,$1,2017-02-10,,ips_support,,3,ref-$2,,,
END
}
{
	echo type,label,participant,on,from,kind,extent,hours,ref,attributes.municipality,attributes.clinic_contact,attributes.wants_work
	add_person $gone gone
	add_person $stays stays
} >people.csv
cat >also.json <<END
[{"type":"participant.enrolled","body":{"participant":"$also","on":"2017-01-10"}},
{"type":"participants.joined","body":{"participants":["$also","$gone"]}}]
END
UTFALL_AT=2018-01-05T08:00:00Z
exits 0 send ips_team people.csv --book team.book
exits 0 send ips_team also.json
exits 0 "$utfall" attest accepted @job_gone @job_stays --book team.book --method letter \
	--key "$(key sodra_vatterbygden)"
exits 0 "$utfall" correct @log_gone hours=4 --book team.book --key "$(key ips_team)"
exits 0 "$utfall" settle --key "$(key keeper)"
"$utfall" statement show 1 --csv | tr -d '\r' >statement.csv
"$utfall" balance >balance
# 30,000 kronor for each of two jobs, 450 an hour of support: 4 hours of one, 3 of the other
is "$("$utfall" statement show 1 --json | jq -c '[.lines[].line.amount] | add')" 6315000 \
	'a statement about two people'
lines=$("$utfall" statement list --json | jq '.[0].lines')

# ---- refusals ----
remember
erase() {
	"$utfall" erase "$@" --key "$(key keeper)"
}
refuses 2 "utfall: erase: expected a pseudonym, 26 characters of a-z and 2-7, found 'anna'" \
	"$utfall" erase anna --dry-run
refuses 2 'utfall: erase: needs --authority TEXT' erase $gone
refuses 3 'utfall: nothing that is recorded here is about aaaaaaaaaaaaaaaaaaaaaaaaaa: look at the pseudonym; somebody who was erased is found no more' \
	erase aaaaaaaaaaaaaaaaaaaaaaaaaa --authority 'decision 12'
exits 0 "$utfall" erase $gone --dry-run
like "$out" "^the same person, by participants.joined: $also\$" 'a dry run tells the other pseudonym'
events=$(printf '%s\n' "$out" | grep -c '  20[0-9-]*T')
like "$out" "^$events events would be destroyed, nothing was\$" 'and lists what would go'
unlike "$out" 'claim.attested' 'a verdict names digests only: it stays'
refuses 2 "utfall: erase: would destroy the bytes of $events events for good; look at them with --dry-run, then add --yes" \
	erase $gone --authority 'decision 12'
run "$utfall" erase $gone --authority 'decision 12' --yes --key "$(key ips_team)"
is "$status" 3 'only the operator erases'
like "$err" "data.erased is sent by the ledger's operator, found ips_team" 'as it is told'
same_ledger 'the ledger is as it was'

# By hand an erasure may name less than all, or say that lines hold something else: refused.
digest() {	# FILTER over the list of events
	"$utfall" events --json | jq -r "[.[] | select($1)][0].digest"
}
enrolled=$(digest ".type == \"participant.enrolled\" and .participant == \"$gone\"")
jq -n --arg d "$enrolled" '[{type: "data.erased", body: {authority: "decision 12",
	erased: [{event: $d, type: "participant.enrolled"}]}}]' >part.json
run send keeper part.json --contract "$contract"
is "$status" 3 'an erasure that names a part of a person is refused'
like "$err" "expected every event of the person it erases, entry [0-9]+ \(spell.started\) is not named: 'utfall erase PSEUDONYM' names them all" \
	'as it is told'
line=$(digest '.type == "settlement.line"')
jq -n --arg d "$line" '[{type: "data.erased", body: {authority: "decision 12",
	erased: [{event: $d, type: "settlement.line"}]}}]' >line.json
run send keeper line.json --contract "$contract"
like "$err" 'expected an event about a participant, found a settlement.line: it is never erased' \
	'a line is never erased'
same_ledger 'the ledger is as it was, once more'

# ---- what is not settled is lost: that is to be said ----
cp ledger.db decided.db
export UTFALL_LEDGER=$tmp/decided.db
exits 0 "$utfall" dispute open 1 1 --reason wrong_person --key "$(key habo)"
exits 0 "$utfall" dispute resolve "$("$utfall" dispute list --json | jq -r '.[0].dispute')" 100.00 \
	--key "$(key sodra_vatterbygden)"
of=$("$utfall" statement show 1 --json | jq -r '.lines[0].basis.participant')
run erase "$of" --authority 'decision 12' --yes
is "$status" 4 'an amount that was decided and is in no statement stops an erasure'
UTFALL_LEDGER=$tmp/ledger.db
cp ledger.db unsettled.db
echo '[{"type":"activity.logged","body":{"participant":"'$gone'","on":"2017-05-10","kind":"ips_support","hours":"1"}},
{"type":"spell.confirmed","body":{"participant":"'$gone'","spell":"@job_gone","on":"2017-04-30"}}]' >later.json
export UTFALL_LEDGER=$tmp/unsettled.db
exits 0 send ips_team later.json --book team.book
exits 0 "$utfall" attest accepted "$(digest '.type == "spell.confirmed"')" --method letter \
	--key "$(key sodra_vatterbygden)"
run erase $gone --authority 'decision 12' --yes
is "$status" 4 'what is earned and not settled stops an erasure'
like "$err" '^utfall: [0-9]+ amounts are not yet settled, the first of payment support_pay to ips_team: settle first, or add --forfeit to lose them for good; --dry-run lists them$' \
	'as it is told'
exits 0 "$utfall" erase $gone --dry-run
like "$out" '^support_pay +forsakringskassan +ips_team +[0-9.]+ SEK$' 'a dry run lists the amounts'
ok 'it is lost where that is said' erase $gone --authority 'decision 12' --yes --forfeit
is "$("$utfall" settle --dry-run --json | jq -c "[.lines[].line | select(.payment != \"support_pay\")] | length")" \
	0 'and no statement has it'
UTFALL_LEDGER=$tmp/ledger.db

# ---- the raw files hold nothing of it ----
cat >search.py <<'END'
# remember LEDGER PSEUDONYM...: the bytes of every event that holds one; search LEDGER: which of
# them, or of their salts, are in a file of the ledger
import base64, json, os, sqlite3, sys
what, ledger = sys.argv[1:3]
if what == 'remember':
    rows = [r[0] for r in sqlite3.connect('file:%s?mode=ro' % ledger, uri=True).execute('SELECT bytes FROM event')]
    names = [n.encode() for n in sys.argv[3:]]
    mine = [r for r in rows if any(n in r for n in names)]
    mine += [json.loads(r)['salt'].encode() for r in mine] + names
    # the first of them, as the settlement engine that the ledger keeps has it
    mine += [base64.b32decode(names[0].upper() + b'======')]
    json.dump([m.hex() for m in mine], open('bytes.json', 'w'))
else:
    mine = [bytes.fromhex(m) for m in json.load(open('bytes.json'))]
    files = [ledger + end for end in ('', '-wal', '-shm', '-journal') if os.path.exists(ledger + end)]
    print(sum(m in open(f, 'rb').read() for f in files for m in mine))
END
cp balance undisputed
disputed=$("$utfall" statement show 1 --json |
	jq "[.lines[] | select(.basis.participant == \"$gone\")][0].line.line")
other=$("$utfall" statement show 1 --json |
	jq "[.lines[] | select(.basis.participant == \"$gone\")][1].line.line")
exits 0 "$utfall" dispute open 1 "$disputed" --reason wrong_person --key "$(key habo)"
dispute=$("$utfall" dispute list --json | jq -r '.[0].dispute')
"$utfall" balance >balance
python3 search.py remember ledger.db $gone $also
is "$(python3 search.py search ledger.db)" "$(jq length bytes.json)" 'the bytes are there before'
cp ledger.db before.db
exits 0 "$utfall" bundle before
exits 0 erase $also --authority 'decision 12' --yes
like "$out" "^erased: $events events of 2 pseudonyms; their bytes are in none of the ledger's files\$" \
	'both pseudonyms of the person are erased'
is "$(python3 search.py search ledger.db)" 0 'none of its bytes, salts and pseudonyms is in any file'
refuses 3 "utfall: nothing that is recorded here is about $gone: look at the pseudonym; somebody who was erased is found no more" \
	erase $gone --authority 'decision 12' --yes
exits 0 "$utfall" events
is "$(python3 search.py search ledger.db)" 0 'nor after the ledger was used'

# ---- what stands ----
ok 'everything verifies' "$utfall" verify --full
like "$out" '^  [0-9]+ lines taken as recorded: of erased people, or leaning on them$' 'the lines are told'
ok 'from scratch too' "$utfall" verify --from-scratch
"$utfall" balance >balance.after
same balance balance.after 'what is owed is what it was'
"$utfall" statement show 1 --csv | tr -d '\r' >statement.after
is "$(awk -F, 'NR > 1 { s += $11 } END { printf "%.2f", s }' statement.after)" 63150.00 \
	'the statement has every amount'
unlike "$(cat statement.after)" "$gone" 'and no longer says of whom'
exits 0 "$utfall" statement show 1
like "$out" '\(erased\)' 'in words: erased'
number=$("$utfall" statement show 1 --json | jq '[.lines[] | select(.basis == null)][0].line.line')
refuses 3 "utfall: what line $number of statement 1 rests on was erased or withheld" \
	"$utfall" statement explain 1 "$number"
run "$utfall" outlook $gone
is "$status" 3 'there is nobody to look out for'
exits 0 "$utfall" prove "$enrolled" --out proof
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
ok 'the entry of an erased event is proved as before' "$audit" proof proof --operator-key operator.vkey
run send ips_team people.csv
is "$status" 3 'a file about the person again is refused'
jq -n --arg p $gone '[{type: "activity.logged", body: {participant: $p, on: "2017-03-01",
	kind: "ips_support", hours: "1"}}]' >again.json
run send ips_team again.json
like "$err" "expected a participant enrolled or assigned under this contract before, found $gone" \
	'nothing more can be said about it'
refuses 3 "utfall: $enrolled: its bytes were erased; nothing more can be said about it" \
	"$utfall" attest rejected "$enrolled" --method letter --key "$(key sodra_vatterbygden)"
jq -n --arg d "$enrolled" '[{type: "claim.attested", body: {events: [$d], method: "letter",
	verdict: "rejected"}}]' >verdict.json
run send sodra_vatterbygden verdict.json --contract "$contract"
like "$err" 'expected an event whose bytes are there, found one that entry [0-9]+ erased: nothing more can be said about it' \
	'not by a file of events either'

by=$("$utfall" events --json | jq '[.[] | select(.type == "data.erased")][0].seq')
resolve() {	# HOW
	"$utfall" dispute resolve "$dispute" "$1" --key "$(key sodra_vatterbygden)"
}
refuses 3 "dispute resolve: error at /body/amount: expected stands, as entry $by erased the person that the line is about: what was settled of it stands, an amount would change nothing; what the parties agree on besides is paid and recorded as a payment
utfall: dispute resolve: refused, 1 error; nothing was recorded" \
	resolve 100.00
refuses 3 "dispute open: error at /body/line: expected a line that can still be decided on, found one about a person whom entry $by erased: what was settled of it stands; what the parties agree on besides is paid and recorded as a payment
utfall: dispute open: refused, 1 error; nothing was recorded" \
	"$utfall" dispute open 1 "$other" --reason wrong_person --key "$(key habo)"
ok 'a dispute about a line of the person that was open before: it stands' resolve stands
"$utfall" balance >balance.after
same undisputed balance.after 'and what is owed is what it was'
line=$("$utfall" statement show 1 --json | jq '[.lines[] | select(.basis != null)][0].line.line')
cp ledger.db of_others.db
UTFALL_LEDGER=$tmp/of_others.db
exits 0 "$utfall" dispute open 1 "$line" --reason wrong_person --key "$(key habo)"
dispute=$("$utfall" dispute list --json | jq -r '.[1].dispute')
ok 'of others an amount is decided as before' resolve 100.00
UTFALL_LEDGER=$tmp/ledger.db

# ---- replay: from the store, a folder, a tar, a cut bundle ----
exits 0 "$utfall" bundle whole
exits 0 "$utfall" bundle whole.tar --tar
mkdir unpacked
tar -xf whole.tar -C unpacked
for from in ledger.db whole unpacked; do
	run "$audit" replay $from --operator-key operator.vkey
	is "$status $(printf '%s\n' "$out" | sed -n 1p)" \
		"0 verified with withheld or erased parts, listed: $origin (simulated clock)" "replayed from $from"
	like "$out" '^  as recorded statement 1 of contract [0-9a-f]{8}: 12 lines of erased people, 0 that lean on them$' \
		'it says which lines it took as recorded'
	like "$out" '^ +15 900\.0. SEK from forsakringskassan to ips_team$' 'and which amounts'
	like "$out" "^  replayed    who may say what; 1 statements with $((lines - 12)) lines computed again, all equal\$" \
		'all others it computed'
done
run "$audit" replay whole --operator-key operator.vkey --json
is "$(printf '%s\n' "$out" | jq -c '.taken | map([.number, .lines, (.erased | length), (.leaning | length), ([.amounts[].amount] | add)])')" \
	'[[1,12,12,0,3180000]]' 'in JSON too'
run "$audit" replay whole --operator-key operator.vkey --require complete
is "$status" 1 'it is not complete'
for party in ips_team habo sodra_vatterbygden; do
	exits 0 "$utfall" bundle "cut.$party" --for $party
	run "$audit" replay "cut.$party" --operator-key operator.vkey
	is "$status$err" 0 "cut for $party it replays"
done

# ---- the next statement: only of who is left ----
echo '[{"type":"activity.logged","body":{"participant":"'$stays'","on":"2017-05-10","kind":"ips_support","hours":"1"}},
{"type":"spell.confirmed","body":{"participant":"'$stays'","spell":"@job_stays","on":"2017-04-30"}}]' >later.json
exits 0 send ips_team later.json --book team.book
exits 0 "$utfall" settle --key "$(key keeper)"
is "$("$utfall" statement show 2 --json | jq -c '[.lines[].line.amount] | add')" 45000 'the next quarter of the other'
ok 'it verifies' "$utfall" verify --from-scratch
run "$audit" replay ledger.db --operator-key operator.vkey
is "$status" 0 'and replays'

# ---- tampering ----
mend() {	# FOLDER: its manifest is made to fit
	python3 - "$1" <<'END'
import hashlib, json, os, sys
folder = sys.argv[1]
m = json.load(open(folder + '/manifest.json'))
for f in m['files']:
    b = open(os.path.join(folder, f['name']), 'rb').read()
    f['sha256'] = hashlib.sha256(b).hexdigest()
    if 'size' in f:
        f['size'] = len(b)
open(folder + '/manifest.json', 'w').write(json.dumps(m, separators=(',', ':'), sort_keys=True) + '\n')
END
}
put_back() {	# FOLDER COUNT: that many erased events' bytes as they were
	python3 - "$1" "$2" <<'END'
import sys
folder, count = sys.argv[1], int(sys.argv[2])
was = open('before/events.jsonl').read().split('\n')
now = open(folder + '/events.jsonl').read().split('\n')
for i, line in enumerate(now):
    if line.startswith('{"erased"') and count > 0:
        now[i] = was[i]
        count -= 1
open(folder + '/events.jsonl', 'w').write('\n'.join(now))
END
	mend "$1"
}
cp -r whole all
put_back all 100000
refused() {	# FOLDER REGEX NAME
	run "$audit" replay "$1" --operator-key operator.vkey
	is "$status" 5 "$3"
	like "$err" "$2" 'as it is told'
}
refused all '^utfall-audit: invalid: entry [0-9]+: event /body/erased: expected events whose bytes were destroyed, found [0-9a-f]{64}, whose bytes are there$' \
	'bytes that were put back'
run "$audit" replay all --operator-key operator.vkey --verify
is "$status" 5 'also where only bytes are verified'
cp -r before secret
sed 's/^{"body":{[^}]*"participant":"'$gone'".*"type":"activity.logged"}$/{"erased":"'"$(digest '.type == "activity.logged"')"'"}/' \
	before/events.jsonl >secret/events.jsonl
mend secret
run "$audit" replay secret --operator-key operator.vkey
is "$status" 5 'an event that is gone though no data.erased names it'
cp before.db kept.db
sqlite3 ledger.db "SELECT hex(bytes) FROM event" >/dev/null
cp ledger.db restored.db
python3 - <<'END'
import sqlite3
was, now = sqlite3.connect('before.db'), sqlite3.connect('restored.db')
for name, sql in now.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event'").fetchall():
    now.execute('DROP TRIGGER ' + name)
for seq, data in was.execute('SELECT seq, bytes FROM event').fetchall():
    now.execute('UPDATE event SET bytes = ? WHERE seq = ? AND bytes <> ?', (data, seq, data))
now.commit()
END
run "$audit" replay restored.db --operator-key operator.vkey
is "$status" 5 'an operator that kept the bytes in its database'
like "$err" 'expected events whose bytes were destroyed, found [0-9a-f]{64}, whose bytes are there' 'as it is told'

# ---- a reader keeps the old pages: told, and done by the next command that writes ----
cp before.db ledger.db
rm -f ledger.db-wal ledger.db-shm
mkfifo to from
cat >reader.py <<'END'
import sqlite3
c = sqlite3.connect('file:ledger.db?mode=ro', uri=True, isolation_level=None)
c.execute('BEGIN')
c.execute('SELECT count(*) FROM event').fetchall()
open('from', 'w').write('reading\n')
open('to').read()
END
exits 0 "$utfall" contract sign --key "$(key habo)" --out some.submission
python3 reader.py &
reader=$!
read -r word <from
run erase $gone --authority 'decision 12' --yes
is "$word $status" 'reading 4' 'a program that reads meanwhile'
like "$err" '^utfall: what was erased is destroyed in the ledger, but a program that reads it keeps the old bytes in its write-ahead log \(.*ledger.db-wal\): end that program, then run any command that writes the ledger$' \
	'is told of'
left=$(printf '%s\n' "$err" | sed 's/^utfall: //')
add() {	# PARTY: any command that writes
	"$utfall" party add "$1" "$("$utfall" key new "$1" --out "$1.key")" --key "$(key keeper)"
}
run add meanwhile
is "$status" 0 'another command writes while the program still reads'
is "$err" "utfall: note: $left" 'and says that the bytes are still there'
unlike "$(python3 search.py search ledger.db)" '^0$' 'which they are'
run erase $gone --authority 'decision 12' --yes
is "$status $err" "4 utfall: $left" 'erase itself says it again, and nothing else'
ok 'meanwhile the record verifies' "$utfall" verify
is "$(printf '%s\n' "$out" | tail -n 1)" "  not done: $left" 'but verify says what is not done'
is "$("$utfall" verify --json | jq -c .erased_bytes_left)" true 'in JSON too'
echo go >to
wait $reader
like "$("$utfall" verify)" '^  not done: ' 'that the program has ended changes nothing yet'
run add later
is "$status$err" 0 'the next command that writes has nothing to say'
is "$(python3 search.py search ledger.db)" 0 'it leaves none of the bytes'
ok 'and everything verifies' "$utfall" verify --full
unlike "$out" 'not done' 'with nothing left to do'
is "$("$utfall" verify --json | jq -c .erased_bytes_left)" false 'in JSON too'
finish
