/* state_keys.c - who is who, by position: the ledger's opening, parties and their keys. */
#include "state_priv.h"

#include "arena.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const use_names[USE_MAX] = {
	[USE_SUBMISSIONS] = "submissions",
	[USE_CHECKPOINTS] = "checkpoints",
	[USE_COSIGNING] = "cosigning",
	[USE_TOKENS] = "tokens",
	[USE_FILES] = "files",
};

const char *
key_use_name(enum key_use use)
{
	assert(use < USE_MAX);
	return use_names[use];
}

static bool
use_parse(const char *text, enum key_use *ret)
{
	for (int i = 0; i < USE_MAX; i++)
		if (strcmp(use_names[i], text) == 0) {
			*ret = (enum key_use)i;
			return true;
		}
	return false;
}

struct key_state *
key_find(const struct state *st, const char *name, uint32_t id)
{
	for (size_t i = 0; i < st->key_count; i++)
		if (st->keys[i]->pub.key.id == id && strcmp(st->keys[i]->pub.key.name, name) == 0)
			return st->keys[i];
	return NULL;
}

static struct key_state *
key_find_public(const struct state *st, const uint8_t public_key[32])
{
	for (size_t i = 0; i < st->key_count; i++)
		if (memcmp(st->keys[i]->pub.key.public_key, public_key, 32) == 0)
			return st->keys[i];
	return NULL;
}

struct key_state *
key_find_text(const struct state *st, const char *text)
{
	struct verifier_key v;
	struct key_state *k;
	struct err e;

	if (text == NULL || verifier_key_parse(text, strlen(text), &v, &e) != RC_OK)
		return NULL;
	k = key_find(st, v.name, v.id);
	return k != NULL && verifier_key_equal(&k->pub.key, &v) ? k : NULL;
}

bool
key_usable_under(const struct key_state *k, struct hash contract)
{
	for (size_t i = 0; i < k->confirmed_count; i++)
		if (hash_equal(k->confirmed[i], contract))
			return true;
	return false;
}

const struct hash *
state_key_confirmed(const struct party_key *k, size_t *ret_count)
{
	const struct key_state *state = (const struct key_state *)(const void *)k;	/* its first */

	*ret_count = state->confirmed_count;
	return state->confirmed;
}

void
key_confirm(struct key_state *k, struct hash contract)
{
	if (key_usable_under(k, contract))
		return;
	k->confirmed = mem_room(k->confirmed, k->confirmed_count, &k->confirmed_capacity,
				sizeof(*k->confirmed));
	k->confirmed[k->confirmed_count++] = contract;
}

static void
party_add(struct state *st, const char *id, const char *title, uint64_t seq)
{
	struct party *p = arena_alloc(st->arena, sizeof(*p));

	p->id = arena_string(st->arena, id, strlen(id));
	p->title = title == NULL ? "" : arena_string(st->arena, title, strlen(title));
	p->seq = seq;
	st->parties = mem_room(st->parties, st->party_count, &st->party_capacity,
			       sizeof(struct party *));
	st->parties[st->party_count++] = p;
}

static void
key_add(struct state *st, const char *text, const char *party, enum key_use use, bool recovery,
	uint64_t seq)
{
	struct key_state *k = mem_alloc(sizeof(*k));
	struct err e;

	memset(k, 0, sizeof(*k));
	k->pub.party = state_party(st, party);
	k->pub.use = use;
	k->pub.recovery = recovery;
	k->pub.registered = seq;
	k->pub.revoked = SEQ_NEVER;
	if (k->pub.party == NULL ||
	    verifier_key_parse(text, strlen(text), &k->pub.key, &e) != RC_OK) {
		free(k);	/* only in a record that was never checked */
		return;
	}
	st->keys = mem_room(st->keys, st->key_count, &st->key_capacity,
			    sizeof(struct key_state *));
	st->keys[st->key_count++] = k;
}

/* Reads the key at `field`; false after refusing it. */
static bool
read_key(struct check *c, const char *field, enum key_type type, struct verifier_key *ret)
{
	const char *text = json_get_string(c->body, field);
	char pointer[40];
	struct err e;

	snprintf(pointer, sizeof(pointer), "/body/%s", field);
	if (text == NULL || verifier_key_parse(text, strlen(text), ret, &e) != RC_OK) {
		refuse(c, pointer, "%s", text == NULL ? "expected a verifier key" : e.text);
		return false;
	}
	if (ret->type != type) {
		refuse(c, pointer, "expected a key of type 0x%02x, found 0x%02x", (unsigned)type,
		       (unsigned)ret->type);
		return false;
	}
	return true;
}

/* ---- the ledger ---- */

