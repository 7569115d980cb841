/* store_write.c - the writing side of the store over SQLite.
 *
 * Nothing here is linked by programs that only read. Opening and creating is in
 * store_open_write.c.
 */
#include "store_write.h"

#include <assert.h>
#include <string.h>

#include "buf.h"
#include "store_priv.h"

#define CHECKPOINT_PAGES 1000	/* of the write-ahead log, then it is moved into the file */

enum write_stmt {
	WRITE_BEGIN,
	WRITE_COMMIT,
	WRITE_ROLLBACK,
	WRITE_NEXT,
	WRITE_ENTRY,
	WRITE_EVENT,
	WRITE_CHECKPOINT,
	WRITE_COSIGN,
	WRITE_RECEIPT,
	WRITE_ERASE,
	WRITE_CACHE,					/* and one for each kind behind */
	WRITE_CACHE_REMOVE = WRITE_CACHE + CACHE_KIND_MAX,	/* likewise */
	WRITE_CACHE_CLEAR = WRITE_CACHE_REMOVE + CACHE_KIND_MAX,
	WRITE_MAX = WRITE_CACHE_CLEAR + CACHE_KIND_MAX
};

#define CACHE_PUT(table) "INSERT INTO " table " (number, bytes) VALUES (?1, ?2)" \
	" ON CONFLICT (number) DO UPDATE SET bytes = excluded.bytes"
#define CACHE_REMOVE(table) "DELETE FROM " table " WHERE number = ?1"
#define CACHE_CLEAR(table) "DELETE FROM " table

static const char *const write_sql[WRITE_MAX] = {
	[WRITE_BEGIN] = "BEGIN IMMEDIATE",
	[WRITE_COMMIT] = "COMMIT",
	[WRITE_ROLLBACK] = "ROLLBACK",
	[WRITE_NEXT] = "SELECT seq FROM entry ORDER BY seq DESC LIMIT 1",
	[WRITE_ENTRY] = "INSERT INTO entry (seq, bytes) VALUES (?1, ?2)",
	[WRITE_EVENT] = "INSERT INTO event (seq, bytes) VALUES (?1, ?2)",
	[WRITE_CHECKPOINT] = "INSERT INTO checkpoint (size, root, note) VALUES (?1, ?2, ?3)",
	[WRITE_COSIGN] = "UPDATE checkpoint SET note = ?2 WHERE size = ?1",
	[WRITE_RECEIPT] = "INSERT INTO receipt (seq, bytes) VALUES (?1, ?2)",
	[WRITE_ERASE] = "UPDATE event SET bytes = zeroblob(length(bytes)) WHERE seq = ?1",
	[WRITE_CACHE] = "SELECT 0",	/* no kind 0 */
	[WRITE_CACHE + CACHE_RUN] = CACHE_PUT("cache_run"),
	[WRITE_CACHE + CACHE_TILE] = CACHE_PUT("cache_tile"),
	[WRITE_CACHE + CACHE_STATE] = CACHE_PUT("cache_state"),
	[WRITE_CACHE_REMOVE] = "SELECT 0",
	[WRITE_CACHE_REMOVE + CACHE_RUN] = CACHE_REMOVE("cache_run"),
	[WRITE_CACHE_REMOVE + CACHE_TILE] = CACHE_REMOVE("cache_tile"),
	[WRITE_CACHE_REMOVE + CACHE_STATE] = CACHE_REMOVE("cache_state"),
	[WRITE_CACHE_CLEAR] = "SELECT 0",
	[WRITE_CACHE_CLEAR + CACHE_RUN] = CACHE_CLEAR("cache_run"),
	[WRITE_CACHE_CLEAR + CACHE_TILE] = CACHE_CLEAR("cache_tile"),
	[WRITE_CACHE_CLEAR + CACHE_STATE] = CACHE_CLEAR("cache_state"),
};

/* The triggers are there for other programs, and they cost as much as the inserts that they guard.
 * Here the statements of write_sql are all there is; a row of this table says what they may
 * do, and store_append() and its like ask what the triggers ask. */
static int
authorize_write(void *arg, int action, const char *table, const char *column,
		const char *database, const char *view)
{
	static const struct {
		int action;
		const char *table, *column;	/* NULL: any */
	} allowed[] = {
		{ SQLITE_SELECT, NULL, NULL },
		{ SQLITE_READ, NULL, NULL },
		{ SQLITE_TRANSACTION, NULL, NULL },
		{ SQLITE_FUNCTION, NULL, NULL },
		{ SQLITE_INSERT, "entry", NULL },
		{ SQLITE_INSERT, "event", NULL },
		{ SQLITE_INSERT, "checkpoint", NULL },
		{ SQLITE_INSERT, "receipt", NULL },
		{ SQLITE_UPDATE, "event", "bytes" },
		{ SQLITE_UPDATE, "checkpoint", "note" },
		{ SQLITE_INSERT, "cache_", NULL },
		{ SQLITE_UPDATE, "cache_", NULL },
		{ SQLITE_DELETE, "cache_", NULL },
	};

	(void)arg, (void)database, (void)view;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (allowed[i].action != action)
			continue;
		if (allowed[i].table == NULL)
			return SQLITE_OK;
		if (strcmp(allowed[i].table, table) != 0
		    && (strncmp(table, "cache_", 6) != 0 || strcmp(allowed[i].table, "cache_") != 0))
			continue;
		if (allowed[i].column == NULL || strcmp(allowed[i].column, column) == 0)
			return SQLITE_OK;
	}
	return SQLITE_DENY;
}

