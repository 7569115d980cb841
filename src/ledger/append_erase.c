/* append_erase.c - what a data.erased names is destroyed in the transaction that records it.
 *
 * Admission: an erasure is whole. It names every event about the people it touches, under all
 * their pseudonyms, so that what stays can be read without them. The caches know the person by
 * hashes of natural keys: they are made again from what is left. A mark in the caches says that
 * the write-ahead log is still to be emptied, until that was done.
 */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "erasure.h"
#include "finding.h"
#include "index.h"
#include "store_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct named {			/* by the submission's data.erased */
	struct hash digest;
	uint64_t seq;
	size_t line;
	uint32_t item;
};

struct erasing {
	struct append *a;
	struct named *named;
	size_t count;
	const char **pseudonyms;
	size_t pseudonym_count;
};

static size_t
count_named(const struct append *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->file.submission.count; i++)
		if (a->events[i].type == EVENT_DATA_ERASED)
			n += json_get(a->events[i].body, "erased")->count;
	return n;
}

static enum rc
not_whole(struct append *a, const struct named *x, struct err *e, const char *why)
{
	char pointer[60];

	(void)snprintf(pointer, sizeof(pointer), "/body/erased/%" PRIu32 "/event", x->item);
	finding_add(a->f, SEVERITY_ERROR, x->line, 0, pointer, "%s", why);
	return rc_fail(e, RC_REFUSED, "event %zu: %s: %s", x->line - 1, pointer, why);
}

/* ---- whom it is about ---- */

static void
add_pseudonym(struct erasing *x, const char *pseudonym)
{
	for (size_t i = 0; i < x->pseudonym_count; i++)
		if (strcmp(x->pseudonyms[i], pseudonym) == 0)
			return;
	x->pseudonyms[x->pseudonym_count++] = arena_string(x->a->arena, pseudonym,
							   strlen(pseudonym));
}

static enum rc
find_named(struct erasing *x, struct named *n, struct err *e)
{
	struct ledger *l = x->a->l;
	const struct json *two;
	struct event_record r;
	struct event event;
	enum rc rc = state_find(l->state, n->digest, &r, e);

	if (rc != RC_OK)
		return rc;
	n->seq = r.seq;
	if (r.seq >= l->head.size)
		return not_whole(x->a, n, e, "expected an event recorded before, found one of the "
				 "same submission: leave it out instead");
	if (r.missing)
		return not_whole(x->a, n, e, "its bytes were erased before: leave it out");
	if (r.participant[0] != '\0')
		add_pseudonym(x, r.participant);
	if (r.type != EVENT_PARTICIPANTS_JOINED)
		return RC_OK;
	rc = ledger_event(l, r.seq, x->a->arena, &event, e);
	two = rc == RC_OK ? json_get(event.body, "participants") : NULL;
	for (uint32_t i = 0; two != NULL && i < two->count; i++)
		add_pseudonym(x, two->items[i].string);
	return rc;
}

static enum rc
find_all(struct erasing *x, struct err *e)
{
	struct append *a = x->a;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < a->file.submission.count; i++) {
		const struct json *list = NULL;

		if (a->events[i].type == EVENT_DATA_ERASED)
			list = json_get(a->events[i].body, "erased");
		for (uint32_t k = 0; rc == RC_OK && list != NULL && k < list->count; k++) {
			struct named *n = &x->named[x->count++];
			const char *text = json_get_string(&list->items[k], "event");

			*n = (struct named){ .line = i + 2, .item = k };
			if (hash_parse(text, strlen(text), &n->digest))
				rc = find_named(x, n, e);
		}
	}
	return rc;
}

/* ---- is it whole? ---- */

static bool
is_named(const struct erasing *x, struct hash digest)
{
	for (size_t i = 0; i < x->count; i++)
		if (hash_equal(x->named[i].digest, digest))
			return true;
	return false;
}

/* What its events say is held under a contract, one behind the other. */
static struct json
held_said(const struct append *a, struct hash contract)
{
	struct json all = json_array(a->arena, 8);

	for (size_t i = 0; i < a->file.submission.count; i++) {
		const struct json *body = a->events[i].body, *list = NULL;
		const char *text;
		struct hash of;

		if (a->events[i].type == EVENT_DATA_ERASED)
			list = json_get(body, "held");
		text = json_get_string(body, "contract");
		if (list == NULL || !hash_parse(text, strlen(text), &of) ||
		    !hash_equal(of, contract))
			continue;
		for (uint32_t k = 0; k < list->count; k++)
			json_add(a->arena, &all, list->items[k]);
	}
	return all;
}

