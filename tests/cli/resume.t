#!/bin/sh
# replay --resume: what was verified before is not judged again, but it must still be the same.
. tests/tap.sh
. tests/cli/world.sh

world
job_file 50
exits 0 send ips_team job.csv --book team.book
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
replay() {
	run "$audit" replay "$@" --operator-key operator.vkey
}
verdict='verified, unwitnessed'

refuses 2 'utfall-audit: --resume: leave out --verify, which replays no rule and no statement' \
	"$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey --verify --resume kept
replay "$UTFALL_LEDGER" --resume kept
is "$status $(line resumed)$(line kept)" '0 in kept, for --resume' 'the first time, all is replayed and kept'
is "$(stat -c %a kept)" 600 'for its owner alone'
then=$("$utfall" checkpoint show | sed -n 2p)
cp kept kept.then

# ---- what follows is judged ----
exits 0 "$utfall" attest accepted @job --book team.book --method letter --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" settle --key "$(key keeper)"
exits 0 "$utfall" bundle bundle
for place in "$UTFALL_LEDGER" bundle; do
	cp kept.then kept
	replay "$place" --resume kept
	is "$status $(line resumed)" \
		"0 the first $then entries were verified before, and are the beginning of this tree" \
		"goes on from there: $(basename "$place")"
	is "$(line replayed)" 'who may say what; 1 statements with 6 lines computed again, all equal' \
		'and computes the new statement'
	replay "$place" --json
	whole=$(printf '%s\n' "$out" | jq -c 'del(.resumed)')
	cp kept.then kept
	replay "$place" --resume kept --json
	is "$(printf '%s\n' "$out" | jq .resumed)" "$then" 'how far is in the report'
	is "$(printf '%s\n' "$out" | jq -c 'del(.resumed)')" "$whole" 'which is otherwise that of a whole replay'
	replay "$place" --resume kept
	like "$(line resumed)" '^the first [0-9]+ entries ' 'and again, with nothing new'
	is "$(printf '%s\n' "$out" | head -n 1)" "$verdict: $origin (simulated clock)" 'the verdict is the same'
done

# ---- what was verified before is not the same any more ----
changed() {	# NAME FILE SED: the bundle with a file changed, its manifest too
	rm -rf changed
	cp -r bundle changed
	sed "$3" "bundle/$2" >"changed/$2"
	jq -cj --arg f "$2" --arg h "$(sha256sum "changed/$2" | cut -d' ' -f1)" \
		--argjson s "$(wc -c <"changed/$2")" \
		'(.files[] | select(.name == $f)) |= {name: .name, sha256: $h, size: $s}' \
		bundle/manifest.json >changed/manifest.json
	echo >>changed/manifest.json
	cp kept.then kept
	replay changed --resume kept
	like "$status $err" "^5 utfall-audit: invalid: $4$" "$1"
	same kept.then kept 'what was kept stays'
}
hex='[0-9a-f]{64}'
changed 'an earlier entry' entries.jsonl '4s/"v":1}/"v":2}/' \
	"entry 3: history leaf: expected $hex, found $hex"
size=$((then - 1))
changed 'the last earlier entry' entries.jsonl "${then}s/\"v\":1}/\"v\":2}/" \
	"entry $size: history leaf: expected $hex, found $hex"
changed 'an earlier event' events.jsonl '$!{/"type":"participant.enrolled"/s/2017-01-09/2017-01-08/}' \
	'entry [0-9]+: digest /event: expected .*'
changed 'a later event' events.jsonl '/"type":"claim.attested"/s/accepted/rejected/' \
	'entry [0-9]+: digest /event: expected .*'
cp -r bundle early.bundle
head -n "$size" bundle/entries.jsonl >early.bundle/entries.jsonl
jq -cj --arg h "$(sha256sum early.bundle/entries.jsonl | cut -d' ' -f1)" \
	--argjson s "$(wc -c <early.bundle/entries.jsonl)" --argjson n "$size" \
	'.entries = $n | (.files[] | select(.name == "entries.jsonl")) |= {name: .name, sha256: $h, size: $s}' \
	bundle/manifest.json >early.bundle/manifest.json
echo >>early.bundle/manifest.json
cp kept.then kept
replay early.bundle --resume kept
like "$status $err" "^5 utfall-audit: invalid: history size: expected the $then entries with root $hex that were verified before, and what follows them, found $size entries: the end was cut off$" \
	'fewer entries than before'

# ---- a file that does not belong ----

cp kept.then mine
printf x | dd of=mine bs=1 seek=1000 conv=notrunc 2>/dev/null
refuses 3 'utfall-audit: mine: expected what an earlier replay kept, found something else or a damaged file: remove it, and everything is replayed' \
	"$audit" replay bundle --operator-key operator.vkey --resume mine
refuses 3 'utfall-audit: operator.vkey: expected what an earlier replay kept, found something else or a damaged file: remove it, and everything is replayed' \
	"$audit" replay bundle --operator-key operator.vkey --resume operator.vkey
refuses 3 'utfall-audit: .: expected what an earlier replay kept, found something else or a damaged file: remove it, and everything is replayed' \
	"$audit" replay bundle --operator-key operator.vkey --resume .
export UTFALL_LEDGER=$tmp/other.db UTFALL_CHECKPOINT_KEY=$tmp/other.key
exits 0 "$utfall" init --origin other.example/ledger --exact --operator keeper --simulated --key "$(key keeper)"
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >other.vkey
cp kept.then kept
refuses 3 "utfall-audit: kept: expected what was verified of other.example/ledger, found what was of $origin: name a file of its own for each ledger" \
	"$audit" replay other.db --operator-key other.vkey --resume kept
same kept.then kept 'and the file stays'