enum rc
store_prepare_write(struct store *s, struct err *e)
{
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_set_authorizer(s->db, authorize_write, NULL);
	return store_prepare(s, write_sql, WRITE_MAX, s->write, e);
}

/* ---- transactions ---- */

static void
roll_back(struct store *s)
{
	/* After some failures SQLite has done it already. */
	if (sqlite3_get_autocommit(s->db))
		return;
	sqlite3_step(s->write[WRITE_ROLLBACK]);
	sqlite3_reset(s->write[WRITE_ROLLBACK]);
}

/* The disk said no at a moment when nobody can tell what it kept. Reading it back would only
 * show what the page cache holds, so the handle is good for nothing more, and closing it
 * must not overwrite the evidence. */
static void
give_up(struct store *s)
{
	s->broken = true;
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

static enum rc
commit(struct store *s, struct err *e)
{
	int rc = sqlite3_step(s->write[WRITE_COMMIT]);
	enum rc result = RC_OK;

	if (rc != SQLITE_DONE)
		result = store_sql_fail(s, rc, "committing", e);
	sqlite3_reset(s->write[WRITE_COMMIT]);
	if (rc == SQLITE_DONE)
		return RC_OK;
	roll_back(s);
	if (s->full || result == RC_CONFLICT || result == RC_REFUSED)
		return result;
	give_up(s);
	return rc_fail(e, RC_SYSTEM, "%s: the disk failed during the commit (%s): whether it was "
		       "written is unknown; open the ledger again and look before sending it again",
		       s->path, sqlite3_errstr(rc));
}

/* Moves the write-ahead log into the file. The commit before it stands; a failing disk shows
 * at the next use of the handle. */
static void
checkpoint(struct store *s)
{
	int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_FULL)
		return;
	give_up(s);
}

static enum rc
read_next(struct store *s, struct err *e)
{
	struct query q = query(s, s->write[WRITE_NEXT]);

	s->next = next_row(&q) ? row_u64(&q, 0) + 1 : 0;
	return query_done(&q, e, "reading the last entry");
}

enum rc
store_transaction(struct store *s, store_fn *fn, void *arg, struct err *e)
{
	struct query begin = query(s, s->write[WRITE_BEGIN]);
	enum rc rc;

	assert(!s->writing && !s->reading);
	next_row(&begin);
	rc = query_done(&begin, e, "appending");
	if (rc != RC_OK)
		return rc;
	s->writing = true;
	s->full = false;
	rc = read_next(s, e);
	if (rc == RC_OK)
		rc = fn(s, arg, e);
	if (rc == RC_OK && sqlite3_get_autocommit(s->db))
		rc = rc_fail(e, RC_SYSTEM, "%s: the transaction was lost; nothing was written",
			     s->path);
	if (rc == RC_OK)
		rc = commit(s, e);
	else
		roll_back(s);
	s->writing = false;
	if (rc == RC_OK && s->wal_pages >= CHECKPOINT_PAGES)
		checkpoint(s);
	return rc;
}

enum rc
store_scrub(struct store *s, bool patient, struct err *e)
{
	int rc;

	assert(!s->writing && !s->reading);
	sqlite3_busy_timeout(s->db, patient ? STORE_BUSY_MILLISECONDS : STORE_BUSY_MILLISECONDS / 10);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MILLISECONDS);
	if (rc == SQLITE_OK)
		return RC_OK;
	if ((rc & 0xff) == SQLITE_BUSY)
		return rc_fail(e, RC_CONFLICT, "%s: a program that reads the ledger keeps erased bytes "
			       "in %s-wal; end it, then open and close the ledger once more", s->path,
			       s->path);
	return store_sql_fail(s, rc, "emptying the write-ahead log", e);
}

/* ---- the record ---- */

enum rc
store_append(struct store *s, uint64_t seq, const void *entry, size_t entry_size,
	     const void *event, size_t event_size, struct err *e)
{
	struct query q = query(s, s->write[WRITE_ENTRY]);
	enum rc rc;

	assert(s->writing);
	if (seq != s->next)
		return rc_fail(e, RC_CONFLICT, "%s: entry %llu is not the next, which is %llu: the "
			       "ledger has changed since its head was read; read it again", s->path,
			       (unsigned long long)seq, (unsigned long long)s->next);
	bind_u64(&q, seq);
	bind_bytes(&q, entry, entry_size);
	next_row(&q);
	rc = query_done(&q, e, "appending entry %llu", (unsigned long long)seq);
	if (rc != RC_OK)
		return rc;
	s->next = seq + 1;
	if (event == NULL)
		return RC_OK;
	q = query(s, s->write[WRITE_EVENT]);
	bind_u64(&q, seq);
	bind_bytes(&q, event, event_size);
	next_row(&q);
	return query_done(&q, e, "appending event %llu", (unsigned long long)seq);
}

