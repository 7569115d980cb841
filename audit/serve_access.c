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
	[THING_FORECAST] =	  { NO,    PARTY, OWN,     NO,      ANY,    ANY },
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
		return see_site(k, a->token.party, view_name(a->s->view, p->site)) ? REL_OWN
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

/* ---- as src/export sees it ---- */

static struct seer
seer_of(const struct ask *a)
{
	return (struct seer){ .view = a->s->view, .state = ledger_state(a->ledger),
		.party = a->token.party, .name = a->party, .role = contract_role(a->as) };
}

enum relation
contract_relation(const struct ask *a, const struct contract *k)
{
	struct seer x = seer_of(a);

	return see_contract(&x, k);
}

enum relation
whole_relation(const struct ask *a, const struct contract *k)
{
	struct seer x = seer_of(a);

	return see_whole(&x, k);
}

bool
may_see_row(const struct ask *a, uint64_t seq)
{
	struct seer x = seer_of(a);

	if (contract_role(a->as) == ROLE_MAX)
		return may_see(a, THING_EVENT, REL_ANY);
	return see_event(&x, seq);
}

/* ---- the contract of a path ---- */

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