# ---- a cut bundle ----
UTFALL_LEDGER=$tmp/ledger.db UTFALL_CHECKPOINT_KEY=$tmp/keys/checkpoint.key
exits 0 "$utfall" bundle cut --for sodra_vatterbygden
refuses 3 'utfall-audit: kept: expected what was verified of a bundle cut for sodra_vatterbygden, found what was of the whole ledger: name a file of its own for each' \
	"$audit" replay cut --operator-key operator.vkey --resume kept
replay cut --resume cut.kept
is "$status $(line kept)" '0 in cut.kept, for --resume' 'what one party may see is kept too'
size=$("$utfall" checkpoint show | sed -n 2p)

# ---- what is kept is no way round a change ----
more() {	# PSEUDONYM: entries behind those that were kept
	cat >more.csv <<-END
		type,participant,on,attributes.municipality,attributes.clinic_contact,attributes.wants_work
		participant.enrolled,$1,2017-01-09,habo,true,true
	END
	exits 0 send ips_team more.csv
}
goes_on() {	# PLACE KEPT SIZE NAME: resumed, and otherwise what a whole replay says
	replay "$1" --json
	whole=$(printf '%s\n' "$out" | jq -c 'del(.resumed)')
	replay "$1" --resume "$2" --json
	is "$status $(printf '%s\n' "$out" | jq .resumed)" "0 $3" "$4"
	is "$(printf '%s\n' "$out" | jq -c 'del(.resumed)')" "$whole" "$4: the same report"
}
exits 0 "$utfall" bundle before
replay before --resume bundle.kept
more p6qh2dww2eao3efit7gwvelvse
exits 0 "$utfall" bundle after
exits 0 "$utfall" bundle cut.after --for sodra_vatterbygden
cp bundle.kept bundle.then
goes_on after bundle.kept "$size" 'a bundle goes on where the one before ended'
goes_on cut.after cut.kept "$size" 'a cut bundle goes on'
rewritten='no, all was replayed: the bundle.s first part is written anew, as where events were erased since'

# An earlier event is another, and the manifest says so: the hash that goes on finds it.
seal() {	# FILE of the bundle `changed`: its manifest fits again
	jq -cj --arg f "$1" --arg h "$(sha256sum "changed/$1" | cut -d' ' -f1)" \
		--argjson s "$(wc -c <"changed/$1")" \
		'(.files[] | select(.name == $f)) |= {name: .name, sha256: $h, size: $s}' \
		after/manifest.json >changed/manifest.json
	echo >>changed/manifest.json
}
rm -rf changed
cp -r after changed
sed '$!{/"type":"participant.enrolled"/s/2017-01-09/2017-01-08/}' after/events.jsonl >changed/events.jsonl
seal events.jsonl
cp bundle.then bundle.kept
replay changed --resume bundle.kept
like "$status $err" '^5 utfall-audit: invalid: entry [0-9]+: digest /event: expected .*$' 'an earlier event of the bundle'
rm -rf changed
cp -r after changed
sed '4s/"v":1}/"v":2}/' after/entries.jsonl >changed/entries.jsonl
seal entries.jsonl
replay changed --resume bundle.kept
like "$status $err" "^5 utfall-audit: invalid: entry 3: history leaf: expected $hex, found $hex$" \
	'an earlier entry of the bundle'
rm -rf changed
cp -r after changed
sed '$s/"v":1}/"v":2}/' after/entries.jsonl >changed/entries.jsonl
replay changed --resume bundle.kept
like "$status $err" "^5 utfall-audit: invalid: file entries.jsonl: expected [0-9]+ bytes with SHA-256 $hex, as the manifest says, found [0-9]+ bytes with $hex$" \
	'a later entry, that the manifest does not know of'
same bundle.then bundle.kept 'and what was kept stays'

# ---- what is left to the earlier replay (FORMAT.md section 10): bytes that are not read again ----
rm -rf changed
cp -r after changed
sed '$!{/"type":"participant.enrolled"/s/2017-01-09/2017-01-08/}' after/events.jsonl >changed/events.jsonl
replay changed --resume bundle.kept
is "$status $(line resumed)" "0 the first $size entries were verified before, and are the beginning of this tree" \
	'an earlier event that was damaged behind its manifest is not looked at'
replay changed
like "$status $err" '^5 utfall-audit: invalid: file events.jsonl: ' 'and is found by a whole replay'

# ---- an erasure ----
cp bundle.then bundle.kept
exits 0 "$utfall" erase "$person" --authority 'decision 12' --yes --forfeit --key "$(key keeper)"
exits 0 "$utfall" bundle erased
replay erased --resume bundle.kept
like "$status $(line resumed)" "^0 $rewritten$" 'where events were erased since, all is replayed'
cp kept.then kept
replay "$UTFALL_LEDGER" --resume kept
is "$status $(line resumed)" '0 no, all was replayed: events were erased since' 'and from the store too'
like "$(line kept)" '^in kept, for --resume$' 'it is kept again'
size=$("$utfall" checkpoint show | sed -n 2p)
more q6qh2dww2eao3efit7gwvelvse
exits 0 "$utfall" bundle erased.after
goes_on "$UTFALL_LEDGER" kept "$size" 'and the next replay goes on, erased as it is'
replay erased.after --resume bundle.kept
is "$status $(line resumed)" "0 the first $size entries were verified before, and are the beginning of this tree" \
	'as does that of the bundle'

# ---- another version ----
sed '1s/kept 2/kept 1/' kept >older
head -c -32 older >older.bytes
{ cat older.bytes; openssl dgst -sha256 -binary older.bytes; } >older
replay "$UTFALL_LEDGER" --resume older
is "$status $(line resumed)" '0 no, all was replayed: what was kept is of another version of this program' \
	'what another version kept is replayed anew'
finish
