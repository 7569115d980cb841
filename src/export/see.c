/* see.c - which events a party may see: one rule for the API and for bundles that are cut. */
#include "see.h"

#include <string.h>

#include "state.h"
#include "terms.h"
#include "view.h"

/* ---- how a party stands to a contract ---- */

/* A role under any version counts: who signed an earlier one keeps its past. */
enum relation
see_contract(const struct seer *x, const struct contract *k)
{
	if (x->role == ROLE_MAX)
		return REL_ANY;
	for (size_t i = 0; i < k->version_count; i++)
		if (terms_has_role(k->versions[i].terms, x->party, x->role))
			return REL_PARTY;
	return REL_ANY;
}

static const struct terms *
terms_now(const struct contract *k)
{
	return (k->current == NULL ? &k->versions[0] : k->current)->terms;
}

/* Is the site one of those that the terms give the party? Those of a party without any: all. */
bool
see_site(const struct contract *k, const char *party, const char *site)
{
	const struct terms_party *p = terms_party(terms_now(k), party);

	if (p == NULL)
		return false;
	for (size_t i = 0; i < p->site_count; i++)
		if (strcmp(p->sites[i], site) == 0)
			return true;
	return p->site_count == 0;
}

/* What is told of the whole contract is a provider's own where it is the only one. */
enum relation
see_whole(const struct seer *x, const struct contract *k)
{
	const struct terms *t = terms_now(k);
	enum relation relation = see_contract(x, k);
	size_t providers = 0;

	for (size_t i = 0; i < t->party_count; i++)
		if (terms_has_role(t, t->parties[i].name, ROLE_PROVIDER))
			providers++;
	if (relation == REL_PARTY && x->role == ROLE_PROVIDER && providers == 1 &&
	    terms_has_role(t, x->party, ROLE_PROVIDER))
		return REL_OWN;
	return relation;
}

/* ---- events ---- */

#define BITS_LEDGER (EVENT_BIT(EVENT_LEDGER_OPENED) | EVENT_BIT(EVENT_LEDGER_UPGRADED) | \
	EVENT_BIT(EVENT_LEDGER_CLOSED) | EVENT_BIT(EVENT_PARTY_REGISTERED) | \
	EVENT_BIT(EVENT_KEY_REGISTERED) | EVENT_BIT(EVENT_KEY_CONFIRMED) | \
	EVENT_BIT(EVENT_KEY_REVOKED) | EVENT_BIT(EVENT_PADDING_ADDED))
#define BITS_TERMS (EVENT_BIT(EVENT_CONTRACT_PROPOSED) | EVENT_BIT(EVENT_CONTRACT_SIGNED) | \
	EVENT_BIT(EVENT_CONTRACT_AMENDED) | EVENT_BIT(EVENT_CONTRACT_TERMINATED))
#define BITS_MONEY (EVENT_BIT(EVENT_SETTLEMENT_LINE) | EVENT_BIT(EVENT_SETTLEMENT_BASIS) | \
	EVENT_BIT(EVENT_PAYMENT_MADE) | EVENT_BIT(EVENT_PAYMENT_RECEIVED) | \
	EVENT_BIT(EVENT_DISPUTE_OPENED) | EVENT_BIT(EVENT_DISPUTE_RESOLVED))
#define BITS_PERSON (EVENT_BIT(EVENT_PARTICIPANT_ENROLLED) | \
	EVENT_BIT(EVENT_PARTICIPANT_CHANGED) | EVENT_BIT(EVENT_PARTICIPANT_TRANSFERRED) | \
	EVENT_BIT(EVENT_PARTICIPANT_EXITED) | EVENT_BIT(EVENT_CONSENT_GIVEN) | \
	EVENT_BIT(EVENT_CONSENT_WITHDRAWN))
#define BITS_FACTS (EVENT_BIT(EVENT_SPELL_STARTED) | EVENT_BIT(EVENT_SPELL_CHANGED) | \
	EVENT_BIT(EVENT_SPELL_CONFIRMED) | EVENT_BIT(EVENT_SPELL_ENDED) | \
	EVENT_BIT(EVENT_EARNINGS_REPORTED) | EVENT_BIT(EVENT_ACTIVITY_LOGGED) | \
	EVENT_BIT(EVENT_MILESTONE_REACHED) | EVENT_BIT(EVENT_STATUS_REPORTED) | \
	EVENT_BIT(EVENT_CLAIM_MADE) | EVENT_BIT(EVENT_EVENT_CORRECTED) | \
	EVENT_BIT(EVENT_EVENT_RETRACTED))

