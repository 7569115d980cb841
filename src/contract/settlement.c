/* settlement.c - the handle: what is known of one contract, from nothing to freed; its versions. */
#include "settlement.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "expression.h"
#include "fact.h"
#include "item.h"
#include "rows.h"
#include "settle.h"
#include "settled.h"
#include "terms.h"

struct settlement *
settlement_empty(struct hash contract, const char *salt)
{
	struct settlement *s = mem_alloc(sizeof(*s));

	s->contract = contract;
	memcpy(s->salt, salt, 22);
	s->arena = arena_new();
	s->names.arena = s->arena;
	s->events.size = sizeof(struct event_row);
	s->facts.size = sizeof(struct fact);
	s->owners.size = sizeof(struct owner);
	s->salts.size = 22;
	s->keys.size = sizeof(struct key_row);
	s->postings.size = sizeof(struct posting_row);
	s->disputes.size = sizeof(struct dispute_row);
	s->paid.size = sizeof(struct paid_row);
	s->lines.size = sizeof(struct line_row);
	s->statements.size = sizeof(struct statement_row);
	s->terminated.event = NONE;
	s->kept_through = INT32_MIN;
	return s;
}

struct settlement *
settlement_new(struct hash contract, const char *salt)
{
	struct settlement *s = settlement_empty(contract, salt);
	struct owner contract_owner = { .kind = OWNER_CONTRACT };

	(void)owner_get(s, &contract_owner);
	return s;
}

void
settlement_free(struct settlement *s)
{
	if (s == NULL)
		return;
	kept_forget(s);
	for (size_t i = 0; i < s->version_count; i++)
		free(s->versions[i].readings);
	free(s->versions);
	free(s->held.items);
	free(s->balances);
	free(s->open);
	free(s->names.items);
	free(s->names.slots);
	free(s->digests.slots);
	free(s->key_hashes.slots);
	free(s->key_names.slots);
	free(s->owner_index.slots);
	free(s->common.items);
	free(s->erased.items);
	free(s->again.items);
	free(s->due.items);
	free(s->news.items);
	free(s->looked.items);
	free(s->sites.items);
	free(s->wakes.items);
	for (size_t i = 0; i < s->payload_chunk_count; i++)
		free(s->payload_chunks[i]);
	free(s->payload_chunks);
	rows_free(&s->events);
	rows_free(&s->facts);
	rows_free(&s->owners);
	rows_free(&s->salts);
	rows_free(&s->keys);
	rows_free(&s->postings);
	rows_free(&s->disputes);
	rows_free(&s->paid);
	rows_free(&s->lines);
	rows_free(&s->statements);
	arena_free(s->arena);
	free(s);
}

/* Sites are paid for whether something was recorded about them or not. */
static void
add_sites(struct settlement *s, const struct terms *t)
{
	for (size_t i = 0; i < t->party_count; i++)
		for (size_t k = 0; k < t->parties[i].site_count; k++) {
			const char *name = t->parties[i].sites[k];
			struct owner o = owner_of_site(name_number(&s->names, name, strlen(name)));

			(void)owner_get(s, &o);
		}
}

void
version_put(struct settlement *s, const struct settle_version *v)
{
	struct version *row;

	s->versions = mem_room(s->versions, s->version_count, &s->version_capacity,
			       sizeof(*s->versions));
	row = &s->versions[s->version_count++];
	*row = (struct version){ .said = *v, .terms = v->terms };
	row->readings = mem_alloc(v->terms->x_count * sizeof(*row->readings));
}

uint64_t
settlement_next(const struct settlement *s)
{
	uint64_t last = s->last_seq;

	if (s->version_count > 0 && s->versions[s->version_count - 1].said.seq > last)
		last = s->versions[s->version_count - 1].said.seq;
	return last + 1;
}

enum rc
settle_version_add(struct settlement *s, const struct settle_version *v, struct err *e)
{
	if (strcmp(v->terms->semantics, "1") != 0)
		return rc_fail(e, RC_REFUSED, "terms ask for semantics '%s'; this build knows '1'",
			       v->terms->semantics);
	version_put(s, v);
	add_sites(s, v->terms);
	return RC_OK;
}
