/* view_grow.c - a view takes in what was recorded since it last looked. */
#include "view_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "ledger.h"
#include "state.h"
#include "terms.h"

struct grow {			/* one event on its way in */
	struct view *v;
	struct ledger *l;
	struct view_row *row;
	const struct event *event;
	const struct json *body;	/* the fact's own: a correction's new body */
	uint32_t seq;
	struct hash digest;
	struct err *e;
};

typedef enum rc grow_fn(struct grow *g);

static bool
body_hash(const struct json *body, const char *member, struct hash *ret)
{
	const char *text = json_get_string(body, member);

	return text != NULL && hash_parse(text, strlen(text), ret);
}

static bool
body_date(const struct json *body, const char *member, struct date *ret)
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
	p->has_enrolled = body_date(g->body, "on", &p->enrolled);
	if (g->row->site != 0)
		p->site = g->row->site;
	return RC_OK;
}

static enum rc
grow_exited(struct grow *g)
{
	struct view_person *p = row_person(g);

	if (p != NULL)
		p->has_exited = body_date(g->body, "on", &p->exited);
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

	if (!body_hash(g->event->body, "event", &digest))
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

		if (!body_hash(&list->items[i], "event", &digest))
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

	if (!body_hash(g->body, "token", &token))
		return RC_OK;
	v->revoked = mem_room(v->revoked, v->revoked_count, &v->revoked_capacity,
			      sizeof(v->revoked[0]));
	v->revoked[v->revoked_count++] = token;
	return RC_OK;
}

/* ---- money ---- */

static uint32_t
key_of(struct grow *g, struct hash key)
{
	struct view *v = g->v;
	struct view_key *k;
	uint32_t found;

	if (view_find(v, FIND_KEY, g->row->to, key.bytes, sizeof(key.bytes), &found))
		return found;
	v->keys = mem_room(v->keys, v->key_count, &v->key_capacity, sizeof(*k));
	k = &v->keys[v->key_count];
	memset(k, 0, sizeof(*k));
	k->key = key;
	k->contract = g->row->contract;
	k->first = g->seq;
	k->payee = g->row->to;
	/* scope 0 knows the key whoever is paid */
	k->again = view_find(v, FIND_KEY_ANY, 0, key.bytes, sizeof(key.bytes), &found);
	if (!k->again)
		view_put(v, FIND_KEY_ANY, 0, key.bytes, sizeof(key.bytes), (uint32_t)v->key_count);
	view_put(v, FIND_KEY, k->payee, key.bytes, sizeof(key.bytes), (uint32_t)v->key_count);
	return (uint32_t)v->key_count++;
}

static enum rc
grow_line(struct grow *g)
{
	struct view *v = g->v;
	struct view_lines *wait;
	struct view_key *k;
	struct hash key;

	if (!body_hash(g->body, "key", &key))
		return RC_OK;
	g->row->extra = key_of(g, key);
	k = &v->keys[g->row->extra];
	k->payment = view_name_make(v, json_get_string(g->body, "payment"));
	k->outcome = view_name_make(v, json_get_string(g->body, "outcome"));
	k->unit = view_name_make(v, json_get_string(g->body, "unit"));
	v->lines = mem_room(v->lines, v->line_count, &v->line_capacity, sizeof(*wait));
	wait = &v->lines[v->line_count++];
	wait->contract = g->row->contract;
	wait->seq = g->seq;
	wait->key = g->row->extra;
	wait->statement = (uint32_t)json_get_integer(g->body, "statement", 0);
	wait->line = (uint32_t)json_get_integer(g->body, "line", 0);
	wait->reason = view_name_make(v, json_get_string(g->body, "reason"));
	wait->amount = json_get_integer(g->body, "amount", 0);
	return RC_OK;
}

/* A basis stands close behind its line. */
static enum rc
grow_basis(struct grow *g)
{
	struct view *v = g->v;
	uint32_t statement = (uint32_t)json_get_integer(g->body, "statement", 0);
	uint32_t line = (uint32_t)json_get_integer(g->body, "line", 0);
	const char *occurrence = json_get_string(g->body, "occurrence");

	for (size_t i = v->line_count; i-- > 0;) {
		struct view_lines *w = &v->lines[i];
		struct view_key *k = &v->keys[w->key];

		if (w->contract != g->row->contract || w->statement != statement || w->line != line)
			continue;
		v->rows[w->seq].link = g->seq;
		g->row->link = w->seq;
		g->row->extra = w->key;
		g->row->from = v->rows[w->seq].from;
		g->row->to = v->rows[w->seq].to;
		k->person = g->row->person;
		k->site = g->row->site;
		k->has_achieved = body_date(g->body, "achieved", &k->achieved);
		if (occurrence != NULL && strlen(occurrence) < sizeof(k->occurrence))
			memcpy(k->occurrence, occurrence, strlen(occurrence) + 1);
		break;
	}
	return RC_OK;
}

static void
count_step(struct view *v, const struct view_key *k, uint32_t statement, int32_t by)
{
	struct view_step *s;

	if (k->outcome == 0 || k->again)
		return;
	v->steps = mem_room(v->steps, v->step_count, &v->step_capacity, sizeof(*s));
	s = &v->steps[v->step_count++];
	*s = (struct view_step){ k->contract, statement, k->outcome, by };
}

static void
post(struct view *v, const struct view_lines *w)
{
	struct view_key *k = &v->keys[w->key];
	bool was = k->amount != 0;

	k->amount += w->amount;
	k->reason = w->reason;
	k->lines++;
	if (k->statement == 0)
		k->statement = w->statement;
	if (was != (k->amount != 0))
		count_step(v, k, w->statement, was ? -1 : 1);
}

/* Lines count once their statement is issued; others of the contract that wait are void. */
static enum rc
grow_issued(struct grow *g)
{
	struct view *v = g->v;
	uint32_t statement = (uint32_t)json_get_integer(g->body, "number", 0);
	size_t kept = 0;

	for (size_t i = 0; i < v->line_count; i++) {
		struct view_lines *w = &v->lines[i];

		if (w->contract != g->row->contract)
			v->lines[kept++] = *w;
		else if (w->statement == statement)
			post(v, w);
	}
	v->line_count = kept;
	return RC_OK;
}

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

	if (!body_hash(g->body, member, &digest))
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
	[EVENT_SETTLEMENT_LINE] = grow_line,
	[EVENT_SETTLEMENT_BASIS] = grow_basis,
	[EVENT_SETTLEMENT_ISSUED] = grow_issued,
	[EVENT_PAYMENT_MADE] = grow_payment,
	[EVENT_PAYMENT_RECEIVED] = grow_payment,
	[EVENT_DATA_ERASED] = grow_erased,
};

/* ---- one row ---- */

uint32_t
view_digest(struct hash digest)
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
	g->row->digest = view_digest(x->digest);
	if (x->event == NULL) {
		g->row->marks |= ROW_ERASED;
		return RC_OK;
	}
	g->row->type = (uint8_t)x->event->type;
	g->body = x->event->body;
	if (body_hash(g->body, "contract", &contract))
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
