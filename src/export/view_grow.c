/* view_grow.c - a view takes in what was recorded since it last looked: one row a type of event.
 * What statements say is in view_statement.c. */
#include "view_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "ledger.h"
#include "state.h"
#include "terms.h"

bool
view_body_hash(const struct json *body, const char *member, struct hash *ret)
{
	const char *text = json_get_string(body, member);

	return text != NULL && hash_parse(text, strlen(text), ret);
}

bool
view_body_date(const struct json *body, const char *member, struct date *ret)
{
	const char *text = json_get_string(body, member);

	return text != NULL && date_parse(text, strlen(text), ret);
}

/* The row of an event by its digest, NO_ROW where there is none. */
static enum rc
row_of(struct grow *g, struct hash digest, uint32_t *ret)
{
	struct event_record r;
	enum rc rc = state_find(ledger_state(g->l), digest, &r, g->e);

	*ret = rc == RC_OK && r.seq < g->seq ? (uint32_t)r.seq : NO_ROW;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- people ---- */

static struct view_person *
person_of(struct grow *g, const char *pseudonym)
{
	struct view *v = g->v;
	struct view_person *p;
	uint32_t found;

	if (view_find(v, FIND_PERSON, g->row->contract, pseudonym, strlen(pseudonym), &found))
		return &v->people[found - 1];
	v->people = mem_room(v->people, v->person_count, &v->person_capacity, sizeof(*p));
	p = &v->people[v->person_count++];
	memset(p, 0, sizeof(*p));
	memcpy(p->pseudonym, pseudonym, strlen(pseudonym) < sizeof(p->pseudonym)
		? strlen(pseudonym) : sizeof(p->pseudonym) - 1);
	p->contract = g->row->contract;
	p->first = p->last = NO_ROW;
	view_put(v, FIND_PERSON, p->contract, p->pseudonym, strlen(p->pseudonym),
		 (uint32_t)v->person_count);
	return p;
}

static void
attach(struct grow *g, struct view_person *p)
{
	g->row->person = (uint32_t)(p - g->v->people) + 1;
	if (p->first == NO_ROW)
		p->first = g->seq;
	else
		g->v->rows[p->last].next = g->seq;
	p->last = g->seq;
	p->rows++;
}

static struct view_person *
row_person(const struct grow *g)
{
	return g->row->person == 0 ? NULL : &g->v->people[g->row->person - 1];
}

static enum rc
grow_enrolled(struct grow *g)
{
	struct view_person *p = row_person(g);

	if (p == NULL)
		return RC_OK;
	if (g->event->type == EVENT_PARTICIPANT_ENROLLED)
		p->provider = g->row->sender;
	p->has_enrolled = view_body_date(g->body, "on", &p->enrolled);
	if (g->row->site != 0)
		p->site = g->row->site;
	return RC_OK;
}

static enum rc
grow_exited(struct grow *g)
{
	struct view_person *p = row_person(g);

	if (p != NULL)
		p->has_exited = view_body_date(g->body, "on", &p->exited);
	return RC_OK;
}

static enum rc
grow_changed(struct grow *g)
{
	struct view_person *p = row_person(g);

	if (p != NULL && g->row->site != 0)
		p->site = g->row->site;
	return RC_OK;
}

/* In force when the receiver and then the holder, or whom the terms name, have sent it. */
static enum rc
grow_transferred(struct grow *g)
{
	const struct contract *k;
	struct view_person *p = row_person(g);
	uint16_t to = view_name_make(g->v, json_get_string(g->body, "to"));

	if (p == NULL)
		return RC_OK;
	if (g->row->sender == to) {
		p->pending = to;
		return RC_OK;
	}
	k = state_contract(ledger_state(g->l), g->v->contracts[g->row->contract - 1]);
	if (p->pending != to || (g->row->sender != p->provider &&
	    (k == NULL || k->current == NULL ||
	     !terms_confirms_transfer(k->current->terms, view_name(g->v, g->row->sender)))))
		return RC_OK;
	p->provider = to;
	p->pending = 0;
	return grow_changed(g);
}

static enum rc
grow_joined(struct grow *g)
{
	const struct json *two = json_get(g->body, "participants");

	if (two != NULL && two->kind == JSON_ARRAY && two->count > 0)
		attach(g, person_of(g, two->items[0].string));
	return RC_OK;
}

/* ---- verdicts, corrections, erasures ---- */

static enum rc
grow_attested(struct grow *g)
{
	const struct json *list = json_get(g->body, "events");
	bool accepted = json_is(json_get(g->body, "verdict"), "accepted"), first = true;

	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		struct view_row *r;
		struct hash digest;
		uint32_t seq;
		enum rc rc;

		if (!hash_parse(list->items[i].string, list->items[i].count, &digest))
			continue;
		rc = row_of(g, digest, &seq);
		if (rc != RC_OK)
			return rc;
		if (seq == NO_ROW)
			continue;
		r = &g->v->rows[seq];
		r->marks &= (uint8_t)~(ROW_ACCEPTED | ROW_REJECTED);
		r->marks |= accepted ? ROW_ACCEPTED : ROW_REJECTED;
		r->extra = g->seq;
		/* `to`: whose facts all of them are; 0 where they are several parties' */
		g->row->to = first || g->row->to == r->sender ? r->sender : 0;
		first = false;
	}
	return RC_OK;
}

