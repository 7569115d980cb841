/* state_member.c - a participant under a contract: enrolled? who holds the person, at which sites?
 *
 * Told from the participant's own events, in ledger order: enrolments and assignments that were
 * not retracted, transfers, changes of site. A transfer is in force once the receiver and then
 * the present holder, or whom the terms name for it, have sent it.
 */
#include "state_priv.h"

#include "arena.h"
#include "index.h"
#include "terms.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBER_SLOTS = 65536, WAYS = 4 };	/* slots as in state.c; a member has four to be in */

/* The first of the slots that a member may be in. Pseudonyms are random: any bits will do. */
static struct member *
slots_of(const struct state *st, const char *participant)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < 5; i++)
		bits = bits * 37 + (unsigned char)participant[i];
	return &st->members[bits % (MEMBER_SLOTS / WAYS) * WAYS];
}

static bool
is_slot_of(const struct member *m, struct hash contract, const char *participant)
{
	return strcmp(m->participant, participant) == 0 && hash_equal(m->contract, contract);
}

/* The slot that the member is in, or else the one to take: an empty one, or whose turn it is. */
static struct member *
slot_of(const struct state *st, struct hash contract, const char *participant)
{
	struct member *slots = slots_of(st, participant);
	struct member *take = &slots[(unsigned char)participant[5] % WAYS];

	for (size_t i = 0; i < WAYS; i++) {
		if (slots[i].participant[0] == '\0' ||
		    is_slot_of(&slots[i], contract, participant))
			return &slots[i];
	}
	return take;
}

void
participant_expect(const struct state *st, const char *participant)
{
	__builtin_prefetch(slots_of(st, participant)->participant);
}

void
participant_forget(struct state *st, struct hash contract, const char *participant)
{
	struct member *m = slot_of(st, contract, participant);

	if (is_slot_of(m, contract, participant))
		memset(m, 0, sizeof(*m));
}

static void
hold(struct member *m, uint32_t party)
{
	m->holder = party;
	for (size_t i = 0; i < m->holder_count; i++)
		if (m->holders[i] == party)
			return;
	if (m->holder_count == MEMBER_HOLDERS)		/* the oldest goes */
		memmove(m->holders, m->holders + 1,
			(size_t)--m->holder_count * sizeof(m->holders[0]));
	m->holders[m->holder_count++] = party;
}

/* The site's name as it stands in the terms; NULL where no party is bound to it. */
static const char *
bound_site(const struct contract_state *k, const char *site)
{
	const struct terms *t = k == NULL || k->pub.current == NULL ? NULL : k->pub.current->terms;

	for (size_t i = 0; t != NULL && site[0] != '\0' && i < t->party_count; i++)
		for (size_t j = 0; j < t->parties[i].site_count; j++)
			if (strcmp(t->parties[i].sites[j], site) == 0)
				return t->parties[i].sites[j];
	return NULL;
}

static void
be_at(struct member *m, const char *site)
{
	if (site == NULL)
		return;
	for (size_t i = 0; i < m->site_count; i++)
		if (strcmp(m->sites[i], site) == 0)
			return;
	if (m->site_count == MEMBER_SITES)
		memmove(m->sites, m->sites + 1, (size_t)--m->site_count * sizeof(m->sites[0]));
	m->sites[m->site_count++] = site;
}

/* The transfer as the receiver itself last sent it, among the events before; or NULL. */
static const struct record *
receiver_sent(const struct state *st, const struct record *rows, size_t count, const char *to)
{
	for (size_t i = count; i-- > 0;)
		if (rows[i].chain == EVENT_PARTICIPANT_TRANSFERRED &&
		    strcmp(rows[i].to, to) == 0 && rows[i].party == party_index(st, to))
			return &rows[i];
	return NULL;
}

static void
take(const struct state *st, const struct record *rows, size_t i, struct member *m)
{
	const struct record *r = &rows[i];
	const struct contract_state *k = contract_find(st, r->contract);
	const char *sender = r->party < st->party_count ? st->parties[r->party]->id : "";

	if (r->chain == EVENT_PARTICIPANT_ENROLLED || r->chain == EVENT_PARTICIPANT_ASSIGNED)
		m->enrolled = true;
	if (r->chain == EVENT_PARTICIPANT_ENROLLED)
		hold(m, r->party);
	if (r->chain == EVENT_PARTICIPANT_TRANSFERRED) {
		const struct record *sent = receiver_sent(st, rows, i, r->to);

		if (sent == NULL)
			return;
		if (r->party != m->holder &&
		    (k == NULL || k->pub.current == NULL ||
		     !terms_confirms_transfer(k->pub.current->terms, sender)))
			return;
		hold(m, sent->party);
		r = sent;		/* the site is its to say */
	}
	be_at(m, bound_site(k, r->site));
}

/* Records of the participant's own events, oldest first, retracted ones left out. */
static enum rc
gather(struct state *st, struct hash contract, const char *participant, struct record **ret,
       size_t *ret_count, struct err *e)
{
	struct hash key = key_of_member(contract, participant);
	size_t count = 0, all, kept = 0;
	uint64_t one, *seqs;
	struct record *rows;
	bool retracted;
	enum rc rc = RC_OK;

	index_find(st->index, key, &one, 1, &all);
	seqs = mem_alloc((all + 1) * sizeof(*seqs));
	rows = mem_alloc((all + 1) * sizeof(*rows));
	index_find(st->index, key, seqs, all, &count);
	while (rc == RC_OK && count > 0) {
		struct record *r = &rows[kept];

		rc = record_at(st, seqs[--count], r, e);
		if (rc != RC_OK || !hash_equal(r->contract, contract) ||
		    strcmp(r->participant, participant) != 0)
			continue;
		rc = chain_retracted(st, r, &retracted, e);
		if (rc == RC_OK && !retracted)
			kept++;
	}
	free(seqs);
	if (rc != RC_OK) {
		free(rows);
		return rc;
	}
	*ret = rows;
	*ret_count = kept;
	return RC_OK;
}

enum rc
participant_find(struct state *st, struct hash contract, const char *participant,
		 struct member *ret, struct err *e)
{
	struct member *slot = slot_of(st, contract, participant);
	struct record *rows;
	size_t count;
	enum rc rc;

	if (!is_slot_of(slot, contract, participant)) {
		struct member m = { .contract = contract, .holder = PARTY_NONE };

		memcpy(m.participant, participant, sizeof(m.participant));
		rc = gather(st, contract, participant, &rows, &count, e);
		if (rc != RC_OK)
			return rc;
		for (size_t i = 0; i < count; i++)
			take(st, rows, i, &m);
		free(rows);
		*slot = m;
	}
	*ret = *slot;
	return RC_OK;
}
