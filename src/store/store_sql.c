/* store_sql.c - the store's one way of talking to SQLite: statements, failures, opening.
 *
 * No SQL text is ever built at run time: store.c and store_write.c each hold
 * theirs in one array, prepared when the store is opened.
 */
#include "store_priv.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "embed.h"

#define HEADER_BYTES 100	/* of an SQLite file, https://sqlite.org/fileformat.html 1.3 */

struct query
query(struct store *s, sqlite3_stmt *st)
{
	struct query q = { .s = s, .st = st, .rc = SQLITE_OK };

	assert(st != NULL && !sqlite3_stmt_busy(st));
	if (s->broken)
		q.rc = SQLITE_MISUSE;
	return q;
}

void
bind_u64(struct query *q, uint64_t v)
{
	if (q->rc == SQLITE_OK)
		q->rc = v > INT64_MAX ? SQLITE_RANGE
				      : sqlite3_bind_int64(q->st, ++q->column, (sqlite3_int64)v);
}

void
bind_bytes(struct query *q, const void *bytes, size_t size)
{
	if (q->rc == SQLITE_OK)
		q->rc = sqlite3_bind_blob64(q->st, ++q->column, size == 0 ? "" : bytes, size,
					    SQLITE_STATIC);
}

bool
next_row(struct query *q)
{
	if (q->rc == SQLITE_OK || q->rc == SQLITE_ROW)
		q->rc = sqlite3_step(q->st);
	return q->rc == SQLITE_ROW;
}

uint64_t
row_u64(struct query *q, int column)
{
	return (uint64_t)sqlite3_column_int64(q->st, column);
}

const void *
row_bytes(struct query *q, int column, size_t *ret_size)
{
	const void *bytes = sqlite3_column_blob(q->st, column);

	*ret_size = (size_t)sqlite3_column_bytes(q->st, column);
	return bytes == NULL ? "" : bytes;
}

enum rc
query_done(struct query *q, struct err *e, const char *doing, ...)
{
	char text[120];
	va_list ap;
	enum rc rc = RC_OK;

	if (q->rc != SQLITE_OK && q->rc != SQLITE_ROW && q->rc != SQLITE_DONE) {
		va_start(ap, doing);
		vsnprintf(text, sizeof(text), doing, ap);
		va_end(ap);
		rc = store_sql_fail(q->s, q->rc, text, e);
	}
	sqlite3_reset(q->st);
	sqlite3_clear_bindings(q->st);
	return rc;
}

/* The system's number for the last write that failed: of the write-ahead log, or where there is
 * none yet, of the file. SQLite's own sqlite3_system_errno() does not hear of commits. */
static int
write_errno(struct store *s)
{
	sqlite3_file *log = NULL;
	int number = 0;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log != NULL && log->pMethods != NULL)
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
	if (number == 0)
		sqlite3_file_control(s->db, "main", SQLITE_FCNTL_LAST_ERRNO, &number);
	return number;
}

/* SQLite knows ENOSPC; a quota and a limit on file sizes come as plain write errors. */
static bool
disk_is_full(struct store *s, int rc)
{
	int number;

	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	if (rc != SQLITE_IOERR_WRITE)
		return false;
	number = write_errno(s);
	return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

static enum rc
refused(struct store *s, int rc, const char *doing, struct err *e)
{
	if (rc == SQLITE_CONSTRAINT_TRIGGER)
		return rc_fail(e, RC_REFUSED, "%s: %s: %s", s->path, doing,
			       sqlite3_errmsg(s->db));
	if (rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID)
		return rc_fail(e, RC_CONFLICT, "%s: %s: there is one already", s->path, doing);
	return rc_fail(e, RC_REFUSED, "%s: %s: the store's schema does not allow it: %s", s->path,
		       doing, sqlite3_errmsg(s->db));
}

enum rc
store_sql_fail(struct store *s, int rc, const char *doing, struct err *e)
{
	int extended = s->db == NULL ? rc : sqlite3_extended_errcode(s->db);

	if (s->broken)
		return rc_fail(e, RC_SYSTEM, "%s: %s: the result of an earlier commit is unknown; "
			       "close the ledger and open it again", s->path, doing);
	if (s->db != NULL && disk_is_full(s, extended)) {
		s->full = true;
		return rc_fail(e, RC_SYSTEM, "the disk is full: %s, %s; nothing was written; "
			       "make room and do it again", s->path, doing);
	}
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return rc_fail(e, RC_CONFLICT, "%s: %s: another program kept the ledger locked for "
			       "%d seconds; try again when it is done", s->path, doing,
			       STORE_BUSY_MILLISECONDS / 1000);
	case SQLITE_CONSTRAINT:
		return refused(s, extended, doing, e);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return rc_fail(e, RC_INTEGRITY, "%s: %s: the file is damaged (%s); restore it from "
			       "a copy and verify", s->path, doing, sqlite3_errstr(extended));
	case SQLITE_RANGE:
	case SQLITE_TOOBIG:
		return rc_fail(e, RC_RANGE, "%s: %s: too large for the store", s->path, doing);
	case SQLITE_READONLY:
		return rc_fail(e, RC_SYSTEM, "%s: %s: the ledger is open for reading only",
			       s->path, doing);
	case SQLITE_NOMEM:
		abort();	/* as every allocation does, see arena.h */
	default:
		return rc_fail(e, RC_SYSTEM, "%s: %s: %s", s->path, doing,
			       s->db == NULL ? sqlite3_errstr(rc) : sqlite3_errmsg(s->db));
	}
}

