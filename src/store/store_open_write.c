/* store_open_write.c - opening a store for writing, and making a new one. */
#include "store_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "embed.h"
#include "store_priv.h"

static int
count_wal(void *arg, sqlite3 *db, const char *database, int pages)
{
	struct store *s = arg;

	(void)db, (void)database;
	s->wal_pages = pages;
	return SQLITE_OK;
}

static enum rc
connect_write(struct store *s, bool exists, struct err *e)
{
	enum rc rc = store_connect(s, s->path, SQLITE_OPEN_READWRITE, e);

	if (rc == RC_OK && exists)
		rc = store_header_check(s, e);
	if (rc != RC_OK)
		return rc;
	/* Its place is taken by checkpoint(), which does not overlook a failing disk. */
	sqlite3_wal_autocheckpoint(s->db, 0);
	sqlite3_wal_hook(s->db, count_wal, s);
	return store_run(s, "PRAGMA foreign_keys = ON;"
			 "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
			 "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;"
			 "PRAGMA page_size = 16384; PRAGMA cache_size = -16384;"
			 "PRAGMA journal_size_limit = 67108864", e);
}

/* Runs the schema's files behind `version`, each in its own transaction. */
static enum rc
upgrade(sqlite3 *db, struct store *s, int version, struct err *e)
{
	for (size_t i = (size_t)version; i < embed_schema_count; i++) {
		int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

		if (rc == SQLITE_OK)
			rc = sqlite3_exec(db, (const char *)embed_schema[i].bytes, NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			return store_sql_fail(s, rc, "making the tables", e);
	}
	return RC_OK;
}

static const char *
column_text(sqlite3_stmt *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st, column);

	return text == NULL ? "" : (const char *)text;
}

/* The names and definitions of everything in both databases, side by side. */
static enum rc
schema_compare(struct store *s, sqlite3_stmt *ours, sqlite3_stmt *theirs, struct err *e)
{
	for (;;) {
		int a = sqlite3_step(ours), b = sqlite3_step(theirs);

		if (a == SQLITE_DONE && b == SQLITE_DONE)
			return RC_OK;
		if (b != SQLITE_ROW && b != SQLITE_DONE)
			return store_sql_fail(s, b, "reading the schema", e);
		if (a == SQLITE_ROW && b == SQLITE_ROW
		    && strcmp(column_text(ours, 0), column_text(theirs, 0)) == 0
		    && strcmp(column_text(ours, 1), column_text(theirs, 1)) == 0)
			continue;
		return rc_fail(e, RC_INTEGRITY, "%s: the schema was changed by another program: "
			       "expected '%s', found '%s' or another definition of it; restore the "
			       "file from a copy and verify", s->path,
			       a == SQLITE_ROW ? column_text(ours, 0) : "nothing more",
			       b == SQLITE_ROW ? column_text(theirs, 0) : "nothing more");
	}
}

/* Tables and triggers are exactly those that this program makes: nobody took one away. */
static enum rc
schema_check(struct store *s, struct err *e)
{
	static const char list[] = "SELECT type || ' ' || name, sql FROM sqlite_schema"
		" WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name";
	sqlite3 *db = NULL;
	sqlite3_stmt *ours = NULL, *theirs = NULL;
	enum rc rc = RC_OK;
	int sql_rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY,
				     NULL);

	if (sql_rc == SQLITE_OK)
		rc = upgrade(db, s, 0, e);
	if (sql_rc == SQLITE_OK && rc == RC_OK)
		sql_rc = sqlite3_prepare_v2(db, list, -1, &ours, NULL);
	if (sql_rc == SQLITE_OK && rc == RC_OK)
		sql_rc = sqlite3_prepare_v2(s->db, list, -1, &theirs, NULL);
	if (sql_rc != SQLITE_OK)
		rc = store_sql_fail(s, sql_rc, "reading the schema", e);
	if (rc == RC_OK)
		rc = schema_compare(s, ours, theirs, e);
	sqlite3_finalize(ours);
	sqlite3_finalize(theirs);
	sqlite3_close(db);
	return rc;
}