void
check_ledger_opened(struct check *c)
{
	const char *operator_id = json_get_string(c->body, "operator");
	const char *origin = json_get_string(c->body, "origin");
	struct verifier_key own, checkpoints;

	if (c->x->seq != 1) {
		refuse(c, "/type", "a ledger is opened once, by its first event");
		return;
	}
	if (strcmp(origin, c->st->current.ledger) != 0)
		refuse(c, "/body/origin", "expected %s, as the submission says, found %s",
		       c->st->current.ledger, origin);
	if (!read_key(c, "operator_key", KEY_ED25519, &own) ||
	    !read_key(c, "checkpoint_key", KEY_ED25519, &checkpoints))
		return;
	if (strcmp(own.name, operator_id) != 0)
		refuse(c, "/body/operator_key", "expected a key named %s, as its party, found %s",
		       operator_id, own.name);
	if (strcmp(checkpoints.name, origin) != 0)
		refuse(c, "/body/checkpoint_key", "expected a key named %s, as the origin, found %s",
		       origin, checkpoints.name);
	if (memcmp(own.public_key, checkpoints.public_key, 32) == 0)
		refuse(c, "/body/checkpoint_key", "expected a public key of its own, found that of "
		       "operator_key: one key, one use");
}

void
apply_ledger_opened(struct state *st, const struct step *x, const struct party *sender)
{
	const struct json *body = x->event->body;
	const char *operator_id = json_get_string(body, "operator");

	(void)sender;
	snprintf(st->origin, sizeof(st->origin), "%s", json_get_string(body, "origin"));
	snprintf(st->operator_id, sizeof(st->operator_id), "%s", operator_id);
	st->simulated = json_get_true(body, "simulated");
	st->format = json_get_integer(body, "format", 1);
	party_add(st, operator_id, NULL, x->seq);
	key_add(st, json_get_string(body, "operator_key"), operator_id, USE_SUBMISSIONS, false,
		x->seq);
	key_add(st, json_get_string(body, "checkpoint_key"), operator_id, USE_CHECKPOINTS, false,
		x->seq);
	st->current_key = key_find(st, st->current.party, st->current.key_id);
}

void
check_ledger_upgraded(struct check *c)
{
	refuse(c, "/body/format", "expected a format that this program knows, found %" PRId64
	       ": there is only 1", json_get_integer(c->body, "format", 0));
}

void
apply_ledger_closed(struct state *st, const struct step *x, const struct party *sender)
{
	(void)x, (void)sender;
	st->closed = true;
}

/* ---- parties ---- */

void
check_party_registered(struct check *c)
{
	const char *id = json_get_string(c->body, "party");
	const struct party *p = state_party(c->st, id);

	if (p != NULL)
		refuse(c, "/body/party", "%s is registered already, by entry %" PRIu64, id, p->seq);
}

void
apply_party_registered(struct state *st, const struct step *x, const struct party *sender)
{
	(void)sender;
	party_add(st, json_get_string(x->event->body, "party"),
		  json_get_string(x->event->body, "title"), x->seq);
}

/* ---- keys ---- */

static bool
has_submission_key(const struct state *st, const struct party *p)
{
	for (size_t i = 0; i < st->key_count; i++)
		if (st->keys[i]->pub.party == p && st->keys[i]->pub.use == USE_SUBMISSIONS)
			return true;
	return false;
}

/* The operator registers a party's first key; later ones come from the party under a live key,
 * or, where all are lost, from the operator with `recovery`. */
static void
check_registrar(struct check *c, const struct party *p, enum key_use use)
{
	bool recovery = json_get_true(c->body, "recovery");
	bool own = p == c->sender;

	if (!own && strcmp(c->sender->id, c->st->operator_id) != 0) {
		refuse(c, "/body/party", "a key of %s is registered by %s itself or by the operator, "
		       "found %s", p->id, p->id, c->sender->id);
	} else if (own && recovery) {
		refuse(c, "/body/recovery", "%s signs this under a live key: leave recovery out",
		       p->id);
	} else if (!own && use != USE_SUBMISSIONS) {
		refuse(c, "/body/use", "a key for %s is registered by %s itself; the operator "
		       "registers keys for submissions only", key_use_name(use), p->id);
	} else if (!own && recovery && !has_submission_key(c->st, p)) {
		refuse(c, "/body/recovery", "%s has no key yet, so none is lost: leave recovery out",
		       p->id);
	} else if (!own && !recovery && has_submission_key(c->st, p)) {
		refuse(c, "/body/party", "%s has a key: it registers further ones itself; if all are "
		       "lost, say recovery", p->id);
	}
}

static void
check_key_unique(struct check *c, const struct verifier_key *v)
{
	const struct key_state *twin = key_find_public(c->st, v->public_key);

	if (twin == NULL)
		twin = key_find(c->st, v->name, v->id);
	if (twin != NULL)
		refuse(c, "/body/key", "this key is registered already, by entry %" PRIu64 " as "
		       "%s+%08" PRIx32 ": make a new one", twin->pub.registered,
		       twin->pub.key.name, twin->pub.key.id);
}