enum rc
store_url_path(const char *url, const char **ret, struct err *e)
{
	static const char scheme[] = "sqlite:";
	const char *path = url;

	if (strncmp(url, "postgres:", 9) == 0 || strncmp(url, "postgresql:", 11) == 0)
		return rc_fail(e, RC_USAGE, "%s: this build keeps ledgers in SQLite files only; "
			       "expected a path or sqlite:PATH", url);
	if (strncmp(url, scheme, sizeof(scheme) - 1) == 0)
		path = url + sizeof(scheme) - 1;
	if (*path == '\0')
		return rc_fail(e, RC_USAGE, "'%s' names no ledger; expected a path or sqlite:PATH",
			       url);
	*ret = path;
	return RC_OK;
}

int
store_schema_version(void)
{
	return (int)embed_schema_count;
}

static uint32_t
big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum rc
header_check(const char *path, const unsigned char *header, size_t size, struct err *e)
{
	uint32_t version;

	if (size == 0)
		return rc_fail(e, RC_REFUSED, "%s is empty, not a ledger; an interrupted init leaves "
			       "such a file: remove it and run init again", path);
	if (size < HEADER_BYTES || memcmp(header, "SQLite format 3", 16) != 0)
		return rc_fail(e, RC_REFUSED, "%s is not a ledger: expected an SQLite file; "
			       "name the file that init made", path);
	if (big_endian(header + 68) != STORE_APPLICATION_ID)
		return rc_fail(e, RC_REFUSED, "%s is not a ledger: it is the database of another "
			       "program (application id 0x%08x, expected 0x%08x); name the file "
			       "that init made", path, big_endian(header + 68),
			       (unsigned)STORE_APPLICATION_ID);
	version = big_endian(header + 60);
	if (version > (uint32_t)store_schema_version())
		return rc_fail(e, RC_REFUSED, "%s was written by a newer utfall: its schema is %u, "
			       "this program knows %d; use that version or a later one", path,
			       version, store_schema_version());
	return RC_OK;
}

/* Looks without opening: to close any descriptor of a file gives up every lock that this process
 * has on it (POSIX), those of SQLite's other connections included. */
enum rc
store_file_check(const char *path, struct err *e)
{
	struct stat st;

	if ((stat(path, &st) != 0 || access(path, R_OK) != 0) && errno == ENOENT)
		return rc_fail(e, RC_NOT_FOUND, "no ledger at %s; init makes one", path);
	if (access(path, R_OK) != 0)
		return rc_fail(e, RC_SYSTEM, "%s: opening the ledger: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return rc_fail(e, RC_SYSTEM, "%s: reading the ledger: %s; expected a file", path,
			       strerror(EISDIR));
	return RC_OK;
}

/* Reads the file's header through SQLite's own descriptor. */
enum rc
store_header_check(struct store *s, struct err *e)
{
	unsigned char header[HEADER_BYTES];
	sqlite3_int64 size = 0;
	sqlite3_file *f = NULL;
	int rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER, &f);

	if (rc == SQLITE_OK)
		rc = f->pMethods->xFileSize(f, &size);
	if (size > HEADER_BYTES)
		size = HEADER_BYTES;
	if (rc == SQLITE_OK && size > 0)
		rc = f->pMethods->xRead(f, header, (int)size, 0);
	if (rc != SQLITE_OK)
		return store_sql_fail(s, rc, "reading the ledger", e);
	return header_check(s->path, header, (size_t)size, e);
}

struct store *
store_new(const char *path)
{
	struct store *s = mem_alloc(sizeof(*s));
	size_t size = strlen(path) + 3;

	memset(s, 0, sizeof(*s));
	/* SQLite gives names that begin with ':' a meaning of their own. */
	s->path = mem_alloc(size);
	snprintf(s->path, size, "%s%s", *path == ':' ? "./" : "", path);
	return s;
}

enum rc
store_connect(struct store *s, const char *name, int flags, struct err *e)
{
	int rc = sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX
				 | SQLITE_OPEN_EXRESCODE, NULL);

	if (rc != SQLITE_OK)
		return store_sql_fail(s, rc, "opening the ledger", e);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MILLISECONDS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(s->db, SQLITE_LIMIT_ATTACHED, 0);
	return RC_OK;
}

enum rc
store_prepare(struct store *s, const char *const *sql, size_t count, sqlite3_stmt **ret,
	      struct err *e)
{
	assert(count <= STORE_STATEMENTS);
	for (size_t i = 0; i < count; i++) {
		int rc = sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &ret[i],
					    NULL);

		if ((rc & 0xff) == SQLITE_ERROR || (rc & 0xff) == SQLITE_AUTH)
			return rc_fail(e, RC_INTEGRITY, "%s: the tables are not those of a ledger: "
				       "%s; restore the file from a copy", s->path,
				       sqlite3_errmsg(s->db));
		if (rc != SQLITE_OK)
			return store_sql_fail(s, rc, "opening the ledger", e);
	}
	return RC_OK;
}

enum rc
store_run(struct store *s, const char *constant_sql, struct err *e)
{
	int rc = sqlite3_exec(s->db, constant_sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? RC_OK : store_sql_fail(s, rc, "opening the ledger", e);
}

enum rc
store_version(struct store *s, int *ret, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &st, NULL);
	int version;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return store_sql_fail(s, rc, "opening the ledger", e);
	if (version > store_schema_version())
		return rc_fail(e, RC_REFUSED, "%s was written by a newer utfall: its schema is %d, "
			       "this program knows %d; use that version or a later one", s->path,
			       version, store_schema_version());
	*ret = version;
	return RC_OK;
}
