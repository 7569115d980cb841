/* cli.h - what the commands of utfall share.
 *
 * Everything that is printed goes through say(), so that an answer is whole or absent.
 * Read next: commands.c, the table; then one cmd_*.c for each group of commands.
 */
#ifndef UTFALL_CLI_H
#define UTFALL_CLI_H

#include "append.h"
#include "command.h"
#include "key.h"
#include "language.h"
#include "ledger.h"
#include "printed.h"
#include "submission.h"
#include "table.h"

struct buf;
struct event_list;
struct findings;
struct json;

extern const struct program utfall_program;

/* ---- the ledger, the clock, the keys that a command was given ---- */

MUST_CHECK enum rc cli_open(struct call *call, struct ledger **ret, struct err *e);
/* With a note on standard error where ledger_left_bytes(). */
MUST_CHECK enum rc cli_open_append(struct call *call, struct ledger **ret, struct err *e);
/* For reading where --out says that nothing is recorded here, else for appending. */
MUST_CHECK enum rc cli_open_to_send(struct call *call, struct ledger **ret, struct err *e);

/* --at where it was given (RC_REFUSED unless the ledger is simulated), else the clock; a simulated
 * ledger whose command gives no --at stands where its last entry is. */
MUST_CHECK enum rc cli_now(struct call *call, struct ledger *l, int64_t *ret, struct err *e);
/* The same with no ledger at hand: submitted_at is the sender's word alone. */
MUST_CHECK enum rc cli_now_offline(struct call *call, int64_t *ret, struct err *e);

/* Reads the key file that `option` names, with its passphrase where it has one. */
/* Opens the ledger and loads statement args[0] of --contract. */
struct statement_view;
MUST_CHECK enum rc cli_statement(struct call *call, struct ledger **l, struct statement_view *v,
				 struct err *e);
MUST_CHECK enum rc cli_key(struct call *call, const char *option, struct signing_key **ret,
			   struct err *e);
/* The keys that sign the next head: --checkpoint-key, and --new-checkpoint-key at a rotation. */
#define CHECKPOINT_KEYS_MAX 2
struct checkpoint_keys {
	struct signing_key *items[CHECKPOINT_KEYS_MAX];
	size_t count;
};
MUST_CHECK enum rc cli_checkpoint_keys(struct call *call, struct checkpoint_keys *ret,
				       struct err *e);
void checkpoint_keys_free(struct checkpoint_keys *k);
/* One line, from --passphrase-fd, else from the terminal. */
MUST_CHECK enum rc cli_passphrase(struct call *call, const char *what, struct passphrase *ret,
				  struct err *e);
void cli_salt(char ret[SALT_TEXT]);
void cli_ulid(int64_t now, char ret[ULID_TEXT]);

/* ---- what arguments name ---- */

/* A digest, its unambiguous beginning (8 digits or more), or the contract's own name; NULL: the
 * option --contract, else the only contract there is. */
MUST_CHECK enum rc cli_contract(struct call *call, struct ledger *l, const char *text,
				const struct contract **ret, struct err *e);
/* A digest, its beginning (8 digits or more), or "@LABEL" of --book. */
MUST_CHECK enum rc cli_event(struct call *call, struct ledger *l, const char *text,
			     struct event_record *ret, struct err *e);
/* The party of an option that asks for one the ledger knows; NULL where it is not given. */
MUST_CHECK enum rc cli_party(struct call *call, struct ledger *l, const char *option,
			     const char **ret, struct err *e);
MUST_CHECK enum rc cli_number(const char *text, const char *what, int64_t low, int64_t high,
			      int64_t *ret, struct err *e);

/* ---- sending ---- */

struct outbox {			/* events that one party is about to say */
	struct event_bytes *events;
	size_t count, capacity;
	const struct event_list *list;	/* the file they came from, for places; or NULL */
};
void outbox_add(struct call *call, struct outbox *o, enum event_type type,
		const struct json *body, struct hash *ret_digest);

/* Signs with --key and appends under --checkpoint-key; prints the receipt's summary and writes
 * --receipt. Findings go to standard error. */
MUST_CHECK enum rc cli_send(struct call *call, struct ledger *l, const struct outbox *o,
			    struct err *e);
/* With --out: signs into that file, for the ledger to be handed it. Without: as cli_send. */
MUST_CHECK enum rc cli_sign_or_send(struct call *call, struct ledger *l, const struct outbox *o,
				    struct err *e);
/* Signs into the file of --out. */
MUST_CHECK enum rc cli_sign_file(struct call *call, const char *origin, int64_t now,
				 const struct outbox *o, struct err *e);
/* --receipt: may it be written? Asked before anything is recorded. */
MUST_CHECK enum rc cli_check_receipt(struct call *call, struct err *e);
/* Writes it, behind what is recorded: a failure says so. */
MUST_CHECK enum rc cli_write_receipt(struct call *call, const struct buf *receipt, struct err *e);
/* Appends a submission file's bytes. `list` (or NULL) is the file the events were written in. */
MUST_CHECK enum rc cli_append(struct call *call, struct ledger *l, const struct buf *file,
			      const struct event_list *list, int64_t now, struct err *e);
/* Says that a reader keeps erased bytes in the write-ahead log, and what to do. */
const char *cli_left_bytes(struct call *call);
/* Prints what was wrong with `file` and gives RC_REFUSED with a count. */
MUST_CHECK enum rc cli_refused(const struct findings *f, const char *file, struct err *e);
/* A field's value as a word of the command line or a cell of a table writes it; `name` may be
 * attributes.NAME. False where the type has no such field. */
bool event_value_from_text(struct arena *arena, enum event_type type, const char *name,
			   const char *text, struct json *ret);

/* --language, else English. */
MUST_CHECK enum rc cli_language(struct call *call, enum language *ret, struct err *e);

/* ---- printing ---- */

void say(struct call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void say_buf(struct call *call, struct buf *b);		/* and frees it */
enum table_form cli_form(const struct call *call);	/* --json, --csv, else text */
void say_table(struct call *call, struct table *t, const char *none);
/* A listing that people read in the language of --language. What programs read (JSON, CSV) is in
 * English words: `language` is English then. */
struct listing {
	enum language language;
	struct table *table;
};
MUST_CHECK enum rc listing_begin(struct call *call, const struct printed_column *columns,
				 size_t count, struct listing *ret, struct err *e);
void listing_say(struct call *call, const struct listing *x, enum printed_id none);
void say_json(struct call *call, const struct json *value);
const char *cli_hex(struct call *call, struct hash h);
const char *cli_instant(struct call *call, int64_t seconds);
const char *cli_date(struct call *call, struct date d);

#endif