static bool
is_in(uint64_t bits, uint8_t type)
{
	return type < EVENT_TYPE_MAX && (bits & EVENT_BIT(type)) != 0;
}

static bool
is_money(const struct view_row *r)
{
	return is_in(BITS_MONEY, r->type) || (r->marks & ROW_MONEY) != 0;
}

/* A provider's: its people, its lines and payments, what concerns its sites or all alike. */
static bool
provider_owns(const struct seer *x, const struct contract *k, const struct view_row *r)
{
	const struct view *v = x->view;

	if (is_money(r))
		return r->to != 0 && r->to == x->name;
	if (r->type == EVENT_SETTLEMENT_ISSUED || r->type == EVENT_DATA_ERASED)
		return see_whole(x, k) == REL_OWN;
	if (r->type == EVENT_CLAIM_ATTESTED)
		return r->to != 0 && r->to == x->name;
	if (r->person != 0)
		return v->people[r->person - 1].provider == x->name;
	if (is_in(BITS_TERMS, r->type) || r->type == EVENT_SETTLEMENT_APPROVED ||
	    r->type == EVENT_SETTLEMENT_ACKNOWLEDGED || r->type == EVENT_FEED_COMPLETED)
		return true;
	return (r->type == EVENT_MEASUREMENT_RECORDED || is_in(BITS_FACTS, r->type)) &&
	       r->site != 0 && see_site(k, x->party, view_name(v, r->site)) &&
	       terms_party(terms_now(k), x->party)->site_count > 0;
}

/* A verifier's: what it is asked to attest, and whom that is about. */
static bool
verifier_owns(const struct seer *x, const struct contract *k, const struct view_row *r)
{
	const struct view *v = x->view;
	uint16_t site = r->person != 0 ? v->people[r->person - 1].site : r->site;

	if (is_in(BITS_TERMS, r->type))
		return true;
	if (is_money(r))
		return false;
	return (is_in(BITS_FACTS, r->type) || (is_in(BITS_PERSON, r->type) && r->person != 0)) &&
	       see_site(k, x->party, view_name(v, site));
}

/* Whoever sent an event is told that it was erased. */
static bool
erases_own(const struct seer *x, const struct view_row *r)
{
	for (uint32_t seq = r->extra; seq != NO_ROW; seq = x->view->rows[seq].next)
		if (x->view->rows[seq].sender == x->name)
			return true;
	return false;
}

static enum relation
row_relation(const struct seer *x, const struct contract *k, const struct view_row *r)
{
	enum relation relation;

	if (is_in(BITS_LEDGER, r->type))
		return REL_OWN;		/* nobody's secret among parties */
	if (r->sender != 0 && r->sender == x->name)
		return REL_OWN;
	if (k == NULL)
		return REL_ANY;
	if (r->type == EVENT_DATA_ERASED && x->name != 0 && erases_own(x, r))
		return REL_OWN;
	relation = see_contract(x, k);
	if (relation == REL_PARTY && x->role == ROLE_PROVIDER && provider_owns(x, k, r))
		return REL_OWN;
	if (relation == REL_PARTY && x->role == ROLE_VERIFIER && verifier_owns(x, k, r))
		return REL_OWN;
	return relation;
}

/* A funder sees what is said under its contracts, others what is their own. */
bool
see_event(const struct seer *x, uint64_t seq)
{
	const struct view_row *r = &x->view->rows[seq];
	const struct contract *k = r->contract == 0 ? NULL :
		state_contract(x->state, x->view->contracts[r->contract - 1]);

	return row_relation(x, k, r) >= (x->role == ROLE_FUNDER ? REL_PARTY : REL_OWN);
}

bool
see_any(const struct seer *x, uint64_t seq)
{
	static const enum terms_role roles[] = { ROLE_FUNDER, ROLE_PROVIDER, ROLE_VERIFIER };
	struct seer as = *x;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		as.role = roles[i];
		if (see_event(&as, seq))
			return true;
	}
	return false;
}

uint64_t
see_erased_by(const struct view *v, uint64_t seq)
{
	const struct view_row *r = &v->rows[seq];

	return (r->marks & ROW_ERASED) == 0 || r->link == NO_ROW ? seq : r->link;
}
