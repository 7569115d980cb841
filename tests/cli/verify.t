#!/bin/sh
# verify and bundle: what somebody with the database file alone could do, and whether it shows.
. tests/tap.sh
. tests/cli/world.sh

world
accepted_job 50
exits 0 "$utfall" settle --key "$(key keeper)"
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
ok 'verifies' "$utfall" verify
ok 'verifies every rule and statement' "$utfall" verify --full
is "$("$utfall" verify --full --json | jq -r '"\(.verdict) \(.statements) \(.lines)"')" 'verified 1 6' 'in JSON'
refuses 2 'utfall: verify: needs --ledger LEDGER (or UTFALL_LEDGER in the environment)' \
	env -u UTFALL_LEDGER "$utfall" verify

# ---- the file changed behind our back: every kind of row ----
sqlite3 "$UTFALL_LEDGER" .dump >/dev/null
change() {	# NAME SQL: verify must say no, on a copy without its triggers
	cp "$UTFALL_LEDGER" changed.db
	rm -f changed.db-wal changed.db-shm
	sqlite3 changed.db "PRAGMA writable_schema = ON;
		DELETE FROM sqlite_schema WHERE type = 'trigger';" >/dev/null
	sqlite3 changed.db "$2" >/dev/null 2>sql.err || {
		fail "$1" "$(cat sql.err)"
		return
	}
	run "$utfall" verify --full --ledger changed.db
	if [ "$status" = 5 ] && [ -z "$out" ] && [ -n "$err" ]; then
		pass "noticed: $1"
	else
		fail "noticed: $1" "status $status" "$err" "$out"
	fi
}
size=$("$utfall" checkpoint show | sed -n 2p)
flip="CAST(substr(bytes, 1, 60) || char(unicode(substr(bytes, 61, 1)) + 1) || substr(bytes, 62) AS BLOB)"
change 'an entry changed' "UPDATE entry SET bytes = $flip WHERE seq = 30"
change 'an event changed' "UPDATE event SET bytes = $flip WHERE seq = 43"
change 'an amount changed' \
	"UPDATE event SET bytes = CAST(replace(CAST(bytes AS TEXT), '1500002', '1500003') AS BLOB)"
change 'the last entry removed' "PRAGMA foreign_keys = OFF; DELETE FROM event WHERE seq = $((size - 1));
	DELETE FROM entry WHERE seq = $((size - 1))"
change 'an entry in the middle removed' "PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE seq = 40"
change 'an event taken away' 'DELETE FROM event WHERE seq = 44'
change 'two events exchanged' 'CREATE TABLE t AS SELECT * FROM event WHERE seq IN (43, 44);
	UPDATE event SET bytes = (SELECT bytes FROM t WHERE t.seq = 87 - event.seq) WHERE seq IN (43, 44);
	DROP TABLE t'
change 'the signed head taken away' "DELETE FROM checkpoint WHERE size = $size"
change 'the signed note changed' "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT),
	char(10) || '$size' || char(10), char(10) || '$((size - 1))' || char(10)) AS BLOB) WHERE size = $size"

# ---- the triggers stand in the way ----
for sql in 'UPDATE entry SET bytes = bytes' 'DELETE FROM entry' 'UPDATE event SET bytes = bytes' \
	'DELETE FROM event' 'DELETE FROM checkpoint'; do
	cp "$UTFALL_LEDGER" plain.db
	run sqlite3 plain.db "$sql"
	ok "refused by the database: $sql" test "$status" != 0
done

# ---- caches ----
for table in cache_run cache_tile cache_state; do
	cp "$UTFALL_LEDGER" cache.db
	exits 0 sqlite3 cache.db "DELETE FROM $table"
	ok "without $table it is what it was" "$utfall" verify --full --ledger cache.db
done

# ---- bundles ----
ok 'a bundle is written' "$utfall" bundle bundle
refuses 4 'utfall: bundle: it exists already; name a new one' "$utfall" bundle bundle
refuses 6 'utfall: none/bundle: No such file or directory' "$utfall" bundle none/bundle
ok 'or a tar of it' "$utfall" bundle all.tar --tar
ok 'which replays as it is' "$audit" replay all.tar --operator-key operator.vkey
mkdir from_tar
ok 'that tar reads' tar -xf all.tar -C from_tar
same bundle/events.jsonl from_tar/events.jsonl 'and holds the same'
ok 'the bundle replays' "$audit" replay bundle --operator-key operator.vkey
ok 'and so does the file, read only' "$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey
is "$("$audit" replay from_tar --operator-key operator.vkey --json | jq -r .verdict)" 'verified, unwitnessed' 'in JSON'
is "$(sed -n 3p bundle/checkpoint)" "$("$audit" replay bundle --operator-key operator.vkey --json |
	jq -r .root | perl -ne 'chomp; print pack "H*", $_' | base64)" 'the root is the one that was signed'
refuses 2 'utfall-audit: replay: needs --operator-key FILE' "$audit" replay bundle
refuses 2 'utfall-audit: --threads 0: expected a number from 1 to 256' \
	"$audit" replay bundle --operator-key operator.vkey --threads 0

# ---- however many threads: the same report ----
"$audit" replay bundle --operator-key operator.vkey --json >whole.json
for threads in 1 2 7; do
	is "$("$audit" replay bundle --operator-key operator.vkey --json --threads $threads)" \
		"$(cat whole.json)" "with $threads threads the report is the same"
done
finish