/* Who sees the payment sees what became of it. A correction may name another party. */
static void
grow_money(struct grow *g, const struct view_row *target)
{
	g->row->marks |= ROW_MONEY;
	if (g->row->from == 0)
		g->row->from = target->from;
	if (g->row->to == 0)
		g->row->to = target->to;
}

static enum rc
grow_corrected(struct grow *g)
{
	struct hash digest;
	struct view_row *target;
	uint32_t seq;
	enum rc rc;

	if (!view_body_hash(g->event->body, "event", &digest))
		return RC_OK;
	rc = row_of(g, digest, &seq);
	if (rc != RC_OK || seq == NO_ROW)
		return rc;
	target = &g->v->rows[seq];
	target->link = g->seq;
	target->marks |= g->event->type == EVENT_EVENT_CORRECTED ? ROW_CORRECTED : ROW_RETRACTED;
	if (target->type == EVENT_PAYMENT_MADE || target->type == EVENT_PAYMENT_RECEIVED ||
	    (target->marks & ROW_MONEY) != 0)
		grow_money(g, target);
	if (g->row->site == 0)
		g->row->site = target->site;
	if (g->row->person == 0 && target->person != 0)
		attach(g, &g->v->people[target->person - 1]);
	/* what a chain says of a person follows its newest body */
	if (g->event->type == EVENT_EVENT_CORRECTED && target->type == EVENT_PARTICIPANT_ENROLLED)
		return grow_enrolled(g);
	if (g->event->type == EVENT_EVENT_CORRECTED && target->type == EVENT_PARTICIPANT_EXITED)
		return grow_exited(g);
	if (g->event->type == EVENT_EVENT_RETRACTED && target->type == EVENT_PARTICIPANT_EXITED &&
	    row_person(g) != NULL)
		row_person(g)->has_exited = false;
	return RC_OK;
}

/* Nothing that could name the person stays in memory. */
static void
forget(struct view *v, struct view_row *r)
{
	struct view_person *p = r->person == 0 ? NULL : &v->people[r->person - 1];

	r->marks &= ROW_ACCEPTED | ROW_REJECTED;
	r->marks |= ROW_ERASED;
	if (r->type == EVENT_SETTLEMENT_BASIS) {
		if (r->extra < v->key_count) {
			v->keys[r->extra].person = 0;
			v->keys[r->extra].has_achieved = false;
			v->keys[r->extra].occurrence[0] = '\0';
		}
		r->extra = NO_ROW;
	}
	r->site = r->from = r->to = 0;
	if (p == NULL)
		return;
	p->has_enrolled = p->has_exited = false;
	memset(p->pseudonym, 0, sizeof(p->pseudonym));
	r->person = 0;
}

static enum rc
grow_erased(struct grow *g)
{
	const struct json *list = json_get(g->body, "erased");

	g->v->erasures++;
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const char *type = json_get_string(&list->items[i], "type");
		enum event_type found;
		struct hash digest;
		uint32_t seq;
		enum rc rc;

		if (!view_body_hash(&list->items[i], "event", &digest))
			continue;
		rc = row_of(g, digest, &seq);
		if (rc != RC_OK)
			return rc;
		if (seq == NO_ROW)
			continue;
		if (type != NULL && event_type_parse(type, strlen(type), &found))
			g->v->rows[seq].type = (uint8_t)found;
		g->v->rows[seq].contract = g->row->contract;
		forget(g->v, &g->v->rows[seq]);
		g->v->rows[seq].link = g->seq;
		g->v->rows[seq].next = g->row->extra;
		g->row->extra = seq;
	}
	return RC_OK;
}

static enum rc
grow_revoked(struct grow *g)
{
	struct view *v = g->v;
	struct hash token;

	if (!view_body_hash(g->body, "token", &token))
		return RC_OK;
	v->revoked = mem_room(v->revoked, v->revoked_count, &v->revoked_capacity,
			      sizeof(v->revoked[0]));
	v->revoked[v->revoked_count++] = token;
	return RC_OK;
}

/* ---- payments, disputes, contracts ---- */

static enum rc
grow_payment(struct grow *g)
{
	if (g->event->type == EVENT_PAYMENT_MADE)
		g->row->from = g->row->sender;
	else
		g->row->to = g->row->sender;
	return RC_OK;
}

/* `from` and `to` of a dispute are those of the line that it names. */
static enum rc
grow_dispute(struct grow *g)
{
	const char *member = g->event->type == EVENT_DISPUTE_OPENED ? "line" : "dispute";
	struct hash digest;
	uint32_t seq;
	enum rc rc;

	if (!view_body_hash(g->body, member, &digest))
		return RC_OK;
	rc = row_of(g, digest, &seq);
	if (rc != RC_OK || seq == NO_ROW)
		return rc;
	g->row->from = g->v->rows[seq].from;
	g->row->to = g->v->rows[seq].to;
	return RC_OK;
}

