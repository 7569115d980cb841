/* person.c - every event about a person, found by reading the ledger from its beginning. */
#include "person.h"

#include "arena.h"
#include "json.h"
#include "ledger_priv.h"

#include <string.h>

struct finding_person {
	struct person *p;
	struct arena *arena;
	size_t event_capacity, pseudonym_capacity;
	bool again;			/* a join named somebody new */
};

static bool
is_one_of(const struct person *p, const char *pseudonym)
{
	for (size_t i = 0; pseudonym != NULL && i < p->pseudonym_count; i++)
		if (strcmp(p->pseudonyms[i], pseudonym) == 0)
			return true;
	return false;
}

const struct person_event *
person_event(const struct person *p, struct hash digest)
{
	for (size_t i = 0; i < p->event_count; i++)
		if (hash_equal(p->events[i].digest, digest))
			return &p->events[i];
	return NULL;
}

bool
person_is_under(const struct person *p, struct hash contract)
{
	for (size_t i = 0; i < p->event_count; i++)
		if (hash_equal(p->events[i].contract, contract))
			return true;
	return false;
}

static void
add_pseudonym(struct finding_person *f, const char *pseudonym)
{
	struct person *p = f->p;

	if (is_one_of(p, pseudonym))
		return;
	p->pseudonyms = arena_room(f->arena, p->pseudonyms, p->pseudonym_count,
				   &f->pseudonym_capacity, sizeof(p->pseudonyms[0]));
	p->pseudonyms[p->pseudonym_count++] = arena_string(f->arena, pseudonym, strlen(pseudonym));
	f->again = true;
}

/* A join is about both; whoever is erased goes with all pseudonyms. */
static bool
is_join(struct finding_person *f, const struct json *body)
{
	const struct json *two = json_get(body, "participants");
	bool found = false;

	for (uint32_t i = 0; two != NULL && two->kind == JSON_ARRAY && i < two->count; i++)
		found = found || is_one_of(f->p, two->items[i].string);
	for (uint32_t i = 0; found && i < two->count; i++)
		add_pseudonym(f, two->items[i].string);
	return found;
}

/* What a correction or retraction names came before it, so it has been found by then. */
static bool
is_about(struct finding_person *f, const struct event *event)
{
	const struct json *body = event->body;
	struct hash target;
	const char *text;

	if (event->type == EVENT_EVENT_CORRECTED || event->type == EVENT_EVENT_RETRACTED) {
		text = json_get_string(body, "event");
		if (text != NULL && hash_parse(text, strlen(text), &target) &&
		    person_event(f->p, target) != NULL)
			return true;
		body = json_get(body, "body");
	}
	return body != NULL &&
	       (is_one_of(f->p, json_get_string(body, "participant")) || is_join(f, body));
}

static enum rc
look_at(void *arg, const struct ledger_row *row, struct err *e)
{
	struct finding_person *f = arg;
	struct person_event x = { .seq = row->seq, .at = row->at, .digest = row->digest };
	const char *contract;

	(void)e;
	if (row->event == NULL || !is_about(f, row->event))
		return RC_OK;
	x.type = row->event->type;
	x.sender = arena_string(f->arena, row->sender, strlen(row->sender));
	contract = json_get_string(row->event->body, "contract");
	if (contract == NULL || !hash_parse(contract, strlen(contract), &x.contract))
		return RC_OK;
	f->p->events = arena_room(f->arena, f->p->events, f->p->event_count, &f->event_capacity,
				  sizeof(x));
	f->p->events[f->p->event_count++] = x;
	return RC_OK;
}

enum rc
person_read(struct ledger *l, const char *const *pseudonyms, size_t count, struct arena *arena,
	    struct person *ret, struct err *e)
{
	struct person p = { .event_count = 0 };
	struct finding_person f = { .p = &p, .arena = arena };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++)
		add_pseudonym(&f, pseudonyms[i]);
	while (rc == RC_OK && f.again) {
		f.again = false;
		p.event_count = 0;
		rc = ledger_scan(l, NULL, 0, l->head.size, look_at, &f, e);
	}
	if (rc == RC_OK)
		*ret = p;
	return rc;
}