/* Nobody but the operator could ever tell: what is held is worked out again before it counts. */
static enum rc
check_held(struct erasing *x, const struct person *p, struct err *e)
{
	static const char why[] = "expected what the lines of the person hold now, found something "
		"else: somebody settled or erased in between, run 'utfall erase' again";
	struct ledger *l = x->a->l;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < state_contract_count(l->state); i++) {
		const struct contract *k = state_contract_at(l->state, i);
		struct json said = held_said(x->a, k->digest), held = json_array(x->a->arena, 1);
		struct settlement *engine;

		if (k->current == NULL || k->seq >= l->head.size ||
		    (said.count == 0 && !person_is_under(p, k->digest)))
			continue;
		rc = ledger_settlement(l, k->digest, &engine, e);
		if (rc == RC_OK)
			rc = erasure_held(l, engine, p, x->a->arena, &held, e);
		if (rc != RC_OK || json_equal(&said, &held))
			continue;
		finding_add(x->a->f, SEVERITY_ERROR, x->named[0].line, 0, "/body/held", "%s", why);
		return rc_fail(e, RC_CONFLICT, "/body/held: %s", why);
	}
	return rc;
}

static enum rc
check_whole(struct erasing *x, struct person *ret, struct err *e)
{
	struct append *a = x->a;
	struct person p;
	enum rc rc = person_read(a->l, x->pseudonyms, x->pseudonym_count, a->arena, &p, e);

	*ret = p;
	for (size_t i = 0; rc == RC_OK && i < x->count; i++)
		if (person_event(&p, x->named[i].digest) == NULL)
			return not_whole(a, &x->named[i], e, "is about nobody of whom all events are "
					 "named: 'utfall erase PSEUDONYM' names them all");
	for (size_t i = 0; rc == RC_OK && i < p.event_count; i++) {
		char why[160];

		if (is_named(x, p.events[i].digest))
			continue;
		(void)snprintf(why, sizeof(why), "expected every event of the person it erases, entry "
			       "%" PRIu64 " (%s) is not named: 'utfall erase PSEUDONYM' names them all",
			       p.events[i].seq, event_info(p.events[i].type)->name);
		return not_whole(a, &x->named[0], e, why);
	}
	return rc;
}

enum rc
append_erase_find(struct append *a, struct err *e)
{
	size_t count = count_named(a);
	struct erasing x = { .a = a };
	struct person person = { .event_count = 0 };
	enum rc rc;

	a->erase_count = 0;
	if (count == 0)
		return RC_OK;
	x.named = arena_array(a->arena, count, sizeof(*x.named));
	x.pseudonyms = arena_array(a->arena, 2 * count, sizeof(*x.pseudonyms));
	rc = find_all(&x, e);
	if (rc == RC_OK)
		rc = check_whole(&x, &person, e);
	if (rc == RC_OK)
		rc = check_held(&x, &person, e);
	if (rc != RC_OK)
		return rc;
	a->erases = arena_array(a->arena, count, sizeof(*a->erases));
	for (size_t i = 0; i < count; i++)
		a->erases[i] = x.named[i].seq;
	a->erase_count = count;
	return RC_OK;
}

/* ---- destroying ---- */

/* Tiles know of hashes only; they stay. */
static enum rc
clear_caches(struct store *s, struct err *e)
{
	static const enum cache_kind kinds[] = { CACHE_RUN, CACHE_STATE };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		rc = store_clear_cache(s, kinds[i], e);
	return rc;
}

enum rc
append_erase_bytes(struct append *a, struct err *e)
{
	struct ledger *l = a->l;
	struct index *index;
	uint64_t next;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < a->erase_count; i++)
		rc = store_erase_event(l->store, a->erases[i], e);
	if (rc == RC_OK)
		rc = clear_caches(l->store, e);
	if (rc == RC_OK)
		rc = index_open(l->store, &index, &next, e);
	if (rc != RC_OK)
		return rc;
	l->head = (struct store_head){ a->after.size, merkle_root(&a->after) };
	rc = ledger_rebuild(l, index, NULL, NULL, e);
	if (rc == RC_OK)
		rc = append_write_state(l, e);
	return rc == RC_OK ? append_mark_scrub(l, true, e) : rc;
}

/* ---- emptying the log ---- */

enum rc
append_mark_scrub(struct ledger *l, bool must, struct err *e)
{
	return store_put_cache(l->store, CACHE_STATE, SCRUB_MARK, "1", must ? 1 : 0, e);
}

static enum rc
unmark(struct store *s, void *arg, struct err *e)
{
	(void)s;
	return append_mark_scrub(arg, false, e);
}

enum rc
append_scrub(struct ledger *l, bool patient, bool *ret_left, struct err *e)
{
	enum rc rc = store_scrub(l->store, patient, e);

	*ret_left = rc == RC_CONFLICT;
	if (rc == RC_CONFLICT)
		return RC_OK;
	return rc == RC_OK ? store_transaction(l->store, unmark, l, e) : rc;
}