static enum rc
grow_proposed(struct grow *g)
{
	struct view *v = g->v;

	v->contracts = mem_room(v->contracts, v->contract_count, &v->contract_capacity,
				sizeof(v->contracts[0]));
	v->contracts[v->contract_count++] = g->digest;
	view_put(v, FIND_CONTRACT, 0, g->digest.bytes, sizeof(g->digest.bytes),
		 (uint32_t)v->contract_count);
	g->row->contract = (uint32_t)v->contract_count;
	return RC_OK;
}

static grow_fn *const growers[EVENT_TYPE_MAX] = {
	[EVENT_TOKEN_REVOKED] = grow_revoked,
	[EVENT_CONTRACT_PROPOSED] = grow_proposed,
	[EVENT_PARTICIPANT_ENROLLED] = grow_enrolled,
	[EVENT_PARTICIPANT_CHANGED] = grow_changed,
	[EVENT_PARTICIPANT_TRANSFERRED] = grow_transferred,
	[EVENT_PARTICIPANT_EXITED] = grow_exited,
	[EVENT_PARTICIPANTS_JOINED] = grow_joined,
	[EVENT_CLAIM_ATTESTED] = grow_attested,
	[EVENT_EVENT_CORRECTED] = grow_corrected,
	[EVENT_EVENT_RETRACTED] = grow_corrected,
	[EVENT_DISPUTE_OPENED] = grow_dispute,
	[EVENT_DISPUTE_RESOLVED] = grow_dispute,
	[EVENT_SETTLEMENT_LINE] = view_grow_line,
	[EVENT_SETTLEMENT_BASIS] = view_grow_basis,
	[EVENT_SETTLEMENT_ISSUED] = view_grow_issued,
	[EVENT_PAYMENT_MADE] = grow_payment,
	[EVENT_PAYMENT_RECEIVED] = grow_payment,
	[EVENT_DATA_ERASED] = grow_erased,
};

/* ---- one row ---- */

/* What a row keeps of it. */
static uint32_t
digest_start(struct hash digest)
{
	uint32_t ret = 0;

	for (size_t i = 0; i < sizeof(ret); i++)
		ret = ret << 8 | digest.bytes[i];
	return ret;
}

static void
rows_to(struct view *v, uint64_t size)
{
	size_t old = v->row_capacity;

	if (size <= old)
		return;
	v->row_capacity = old == 0 ? 1024 : 2 * old;
	if (v->row_capacity < size)
		v->row_capacity = (size_t)size;
	v->rows = mem_grow(v->rows, v->row_capacity, sizeof(v->rows[0]));
	for (size_t i = old; i < v->row_capacity; i++)
		v->rows[i] = (struct view_row){ .next = NO_ROW, .link = NO_ROW, .extra = NO_ROW,
						.type = EVENT_TYPE_MAX };
}

static enum rc
grow_row(void *arg, const struct ledger_row *x, struct err *e)
{
	struct grow *g = arg;
	struct view *v = g->v;
	const char *participant;
	struct hash contract;

	g->seq = (uint32_t)x->seq;
	g->row = &v->rows[x->seq];
	g->event = x->event;
	g->digest = x->digest;
	g->e = e;
	g->row->sender = view_name_make(v, x->sender);
	g->row->digest = digest_start(x->digest);
	if (x->event == NULL) {
		g->row->marks |= ROW_ERASED;
		return RC_OK;
	}
	g->row->type = (uint8_t)x->event->type;
	g->body = x->event->body;
	if (view_body_hash(g->body, "contract", &contract))
		g->row->contract = view_contract_of(v, contract);
	if (x->event->type == EVENT_EVENT_CORRECTED)
		g->body = json_get(g->body, "body");
	participant = json_get_string(g->body, "participant");
	if (participant != NULL && g->row->contract != 0)
		attach(g, person_of(g, participant));
	g->row->site = view_name_make(v, json_get_string(g->body, "site"));
	g->row->from = view_name_make(v, json_get_string(g->body, "payer"));
	g->row->to = view_name_make(v, json_get_string(g->body, "payee"));
	return growers[x->event->type] == NULL ? RC_OK : growers[x->event->type](g);
}

enum rc
view_grow(struct view *v, struct ledger *l, struct err *e)
{
	struct grow g = { .v = v, .l = l };
	struct ledger_facts facts;
	enum rc rc;

	state_facts(ledger_state(l), &facts);
	if (facts.size > UINT32_MAX - 1)
		return rc_fail(e, RC_RANGE, "this server reads ledgers of at most 4,294,967,294 "
			       "entries, this one has more");
	rows_to(v, facts.size);
	rc = ledger_scan(l, NULL, v->size, facts.size, grow_row, &g, e);
	if (rc != RC_OK)
		return rc;
	v->size = facts.size;
	v->root = facts.root;
	return RC_OK;
}