static enum rc
wal_check(struct store *s, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode = WAL", -1, &st, NULL);
	bool wal;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	wal = rc == SQLITE_ROW && strcmp(column_text(st, 0), "wal") == 0;
	sqlite3_finalize(st);
	if (rc != SQLITE_ROW)
		return store_sql_fail(s, rc, "opening the ledger", e);
	if (!wal)
		return rc_fail(e, RC_SYSTEM, "%s: this file system does not allow a write-ahead "
			       "log; keep the ledger on a local disk", s->path);
	return RC_OK;
}

/* A program before this one may have met a sync that failed: its log then reads well as long as
 * the system runs, may be gone after a power cut, and whatever was appended behind it too. So
 * what a log holds is written into the file anew, and the next append begins a new one. Where
 * others have the ledger open the log is in use, and stays. */
static enum rc
settle_log(struct store *s, struct err *e)
{
	int rc;

	sqlite3_busy_timeout(s->db, 0);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MILLISECONDS);
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return RC_OK;
	return store_sql_fail(s, rc, "moving the log into the file", e);
}

static enum rc
open_write(struct store *s, bool exists, struct err *e)
{
	int version = 0;
	enum rc rc = connect_write(s, exists, e);

	if (rc == RC_OK)
		rc = store_version(s, &version, e);
	if (rc == RC_OK && version < store_schema_version())
		rc = upgrade(s->db, s, version, e);
	if (rc == RC_OK)
		rc = wal_check(s, e);
	if (rc == RC_OK)
		rc = schema_check(s, e);
	if (rc == RC_OK && exists)
		rc = settle_log(s, e);
	if (rc == RC_OK)
		rc = store_prepare_read(s, e);
	if (rc == RC_OK)
		rc = store_prepare_write(s, e);
	return rc;
}

static enum rc
open_existing(struct store *s, struct err *e)
{
	return open_write(s, true, e);
}

enum rc
store_open_append(const char *url, struct store **ret, struct err *e)
{
	return store_open_with(url, open_existing, ret, e);
}

/* ---- creating ---- */

static enum rc
no_leftover(const char *path, const char *suffix, struct err *e)
{
	struct buf name = { 0 };
	enum rc rc = RC_OK;

	buf_printf(&name, "%s%s", path, suffix);
	if (access(name.data, F_OK) == 0)
		rc = rc_fail(e, RC_CONFLICT, "%s is left of another ledger of this name; move it "
			     "away first", name.data);
	buf_free(&name);
	return rc;
}

/* Event bodies are personal data: for the owner's eyes only. */
static enum rc
make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum rc rc;

	if (fd < 0 && errno == EEXIST)
		return rc_fail(e, RC_CONFLICT, "%s exists already; choose another name or use the "
			       "ledger that is there", path);
	if (fd < 0 && errno == ENOENT)
		return rc_fail(e, RC_NOT_FOUND, "%s: its folder does not exist; make it first",
			       path);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "%s: making the ledger: %s", path, strerror(errno));
	close(fd);
	rc = no_leftover(path, "-wal", e);
	if (rc == RC_OK)
		rc = no_leftover(path, "-journal", e);
	if (rc != RC_OK)
		unlink(path);
	return rc;
}

static enum rc
sync_folder(const char *path, struct err *e)
{
	struct buf name = { 0 };
	const char *slash = strrchr(path, '/');
	enum rc rc = RC_OK;
	int fd;

	buf_add(&name, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
	buf_text(&name, ".");
	fd = open(name.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		rc = rc_fail(e, RC_SYSTEM, "%s: syncing its folder: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_free(&name);
	return rc;
}

enum rc
store_create(const char *url, struct store **ret, struct err *e)
{
	const char *path;
	struct store *s;
	enum rc rc = store_url_path(url, &path, e);

	if (rc == RC_OK)
		rc = make_file(path, e);
	if (rc != RC_OK)
		return rc;
	s = store_new(path);
	rc = open_write(s, false, e);
	if (rc == RC_OK)
		rc = sync_folder(path, e);
	if (rc == RC_OK) {
		*ret = s;
		return RC_OK;
	}
	store_close(s);
	unlink(path);
	return rc;
}

