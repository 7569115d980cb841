/* ledger_query.c - events of an open ledger, and the settlement engine told of them. */
#include "engine_cache.h"
#include "state_priv.h"

#include "arena.h"
#include "entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum rc
ledger_event(struct ledger *l, uint64_t seq, struct arena *arena, struct event *ret, struct err *e)
{
	struct buf entry = { 0 }, bytes = { 0 };
	struct event event = { .type = EVENT_PADDING_ADDED };
	struct entry x;
	bool erased = false;
	enum rc rc = store_entry(l->store, seq, &entry, e);

	if (rc == RC_OK)
		rc = entry_parse(entry.data, entry.size, &x, e);
	if (rc == RC_OK && x.kind != ENTRY_EVENT)
		rc = rc_fail(e, RC_NOT_FOUND, "entry %" PRIu64 " is a submission's, not an event's",
			     seq);
	if (rc == RC_OK)
		rc = store_event(l->store, seq, &bytes, &erased, e);
	if (rc == RC_OK && erased)
		event.digest = x.event;
	else if (rc == RC_OK)
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, &event, e);
	buf_free(&entry);
	buf_free(&bytes);
	if (rc == RC_OK)
		*ret = event;
	return rc;
}

/* ---- scanning ---- */

struct scan_events {
	struct ledger *l;
	struct arena *arena;
	bool only;			/* those of `contract` */
	struct hash contract;
	char wanted[80];		/* as it stands in the bytes */
	ledger_row_fn *fn;
	void *arg;
};

/* May the bytes hold the contract's digest? Saves reading most events of other contracts. */
static bool
mentions(const struct scan_events *s, const struct store_row *row)
{
	const char *at = row->event, *end = row->event + row->event_size;
	size_t length = strlen(s->wanted);

	while ((size_t)(end - at) >= length) {
		at = memchr(at, s->wanted[0], (size_t)(end - at) - length + 1);
		if (at == NULL)
			return false;
		if (memcmp(at, s->wanted, length) == 0)
			return true;
		at++;
	}
	return false;
}

static bool
is_of_contract(const struct scan_events *s, const struct event *event)
{
	const char *text = json_get_string(event->body, "contract");
	struct hash h;

	if (event->type == EVENT_CONTRACT_PROPOSED)
		return hash_equal(event->digest, s->contract);
	return text != NULL && hash_parse(text, strlen(text), &h) && hash_equal(h, s->contract);
}

static enum rc
scan_row(void *arg, const struct store_row *row, struct err *e)
{
	struct scan_events *s = arg;
	const struct state *st = s->l->state;
	struct ledger_row x = { .seq = row->seq };
	enum event_type type;
	struct event event;
	struct entry entry;
	uint32_t party;
	enum rc rc;

	if (!row->has_event)
		return RC_OK;
	if (s->only && (row->event == NULL ||
			(!mentions(s, row) &&
			 (!event_peek_type(row->event, row->event_size, &type) ||
			  type != EVENT_CONTRACT_PROPOSED))))
		return RC_OK;
	rc = entry_parse(row->entry, row->entry_size, &entry, e);
	if (rc == RC_OK && row->event != NULL) {
		arena_reset(s->arena);
		rc = event_parse(row->event, row->event_size, s->arena, 0, NULL, &event, e);
		x.event = &event;
	}
	if (rc != RC_OK)
		return rc_fail(e, RC_INTEGRITY, "entry %" PRIu64 " is not what it was when recorded: "
			       "run verify", row->seq);
	if (s->only && (x.event == NULL || !is_of_contract(s, x.event)))
		return RC_OK;
	party = party_of_entry(st, row->seq);
	x.at = entry.at;
	x.digest = entry.event;
	x.sender = party < st->party_count ? st->parties[party]->id : "";
	return s->fn(s->arg, &x, e);
}

enum rc
ledger_scan(struct ledger *l, const struct hash *contract, uint64_t from, uint64_t to,
	    ledger_row_fn *fn, void *arg, struct err *e)
{
	struct scan_events s = { .l = l, .arena = arena_new(), .only = contract != NULL,
				 .fn = fn, .arg = arg };
	enum rc rc;

	if (contract != NULL) {
		s.contract = *contract;
		hash_format(*contract, s.wanted);
	}
	rc = store_scan(l->store, from, to, scan_row, &s, e);
	arena_free(s.arena);
	return rc;
}