enum rc
store_swap_head(struct store *s, const struct store_head *old, const struct store_head *new,
		const void *note, size_t note_size, struct err *e)
{
	struct store_head head;
	struct query q;
	enum rc rc = store_head(s, &head, NULL, e);

	assert(s->writing);
	if (rc != RC_OK)
		return rc;
	if (head.size != old->size || !hash_equal(head.root, old->root))
		return rc_fail(e, RC_CONFLICT, "%s: the head is of size %llu, expected %llu%s: another "
			       "program appended first; read it again", s->path,
			       (unsigned long long)head.size, (unsigned long long)old->size,
			       head.size == old->size ? " with another root" : "");
	if (new->size != s->next || new->size <= old->size)
		return rc_fail(e, RC_REFUSED, "%s: a head of size %llu behind one of size %llu; "
			       "expected all %llu entries", s->path, (unsigned long long)new->size,
			       (unsigned long long)old->size, (unsigned long long)s->next);
	q = query(s, s->write[WRITE_CHECKPOINT]);
	bind_u64(&q, new->size);
	bind_bytes(&q, new->root.bytes, sizeof(new->root.bytes));
	bind_bytes(&q, note, note_size);
	next_row(&q);
	return query_done(&q, e, "storing the head of size %llu", (unsigned long long)new->size);
}

/* A number and bytes into statement `which`. */
static enum rc
put(struct store *s, size_t which, uint64_t number, const void *bytes, size_t size,
    const char *doing, struct err *e)
{
	struct query q = query(s, s->write[which]);

	assert(s->writing);
	bind_u64(&q, number);
	bind_bytes(&q, bytes, size);
	next_row(&q);
	return query_done(&q, e, "%s %llu", doing, (unsigned long long)number);
}

enum rc
store_put_receipt(struct store *s, uint64_t seq, const void *bytes, size_t size, struct err *e)
{
	return put(s, WRITE_RECEIPT, seq, bytes, size, "storing the receipt of entry", e);
}

/* `note` is `old` with signature lines behind. */
static bool
adds_signatures(const struct buf *old, const char *note, size_t size)
{
	static const char dash[] = "\xe2\x80\x94 ";	/* opens a signature line */

	return size > old->size + sizeof(dash) && memcmp(note, old->data, old->size) == 0
		&& memcmp(note + old->size, dash, sizeof(dash) - 1) == 0
		&& note[size - 1] == '\n';
}

enum rc
store_cosign(struct store *s, uint64_t size, const void *note, size_t note_size, struct err *e)
{
	struct buf old = { 0 };
	enum rc rc = store_checkpoint(s, size, &old, e);

	if (rc == RC_OK && !adds_signatures(&old, note, note_size))
		rc = rc_fail(e, RC_REFUSED, "%s: the checkpoint of size %llu: expected the same "
			     "bytes with more signature lines behind", s->path,
			     (unsigned long long)size);
	buf_free(&old);
	return rc != RC_OK ? rc : put(s, WRITE_COSIGN, size, note, note_size,
				      "adding signatures to the checkpoint of size", e);
}

enum rc
store_erase_event(struct store *s, uint64_t seq, struct err *e)
{
	struct query q = query(s, s->write[WRITE_ERASE]);
	enum rc rc;

	assert(s->writing);
	bind_u64(&q, seq);
	next_row(&q);
	rc = query_done(&q, e, "erasing event %llu", (unsigned long long)seq);
	if (rc == RC_OK && sqlite3_changes(s->db) == 0)
		return rc_fail(e, RC_NOT_FOUND, "%s has no event %llu", s->path,
			       (unsigned long long)seq);
	return rc;
}

/* ---- caches ---- */

enum rc
store_put_cache(struct store *s, enum cache_kind kind, uint64_t number, const void *bytes,
		size_t size, struct err *e)
{
	struct query q;

	assert(s->writing && kind > 0 && kind < CACHE_KIND_MAX);
	if (size > 0)
		return put(s, (size_t)WRITE_CACHE + kind, number, bytes, size, "storing cache", e);
	q = query(s, s->write[(size_t)WRITE_CACHE_REMOVE + kind]);
	bind_u64(&q, number);
	next_row(&q);
	return query_done(&q, e, "removing cache %llu", (unsigned long long)number);
}

enum rc
store_clear_cache(struct store *s, enum cache_kind kind, struct err *e)
{
	struct query q;

	assert(s->writing && kind > 0 && kind < CACHE_KIND_MAX);
	q = query(s, s->write[(size_t)WRITE_CACHE_CLEAR + kind]);
	next_row(&q);
	return query_done(&q, e, "emptying a cache");
}

enum rc
store_clear_caches(struct store *s, struct err *e)
{
	for (enum cache_kind kind = CACHE_RUN; kind < CACHE_KIND_MAX; kind++) {
		enum rc rc = store_clear_cache(s, kind, e);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
