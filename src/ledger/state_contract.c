/* state_contract.c - contracts: proposed, signed by all, amended, terminated. */
#include "state_priv.h"

#include "arena.h"
#include "finding.h"
#include "terms.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the terms of a version ---- */

/* Reads the terms of a contract version into the scratch; RC_REFUSED with every error in `f`. */
static enum rc
scratch_terms(struct state *st, const struct step *x, struct findings *f, struct err *e)
{
	struct arena *arena = arena_new(), *scrap = arena_new();
	struct findings own = { .arena = scrap };
	struct json *document = arena_alloc(arena, sizeof(*document));
	struct terms *terms;
	enum rc rc;

	*document = json_copy(arena, json_get(x->event->body, "terms"));
	rc = terms_read(document, arena, &own, &terms, e);
	if (rc == RC_OK) {
		arena_free(st->scratch.arena);
		st->scratch.arena = arena;
		st->scratch.terms = terms;
	} else {
		arena_free(arena);
		for (size_t i = 0; f != NULL && i < own.count; i++)
			finding_add(f, own.items[i].severity, x->line, 0,
				    arena_printf(f->arena, "/body/terms%s", own.items[i].pointer),
				    "%s", own.items[i].text);
		if (rc == RC_REFUSED)
			rc = rc_where(e, "/body/terms");
	}
	arena_free(scrap);
	return rc;
}

/* One verifier key that the contract lists for a party. */
static void
check_listed_key(struct check *c, const struct party *p, const char *text, const char *pointer)
{
	const struct key_state *k = key_find_text(c->st, text);

	if (k == NULL)
		refuse(c, pointer, "expected a key registered in this ledger, found %s", text);
	else if (k->pub.party != p)
		refuse(c, pointer, "expected a key of %s, found one of %s", p->id,
		       k->pub.party->id);
	else if (k->pub.use != USE_SUBMISSIONS)
		refuse(c, pointer, "expected a key for submissions, found one for %s",
		       key_use_name(k->pub.use));
	else if (k->pub.revoked != SEQ_NEVER)
		refuse(c, pointer, "expected a live key, found one revoked by entry %" PRIu64,
		       k->pub.revoked);
}

/* "parties" lists exactly the parties of the terms, each registered, with its keys. */
static void
check_parties(struct check *c, const struct terms *t)
{
	const struct json *list = json_get(c->body, "parties");
	char pointer[80];

	for (uint32_t i = 0; i < list->count; i++) {
		const char *id = json_get_string(&list->items[i], "party");
		const struct json *keys = json_get(&list->items[i], "keys");
		const struct party *p = state_party(c->st, id);

		snprintf(pointer, sizeof(pointer), "/body/parties/%" PRIu32 "/party", i);
		if (terms_party(t, id) == NULL)
			refuse(c, pointer, "expected a party of the terms, found %s", id);
		else if (p == NULL)
			refuse(c, pointer, "expected a registered party, found %s: send "
			       "party.registered first", id);
		for (uint32_t k = 0; p != NULL && k < keys->count; k++) {
			snprintf(pointer, sizeof(pointer), "/body/parties/%" PRIu32 "/keys/%"
				 PRIu32, i, k);
			check_listed_key(c, p, keys->items[k].string, pointer);
		}
	}
	for (size_t i = 0; i < t->party_count; i++) {
		bool listed = false;

		for (uint32_t j = 0; !listed && j < list->count; j++)
			listed = json_is(json_get(&list->items[j], "party"), t->parties[i].name);
		if (!listed)
			refuse(c, "/body/parties", "expected every party of the terms with its "
			       "keys, found none of %s", t->parties[i].name);
	}
}

static void
check_terms(struct check *c)
{
	enum rc rc = scratch_terms(c->st, c->x, c->f, c->e);

	if (rc == RC_OK)
		check_parties(c, c->st->scratch.terms);
	else if (c->rc == RC_OK)
		c->rc = rc;
}

void
check_contract_proposed(struct check *c)
{
	check_terms(c);
}

void
check_contract_amended(struct check *c)
{
	struct hash replaces = body_digest(c->body, "replaces");
	const struct contract_version *now = c->contract->pub.current;
	char hex[HASH_HEX];

	if (!hash_equal(now->digest, replaces)) {
		hash_format(now->digest, hex);
		refuse_as(c, RC_CONFLICT, "/body/replaces", "expected the version now in force, %s: "
			  "another amendment came first", hex);
		return;
	}
	check_terms(c);
}

/* ---- signatures ---- */

static const char *
title_in(const struct contract *k, const char *name,
	 const char *(*title)(const struct terms *t, const char *name))
{
	for (size_t i = k->version_count; i-- > 0;) {
		const struct contract_version *v = &k->versions[i];
		const char *text = v->in_force == SEQ_NEVER ? NULL : title(v->terms, name);

		if (text != NULL)
			return text;
	}
	return name;
}

const char *
contract_payment_title(const struct contract *k, const char *name)
{
	return title_in(k, name, terms_payment_title);
}

