/* store.c - the reading side of the store over SQLite.
 *
 * Read next: store_sql.c (statements and failures), store_write.c (the writing
 * side), schema/0001-ledger.sql (the tables), index.c (finding by key).
 */
#include "store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "store_priv.h"

enum read_stmt {
	READ_BEGIN,
	READ_END,
	READ_HEAD,
	READ_ENTRY,
	READ_EVENT,
	READ_SCAN_ENTRIES,
	READ_SCAN_EVENTS,
	READ_CHECKPOINT,
	READ_CHECKPOINTS_BACK,
	READ_CHECKPOINTS,
	READ_RECEIPT,
	READ_RECEIPTS,
	READ_CACHE,					/* and one for each kind behind */
	READ_CACHE_SCAN = READ_CACHE + CACHE_KIND_MAX,	/* likewise */
	READ_MAX = READ_CACHE_SCAN + CACHE_KIND_MAX
};

#define CACHE_BY_NUMBER(table) "SELECT bytes FROM " table " WHERE number = ?1"
#define CACHE_IN_ORDER(table) "SELECT number, bytes FROM " table " ORDER BY number"

static const char *const read_sql[READ_MAX] = {
	[READ_BEGIN] = "BEGIN",
	[READ_END] = "ROLLBACK",
	[READ_HEAD] = "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1",
	[READ_ENTRY] = "SELECT bytes FROM entry WHERE seq = ?1",
	[READ_EVENT] = "SELECT bytes FROM event WHERE seq = ?1",
	[READ_SCAN_ENTRIES] = "SELECT seq, bytes FROM entry WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
	[READ_SCAN_EVENTS] = "SELECT seq, bytes FROM event WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
	[READ_CHECKPOINT] = "SELECT note FROM checkpoint WHERE size = ?1",
	[READ_CHECKPOINTS_BACK] =
		"SELECT note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC",
	[READ_CHECKPOINTS] = "SELECT size, root, note FROM checkpoint ORDER BY size",
	[READ_RECEIPTS] = "SELECT seq, bytes FROM receipt ORDER BY seq",
	[READ_RECEIPT] = "SELECT bytes FROM receipt WHERE seq = ?1",
	[READ_CACHE] = "SELECT 0",	/* no kind 0 */
	[READ_CACHE + CACHE_RUN] = CACHE_BY_NUMBER("cache_run"),
	[READ_CACHE + CACHE_TILE] = CACHE_BY_NUMBER("cache_tile"),
	[READ_CACHE + CACHE_STATE] = CACHE_BY_NUMBER("cache_state"),
	[READ_CACHE_SCAN] = "SELECT 0",
	[READ_CACHE_SCAN + CACHE_RUN] = CACHE_IN_ORDER("cache_run"),
	[READ_CACHE_SCAN + CACHE_TILE] = CACHE_IN_ORDER("cache_tile"),
	[READ_CACHE_SCAN + CACHE_STATE] = CACHE_IN_ORDER("cache_state"),
};

static const char *const cache_name[CACHE_KIND_MAX] = {
	"", "index run", "tile", "state"
};

/* ---- opening ---- */

enum rc
store_prepare_read(struct store *s, struct err *e)
{
	return store_prepare(s, read_sql, READ_MAX, s->read, e);
}

/* Asked when a statement is prepared. What a reader never needs is denied: writing, functions,
 * views and triggers, other tables, pragmas, attaching. */
static int
authorize(void *arg, int action, const char *table, const char *column, const char *database,
	  const char *view)
{
	static const char *const tables[] = {
		"entry", "event", "checkpoint", "receipt", "cache_run", "cache_tile", "cache_state"
	};

	(void)arg, (void)column, (void)database;
	if (action == SQLITE_SELECT || action == SQLITE_TRANSACTION)
		return SQLITE_OK;
	if (action != SQLITE_READ || view != NULL)
		return SQLITE_DENY;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(table, tables[i]) == 0)
			return SQLITE_OK;
	return SQLITE_DENY;
}

/* A file: URI with every byte escaped that could mean something in one. */
static void
immutable_uri(const char *path, struct buf *ret)
{
	buf_text(ret, "file:");
	for (const char *p = path; *p != '\0'; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z')
			|| (*p >= '0' && *p <= '9') || strchr("/-_.", *p) != NULL;

		if (plain)
			buf_byte(ret, *p);
		else
			buf_printf(ret, "%%%02X", (unsigned)(unsigned char)*p);
	}
	buf_text(ret, "?immutable=1");
}