/* ---- settling ---- */

static enum rc
tell(void *arg, const struct ledger_row *row, struct err *e)
{
	struct ledger *l = arg;
	struct step x = { .seq = row->seq, .at = row->at, .digest = row->digest,
			  .event = row->event };

	return engines_tell(&l->engines, l->state, &x, row->sender, e);
}

enum rc
ledger_settlement(struct ledger *l, struct hash contract, struct settlement **ret, struct err *e)
{
	const struct contract *k = state_contract(l->state, contract);
	const struct engine *engine = engines_find(&l->engines, contract);
	struct err cached;	/* that none is kept is no reason that the caller gives */
	enum rc rc = RC_OK;

	if (k == NULL)
		return rc_fail(e, RC_NOT_FOUND, "this ledger holds no such contract");
	if (engine == NULL)
		rc = engine_cached_load(l, k, &cached);
	if (rc != RC_OK && rc != RC_NOT_FOUND) {
		*e = cached;
		return rc;
	}
	rc = RC_OK;
	engine = engines_find(&l->engines, contract);
	if (engine == NULL || engine->told < l->head.size)
		rc = ledger_scan(l, &contract, engine == NULL ? 0 : engine->told, l->head.size, tell,
				 l, e);
	if (rc != RC_OK)
		return rc;
	engines_find(&l->engines, contract)->told = l->head.size;
	*ret = engines_find(&l->engines, contract)->settlement;
	return RC_OK;
}

enum rc
ledger_take_settlement(struct ledger *l, struct hash contract, struct settlement **ret,
		       struct err *e)
{
	struct settlement *s;
	enum rc rc = ledger_settlement(l, contract, &s, e);

	if (rc != RC_OK)
		return rc;
	engines_drop(&l->engines, contract);
	*ret = s;
	return RC_OK;
}

enum rc
ledger_sample(struct ledger *l, struct hash contract, uint32_t number, struct sample *ret,
	      struct err *e)
{
	const struct contract *k = state_contract(l->state, contract);

	if (k == NULL || number < 1 || number > k->statement_count)
		return rc_fail(e, RC_NOT_FOUND, "the contract has no statement %u", number);
	return state_sample(l->state, k, number, ret, e);
}

bool
ledger_left_bytes(struct ledger *l)
{
	struct buf b = { 0 };
	struct err ignored;
	bool found = store_cache(l->store, CACHE_STATE, SCRUB_MARK, &b, &ignored) == RC_OK;

	buf_free(&b);
	return found;
}

enum rc
ledger_compute(struct ledger *l, struct hash contract, struct date through, uint64_t first,
	       settle_line_fn *fn, void *arg, struct arena *arena, const struct json **ret_issued,
	       struct err *e)
{
	const struct contract *k = state_contract(l->state, contract);
	struct settle_args args = { .size = l->head.size, .root = l->head.root, .first = first,
				    .through = through };
	struct settlement *engine = NULL;
	enum rc rc;

	if (k == NULL)
		return rc_fail(e, RC_NOT_FOUND, "this ledger holds no such contract");
	if (k->current == NULL)
		return rc_fail(e, RC_REFUSED, "expected a contract that all its funders and providers "
			       "have signed, found one with signatures missing");
	rc = ledger_settlement(l, contract, &engine, e);
	if (rc == RC_OK && date_compare(through, DATE_NEVER) == 0)
		rc = settle_through(engine, &args.through, e);
	if (rc == RC_OK)
		rc = settle(engine, &args, fn, arg, arena, ret_issued, e);
	return rc;
}

enum rc
ledger_settle_dry(struct ledger *l, struct hash contract, struct date through, settle_line_fn *fn,
		  void *arg, struct arena *arena, const struct json **ret_issued, struct err *e)
{
	return ledger_compute(l, contract, through, 0, fn, arg, arena, ret_issued, e);
}
