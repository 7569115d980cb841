/* append_settle.c - computes the next statement and records it: lines, bases, settlement.issued. */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 10 };

struct drafts {			/* events of the statement, one behind the other */
	const struct append_settle_args *args;
	struct buf bytes;
	size_t *ends;
	size_t count, capacity;
};

static enum rc
draft(struct drafts *d, enum event_type type, const struct json *body, struct err *e)
{
	uint8_t random[SALT_BYTES];
	char salt[SALT_TEXT];

	if (d->count == LIMIT_STATEMENT_EVENTS)
		return rc_fail(e, RC_RANGE, "a statement has at most %d events",
			       LIMIT_STATEMENT_EVENTS);
	d->args->random(random, sizeof(random));
	base64url_format(random, sizeof(random), salt);
	event_format(type, body, salt, &d->bytes);
	d->ends = mem_room(d->ends, d->count, &d->capacity, sizeof(*d->ends));
	d->ends[d->count++] = d->bytes.size;
	return RC_OK;
}

static enum rc
draft_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	enum rc rc = draft(arg, EVENT_SETTLEMENT_LINE, line, e);

	if (rc == RC_OK && basis != NULL)
		rc = draft(arg, EVENT_SETTLEMENT_BASIS, basis, e);
	return rc;
}

static enum rc
make_file(const struct ledger *l, const struct drafts *d, struct arena *arena, struct buf *ret,
	  struct err *e)
{
	struct event_bytes *events = arena_array(arena, d->count, sizeof(*events));
	uint8_t random[10];
	char id[ULID_TEXT];
	struct submission_args args = { .ledger = l->state->origin, .id = id,
		.submitted_at = d->args->now > l->state->at ? d->args->now : l->state->at,
		.key = d->args->key, .events = events, .count = d->count };
	size_t start = 0;

	for (size_t i = 0; i < d->count; i++) {
		events[i].bytes = d->bytes.data + start;
		events[i].size = d->ends[i] - start;
		start = d->ends[i];
	}
	d->args->random(random, sizeof(random));
	ulid_format((uint64_t)args.submitted_at * 1000, random, id);
	return submission_file_make(&args, ret, e);
}

static enum rc
settle_once(struct ledger *l, const struct append_settle_args *args, struct arena *arena,
	    struct buf *ret_receipt, bool *ret_moved, struct err *e)
{
	struct drafts d = { .args = args };
	struct buf file = { 0 };
	struct findings f = { .arena = arena };
	struct append_args with = { .now = args->now, .clock_confirmed = args->clock_confirmed,
		.checkpoint_keys = args->checkpoint_keys,
		.checkpoint_key_count = args->checkpoint_key_count };
	struct append a = { .l = l, .args = &with, .f = &f, .arena = arena,
			    .count_max = LIMIT_STATEMENT_EVENTS };
	struct append_result result;
	const struct json *issued;
	enum rc rc;

	rc = ledger_compute(l, args->contract, args->through, l->head.size + 1, draft_line, &d,
			    arena, &issued, e);
	if (rc == RC_OK)
		rc = draft(&d, EVENT_SETTLEMENT_ISSUED, issued, e);
	if (rc == RC_OK)
		rc = make_file(l, &d, arena, &file, e);
	if (rc == RC_OK) {
		with.bytes = file.data;
		with.size = file.size;
		rc = append_run_once(&a, &result, e);
	}
	*ret_moved = a.moved;
	if (rc == RC_OK)
		buf_add(ret_receipt, a.receipt.data, a.receipt.size);
	append_free(&a);
	buf_free(&file);
	buf_free(&d.bytes);
	free(d.ends);
	return rc;
}

enum rc
ledger_append_statement(struct ledger *l, const struct append_settle_args *args,
			struct buf *ret_receipt, struct statement *ret, struct err *e)
{
	struct err unkept = { .rc = RC_OK };
	const struct contract *k;
	bool moved = false;
	enum rc rc = RC_OK;

	for (int i = 0; i < TRIES; i++) {
		struct arena *arena = arena_new();

		rc = append_catch_up(l, e);
		if (rc == RC_OK)
			rc = settle_once(l, args, arena, ret_receipt, &moved, e);
		arena_free(arena);
		if (rc != RC_CONFLICT || !moved)
			break;
	}
	if (rc != RC_OK)
		return rc;
	k = state_contract(l->state, args->contract);
	*ret = k->statements[k->statement_count - 1];
	if (append_keep_engine(l, k, &unkept) == RC_OK)
		unkept.rc = RC_OK;
	if (args->ret_unkept != NULL)
		*args->ret_unkept = unkept;
	return RC_OK;
}
