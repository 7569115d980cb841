/* engines.c - tells settlement engines what was recorded under their contracts. */
#include "engines.h"

#include "arena.h"
#include "settle.h"

#include <stdlib.h>
#include <string.h>

void
engines_free(struct engines *all)
{
	for (size_t i = 0; i < all->count; i++)
		settlement_free(all->items[i].settlement);
	free(all->items);
	memset(all, 0, sizeof(*all));
}

struct engine *
engines_find(const struct engines *all, struct hash contract)
{
	for (size_t i = 0; i < all->count; i++)
		if (hash_equal(all->items[i].contract, contract))
			return &all->items[i];
	return NULL;
}

void
engines_put(struct engines *all, struct hash contract, struct settlement *s, uint64_t told)
{
	all->items = mem_room(all->items, all->count, &all->capacity, sizeof(*all->items));
	all->items[all->count++] = (struct engine){ contract, s, told };
}

void
engines_drop(struct engines *all, struct hash contract)
{
	struct engine *x = engines_find(all, contract);

	if (x != NULL)
		*x = all->items[--all->count];
}

/* The version that entry `seq` put in force, if any. */
static enum rc
tell_version(struct engine *x, const struct contract *k, uint64_t seq, struct err *e)
{
	for (size_t i = 0; i < k->version_count; i++) {
		const struct contract_version *v = &k->versions[i];
		struct settle_version told = { v->digest, v->terms, v->from, seq, v->in_force_at };

		if (v->in_force == seq)
			return settle_version_add(x->settlement, &told, e);
	}
	return RC_OK;
}

void
engines_expect(const struct engines *all, const struct event *event)
{
	const struct engine *x = engines_find(all, event->contract);

	if (x != NULL)
		settle_expect(x->settlement, &event->digest);
}

enum rc
engines_tell(struct engines *all, const struct state *st, const struct step *x,
	     const char *sender, struct err *e)
{
	const struct event *event = x->event;
	const struct contract *k;
	struct engine *engine;
	struct settle_record r;
	struct hash contract;

	if (event == NULL)
		return RC_OK;
	contract = event->type == EVENT_CONTRACT_PROPOSED ? x->digest : event->contract;
	if (hash_is_zero(contract))
		return RC_OK;
	k = state_contract(st, contract);
	if (k == NULL)
		return RC_OK;
	engine = engines_find(all, contract);
	if (engine == NULL) {
		engines_put(all, contract, settlement_new(contract, k->salt), 0);
		engine = &all->items[all->count - 1];
	}
	engine->told = x->seq + 1;
	if (event->type == EVENT_CONTRACT_PROPOSED || event->type == EVENT_CONTRACT_AMENDED ||
	    event->type == EVENT_KEY_CONFIRMED)
		return RC_OK;
	if (event->type == EVENT_CONTRACT_SIGNED)
		return tell_version(engine, k, x->seq, e);
	r = (struct settle_record){ .seq = x->seq, .digest = x->digest, .type = event->type,
		.body = event->body, .salt = event->salt, .sender = sender, .at = x->at };
	return settle_record(engine->settlement, &r, e);
}