void
check_key_registered(struct check *c)
{
	const char *id = json_get_string(c->body, "party");
	const char *use_text = json_get_string(c->body, "use");
	const struct party *p = state_party(c->st, id);
	const char *name = id;
	struct verifier_key v;
	enum key_use use;

	if (p == NULL) {
		refuse(c, "/body/party", "expected a registered party, found %s: send "
		       "party.registered first", id);
		return;
	}
	if (!use_parse(use_text, &use)) {
		refuse(c, "/body/use", "expected submissions, checkpoints, cosigning, tokens or "
		       "files, found %s", use_text);
		return;
	}
	if (!read_key(c, "key", use == USE_COSIGNING ? KEY_COSIGNATURE : KEY_ED25519, &v))
		return;
	if (use == USE_CHECKPOINTS) {
		name = c->st->origin;
		if (strcmp(id, c->st->operator_id) != 0)
			refuse(c, "/body/use", "only the operator signs checkpoints, found %s", id);
	}
	if (strcmp(v.name, name) != 0)
		refuse(c, "/body/key", "expected a key named %s, found %s", name, v.name);
	check_key_unique(c, &v);
	check_registrar(c, p, use);
}

/* A key that is registered under a recovered one is as good as that, and no better. */
void
apply_key_registered(struct state *st, const struct step *x, const struct party *sender)
{
	const struct json *body = x->event->body;
	const char *party = json_get_string(body, "party"), *text = json_get_string(body, "key");
	const struct key_state *under = st->current_key;
	bool inherits = under != NULL && under->pub.recovery && sender != NULL &&
		under->pub.party == sender && strcmp(sender->id, party) == 0;
	struct key_state *k;
	enum key_use use;

	if (!use_parse(json_get_string(body, "use"), &use))
		return;
	key_add(st, text, party, use, inherits || json_get_true(body, "recovery"), x->seq);
	k = inherits ? key_find_text(st, text) : NULL;
	for (size_t i = 0; k != NULL && i < under->confirmed_count; i++)
		key_confirm(k, under->confirmed[i]);
}

static struct key_state *
registered_key(struct check *c)
{
	const char *text = json_get_string(c->body, "key");
	struct key_state *k = key_find_text(c->st, text);

	if (k == NULL)
		refuse(c, "/body/key", "expected a key registered in this ledger, found %s", text);
	return k;
}

void
check_key_confirmed(struct check *c)
{
	const struct contract_version *v = &c->contract->pub.versions[0];
	const struct key_state *k = registered_key(c);

	if (c->contract->pub.current != NULL)
		v = c->contract->pub.current;
	if (k == NULL)
		return;
	if (!k->pub.recovery)
		refuse(c, "/body/key", "expected a recovered key, found one that needs no "
		       "confirmation");
	if (!version_signer(v, c->sender->id))
		refuse(c, "", "key.confirmed is sent by a signatory of the contract, found %s",
		       c->sender->id);
	if (k->pub.party == c->sender)
		refuse(c, "", "key.confirmed is sent by another signatory than the key's own party, "
		       "%s", c->sender->id);
	if (key_usable_under(k, c->contract->pub.digest))
		refuse(c, "/body/key", "this key is confirmed for this contract already");
}

void
apply_key_confirmed(struct state *st, const struct step *x, const struct party *sender)
{
	const char *text = json_get_string(x->event->body, "contract");
	struct key_state *k = key_find_text(st, json_get_string(x->event->body, "key"));
	struct hash contract;

	(void)sender;
	if (k != NULL && hash_parse(text, strlen(text), &contract))
		key_confirm(k, contract);
}

/* Live keys of the same party and use, this one included. */
static size_t
live_keys(const struct state *st, const struct key_state *k)
{
	size_t count = 0;

	for (size_t i = 0; i < st->key_count; i++)
		count += st->keys[i]->pub.party == k->pub.party &&
			st->keys[i]->pub.use == k->pub.use &&
			st->keys[i]->pub.revoked == SEQ_NEVER;
	return count;
}

void
check_key_revoked(struct check *c)
{
	const struct key_state *k = registered_key(c);

	if (k == NULL)
		return;
	if (k->pub.revoked != SEQ_NEVER)
		refuse(c, "/body/key", "this key is revoked already, by entry %" PRIu64,
		       k->pub.revoked);
	else if (k->pub.party != c->sender &&
		 strcmp(c->sender->id, c->st->operator_id) != 0)
		refuse(c, "/body/key", "a key of %s is revoked by %s itself or by the operator, "
		       "found %s", k->pub.party->id, k->pub.party->id, c->sender->id);
	else if (strcmp(k->pub.party->id, c->st->operator_id) == 0 && live_keys(c->st, k) == 1 &&
		 (k->pub.use == USE_SUBMISSIONS || k->pub.use == USE_CHECKPOINTS))
		refuse(c, "/body/key", "this is the operator's last key for %s: register its "
		       "successor first", key_use_name(k->pub.use));
}

void
apply_key_revoked(struct state *st, const struct step *x, const struct party *sender)
{
	struct key_state *k = key_find_text(st, json_get_string(x->event->body, "key"));

	(void)sender;
	if (k != NULL)
		k->pub.revoked = x->seq;
}
