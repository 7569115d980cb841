#!/bin/sh
# replay of what a ledger publishes: entries from its tiles, events from those who hold them.
. tests/tap.sh
. tests/cli/world.sh

world
job_file 50
exits 0 send ips_team job.csv --book team.book
exits 0 "$utfall" bundle before
exits 0 "$utfall" attest accepted @job --book team.book --method letter --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" settle --key "$(key keeper)"
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$utfall" publish public
exits 0 "$utfall" bundle bundle
size=$("$utfall" checkpoint show | sed -n 2p)
events=$(wc -l <bundle/events.jsonl)
submissions=$((size - events))
replay() {
	run "$audit" replay "$@" --operator-key operator.vkey
}
partial='verified with withheld or erased parts, listed'

refuses 2 "utfall-audit: --bodies: bundle is no folder that 'utfall publish' wrote; a bundle and a ledger's file hold their events themselves" \
	"$audit" replay bundle --bodies bundle --operator-key operator.vkey
refuses 3 'utfall-audit: none: No such file or directory' \
	"$audit" replay public --bodies none --operator-key operator.vkey
printf x >half
refuses 3 'utfall-audit: half: expected one event a line, each line ending in LF' \
	"$audit" replay public --bodies half --operator-key operator.vkey

# ---- entries alone ----
replay public
is "$status $(printf '%s\n' "$out" | head -n 1)" "0 $partial: $origin" 'without events: what the entries show'
is "$(line checked)" "$events events in $submissions submissions: bytes, hashes, chain, tree" 'which is no signature'
is "$(line signatures)" "0 verify; of $submissions the key is in none of the events here" 'and so it is said'
is "$(line withheld | awk '{ n += $1 } END { print n }')" "$events" 'all events are withheld'
is "$(line replayed)" '' 'no rule is replayed'
run "$audit" replay public --operator-key operator.vkey --require complete
is "$status $err" "1 utfall-audit: --require complete: what is here verifies, but $events events are withheld and 0 erased" \
	'less than complete: the answer is no'

# ---- with all events, however they come ----
whole=$("$audit" replay bundle --operator-key operator.vkey --json)
sort bundle/events.jsonl >sorted
for bodies in bundle bundle/events.jsonl sorted; do
	replay public --bodies "$bodies" --json
	is "$out" "$whole" "with all events the report is that of a bundle: $bodies"
done

# ---- with some ----
replay public --bodies before
is "$status $(printf '%s\n' "$out" | head -n 1)" "0 $partial: $origin (simulated clock)" 'with those of an older bundle'
is "$(line signatures)" '' 'every signature is checked'
is "$(line withheld | awk '{ n += $1 } END { print n }')" "$((events - $(wc -l <before/events.jsonl)))" \
	'what came later is withheld'
exits 0 "$utfall" bundle cut --for sodra_vatterbygden
replay cut
cut=$(line withheld)
replay public --bodies cut
is "$status $(line withheld)" "0 $cut" 'with those of a cut bundle'
grep -v '"type":"party.registered"' bundle/events.jsonl >some
replay public --bodies some
is "$status $(printf '%s\n' "$out" | head -n 1)" "0 $partial: $origin (simulated clock)" 'without any party'
like "$(line 'not judged')" '^[0-9]+ events that rest on what is withheld$' 'no rule accuses anybody'
sed '3s/a/b/' bundle/events.jsonl >changed
replay public --bodies changed
like "$(line withheld)" '^1 events sent by ' 'a changed event is not the one'

# ---- resumed: only what was published since ----
cp -r public public.then
replay public --bodies bundle --resume kept
is "$status $(line resumed)$(line kept)" '0 in kept, for --resume' 'the first time all is replayed and kept'
then=$size
cp kept kept.then
jq -n --arg p "$person" --arg s "$("$utfall" events --type spell.started --json | jq -r '.[0].digest')" \
	'[{type: "spell.confirmed", body: {participant: $p, spell: $s, on: "2018-03-31"}},
	{type: "activity.logged", body: {participant: $p, on: "2018-04-03", kind: "ips_support", hours: "2"}}]' >later.json
UTFALL_AT=2018-08-01T08:00:00Z
exits 0 send ips_team later.json --confirm-clock
exits 0 "$utfall" attest accepted "$("$utfall" events --type spell.confirmed --json | jq -r '.[0].digest')" \
	--method letter --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" settle --key "$(key keeper)"