const char *
contract_outcome_title(const struct contract *k, const char *name)
{
	return title_in(k, name, terms_outcome_title);
}

bool
contract_ever_pays(const struct contract *k, const char *party)
{
	for (size_t i = 0; i < k->version_count; i++)
		if (k->versions[i].in_force != SEQ_NEVER && terms_pays(k->versions[i].terms, party))
			return true;
	return false;
}

bool
contract_ever_is_paid(const struct contract *k, const char *party)
{
	for (size_t i = 0; i < k->version_count; i++)
		if (k->versions[i].in_force != SEQ_NEVER &&
		    terms_is_paid(k->versions[i].terms, party))
			return true;
	return false;
}

bool
contract_ever_signed(const struct contract *k, const char *party)
{
	for (size_t i = 0; i < k->version_count; i++)
		if (k->versions[i].in_force != SEQ_NEVER && version_signer(&k->versions[i], party))
			return true;
	return false;
}

bool
version_signer(const struct contract_version *v, const char *party)
{
	for (size_t i = 0; i < v->signer_count; i++)
		if (strcmp(v->signers[i], party) == 0)
			return true;
	return false;
}

static struct contract_version *
version_of(struct contract_state *k, struct hash digest)
{
	for (size_t i = 0; i < k->pub.version_count; i++)
		if (hash_equal(k->pub.versions[i].digest, digest))
			return &k->pub.versions[i];
	return NULL;
}

static bool
has_signed(const struct contract_version *v, const char *party)
{
	for (size_t i = 0; i < v->signer_count; i++)
		if (v->signed_by[i] && strcmp(v->signers[i], party) == 0)
			return true;
	return false;
}

void
check_contract_signed(struct check *c)
{
	struct contract_state *k = c->contract;
	const struct contract_version *v = version_of(k, body_digest(c->body, "version"));

	if (v == NULL) {
		refuse(c, "/body/version", "expected a version of this contract, found %s",
		       json_get_string(c->body, "version"));
		return;
	}
	if (!version_signer(v, c->sender->id))
		refuse(c, "", "contract.signed is sent by a funder or provider that the terms name, "
		       "found %s", c->sender->id);
	else if (has_signed(v, c->sender->id))
		refuse(c, "/body/version", "%s has signed this version already", c->sender->id);
	else if (v != k->pub.versions && (k->pub.current == NULL ||
					   !hash_equal(v->replaces, k->pub.current->digest)))
		refuse_as(c, RC_CONFLICT, "/body/version", "the version that it replaces is no longer "
			  "in force: another amendment came first");
}

static void
add_signer(struct contract_version *v, const char *name)
{
	if (version_signer(v, name))
		return;
	v->signers[v->signer_count++] = name;
}

/* Funders and providers of the terms, and of the version that they replace. */
static void
find_signers(struct contract_state *k, struct contract_version *v,
	     const struct contract_version *before)
{
	size_t room = v->terms->party_count + (before == NULL ? 0 : before->signer_count);

	v->signers = arena_array(k->arena, room + 1, sizeof(*v->signers));
	v->signed_by = arena_array(k->arena, room + 1, sizeof(*v->signed_by));
	v->signer_count = 0;
	for (size_t i = 0; i < v->terms->party_count; i++)
		if (terms_must_sign(&v->terms->parties[i]))
			add_signer(v, v->terms->parties[i].name);
	for (size_t i = 0; before != NULL && i < before->signer_count; i++)
		add_signer(v, before->signers[i]);
}

static void
keep_keys(struct contract_state *k, struct contract_version *v, const struct json *parties)
{
	size_t room = 1;

	for (uint32_t i = 0; parties != NULL && i < parties->count; i++) {
		const struct json *keys = json_get(&parties->items[i], "keys");

		room += keys == NULL ? 0 : keys->count;
	}
	v->keys = arena_array(k->arena, room, sizeof(*v->keys));
	for (uint32_t i = 0; parties != NULL && i < parties->count; i++) {
		const struct json *keys = json_get(&parties->items[i], "keys");

		for (uint32_t j = 0; keys != NULL && j < keys->count; j++) {
			const char *text = keys->items[j].string;

			v->keys[v->key_count++] = arena_string(k->arena, text, strlen(text));
		}
	}
}

/* Who signs the contract vouches for the keys of others that it lists, recovered ones too. That
 * somebody proposes it, which the operator can do alone, says nothing. */
static void
vouch(struct state *st, const struct contract_version *v, const struct party *sender,
      struct hash contract)
{
	for (size_t i = 0; i < v->key_count; i++) {
		struct key_state *k = key_find_text(st, v->keys[i]);

		if (k != NULL && k->pub.recovery && k->pub.party != sender)
			key_confirm(k, contract);
	}
}

