#!/bin/sh
# The settlement engine that a ledger keeps between commands: what it says is what the record says,
# with it, without it, damaged or of another history; and nothing else depends on it.
. tests/tap.sh
. tests/cli/world.sh

world
engine='number >= 4398046511104'	# 4 * 2^40: src/ledger/engine_cache.h
blobs() {
	sqlite3 "${1:-$UTFALL_LEDGER}" "SELECT count(*) FROM cache_state WHERE $engine"
}
enrol() {	# PSEUDONYM
	cat >more.csv <<-END
		type,label,participant,on,from,kind,extent,attributes.municipality,attributes.clinic_contact,attributes.wants_work
		participant.enrolled,,$1,2017-01-09,,,,habo,true,true
		spell.started,job$2,$1,,2017-02-07,employment,50,,,
	END
	exits 0 send ips_team more.csv --book team.book
	exits 0 "$utfall" attest accepted "@job$2" --book team.book --method letter --key "$(key sodra_vatterbygden)"
}
enrol o6qh2dww2eao3efit7gwvelvse 1
is "$(blobs)" 0 'nothing is kept before the first statement'

# A disk that is full, here as a limit of every file's size: a statement is recorded or it is not;
# where only what was worked out for it cannot be kept, a note says so and what is printed is the same.
full() {	# BLOCKS COMMAND...
	(
		trap '' XFSZ
		ulimit -f "$1" && shift && "$@"
	)
}
words='^utfall: note: the statement is recorded and nothing is lost; what was worked out for it could not be kept .*; see that the disk has room; the next statement keeps it again$'
refused=0 noted=0 whole=0 odd=
for blocks in $(seq 64 16 1200); do
	rm -f full.db*
	cp "$UTFALL_LEDGER" full.db
	run full "$blocks" "$utfall" settle --key "$(key keeper)" --ledger full.db
	case $status in
	6) refused=$((refused + 1)) ;;
	0) like "$out" '^issued: statement 1 through .*, entry [0-9]+$' "$blocks blocks: it is issued"
		if [ -z "$err" ]; then
			whole=$((whole + 1))
			break
		fi
		noted=$((noted + 1))
		like "$err" "$words" "$blocks blocks: and a note says what follows"
		is "$(blobs full.db)" 0 "$blocks blocks: nothing is kept"
		ok "$blocks blocks: the ledger verifies" "$utfall" verify --full --ledger full.db ;;
	*) odd="$odd $blocks: $status $err" ;;
	esac
done
is "$odd" '' 'no other end'
is "$((refused > 0)) $((noted > 0)) $whole" '1 1 1' 'each end was seen'
note "$refused refused, $noted noted"

exits 0 "$utfall" settle --key "$(key keeper)"
ok 'a statement keeps the engine' test "$(blobs)" -ge 2
ok 'the ledger verifies with it' "$utfall" verify --full
enrol p6qh2dww2eao3efit7gwvelvse 2
exits 0 "$utfall" settle --dry-run --json
with=$out
like "$with" 'placed' 'what is new since is in the next statement'

# What else a ledger's engine is asked for: each command's status and words.
answers() {	# LEDGER
	for what in 'balance' 'forecast --until 2018-12-31 --json' 'statement explain 1 1' \
		'outlook o6qh2dww2eao3efit7gwvelvse' 'outlook p6qh2dww2eao3efit7gwvelvse' \
		"backtest $terms --json" 'export journal'; do
		run "$utfall" $what --ledger "$1"
		printf '%s: %s\n%s\n%s\n' "$what" "$status" "$out" "$err"
	done
}
said=$(answers "$UTFALL_LEDGER")
like "$said" '^outlook p6qh2dww2eao3efit7gwvelvse: 0$' 'it says more than what the next statement would be'
unlike "$said" ': [1-9]$' 'and answers all that'

same_without() {	# NAME SQL: the dry run of a ledger that was changed so
	rm -f other.db*
	cp "$UTFALL_LEDGER" other.db
	exits 0 sqlite3 other.db "$2"
	is "$(answers other.db)" "$said" "$1: the same answers"
	exits 0 "$utfall" settle --dry-run --json --ledger other.db
	is "$out" "$with" "$1: the same statement"
	ok "$1: verifies" "$utfall" verify --full --ledger other.db
}
same_without 'without an engine' "DELETE FROM cache_state WHERE $engine"
same_without 'without its head' 'DELETE FROM cache_state WHERE number = 4398046511104'
same_without 'without a part' 'DELETE FROM cache_state WHERE number = 4398046511105'
same_without 'with zeros' "UPDATE cache_state SET bytes = zeroblob(length(bytes)) WHERE $engine"
same_without 'with one byte more' "UPDATE cache_state SET bytes = CAST(bytes || x'00' AS BLOB) WHERE $engine"
same_without 'cut' "UPDATE cache_state SET bytes = substr(bytes, 1, length(bytes) - 40) WHERE $engine"
same_without 'without any small state' 'DELETE FROM cache_state'

# An engine of the ledger as it was before goes on; one of another history does not.
cp "$UTFALL_LEDGER" early.db
exits 0 "$utfall" settle --key "$(key keeper)"
second=$("$utfall" statement show 2)
is "$("$utfall" settle --dry-run --json --ledger early.db)" "$with" 'an earlier copy says what it said'
rm -f other.db
cp early.db other.db
exits 0 sqlite3 other.db "ATTACH '$UTFALL_LEDGER' AS later; DELETE FROM cache_state WHERE $engine;
	INSERT INTO cache_state SELECT * FROM later.cache_state WHERE $engine"
is "$("$utfall" settle --dry-run --json --ledger other.db)" "$with" \
	'an engine that knows of entries that are not there is not used'
exits 0 sqlite3 other.db "UPDATE cache_state SET bytes = (SELECT bytes FROM cache_state WHERE number = 4398046511105)
	WHERE number = 4398046511104"
is "$("$utfall" settle --dry-run --json --ledger other.db)" "$with" 'nor a part in the place of its head'

# From scratch, by replay, and by whoever lost the cache: one statement.
rm -f other.db
cp "$UTFALL_LEDGER" other.db
exits 0 sqlite3 other.db "DELETE FROM cache_state WHERE $engine"
is "$("$utfall" statement show 2 --ledger other.db)" "$second" 'a statement is read without it'
for how in --full --from-scratch; do
	ok "verify $how" "$utfall" verify $how
done
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
ok 'an auditor replays what was settled with it' "$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey

# ---- erasing takes it along ----
exits 0 "$utfall" erase p6qh2dww2eao3efit7gwvelvse --authority 'decision 12' --yes --forfeit --key "$(key keeper)"
is "$(blobs)" 0 'an erasure leaves no engine'
exits 0 "$utfall" settle --dry-run
ok 'it is made again from what is left' "$utfall" verify --full
finish
