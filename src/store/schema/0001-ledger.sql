-- utfall, schema 1. The record: entry, event, checkpoint, receipt. Every other
-- table is a cache that is made again from the record. This file never changes;
-- a later schema is a later file.

PRAGMA application_id = 1970562657;	-- "utfa"
PRAGMA user_version = 1;		-- the number of this file

-- One row an entry of the ledger, in order and without holes.
CREATE TABLE entry (
	seq INTEGER PRIMARY KEY,	-- position in the ledger, from 0
	bytes BLOB NOT NULL		-- canonical JSON, exactly as it was hashed
		CHECK (length(bytes) BETWEEN 1 AND 65535)
) STRICT;

-- What a party said, for each entry that records an event.
CREATE TABLE event (
	seq INTEGER PRIMARY KEY		-- its entry
		REFERENCES entry (seq),
	bytes BLOB NOT NULL		-- canonical JSON as received; as many zero bytes once erased
		CHECK (length(bytes) BETWEEN 1 AND 65535)
) STRICT;

-- Signed tree heads; the one of the largest size is the head of the ledger.
CREATE TABLE checkpoint (
	size INTEGER PRIMARY KEY,	-- entries that it covers
	root BLOB NOT NULL		-- root hash over their leaf hashes
		CHECK (length(root) = 32),
	note BLOB NOT NULL		-- the signed note; cosignatures are added behind
		CHECK (length(note) BETWEEN 1 AND 1048576)
) STRICT;

-- What the sender of a submission was answered.
CREATE TABLE receipt (
	seq INTEGER PRIMARY KEY		-- the submission's entry
		REFERENCES entry (seq),
	bytes BLOB NOT NULL		-- exactly as it was sent
) STRICT;

-- Cache: runs of the index from hashes to sequence numbers.
CREATE TABLE cache_run (
	number INTEGER PRIMARY KEY,	-- runs in the order they were written, from 0
	bytes BLOB NOT NULL		-- see src/store/index_priv.h
) STRICT;

-- Cache: hash tiles of the tree.
CREATE TABLE cache_tile (
	number INTEGER PRIMARY KEY,	-- level * 2^56 + index
	bytes BLOB NOT NULL		-- up to 256 hashes of 32 bytes
) STRICT;

-- Cache: state of the ledger at its head.
CREATE TABLE cache_state (
	number INTEGER PRIMARY KEY,	-- chosen by the ledger layer
	bytes BLOB NOT NULL		-- its encoding
) STRICT;

-- The record only grows, whatever program writes. (utfall runs a fixed list of
-- statements, asks these questions itself, and leaves the triggers to others.)
-- The insert triggers also stop INSERT OR REPLACE, which deletes without asking
-- a delete trigger.
CREATE TRIGGER entry_insert BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'an entry goes behind the last one and nowhere else'); END;

CREATE TRIGGER entry_update BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry never changes'); END;

CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

CREATE TRIGGER event_insert BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT max(seq) FROM entry)
	OR NEW.seq IS (SELECT max(seq) FROM event)
BEGIN SELECT RAISE(ABORT, 'an event comes with its entry'); END;

CREATE TRIGGER event_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event never changes; utfall erases'); END;

CREATE TRIGGER event_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;

CREATE TRIGGER checkpoint_insert BEFORE INSERT ON checkpoint
WHEN NEW.size IS NOT (SELECT max(seq) + 1 FROM entry)
	OR NEW.size <= (SELECT max(size) FROM checkpoint)
BEGIN SELECT RAISE(ABORT, 'a checkpoint covers all entries, and more than the last one did'); END;

-- x'e2809420' is the dash and the space that open a signature line.
CREATE TRIGGER checkpoint_update BEFORE UPDATE ON checkpoint
WHEN NEW.size IS NOT OLD.size OR NEW.root IS NOT OLD.root
	OR substr(NEW.note, 1, length(OLD.note)) IS NOT OLD.note
	OR substr(NEW.note, length(OLD.note) + 1, 4) IS NOT x'e2809420'
	OR substr(NEW.note, -1) IS NOT x'0a'
BEGIN SELECT RAISE(ABORT, 'a checkpoint changes only by more signatures'); END;

CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never deleted'); END;

CREATE TRIGGER receipt_insert BEFORE INSERT ON receipt
WHEN EXISTS (SELECT 1 FROM receipt WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'a receipt is written once'); END;

CREATE TRIGGER receipt_update BEFORE UPDATE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt never changes'); END;

CREATE TRIGGER receipt_delete BEFORE DELETE ON receipt
BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END;
