/* append.c - the one way in: validate, write, answer; or leave everything as it was.
 *
 * Read next: append_check.c (what refuses), append_admit.c (what the operator asks for besides),
 * append_write.c (the transaction), append_settle.c (statements).
 */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "finding.h"
#include "index.h"
#include "limits_utfall.h"
#include "store_write.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 10 };

/* Back to the state of the stored head: what was taken in is not recorded. */
static enum rc
undo(struct ledger *l, struct err *e)
{
	l->pending.count = 0;
	if (l->store == NULL)
		return RC_OK;
	index_rollback(l->index);
	engines_free(&l->engines);
	state_free(l->state);
	l->state = ledger_new_state(l, l->index);
	l->saved_submissions = l->saved_small = 0;
	if (l->head.size == 0)
		return RC_OK;
	if (state_load(l->state, ledger_state_blob, l->store, l->head.size, l->head.root,
		       l->head.size, e) != RC_OK)
		return ledger_load(l, e);
	l->saved_submissions = l->state->submission_count;
	l->saved_small = l->state->small_count;
	return RC_OK;
}

/* Another process may have appended since. */
enum rc
append_catch_up(struct ledger *l, struct err *e)
{
	struct store_head now;
	enum rc rc;

	if (l->store == NULL)
		return RC_OK;
	rc = store_head(l->store, &now, NULL, e);
	if (rc != RC_OK || (now.size == l->head.size && l->state != NULL))
		return rc;
	return ledger_load(l, e);
}

static enum rc
try_once(struct append *a, struct err *e)
{
	struct ledger *l = a->l;
	struct err ignored;
	enum rc rc = append_catch_up(l, e);

	a->again = a->moved = false;
	if (rc != RC_OK)
		return rc;
	index_mark(l->index);
	rc = append_validate(a, e);
	if (rc == RC_OK && !a->again)
		rc = append_check_signers(a, e);
	if (rc == RC_OK && !a->again)
		rc = append_erase_find(a, e);
	if (rc != RC_OK || a->again) {
		if (undo(l, &ignored) != RC_OK)
			ledger_unload(l);	/* the next call loads it anew, or says why not */
		return rc;
	}
	rc = append_write(a, e);
	if (rc != RC_OK && l->store != NULL && ledger_load(l, &ignored) != RC_OK)
		ledger_unload(l);
	return rc;
}

static enum rc
run(struct append *a, int tries, struct append_result *ret, struct err *e)
{
	enum rc rc = append_read(a, e);

	if (rc != RC_OK)
		return rc;
	for (int i = 0; i < tries; i++) {
		rc = try_once(a, e);
		if (rc != RC_CONFLICT || !a->moved)
			break;
	}
	if (rc != RC_OK)
		return rc;
	ret->seq = a->first;
	ret->count = a->file.submission.count;
	ret->again = a->again;
	ret->left_bytes = a->left_bytes;
	ret->frontier = *state_frontier(a->l->state);
	return RC_OK;
}

enum rc
append_run_once(struct append *a, struct append_result *ret, struct err *e)
{
	return run(a, 1, ret, e);
}

enum rc
ledger_append(struct ledger *l, const struct append_args *args, struct findings *f,
	      struct buf *ret_receipt, struct append_result *ret, struct err *e)
{
	struct append a = { .l = l, .args = args, .f = f, .arena = arena_new(),
			    .count_max = LIMIT_FILE_EVENTS };
	struct append_result result;
	enum rc rc = run(&a, TRIES, &result, e);

	if (rc == RC_OK) {
		buf_add(ret_receipt, a.receipt.data, a.receipt.size);
		*ret = result;
	}
	append_free(&a);
	arena_free(a.arena);
	return rc;
}

/* ---- opening ---- */

enum rc
ledger_append_open(const char *url, struct ledger **ret, struct err *e)
{
	struct ledger *l = mem_alloc(sizeof(*l));
	bool left;
	enum rc rc;

	memset(l, 0, sizeof(*l));
	l->writing = true;
	rc = store_open_append(url, &l->store, e);
	if (rc == RC_OK)
		rc = ledger_load(l, e);
	if (rc == RC_OK && l->rebuilt)
		rc = ledger_append_rebuild(l, e);
	if (rc == RC_OK && ledger_left_bytes(l))
		rc = append_scrub(l, false, &left, e);
	if (rc != RC_OK) {
		ledger_close(l);
		return rc;
	}
	*ret = l;
	return RC_OK;
}

enum rc
ledger_append_first(const char *url, const struct append_args *args, struct findings *f,
		    struct buf *ret_receipt, struct ledger **ret, struct err *e)
{
	struct ledger *l = mem_alloc(sizeof(*l));
	struct append a = { .l = l, .args = args, .f = f, .arena = arena_new(),
			    .count_max = LIMIT_FILE_EVENTS };
	enum rc rc;

	memset(l, 0, sizeof(*l));
	l->writing = true;
	l->index = index_new();
	l->state = ledger_new_state(l, l->index);
	rc = append_read(&a, e);
	if (rc == RC_OK)
		rc = append_validate(&a, e);
	if (rc == RC_OK)
		rc = append_check_signers(&a, e);
	if (rc == RC_OK)
		rc = store_create(url, &l->store, e);
	if (rc == RC_OK)
		rc = ledger_load(l, e);		/* all that was only tried goes */
	if (rc == RC_OK)
		rc = try_once(&a, e);
	if (rc == RC_OK) {
		buf_add(ret_receipt, a.receipt.data, a.receipt.size);
		*ret = l;
	} else {
		ledger_close(l);
	}
	append_free(&a);
	arena_free(a.arena);
	return rc;
}
