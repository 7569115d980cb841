/* store_priv.h - what the reading and the writing side of the SQLite store share.
 *
 * Layer 2. The reading side (store.c, store_sql.c) refers to nothing of the writing side.
 */
#ifndef UTFALL_STORE_PRIV_H
#define UTFALL_STORE_PRIV_H

#include <sqlite3.h>

#include "store.h"

#define STORE_APPLICATION_ID 0x75746661		/* "utfa" in the header of the file */
#define STORE_BUSY_MILLISECONDS 5000
#define STORE_STATEMENTS 40			/* room for either side's statements */

struct store {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *read[STORE_STATEMENTS];	/* by enum read_stmt of store.c */
	sqlite3_stmt *write[STORE_STATEMENTS];	/* by enum write_stmt of store_write.c */
	bool reading;			/* between begin_read and end_read */
	bool writing;			/* inside store_transaction */
	bool full;			/* the disk was, in this transaction */
	bool broken;			/* a commit's result is unknown: nothing goes on */
	uint64_t next;			/* seq of the next entry, inside store_transaction */
	int wal_pages;			/* in the write-ahead log after the last commit */
};

/* A statement in use: bind in order, step, and always end with query_done().
 * The first failure sticks and later calls do nothing, so callers check once. */
struct query {
	struct store *s;
	sqlite3_stmt *st;
	int column, rc;
};

struct query query(struct store *s, sqlite3_stmt *st);
void bind_u64(struct query *q, uint64_t v);
void bind_bytes(struct query *q, const void *bytes, size_t size);
bool next_row(struct query *q);			/* false at the end or on failure */
uint64_t row_u64(struct query *q, int column);
const void *row_bytes(struct query *q, int column, size_t *ret_size);
/* `doing` says what was attempted, for people: "reading entry 7". */
MUST_CHECK PRINTF_LIKE(3, 4)
enum rc query_done(struct query *q, struct err *e, const char *doing, ...);

/* The reason of SQLite's last failure on this handle. */
MUST_CHECK enum rc store_sql_fail(struct store *s, int sqlite_rc, const char *doing,
				  struct err *e);

/* Opening. `url` without its scheme; RC_USAGE for one that is not known. */
MUST_CHECK enum rc store_url_path(const char *url, const char **ret, struct err *e);
/* Is there a file? */
MUST_CHECK enum rc store_file_check(const char *path, struct err *e);
/* Once connected: is it a ledger, and one that this program knows? */
MUST_CHECK enum rc store_header_check(struct store *s, struct err *e);
struct store *store_new(const char *path);
typedef enum rc store_open_fn(struct store *s, struct err *e);
MUST_CHECK enum rc store_open_with(const char *url, store_open_fn *open, struct store **ret,
				   struct err *e);
MUST_CHECK enum rc store_connect(struct store *s, const char *name, int flags, struct err *e);
MUST_CHECK enum rc store_prepare(struct store *s, const char *const *sql, size_t count,
				 sqlite3_stmt **ret, struct err *e);
MUST_CHECK enum rc store_prepare_read(struct store *s, struct err *e);
MUST_CHECK enum rc store_prepare_write(struct store *s, struct err *e);	/* in store_write.c */
MUST_CHECK enum rc store_run(struct store *s, const char *constant_sql, struct err *e);
MUST_CHECK enum rc store_version(struct store *s, int *ret, struct err *e);
int store_schema_version(void);			/* what this program writes */

#endif
