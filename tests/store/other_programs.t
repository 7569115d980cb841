#!/bin/sh
# Other programs may read a ledger's file and never change its record; we read what is left.
. tests/tap.sh

make_ledger=$helpers/store/make_ledger
db=$tmp/ledger.db
exits 0 "$make_ledger" "$db" 20

sql() {
	sqlite3 "$db" "$1" 2>&1
}

is "$(sql 'PRAGMA integrity_check')" ok 'sqlite3 finds the file sound'
is "$(sql 'SELECT count(*) FROM entry')" 20 'sqlite3 reads the entries'
is "$(sql "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT'")" \
	0 'every table is STRICT'
is "$(sql 'PRAGMA journal_mode')" wal 'the journal is a write-ahead log'

record='SELECT * FROM entry, event USING (seq); SELECT * FROM checkpoint, receipt'
before=$(sql "$record" | sha256sum)
while read -r want statement; do
	like "$(sql "$statement")" "$(echo "$want" | tr _ ' ')" "refused: $statement"
done <<'CASES'
an_entry_never_changes UPDATE entry SET bytes = x'00' WHERE seq = 3
an_entry_never_changes UPDATE entry SET seq = 99 WHERE seq = 3
an_entry_is_never_deleted DELETE FROM entry WHERE seq = 19
an_entry_is_never_deleted DELETE FROM entry
an_entry_goes_behind_the_last_one INSERT OR REPLACE INTO entry VALUES (3, x'00')
an_entry_goes_behind_the_last_one INSERT INTO entry VALUES (21, x'00')
an_entry_goes_behind_the_last_one INSERT INTO entry (bytes) VALUES (x'00')
an_event_never_changes UPDATE event SET bytes = zeroblob(length(bytes)) WHERE seq = 3
an_event_is_never_deleted DELETE FROM event WHERE seq = 3
an_event_comes_with_its_entry INSERT OR REPLACE INTO event VALUES (3, x'00')
an_event_comes_with_its_entry INSERT OR REPLACE INTO event VALUES (19, x'00')
an_event_comes_with_its_entry INSERT INTO event VALUES (20, x'00')
a_checkpoint_changes_only UPDATE checkpoint SET note = x'00'
a_checkpoint_changes_only UPDATE checkpoint SET root = zeroblob(32)
a_checkpoint_changes_only UPDATE checkpoint SET note = CAST(note || x'0a' AS BLOB)
a_checkpoint_is_never_deleted DELETE FROM checkpoint
a_checkpoint_covers_all INSERT OR REPLACE INTO checkpoint SELECT size, root, x'00' FROM checkpoint
a_checkpoint_covers_all INSERT INTO checkpoint VALUES (19, zeroblob(32), x'00')
a_receipt_never_changes UPDATE receipt SET bytes = x'00'
a_receipt_is_never_deleted DELETE FROM receipt
a_receipt_is_written_once INSERT OR REPLACE INTO receipt SELECT seq, x'00' FROM receipt
cannot_store_TEXT_value INSERT INTO cache_state VALUES (1, 'text')
CASES
is "$(sql "$record" | sha256sum)" "$before" \
	'after all that the record is the same'

sql 'ANALYZE' >/dev/null
ok 'statistics of another program do no harm' "$make_ledger" --open "$db"
cp "$db" "$tmp/copy.db"
run "$make_ledger" --open "$tmp/copy.db"
is "$status" 0 'a copy of the file is a ledger'

sql 'DROP TRIGGER event_update' >/dev/null
refuses 5 "$db: the schema was changed by another program: expected 'trigger event_update', found \
'trigger receipt_delete' or another definition of it; restore the file from a copy and verify" \
	"$make_ledger" --open "$db"
db=$tmp/copy.db
sql 'CREATE TABLE mine (x)' >/dev/null
refuses 5 "$db: the schema was changed by another program: expected 'table receipt', found \
'table mine' or another definition of it; restore the file from a copy and verify" \
	"$make_ledger" --open "$db"
sql 'DROP TABLE mine; DROP TABLE cache_run; CREATE TABLE cache_run (number, bytes)' >/dev/null
refuses 5 "$db: the schema was changed by another program: expected 'table cache_run', found \
'table cache_run' or another definition of it; restore the file from a copy and verify" \
	"$make_ledger" --open "$db"
sql 'DROP TABLE receipt' >/dev/null
refuses 5 "$db: the tables are not those of a ledger: no such table: receipt; restore the file \
from a copy" "$make_ledger" --read "$db"
sql "CREATE VIEW receipt AS SELECT 0 AS seq, randomblob(9) AS bytes" >/dev/null
refuses 5 "$db: the tables are not those of a ledger: not authorized to use function: randomblob; \
restore the file from a copy" "$make_ledger" --read "$db"
finish
