/* serve_event.c - what parties said, with what became of it. */
#include "serve_routes.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"
#include "store.h"

const struct view_row *
view_row(const struct ask *a, uint64_t seq)
{
	return seq < a->s->view->size ? &a->s->view->rows[seq] : NULL;
}

static const char *
state_of(const struct view_row *r)
{
	if ((r->marks & ROW_ERASED) != 0)
		return "erased";
	if ((r->marks & ROW_RETRACTED) != 0)
		return "retracted";
	return (r->marks & ROW_CORRECTED) != 0 ? "corrected" : "live";
}

static enum rc
digest_of(struct ask *a, uint64_t seq, struct hash *ret, struct err *e)
{
	struct event_record r;
	enum rc rc = state_record(ledger_state(a->ledger), seq, &r, e);

	if (rc == RC_OK)
		*ret = r.digest;
	return rc;
}

static enum rc
set_verdict(struct ask *a, const struct view_row *r, struct json *o, struct err *e)
{
	const struct view *v = a->s->view;
	struct hash digest;
	enum rc rc;

	if ((r->marks & (ROW_ACCEPTED | ROW_REJECTED)) == 0 || r->extra == NO_ROW)
		return RC_OK;
	rc = digest_of(a, r->extra, &digest, e);
	if (rc != RC_OK)
		return rc;
	json_set(a->arena, o, "verdict",
		 json_string((r->marks & ROW_ACCEPTED) != 0 ? "accepted" : "rejected"));
	set_text(a, o, "verdict_by", view_name(v, v->rows[r->extra].sender));
	json_set(a->arena, o, "verdict_event", json_hash(a, digest));
	return RC_OK;
}

/* The recorded bytes, read again as they are. */
static enum rc
set_event(struct ask *a, uint64_t seq, struct json *o, struct err *e)
{
	struct buf bytes = { 0 };
	const struct json *event = NULL;
	bool erased;
	enum rc rc = store_event(ledger_store(a->ledger), seq, &bytes, &erased, e);

	if (rc == RC_OK && !erased)
		rc = json_read(arena_string(a->arena, bytes.data, bytes.size), bytes.size,
			       JSON_CANONICAL, a->arena, &event, NULL, e);
	buf_free(&bytes);
	if (rc != RC_OK)
		return rc_fail(e, RC_INTEGRITY, "the event of entry %llu is not what it was when "
			       "recorded", (unsigned long long)seq);
	if (event != NULL)
		json_set(a->arena, o, "event", *event);
	return RC_OK;
}

enum rc
event_json(struct ask *a, uint64_t seq, struct json *ret, struct err *e)
{
	const struct view *v = a->s->view;
	const struct view_row *r = &v->rows[seq];
	struct event_record x;
	struct hash digest;
	enum rc rc = state_record(ledger_state(a->ledger), seq, &x, e);

	if (rc != RC_OK)
		return rc;
	json_set(a->arena, ret, "digest", json_hash(a, x.digest));
	set_count(a, ret, "seq", seq);
	json_set(a->arena, ret, "at", json_instant(a, x.at));
	json_set(a->arena, ret, "sender", json_string(view_name(v, r->sender)));
	json_set(a->arena, ret, "state", json_string(state_of(r)));
	json_set(a->arena, ret, "type", json_string(r->type < EVENT_TYPE_MAX ?
		 event_info((enum event_type)r->type)->name : "unknown"));
	if (r->contract != 0)
		json_set(a->arena, ret, "contract", json_hash(a, v->contracts[r->contract - 1]));
	if (r->person != 0)
		set_text(a, ret, "participant",
			 arena_printf(a->arena, "%s", v->people[r->person - 1].pseudonym));
	if ((r->marks & ROW_CORRECTED) != 0 && r->link != NO_ROW) {
		rc = digest_of(a, r->link, &digest, e);
		if (rc != RC_OK)
			return rc;
		json_set(a->arena, ret, "replaced_by", json_hash(a, digest));
	}
	rc = set_verdict(a, r, ret, e);
	if (rc == RC_OK && (r->marks & ROW_ERASED) == 0)
		rc = set_event(a, seq, ret, e);
	return rc;
}

/* ---- endpoints ---- */

struct wanted {
	struct digest_part digest;
	bool by_contract, by_person, by_sender, by_type, by_digest;
	uint32_t contract, person;
	uint16_t sender;
	enum event_type type;
	uint64_t from, to;
};

