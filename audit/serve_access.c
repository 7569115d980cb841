/* serve_access.c - who may see what: one table, and how a caller stands to one thing. */
#include "serve.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "terms.h"
#include "text.h"

/* ---- the table ---- */

enum need { NO, ANY, PARTY, OWN };

/* What a role needs to be to a thing to see it: ANY nothing; PARTY its party has that role under
 * the contract; OWN the thing is its own besides (its participant, a line that it is paid by, what
 * it is asked to attest, what it sent). Every endpoint names its row in serve_routes.c. */
static const enum need access[THING_MAX][AS_MAX] = {
	/*			    public funder provider verifier auditor operator */
	[THING_PUBLIC] =	  { ANY,   ANY,   ANY,     ANY,     ANY,    ANY },
	[THING_PROOF] =		  { NO,    ANY,   ANY,     ANY,     ANY,    ANY },
	[THING_REPLAY] =	  { NO,    ANY,   ANY,     ANY,     ANY,    ANY },
	[THING_FINDING] =	  { NO,    NO,    NO,      NO,      ANY,    ANY },
	[THING_BUNDLE] =	  { NO,    ANY,   ANY,     ANY,     ANY,    ANY },
	[THING_RECEIPT] =	  { NO,    OWN,   OWN,     OWN,     ANY,    ANY },
	[THING_EVENT] =		  { NO,    PARTY, OWN,     OWN,     ANY,    ANY },
	[THING_CONTRACT] =	  { NO,    PARTY, PARTY,   PARTY,   ANY,    ANY },
	[THING_TERMS] =		  { NO,    PARTY, PARTY,   PARTY,   ANY,    ANY },
	[THING_LIMIT] =		  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_BALANCE] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_DISPUTE] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_COUNTS] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_OUTCOME] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_OUTLOOK] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_PARTICIPANT] =	  { NO,    PARTY, OWN,     OWN,     ANY,    ANY },
	[THING_PERSON_OUTLOOK] =  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_STATEMENT] =	  { NO,    PARTY, PARTY,   NO,      ANY,    ANY },
	[THING_LINE] =		  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_EXPLANATION] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
	[THING_EVIDENCE] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
};

bool
may_see(const struct ask *a, enum thing thing, enum relation relation)
{
	switch (access[thing][a->as]) {
	case NO:
		return false;
	case ANY:
		return true;
	case PARTY:
		return relation >= REL_PARTY;
	case OWN:
		return relation >= REL_OWN;
	}
	return false;
}

/* Could the caller see some such thing of a contract that it has its role under? */
bool
may_see_some(const struct ask *a, enum thing thing)
{
	return access[thing][a->as] != NO;
}

static const char *const asker_names[AS_MAX] = {
	"public", "funder", "provider", "verifier", "auditor", "operator",
};

const char *
asker_name(enum asker a)
{
	return asker_names[a];
}

/* ---- how a caller stands to a thing ---- */

static enum terms_role
contract_role(enum asker a)
{
	if (a == AS_FUNDER)
		return ROLE_FUNDER;
	return a == AS_PROVIDER ? ROLE_PROVIDER : a == AS_VERIFIER ? ROLE_VERIFIER : ROLE_MAX;
}

/* A role under any version counts: who signed an earlier one keeps its past. */
enum relation
contract_relation(const struct ask *a, const struct contract *k)
{
	enum terms_role role = contract_role(a->as);

	if (role == ROLE_MAX)
		return REL_ANY;
	for (size_t i = 0; i < k->version_count; i++)
		if (terms_has_role(k->versions[i].terms, a->token.party, role))
			return REL_PARTY;
	return REL_ANY;
}

static const struct terms *
terms_now(const struct contract *k)
{
	return (k->current == NULL ? &k->versions[0] : k->current)->terms;
}

const struct contract *
contract_at(const struct ask *a, uint32_t number)
{
	if (number == 0)
		return NULL;
	return state_contract(ledger_state(a->ledger), a->s->view->contracts[number - 1]);
}

/* Is the site one of those that the terms give the party? Those of a party without any: all. */
static bool
has_site(const struct contract *k, const char *party, const char *site)
{
	const struct terms_party *p = terms_party(terms_now(k), party);

	if (p == NULL)
		return false;
	for (size_t i = 0; i < p->site_count; i++)
		if (strcmp(p->sites[i], site) == 0)
			return true;
	return p->site_count == 0;
}

