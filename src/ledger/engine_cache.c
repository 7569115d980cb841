/* engine_cache.c - reads the settlement engine that append_engine.c left in the store. */
#include "engine_cache.h"

#include "parts.h"
#include "settle.h"

#include <string.h>

/* A blob without the sum that it ends in. */
static enum rc
get_blob(struct store *s, uint64_t number, struct buf *ret, struct err *e)
{
	struct hash sum;
	enum rc rc;

	buf_clear(ret);
	rc = store_cache(s, CACHE_STATE, number, ret, e);
	if (rc != RC_OK)
		return rc;
	if (ret->size < sizeof(sum))
		return rc_fail(e, RC_NOT_FOUND, "the engine's cache is damaged");
	ret->size -= sizeof(sum);
	sum = hash_bytes(ret->data, ret->size);
	return memcmp(ret->data + ret->size, &sum, sizeof(sum)) == 0 ? RC_OK :
		rc_fail(e, RC_NOT_FOUND, "the engine's cache is damaged");
}

bool
engine_cached_head(struct store *s, size_t contract, struct cached_engine *ret)
{
	struct buf b = { 0 };
	struct err ignored;
	bool good = get_blob(s, engine_blob(contract, 0), &b, &ignored) == RC_OK &&
		b.size == sizeof(*ret);

	if (good) {
		memcpy(ret, b.data, sizeof(*ret));
		good = ret->build[sizeof(ret->build) - 1] == '\0' && ret->parts <= ENGINE_PARTS;
	}
	buf_free(&b);
	return good;
}

struct cached {
	struct store *store;
	size_t contract;
	uint64_t parts, next;
};

static enum rc
next_part(void *arg, struct buf *part, struct err *e)
{
	struct cached *c = arg;

	if (c->next > c->parts)
		return rc_fail(e, RC_NOT_FOUND, "the engine's cache is cut");
	return get_blob(c->store, engine_blob(c->contract, c->next++), part, e);
}

/* Of this program, contract and history. */
static bool
is_ours(struct ledger *l, const struct contract *k, const struct cached_engine *head)
{
	struct hash root;
	struct err ignored;

	return strcmp(head->build, settle_build()) == 0 && hash_equal(head->contract, k->digest) &&
	       head->told > 0 && head->told <= l->head.size &&
	       ledger_root(l, head->told, &root, &ignored) == RC_OK &&
	       hash_equal(root, head->root);
}

static bool
find_cached(struct ledger *l, const struct contract *k, size_t *ret_number,
	    struct cached_engine *ret)
{
	size_t number = 0;

	while (state_contract_at(l->state, number) != k)
		number++;
	*ret_number = number;
	return !l->rebuilt && number < ENGINE_CONTRACTS &&
	       engine_cached_head(l->store, number, ret) && is_ours(l, k, ret);
}

bool
ledger_keeps_engine(struct ledger *l, struct hash contract)
{
	const struct contract *k = state_contract(l->state, contract);
	struct cached_engine head;
	size_t number;

	return k != NULL && find_cached(l, k, &number, &head);
}

enum rc
engine_cached_load(struct ledger *l, const struct contract *k, struct err *e)
{
	struct settle_of of = { k->digest, state_terms, l->state };
	struct cached c = { .store = l->store, .next = 1 };
	struct parts_in in = { .next = next_part, .arg = &c };
	struct cached_engine head;
	struct settlement *s;
	enum rc rc;

	if (!find_cached(l, k, &c.contract, &head))
		return rc_fail(e, RC_NOT_FOUND, "no engine is kept that could be used");
	c.parts = head.parts;
	rc = settle_load(parts_get, &in, &of, &s, e);
	buf_free(&in.part);
	if (rc == RC_INTEGRITY)
		rc = rc_fail(e, RC_NOT_FOUND, "the engine's cache is damaged");
	if (rc == RC_OK)
		engines_put(&l->engines, k->digest, s, head.told);
	return rc;
}