/* Nobody has it open for writing, and this program cannot make the files beside it that
 * SQLite shares with writers: a medium or folder that is read-only. */
static bool
is_at_rest(const char *path)
{
	struct buf name = { 0 };
	bool at_rest;

	buf_printf(&name, "%s-wal", path);
	at_rest = access(name.data, F_OK) != 0;
	buf_clear(&name);
	buf_text(&name, path);
	while (name.size > 0 && name.data[name.size - 1] != '/')
		name.data[--name.size] = '\0';
	at_rest = at_rest && access(name.size == 0 ? "." : name.data, W_OK) != 0;
	buf_free(&name);
	return at_rest;
}

static enum rc
connect_read(struct store *s, struct err *e)
{
	struct buf uri = { 0 };
	enum rc rc;

	if (!is_at_rest(s->path))
		return store_connect(s, s->path, SQLITE_OPEN_READONLY, e);
	immutable_uri(s->path, &uri);
	rc = store_connect(s, uri.data, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e);
	buf_free(&uri);
	return rc;
}

static enum rc
open_read(struct store *s, struct err *e)
{
	int version = 0;
	enum rc rc = connect_read(s, e);

	if (rc == RC_OK)
		rc = store_header_check(s, e);
	if (rc == RC_OK)
		rc = store_run(s, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384", e);
	if (rc == RC_OK)
		rc = store_version(s, &version, e);
	if (rc == RC_OK && version < store_schema_version())
		rc = rc_fail(e, RC_REFUSED, "%s: its schema is %d, older than this program's %d; open "
			     "it once with a command that writes, which brings it up to date",
			     s->path, version, store_schema_version());
	if (rc == RC_OK) {
		sqlite3_set_authorizer(s->db, authorize, NULL);
		rc = store_prepare_read(s, e);
	}
	return rc;
}

enum rc
store_open_with(const char *url, store_open_fn *open, struct store **ret, struct err *e)
{
	const char *path;
	struct store *s;
	enum rc rc = store_url_path(url, &path, e);

	if (rc == RC_OK)
		rc = store_file_check(path, e);
	if (rc != RC_OK)
		return rc;
	s = store_new(path);
	rc = open(s, e);
	if (rc == RC_OK)
		*ret = s;
	else
		store_close(s);
	return rc;
}

enum rc
store_open_read(const char *url, struct store **ret, struct err *e)
{
	return store_open_with(url, open_read, ret, e);
}

void
store_close(struct store *s)
{
	sqlite3_stmt *st;

	if (s == NULL)
		return;
	assert(!s->writing);
	while ((st = sqlite3_next_stmt(s->db, NULL)) != NULL)
		sqlite3_finalize(st);
	sqlite3_close(s->db);
	free(s->path);
	free(s);
}

/* ---- reading ---- */

enum rc
store_begin_read(struct store *s, struct err *e)
{
	struct query begin = query(s, s->read[READ_BEGIN]), head;
	enum rc rc;

	assert(!s->reading && !s->writing);
	next_row(&begin);
	rc = query_done(&begin, e, "reading");
	if (rc != RC_OK)
		return rc;
	s->reading = true;
	head = query(s, s->read[READ_HEAD]);	/* the first read takes the snapshot */
	next_row(&head);
	rc = query_done(&head, e, "reading the head");
	if (rc != RC_OK)
		store_end_read(s);
	return rc;
}

void
store_end_read(struct store *s)
{
	if (!s->reading)
		return;
	sqlite3_step(s->read[READ_END]);
	sqlite3_reset(s->read[READ_END]);
	s->reading = false;
}

enum rc
store_head(struct store *s, struct store_head *ret, struct buf *ret_note, struct err *e)
{
	struct query q = query(s, s->read[READ_HEAD]);
	struct store_head head = { 0 };
	enum rc rc = RC_OK;
	size_t size;

	if (next_row(&q)) {
		const void *root = row_bytes(&q, 1, &size);

		head.size = row_u64(&q, 0);
		if (size != sizeof(head.root.bytes))
			rc = rc_fail(e, RC_INTEGRITY, "%s: the root of the head has %zu bytes, "
				     "expected 32; restore the file from a copy", s->path, size);
		else
			memcpy(head.root.bytes, root, size);
		if (rc == RC_OK && ret_note != NULL) {
			const void *note = row_bytes(&q, 2, &size);

			buf_add(ret_note, note, size);
		}
	}
	if (rc != RC_OK) {
		sqlite3_reset(q.st);
		return rc;
	}
	rc = query_done(&q, e, "reading the head");
	if (rc == RC_OK)
		*ret = head;
	return rc;
}

/* The one blob of statement `which` for `number`; at most `size_max` bytes. */
static enum rc
read_blob(struct store *s, size_t which, uint64_t number, const char *what, size_t size_max,
	  struct buf *ret, struct err *e)
{
	struct query q = query(s, s->read[which]);
	bool found;
	enum rc rc;

	bind_u64(&q, number);
	found = next_row(&q);
	if (found) {
		size_t size;
		const void *bytes = row_bytes(&q, 0, &size);

		if (size <= size_max)
			buf_add(ret, bytes, size);
		else
			q.rc = SQLITE_TOOBIG;
	}
	rc = query_done(&q, e, "reading %s %llu", what, (unsigned long long)number);
	if (rc == RC_OK && !found)
		return rc_fail(e, RC_NOT_FOUND, "%s has no %s %llu", s->path, what,
			       (unsigned long long)number);
	return rc;
}

enum rc
store_entry(struct store *s, uint64_t seq, struct buf *ret, struct err *e)
{
	return read_blob(s, READ_ENTRY, seq, "entry", LIMIT_EVENT_BYTES, ret, e);
}

/* Erased bytes are zeros of the same size; no JSON begins with one. */
static bool
is_erased(const void *bytes, size_t size)
{
	return size == 0 || *(const char *)bytes == '\0';
}

enum rc
store_event(struct store *s, uint64_t seq, struct buf *ret, bool *ret_erased, struct err *e)
{
	size_t before = ret->size;
	bool erased;
	enum rc rc = read_blob(s, READ_EVENT, seq, "event", LIMIT_EVENT_BYTES, ret, e);

	if (rc != RC_OK)
		return rc;
	erased = is_erased(ret->data + before, ret->size - before);
	if (erased) {
		ret->size = before;
		if (ret->data != NULL)
			ret->data[before] = '\0';
	}
	*ret_erased = erased;
	return RC_OK;
}

static enum rc
event_alone(struct query *events, struct err *e)
{
	return rc_fail(e, RC_INTEGRITY, "%s: event %llu has no entry; restore the file from a copy and "
		       "verify", events->s->path, (unsigned long long)row_u64(events, 0));
}

/* Both tables are walked side by side, which takes half the time of a join. */
static enum rc
scan_rows(struct query *entries, struct query *events, store_row_fn *fn, void *arg,
	  struct err *e)
{
	bool event = next_row(events);

	while (next_row(entries)) {
		struct store_row row = { .seq = row_u64(entries, 0) };
		enum rc rc;

		row.entry = row_bytes(entries, 1, &row.entry_size);
		if (event && row_u64(events, 0) < row.seq)
			return event_alone(events, e);
		if (event && row_u64(events, 0) == row.seq) {
			row.has_event = true;
			row.event = row_bytes(events, 1, &row.event_size);
			if (is_erased(row.event, row.event_size)) {
				row.event = NULL;
				row.event_size = 0;
			}
		}
		rc = fn(arg, &row, e);
		if (rc != RC_OK)
			return rc;
		if (row.has_event)
			event = next_row(events);
	}
	return event && entries->rc == SQLITE_DONE ? event_alone(events, e) : RC_OK;
}

static enum rc
scan(struct store *s, uint64_t from, uint64_t to, store_row_fn *fn, void *arg, struct err *e)
{
	struct query entries = query(s, s->read[READ_SCAN_ENTRIES]);
	struct query events = query(s, s->read[READ_SCAN_EVENTS]);
	struct err ignored;
	enum rc rc, done;

	bind_u64(&entries, from);
	bind_u64(&entries, to);
	bind_u64(&events, from);
	bind_u64(&events, to);
	rc = scan_rows(&entries, &events, fn, arg, e);
	done = query_done(&events, rc == RC_OK ? e : &ignored, "reading events");
	if (rc == RC_OK)
		rc = done;
	done = query_done(&entries, rc == RC_OK ? e : &ignored, "reading entries");
	return rc == RC_OK ? done : rc;
}

enum rc
store_scan(struct store *s, uint64_t from, uint64_t to, store_row_fn *fn, void *arg,
	   struct err *e)
{
	bool own = !s->reading && !s->writing;	/* both statements need the same snapshot */
	enum rc rc = own ? store_begin_read(s, e) : RC_OK;

	if (rc == RC_OK)
		rc = scan(s, from, to > INT64_MAX ? INT64_MAX : to, fn, arg, e);
	if (own)
		store_end_read(s);
	return rc;
}

enum rc
store_receipt(struct store *s, uint64_t seq, struct buf *ret, struct err *e)
{
	return read_blob(s, READ_RECEIPT, seq, "receipt", LIMIT_NOTE_BYTES, ret, e);
}

enum rc
store_checkpoint(struct store *s, uint64_t size, struct buf *ret, struct err *e)
{
	return read_blob(s, READ_CHECKPOINT, size, "checkpoint of size", LIMIT_NOTE_BYTES, ret, e);
}

enum rc
store_checkpoints_back(struct store *s, uint64_t size, store_note_fn *fn, void *arg,
		       struct err *e)
{
	struct query q = query(s, s->read[READ_CHECKPOINTS_BACK]);
	struct err ignored;
	enum rc rc = RC_OK, done;

	bind_u64(&q, size > INT64_MAX ? INT64_MAX : size);
	while (rc == RC_OK && next_row(&q)) {
		size_t length;
		const char *note = row_bytes(&q, 0, &length);

		rc = fn(arg, note, length, e);
	}
	done = query_done(&q, rc == RC_OK ? e : &ignored, "reading checkpoints");
	return rc == RC_OK ? done : rc;
}

enum rc
store_checkpoints(struct store *s, store_checkpoint_fn *fn, void *arg, struct err *e)
{
	struct query q = query(s, s->read[READ_CHECKPOINTS]);
	struct err ignored;
	enum rc rc = RC_OK, done;

	while (rc == RC_OK && next_row(&q)) {
		struct store_head head = { .size = row_u64(&q, 0) };
		size_t size;
		const void *bytes = row_bytes(&q, 1, &size);

		if (size == sizeof(head.root.bytes))
			memcpy(head.root.bytes, bytes, size);
		bytes = row_bytes(&q, 2, &size);
		rc = fn(arg, &head, bytes, size, e);
	}
	done = query_done(&q, rc == RC_OK ? e : &ignored, "reading checkpoints");
	return rc == RC_OK ? done : rc;
}

enum rc
store_receipts(struct store *s, store_cache_fn *fn, void *arg, struct err *e)
{
	struct query q = query(s, s->read[READ_RECEIPTS]);
	struct err ignored;
	enum rc rc = RC_OK, done;

	while (rc == RC_OK && next_row(&q)) {
		size_t size;
		const void *bytes = row_bytes(&q, 1, &size);

		rc = fn(arg, row_u64(&q, 0), bytes, size, e);
	}
	done = query_done(&q, rc == RC_OK ? e : &ignored, "reading receipts");
	return rc == RC_OK ? done : rc;
}

enum rc
store_cache(struct store *s, enum cache_kind kind, uint64_t number, struct buf *ret,
	    struct err *e)
{
	assert(kind > 0 && kind < CACHE_KIND_MAX);
	return read_blob(s, (size_t)READ_CACHE + kind, number, cache_name[kind], SIZE_MAX, ret, e);
}

enum rc
store_cache_scan(struct store *s, enum cache_kind kind, store_cache_fn *fn, void *arg,
		 struct err *e)
{
	struct query q;
	struct err ignored;
	enum rc rc = RC_OK, done;

	assert(kind > 0 && kind < CACHE_KIND_MAX);
	q = query(s, s->read[(size_t)READ_CACHE_SCAN + kind]);
	while (rc == RC_OK && next_row(&q)) {
		size_t size;
		const void *bytes = row_bytes(&q, 1, &size);

		rc = fn(arg, row_u64(&q, 0), bytes, size, e);
	}
	done = query_done(&q, rc == RC_OK ? e : &ignored, "reading every %s", cache_name[kind]);
	return rc == RC_OK ? done : rc;
}