static enum rc
read_wanted(struct ask *a, struct wanted *ret, struct err *e)
{
	const char *type = query_get(&a->query, "type");
	struct wanted w = { .to = a->size };
	struct hash contract = { { 0 } };
	enum rc rc = query_hash(&a->query, "contract", &contract, e);

	w.by_contract = query_get(&a->query, "contract") != NULL;
	w.by_type = type != NULL;
	if (rc == RC_OK && w.by_type && !event_type_parse(type, strlen(type), &w.type))
		rc = rc_fail(e, RC_USAGE, "type: expected a type of event like spell.started, found "
			     "'%.40s'", type);
	if (rc == RC_OK && !w.by_contract && query_get(&a->query, "participant") != NULL)
		rc = rc_fail(e, RC_USAGE, "participant: expected contract beside it: a pseudonym is "
			     "of one contract");
	if (rc == RC_OK)
		rc = ask_person(a, contract, &w.by_person, &w.person, e);
	if (rc == RC_OK)
		rc = ask_name(a, "sender", &w.by_sender, &w.sender, e);
	if (rc == RC_OK)
		rc = query_digest(&a->query, "digest", &w.by_digest, &w.digest, e);
	if (rc == RC_OK)
		rc = query_number(&a->query, "from", 0, LIMIT_INTEGER, &w.from, e);
	if (rc == RC_OK)
		rc = query_number(&a->query, "to", 0, LIMIT_INTEGER, &w.to, e);
	w.contract = w.by_contract ? view_contract_of(a->s->view, contract) : 0;
	if (w.to > a->size)
		w.to = a->size;
	if (rc == RC_OK)
		*ret = w;
	return rc;
}

static bool
is_wanted(const struct wanted *w, const struct view_row *r)
{
	if (r->sender == 0 || (r->type == EVENT_TYPE_MAX && (r->marks & ROW_ERASED) == 0))
		return false;		/* a submission's entry */
	return (!w->by_contract || (w->contract != 0 && r->contract == w->contract)) &&
	       (!w->by_person || r->person == w->person) &&
	       (!w->by_sender || r->sender == w->sender) && (!w->by_type || r->type == w->type);
}

/* Rows of one person are chained; the others are walked. */
static uint64_t
next_row(const struct ask *a, const struct wanted *w, uint64_t seq)
{
	const struct view *v = a->s->view;

	return w->by_person && seq < v->size && v->rows[seq].person == w->person
		? v->rows[seq].next : seq + 1;
}

enum rc
serve_events(struct ask *a, struct page *p, struct err *e)
{
	const struct view *v = a->s->view;
	struct wanted w;
	enum rc rc = read_wanted(a, &w, e);
	uint64_t seq;

	if (rc != RC_OK)
		return rc;
	seq = p->from > w.from ? p->from : w.from;
	if (w.by_person && w.person > v->person_count)
		return RC_OK;		/* nobody */
	if (w.by_person && seq < v->people[w.person - 1].first)
		seq = v->people[w.person - 1].first;
	for (; rc == RC_OK && seq < w.to; seq = next_row(a, &w, seq)) {
		struct json o = json_object();
		struct hash digest;

		if (w.by_digest && v->rows[seq].digest != w.digest.first)
			continue;
		if (page_worked(p, seq))
			break;
		if (!is_wanted(&w, &v->rows[seq]) || !may_see_row(a, seq))
			continue;
		rc = digest_of(a, seq, &digest, e);
		if (rc != RC_OK || (w.by_digest && !digest_begins(digest, &w.digest)))
			continue;
		if (p->count == p->limit) {
			p->more = true;
			p->next = seq;
			break;
		}
		rc = event_json(a, seq, &o, e);
		if (rc == RC_OK)
			(void)page_add(a, p, seq, o);
	}
	return rc;
}

enum rc
serve_event(struct ask *a, struct json *ret, struct err *e)
{
	struct event_record x;
	enum rc rc = state_find(ledger_state(a->ledger), a->path.hash, &x, e);

	if (rc == RC_NOT_FOUND || (rc == RC_OK && (x.seq >= a->size || !may_see_row(a, x.seq))))
		return not_found(e);
	return rc == RC_OK ? event_json(a, x.seq, ret, e) : rc;
}
