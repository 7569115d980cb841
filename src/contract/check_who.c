/* check_who.c - parties and proofs: is there anybody who may say, attest and decide? */
#include "check_priv.h"

#include "arena.h"

static size_t
count_role(const struct terms *t, enum terms_role role)
{
	size_t n = 0;

	for (size_t i = 0; i < t->party_count; i++)
		n += (t->parties[i].roles & ROLE_BIT(role)) != 0;
	return n;
}

void
check_parties(struct check *c)
{
	const struct terms *t = c->t;

	if (count_role(t, ROLE_FUNDER) == 0 || count_role(t, ROLE_PROVIDER) == 0)
		check_error(c, "/parties", "there is no %s: nobody could sign for that side; give a "
			    "party the role", count_role(t, ROLE_FUNDER) == 0 ? "funder"
									      : "provider");
	if (count_role(t, ROLE_RESOLVER) == 0)
		check_warn(c, "/parties", "there is no resolver: a dispute, once opened, could never "
			   "be decided; give a party the role");
	for (size_t i = 0; i < t->party_count; i++) {
		const struct terms_party *p = &t->parties[i];

		if (p->attests_own)
			check_warn(c, "/parties", "'%s' may attest what it sent itself; is that "
				   "meant?", p->name);
		if (p->resolves_own)
			check_warn(c, "/parties", "'%s' may decide disputes that it is party to; is "
				   "that meant?", p->name);
		else if ((p->roles & ROLE_BIT(ROLE_RESOLVER)) != 0 && terms_must_sign(p))
			check_warn(c, "/parties", "'%s' signs the contract and may decide the "
				   "disputes of others; is that meant?", p->name);
	}
	for (size_t i = 0; i < t->payment_count; i++)
		for (size_t k = 0; k < t->party_count; k++) {
			const struct terms_party *p = &t->parties[k];
			const struct terms_share *s = t->payments[i].from_share;

			for (size_t n = 0; n < s->tranches[0].part_count; n++)
				if (s->tranches[0].parts[n].party == p && !terms_must_sign(p) &&
				    (p->roles & (ROLE_BIT(ROLE_GUARANTOR) |
						 ROLE_BIT(ROLE_INVESTOR))) == 0)
					check_error(c, t->payments[i].pointer, "'%s' pays but does "
						    "not sign; give it the role funder", p->name);
		}
}

/* ---- proofs ---- */

static const enum event_type types[] = {
	[FACT_SPELL] = EVENT_SPELL_STARTED, [FACT_STATUS] = EVENT_STATUS_REPORTED,
	[FACT_MEASUREMENT] = EVENT_MEASUREMENT_RECORDED, [FACT_EARNINGS] = EVENT_EARNINGS_REPORTED,
	[FACT_ACTIVITY] = EVENT_ACTIVITY_LOGGED, [FACT_MILESTONE] = EVENT_MILESTONE_REACHED,
	[FACT_FLOW] = EVENT_FLOW_RECORDED,
};

static bool
somebody_sends(const struct terms *t, const struct terms_who *who, enum event_type type,
	       bool as_source)
{
	for (size_t i = 0; i < t->party_count; i++) {
		const struct terms_party *p = &t->parties[i];

		if (terms_who_has(who, p) &&
		    (as_source ? (p->sources & EVENT_BIT(type)) != 0
			       : terms_may_send(t, type, p->name, NULL)))
			return true;
	}
	return false;
}

static void
check_use(struct check *c, const struct terms_proof *p, enum event_type type, const char *at)
{
	const char *name = event_info(type)->name;

	if (!somebody_sends(c->t, &p->by, type, false))
		check_error(c, at, "proof '%s' can never be given: none of those it names in 'by' "
			    "may send %s; name another, or list it in the 'source' of one", p->name,
			    name);
	else if (p->accept == ACCEPT_FEED && !somebody_sends(c->t, &p->by, type, true))
		check_error(c, at, "proof '%s' can never be given: none of those it names in 'by' "
			    "is source for %s; add it to a party's 'source'", p->name, name);
}

/* Can anybody attest what somebody else sent? */
static bool
somebody_attests(const struct terms *t, const struct terms_proof *p)
{
	for (size_t i = 0; i < t->party_count; i++) {
		const struct terms_party *by = &t->parties[i];

		if (!terms_who_has(&p->accepted_by, by) ||
		    !terms_may_send(t, EVENT_CLAIM_ATTESTED, by->name, NULL))
			continue;
		if (by->attests_own)
			return true;
		for (size_t k = 0; k < t->party_count; k++)
			if (k != i && terms_who_has(&p->by, &t->parties[k]))
				return true;
	}
	return false;
}

static void
check_measured(struct check *c)
{
	for (size_t i = 0; i < c->t->table_count; i++) {
		const struct terms_table *t = &c->t->tables[i];

		if (t->measured != NULL &&
		    !somebody_sends(c->t, &t->by, EVENT_MEASUREMENT_RECORDED, false))
			check_error(c, t->pointer, "nobody may record '%s': none of those named in "
				    "'by' may send measurement.recorded: verifiers may, and who lists "
				    "it in 'source'; name one, or list it", t->measured);
	}
}

static bool
completes_feeds(const struct terms *t)
{
	for (size_t i = 0; i < t->party_count; i++)
		if (t->parties[i].sources & EVENT_BIT(EVENT_FEED_COMPLETED))
			return true;
	return false;
}

/* Silence that is unknown until somebody says that the reports are complete: can anybody? */
static void
check_silence(struct check *c, const struct terms_value *v)
{
	bool of_feed = v->of != FACT_MEASUREMENT && v->of != FACT_FLOW;

	if (!v->silence_unknown || (of_feed && completes_feeds(c->t)))
		return;
	if (of_feed)
		check_warn(c, v->pointer, "silence is unknown, and nobody may send feed.completed, "
			   "which ends it: what no fact says stays unknown for ever; list it in the "
			   "'source' of a party, or say \"none\"");
	else
		check_warn(c, v->pointer, "silence is unknown, and no feed.completed ends it for %ss: "
			   "what none of them says stays unknown until one does; say \"none\", or "
			   "leave it where each of them is waited for", terms_fact_name(v->of));
}

void
check_proofs(struct check *c)
{
	const struct terms *t = c->t;

	for (size_t i = 0; i < t->proof_count; i++)
		if (t->proofs[i].accept == ACCEPT_ATTESTED && !somebody_attests(t, &t->proofs[i]))
			check_error(c, t->proofs[i].pointer, "nobody may attest this: those named in "
				    "'accepted_by' are no verifiers, or would attest only what they "
				    "sent themselves; name a verifier");
	for (size_t i = 0; i < t->value_count; i++)
		if (t->values[i].of != FACT_NONE) {
			check_use(c, t->values[i].proof, types[t->values[i].of],
				  t->values[i].pointer);
			check_silence(c, &t->values[i]);
		}
	for (size_t i = 0; i < t->outcome_count; i++)
		if (t->outcomes[i].claim != NULL)
			check_use(c, t->outcomes[i].claim, EVENT_CLAIM_MADE,
				  t->outcomes[i].pointer);
	check_measured(c);
}
