/* append_engine.c - keeps a contract's settlement engine in the store: see engine_cache.h.
 *
 * When a statement is recorded, in a transaction of its own behind the record's: a cache that
 * cannot be written is no reason to say that the statement was not, only to say what follows. */
#include "append_priv.h"
#include "engine_cache.h"

#include "parts.h"
#include "settle.h"
#include "store_write.h"

#include <string.h>

struct keeping {
	struct ledger *l;
	const struct contract *contract;
	const struct settlement *engine;
	size_t number;			/* of the contract */
	uint64_t parts;
};

/* Nothing is left in `b`. */
static enum rc
put_blob(const struct keeping *k, uint64_t part, struct buf *b, struct err *e)
{
	struct hash sum = hash_bytes(b->data, b->size);
	enum rc rc;

	buf_add(b, &sum, sizeof(sum));
	rc = store_put_cache(k->l->store, CACHE_STATE, engine_blob(k->number, part), b->data, b->size,
			     e);
	buf_clear(b);
	return rc;
}

static enum rc
put_part(void *arg, struct buf *part, struct err *e)
{
	struct keeping *k = arg;

	if (++k->parts > ENGINE_PARTS)
		return rc_fail(e, RC_RANGE, "an engine of more than %u MiB is not kept", ENGINE_PARTS);
	return put_blob(k, k->parts, part, e);
}

static enum rc
put_head(struct keeping *k, struct err *e)
{
	struct cached_engine head;
	struct buf b = { 0 };
	enum rc rc;

	memset(&head, 0, sizeof(head));
	memcpy(head.build, settle_build(), sizeof(head.build));
	head.contract = k->contract->digest;
	head.root = k->l->head.root;
	head.told = k->l->head.size;
	head.parts = k->parts;
	buf_add(&b, &head, sizeof(head));
	rc = put_blob(k, 0, &b, e);
	buf_free(&b);
	return rc;
}

static enum rc
transaction(struct store *s, void *arg, struct err *e)
{
	struct keeping *k = arg;
	struct parts_out out = { .size = ENGINE_PART, .put = put_part, .arg = k };
	struct cached_engine before = { .parts = 0 };
	struct store_head now;
	enum rc rc = store_head(s, &now, NULL, e);

	if (rc == RC_OK && now.size != k->l->head.size)
		return RC_OK;	/* another writer was first: what is there stays, and is as good */
	(void)engine_cached_head(s, k->number, &before);
	k->parts = 0;
	if (rc == RC_OK)
		rc = settle_save(k->engine, parts_put, &out, e);
	if (rc == RC_OK && out.part.size > 0)
		rc = put_part(k, &out.part, e);
	buf_free(&out.part);
	if (rc == RC_OK)
		rc = put_head(k, e);
	for (uint64_t i = k->parts + 1; rc == RC_OK && i <= before.parts; i++)
		rc = store_put_cache(s, CACHE_STATE, engine_blob(k->number, i), NULL, 0, e);
	return rc;
}

enum rc
append_keep_engine(struct ledger *l, const struct contract *contract, struct err *e)
{
	struct keeping k = { .l = l, .contract = contract };
	struct settlement *engine;
	enum rc rc;

	while (state_contract_at(l->state, k.number) != contract)
		k.number++;
	if (k.number >= ENGINE_CONTRACTS)
		return rc_fail(e, RC_RANGE, "engines are kept of the first %u contracts of a ledger",
			       ENGINE_CONTRACTS);
	rc = ledger_settlement(l, contract->digest, &engine, e);
	if (rc != RC_OK)
		return rc;
	k.engine = engine;
	return store_transaction(l->store, transaction, &k, e);
}