exits 0 "$utfall" publish public
exits 0 "$utfall" bundle bundle.now
resumed() {	# OPTION...: from what was kept then
	cp kept.then kept
	replay "$@" --resume kept
}
from="the first $then entries were verified before, and are the beginning of this tree"
replay public --bodies bundle.now --json
whole=$(printf '%s\n' "$out" | jq -c 'del(.resumed)')
sort bundle.now/events.jsonl >sorted
tail -n +$((events + 1)) bundle.now/events.jsonl >new
cat new bundle/events.jsonl >new.first
for bodies in bundle.now sorted new.first; do
	resumed public --bodies $bodies
	is "$status $(line resumed)" "0 $from" "goes on from there, events from $bodies"
	like "$(line replayed)" '^who may say what; 2 statements with ' 'and computes the next statement'
	resumed public --bodies $bodies --json
	is "$(printf '%s\n' "$out" | jq -c 'del(.resumed)')" "$whole" 'the report is that of a whole replay'
	replay public --bodies $bodies --resume kept
	like "$status $(line resumed)" '^0 the first [0-9]+ entries ' 'and again, with nothing new'
done
cp kept kept.now
resumed bundle.now
is "$status $(line resumed)" "0 $from" 'what was kept serves for a bundle too'
resumed public --bodies bundle
is "$status $(line resumed)" "0 $from" 'without the new events'
is "$(line withheld | awk '{ n += $1 } END { print n }')" "$(wc -l <new | tr -d ' ')" 'they are withheld'
like "$(line kept)" '^nothing: ' 'and nothing is kept'
same kept.then kept 'what was kept stays'
for bodies in '--bodies new' ''; do
	resumed public $bodies
	is "$status $(line resumed)" \
		'0 no, all was replayed: without the event that opens the ledger no rule is replayed' \
		"no rule can be replayed: ${bodies:-without events}"
	same kept.then kept 'what was kept stays'
done
grep -v '"type":"spell.started"' bundle.now/events.jsonl >some
resumed public --bodies some
is "$status $(line resumed)" '0 no, all was replayed: an event that was there before is in no file here' \
	'without an earlier event that a new one needs'
is "$(line withheld)" '1 events sent by ips_team' 'which is withheld then'
resumed public.then --bodies bundle
is "$status $(line resumed)" "0 $from" 'a folder that has not grown'
hex='[0-9a-f]{64}'
replay public.then --bodies bundle --resume kept.now
like "$status $err" "^5 utfall-audit: invalid: history size: expected the [0-9]+ entries with root $hex that were verified before, and what follows them, found $then entries: the end was cut off$" \
	'a folder of an earlier day'

# ---- resumed, what is published is not what was signed ----
entry=tile/entries/000.p/$("$utfall" checkpoint show | sed -n 2p)
tampered() {	# PERL: the folder of now with its entries changed
	rm -rf other
	cp -r public other
	perl -0pi -e "$1" "other/$entry"
	resumed other --bodies bundle.now
}
tampered 's/("seq":'$then',.*?)"v":1\}/$1"v":2}/s'
like "$status $err" "^5 utfall-audit: invalid: entry $then: bytes: " 'a new entry that is none'
tampered 's/("prev":")([0-9a-f])([0-9a-f]{63}","seq":'$then',)/$1 . ($2 eq "0" ? "1" : "0") . $3/e'
like "$status $err" "^5 utfall-audit: invalid: entry $then: chain /prev: expected $hex, found $hex$" \
	'a new entry that does not follow what was verified'
tampered 's/("event":")([0-9a-f])([^"]*","prev":"[0-9a-f]*","seq":'$((then + 1))',)/$1 . ($2 eq "0" ? "1" : "0") . $3/e'
like "$status $err" '^5 utfall-audit: invalid: entry [0-9]+: (chain|submission-root) ' 'one that names another event'
rm -rf public
cp -r public.then public

# ---- what is published is not what was signed ----
file=$(cd public && echo tile/entries/000.p/*)
copy() {
	rm -rf other
	cp -r public other
}
copy
perl -0pi -e 's/"v":1\}/"v":2}/' "other/$file"
replay other --bodies bundle
like "$status $err" '^5 utfall-audit: invalid: entry 0: bytes: expected an entry, found byte [0-9]+: expected "v":1} and the end, found ,"v":2}$' \
	'an entry that is none'
copy
perl -0pi -e 's/("event":")([0-9a-f])([^\x00]*$)/$1 . ($2 eq "0" ? "1" : "0") . $3/e' "other/$file"
replay other --bodies bundle
like "$status $err" '^5 utfall-audit: invalid: entry [0-9]+: (chain|submission-root) ' 'an entry that names another event'
copy
perl -0pi -e 's/.$//s' "other/$file"
replay other --bodies bundle
is "$status $err" "5 utfall-audit: other/$file: expected $size entries, each behind its length in two bytes, and the end" \
	'a byte too few'
rm "other/$file"
replay other --bodies bundle
is "$status $err" "5 utfall-audit: other/$file: expected the entries from 0 on, found no such file" 'a file too few'
copy
sed -i '3s/^./!/' other/checkpoint
replay other --bodies bundle
is "$status" 3 'a checkpoint that is none'
finish