enum relation
person_relation(const struct ask *a, const struct contract *k, uint32_t person)
{
	const struct view_person *p = &a->s->view->people[person - 1];
	enum relation relation = contract_relation(a, k);

	if (relation < REL_PARTY)
		return relation;
	if (a->as == AS_PROVIDER)
		return p->provider != 0 && p->provider == a->party ? REL_OWN : REL_PARTY;
	if (a->as == AS_VERIFIER)
		return has_site(k, a->token.party, view_name(a->s->view, p->site)) ? REL_OWN
										    : REL_PARTY;
	return relation;
}

enum relation
payee_relation(const struct ask *a, const struct contract *k, const char *payee)
{
	enum relation relation = contract_relation(a, k);

	if (relation == REL_PARTY && a->as == AS_PROVIDER && strcmp(payee, a->token.party) == 0)
		return REL_OWN;
	return relation;
}

/* What is told of the whole contract is a provider's own where it is the only one. */
enum relation
whole_relation(const struct ask *a, const struct contract *k)
{
	const struct terms *t = terms_now(k);
	enum relation relation = contract_relation(a, k);
	size_t providers = 0;

	for (size_t i = 0; i < t->party_count; i++)
		if (terms_has_role(t, t->parties[i].name, ROLE_PROVIDER))
			providers++;
	if (relation == REL_PARTY && a->as == AS_PROVIDER && providers == 1 &&
	    terms_has_role(t, a->token.party, ROLE_PROVIDER))
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

/* A provider's: its people, its lines and payments, what concerns its sites or all alike. */
static bool
provider_owns(const struct ask *a, const struct contract *k, const struct view_row *r)
{
	const struct view *v = a->s->view;

	if (is_in(BITS_MONEY, r->type))
		return r->to != 0 && r->to == a->party;
	if (r->type == EVENT_SETTLEMENT_ISSUED || r->type == EVENT_DATA_ERASED)
		return whole_relation(a, k) == REL_OWN;
	if (r->type == EVENT_CLAIM_ATTESTED)
		return r->to != 0 && r->to == a->party;
	if (r->person != 0)
		return v->people[r->person - 1].provider == a->party;
	if (is_in(BITS_TERMS, r->type) || r->type == EVENT_SETTLEMENT_APPROVED ||
	    r->type == EVENT_SETTLEMENT_ACKNOWLEDGED || r->type == EVENT_FEED_COMPLETED)
		return true;
	return (r->type == EVENT_MEASUREMENT_RECORDED || is_in(BITS_FACTS, r->type)) &&
	       r->site != 0 && has_site(k, a->token.party, view_name(v, r->site)) &&
	       terms_party(terms_now(k), a->token.party)->site_count > 0;
}

/* A verifier's: what it is asked to attest, and whom that is about. */
static bool
verifier_owns(const struct ask *a, const struct contract *k, const struct view_row *r)
{
	const struct view *v = a->s->view;
	uint16_t site = r->person != 0 ? v->people[r->person - 1].site : r->site;

	if (is_in(BITS_TERMS, r->type))
		return true;
	return (is_in(BITS_FACTS, r->type) || (is_in(BITS_PERSON, r->type) && r->person != 0)) &&
	       has_site(k, a->token.party, view_name(v, site));
}

enum relation
row_relation(const struct ask *a, const struct contract *k, const struct view_row *r)
{
	enum relation relation;

	if (is_in(BITS_LEDGER, r->type))
		return REL_OWN;		/* nobody's secret among parties */
	if (r->sender != 0 && r->sender == a->party)
		return REL_OWN;
	if (k == NULL)
		return REL_ANY;
	relation = contract_relation(a, k);
	if (relation == REL_PARTY && a->as == AS_PROVIDER && provider_owns(a, k, r))
		return REL_OWN;
	if (relation == REL_PARTY && a->as == AS_VERIFIER && verifier_owns(a, k, r))
		return REL_OWN;
	return relation;
}

bool
may_see_row(const struct ask *a, uint64_t seq)
{
	const struct view_row *r = &a->s->view->rows[seq];

	return may_see(a, THING_EVENT, row_relation(a, contract_at(a, r->contract), r));
}

/* ---- the contract of a path ---- */

enum rc
not_found(struct err *e)
{
	return rc_fail(e, RC_NOT_FOUND, "it does not exist, or is not for this token");
}

enum rc
ask_contract(struct ask *a, struct hash digest, const struct contract **ret, struct err *e)
{
	const struct contract *k = state_contract(ledger_state(a->ledger), digest);

	if (k == NULL || !may_see_some(a, a->route->thing) ||
	    (a->as != AS_AUDITOR && a->as != AS_OPERATOR &&
	     contract_relation(a, k) < REL_PARTY))
		return not_found(e);
	*ret = k;
	return RC_OK;
}