static void
add_version(struct state *st, struct contract_state *k, const struct step *x, struct hash replaces)
{
	struct contract *pub = &k->pub;
	struct contract_version v = { .digest = x->digest, .replaces = replaces,
		.terms = st->scratch.terms, .seq = x->seq, .in_force = SEQ_NEVER };
	const char *from = json_get_string(x->event->body, "from");

	assert(v.terms != NULL);	/* its caller has read them */
	v.from = v.terms->settlement.from;
	if (from != NULL && !date_parse(from, strlen(from), &v.from))
		return;		/* only in a record that was never checked */
	find_signers(k, &v, pub->current);
	keep_keys(k, &v, json_get(x->event->body, "parties"));
	pub->versions = mem_room(pub->versions, pub->version_count, &k->version_capacity,
				 sizeof(*pub->versions));
	pub->versions[pub->version_count++] = v;
	if (k->current != SIZE_MAX)
		pub->current = &pub->versions[k->current];
}

/* The arena of the scratch terms, which now belongs to the contract. */
static bool
take_terms(struct state *st, const struct step *x)
{
	struct err e;

	return st->scratch.terms != NULL || scratch_terms(st, x, NULL, &e) == RC_OK;
}

void
apply_contract_proposed(struct state *st, const struct step *x, const struct party *sender)
{
	struct hash none = { { 0 } };
	struct contract_state *k;

	(void)sender;
	if (!take_terms(st, x))
		return;
	k = mem_alloc(sizeof(*k));
	memset(k, 0, sizeof(*k));
	k->arena = st->scratch.arena;
	st->scratch.arena = NULL;
	k->current = SIZE_MAX;
	k->pub.digest = x->digest;
	k->pub.seq = x->seq;
	snprintf(k->pub.salt, sizeof(k->pub.salt), "%s", x->event->salt);
	st->contracts = mem_room(st->contracts, st->contract_count, &st->contract_capacity,
				 sizeof(struct contract_state *));
	st->contracts[st->contract_count++] = k;
	add_version(st, k, x, none);
	st->scratch.terms = NULL;
}

void
apply_contract_amended(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_find(st, body_digest(x->event->body, "contract"));

	(void)sender;
	if (k == NULL || !take_terms(st, x))
		return;
	k->more = mem_room(k->more, k->more_count, &k->more_capacity, sizeof(struct arena *));
	k->more[k->more_count++] = st->scratch.arena;
	st->scratch.arena = NULL;
	add_version(st, k, x, body_digest(x->event->body, "replaces"));
	st->scratch.terms = NULL;
}

void
apply_contract_signed(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_find(st, body_digest(x->event->body, "contract"));
	struct contract_version *v;
	bool all = true;

	v = k == NULL ? NULL : version_of(k, body_digest(x->event->body, "version"));
	if (v == NULL || sender == NULL)
		return;
	vouch(st, v, sender, k->pub.digest);
	for (size_t i = 0; i < v->signer_count; i++) {
		if (strcmp(v->signers[i], sender->id) == 0)
			v->signed_by[i] = true;
		all = all && v->signed_by[i];
	}
	if (!all || v->in_force != SEQ_NEVER)
		return;
	v->in_force = x->seq;
	v->in_force_at = x->at;
	k->current = (size_t)(v - k->pub.versions);
	k->pub.current = v;
	records_forget(st);	/* sites are remembered by the terms' own names */
}

/* ---- the end ---- */

void
check_contract_terminated(struct check *c)
{
	struct date on, from = c->terms->settlement.from;
	const char *text = json_get_string(c->body, "on");
	char expected[DATE_TEXT];

	if (c->contract->pub.terminated) {
		date_format(c->contract->pub.ended, expected);
		refuse(c, "", "the contract ended on %s already", expected);
	} else if (date_parse(text, strlen(text), &on) && date_compare(on, from) < 0) {
		date_format(from, expected);
		refuse(c, "/body/on", "expected a day on or after the contract's first, %s, found %s",
		       expected, text);
	}
}

static bool
has_terminated(const struct contract_state *k, const char *party, struct date on)
{
	for (size_t i = 0; i < k->termination_count; i++)
		if (strcmp(k->terminations[i].party->id, party) == 0 &&
		    date_compare(k->terminations[i].on, on) == 0)
			return true;
	return false;
}

/* In force once all signatories name the same day, or a party that may do it alone names one. */
void
apply_contract_terminated(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_find(st, body_digest(x->event->body, "contract"));
	const char *text = json_get_string(x->event->body, "on");
	struct termination t = { .party = sender };
	bool all = true;

	if (k == NULL || k->pub.current == NULL || sender == NULL ||
	    !date_parse(text, strlen(text), &t.on))
		return;
	k->terminations = mem_room(k->terminations, k->termination_count,
				   &k->termination_capacity, sizeof(*k->terminations));
	k->terminations[k->termination_count++] = t;
	for (size_t i = 0; all && i < k->pub.current->signer_count; i++)
		all = has_terminated(k, k->pub.current->signers[i], t.on);
	if (all || terms_may_terminate(k->pub.current->terms, sender->id)) {
		k->pub.terminated = true;
		k->pub.ended = t.on;
	}
}
