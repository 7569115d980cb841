/* state_rules.c - who may say what, in which state: one row a type of event.
 *
 * The type's own table says who sends it and what it may refer to; the row here adds what shape
 * alone does not decide. To add a type: a row there, a row here, a test in test_state.c.
 */
#include "state_priv.h"

#include "buf.h"
#include "date.h"
#include "terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FACT (RULE_FACT | RULE_CORRECT)

static const struct rule rules[EVENT_TYPE_MAX] = {
	[EVENT_LEDGER_OPENED] = { RULE_SMALL, check_ledger_opened, apply_ledger_opened },
	[EVENT_LEDGER_UPGRADED] = { RULE_SMALL, check_ledger_upgraded, NULL },
	[EVENT_LEDGER_CLOSED] = { RULE_SMALL, NULL, apply_ledger_closed },
	[EVENT_PARTY_REGISTERED] = { RULE_SMALL, check_party_registered, apply_party_registered },
	[EVENT_KEY_REGISTERED] = { RULE_SMALL, check_key_registered, apply_key_registered },
	[EVENT_KEY_CONFIRMED] = { RULE_SMALL | RULE_UNSIGNED, check_key_confirmed,
		apply_key_confirmed },
	[EVENT_KEY_REVOKED] = { RULE_SMALL, check_key_revoked, apply_key_revoked },
	[EVENT_TOKEN_REVOKED] = { 0, NULL, NULL },
	[EVENT_CONTRACT_PROPOSED] = { RULE_SMALL, check_contract_proposed,
		apply_contract_proposed },
	[EVENT_CONTRACT_SIGNED] = { RULE_SMALL | RULE_UNSIGNED, check_contract_signed,
		apply_contract_signed },
	[EVENT_CONTRACT_AMENDED] = { RULE_SMALL, check_contract_amended, apply_contract_amended },
	[EVENT_CONTRACT_TERMINATED] = { RULE_SMALL, check_contract_terminated,
		apply_contract_terminated },
	[EVENT_PARTICIPANT_ENROLLED] = { FACT | RULE_ENROLS | RULE_MEMBER, check_fact, NULL },
	[EVENT_PARTICIPANT_CHANGED] = { FACT | RULE_MEMBER, check_fact, NULL },
	[EVENT_PARTICIPANT_TRANSFERRED] = { FACT | RULE_MEMBER, check_transferred, NULL },
	[EVENT_PARTICIPANT_EXITED] = { FACT, check_fact, NULL },
	[EVENT_PARTICIPANT_ASSIGNED] = { FACT | RULE_ENROLS | RULE_MEMBER, check_fact, NULL },
	[EVENT_PARTICIPANTS_JOINED] = { FACT, check_joined, NULL },
	[EVENT_CONSENT_GIVEN] = { FACT, check_fact, NULL },
	[EVENT_CONSENT_WITHDRAWN] = { FACT, check_fact, NULL },
	[EVENT_SPELL_STARTED] = { FACT, check_fact, NULL },
	[EVENT_SPELL_CHANGED] = { FACT, check_spell, NULL },
	[EVENT_SPELL_CONFIRMED] = { FACT, check_spell, NULL },
	[EVENT_SPELL_ENDED] = { FACT, check_spell, NULL },
	[EVENT_EARNINGS_REPORTED] = { FACT, check_fact, NULL },
	[EVENT_ACTIVITY_LOGGED] = { FACT, check_fact, NULL },
	[EVENT_MILESTONE_REACHED] = { FACT, check_fact, NULL },
	[EVENT_STATUS_REPORTED] = { FACT, check_fact, NULL },
	[EVENT_FEED_COMPLETED] = { FACT, check_fact, NULL },
	[EVENT_CLAIM_MADE] = { FACT, check_fact, NULL },
	[EVENT_MEASUREMENT_RECORDED] = { FACT, check_fact, NULL },
	[EVENT_FLOW_RECORDED] = { FACT, check_fact, NULL },
	[EVENT_CLAIM_ATTESTED] = { RULE_FACT, check_attested, NULL },
	[EVENT_EVENT_CORRECTED] = { RULE_FACT, check_corrected, NULL },
	[EVENT_EVENT_RETRACTED] = { RULE_FACT, check_retracted, NULL },
	[EVENT_DISPUTE_OPENED] = { RULE_SMALL | RULE_LATE, check_dispute_opened,
		apply_dispute_opened },
	[EVENT_DISPUTE_RESOLVED] = { RULE_SMALL | RULE_LATE, check_dispute_resolved,
		apply_dispute_resolved },
	[EVENT_SETTLEMENT_LINE] = { RULE_COMPUTED, check_line, apply_line },
	[EVENT_SETTLEMENT_BASIS] = { RULE_COMPUTED, check_basis, apply_basis },
	[EVENT_SETTLEMENT_ISSUED] = { RULE_SMALL, check_issued, apply_issued },
	[EVENT_SETTLEMENT_APPROVED] = { RULE_SMALL, check_approved, apply_approved },
	[EVENT_SETTLEMENT_ACKNOWLEDGED] = { RULE_SMALL, check_approved, apply_approved },
	[EVENT_PAYMENT_MADE] = { RULE_MONEY, check_payment, NULL },
	[EVENT_PAYMENT_RECEIVED] = { RULE_MONEY, check_payment, NULL },
	[EVENT_DATA_ERASED] = { RULE_SMALL | RULE_LATE, check_erased, apply_erased },
	[EVENT_PADDING_ADDED] = { 0, NULL, NULL },
};

const struct rule *
rule_of(enum event_type type)
{
	return &rules[type];
}

/* ---- what all share ---- */

/* "contract" names a contract; the key may sign under it; all have signed it. */
static void
check_contract(struct check *c)
{
	const struct hash digest = c->st->scratch.record.contract;
	const struct rule *rule = rule_of(c->type);
	const struct key_state *key = c->st->current_key;

	if (hash_is_zero(digest))
		return;
	c->contract = contract_find(c->st, digest);
	if (c->contract == NULL) {
		if (c->st->hidden == 0)
			refuse(c, "/body/contract", "expected the digest of a contract.proposed "
			       "recorded earlier in this ledger, found %s",
			       json_get_string(c->body, "contract"));
		c->stopped = c->st->hidden > 0;
		return;
	}
	if (key != NULL && key->pub.recovery && !key_usable_under(key, digest))
		refuse(c, "/body/contract", "%s+%08" PRIx32 " is a recovered key: it signs nothing "
		       "under this contract until another signatory sends key.confirmed",
		       key->pub.key.name, key->pub.key.id);
	if (c->contract->pub.current != NULL)
		c->terms = c->contract->pub.current->terms;
	else if (!(rule->flags & RULE_UNSIGNED))
		refuse(c, "/body/contract", "expected a contract that all its funders and providers "
		       "have signed, found one with signatures missing: send contract.signed first");
}

/* Civil date on which the entry is recorded, as the terms count it. */
static struct date
recorded_on(const struct check *c)
{
	return instant_date(c->x->at, c->terms->settlement.offset_minutes);
}

static void
check_record_until(struct check *c)
{
	struct date today = recorded_on(c), last = c->terms->settlement.record_until;
	char found[DATE_TEXT], expected[DATE_TEXT];

	if (date_compare(today, last) <= 0)
		return;
	date_format(today, found);
	date_format(last, expected);
	refuse(c, "", "expected to be recorded on or before record_until, %s, found %s: from then on "
	       "only a decided dispute changes an amount", expected, found);
}

/* What the type's table says about who sends it, but for facts, keys and contract versions. */
static void
check_sender(struct check *c)
{
	const char *sender = c->sender == NULL ? "" : c->sender->id;
	const struct contract *k = c->contract == NULL ? NULL : &c->contract->pub;
	const struct terms *t = c->terms;
	bool may = true;
	const char *expected = "";

	switch (c->info->sender) {
	case SENDER_OPERATOR:
		may = c->st->operator_id[0] == '\0' || strcmp(sender, c->st->operator_id) == 0;
		expected = "the ledger's operator";
		break;
	case SENDER_SIGNATORY:
		if (c->type == EVENT_CONTRACT_SIGNED || c->type == EVENT_KEY_CONFIRMED)
			return;		/* their own rules: before a version is in force */
		if (c->type == EVENT_DISPUTE_OPENED && k != NULL && contract_ever_signed(k, sender))
			return;		/* who has left may dispute its own lines: see the rule */
		may = t == NULL || (terms_party(t, sender) != NULL &&
				    (terms_must_sign(terms_party(t, sender)) ||
				     (c->type == EVENT_CONTRACT_TERMINATED &&
				      terms_may_terminate(t, sender))));
		expected = "a funder or provider that the terms name";
		break;
	case SENDER_PARTY:
		may = t == NULL || terms_party(t, sender) != NULL;
		expected = "a party that the terms name";
		break;
	case SENDER_PAYER:
		may = k == NULL || contract_ever_pays(k, sender) || c->type == EVENT_PAYMENT_MADE;
		expected = "a party that pays under the terms";
		break;
	case SENDER_PAYEE:
		may = k == NULL || contract_ever_is_paid(k, sender) ||
		      c->type == EVENT_PAYMENT_RECEIVED;
		expected = "a party that is paid under the terms";
		break;
	case SENDER_RESOLVER:
		may = t == NULL || terms_may_send(t, c->type, sender, NULL);
		expected = "the party that the terms name to resolve disputes";
		break;
	case SENDER_ANY:
	case SENDER_KEYS:
	case SENDER_PROVIDER:
	case SENDER_VERIFIER:
	case SENDER_SOURCE:
	case SENDER_FIRST:
		return;			/* the type's own rule */
	}
	if (!may)
		refuse(c, "", "%s is sent by %s, found %s", c->info->name, expected, sender);
}

static bool
may_refer(const struct event_field *f, enum event_type type)
{
	return f->refers == 0 || (f->refers & EVENT_BIT(type)) != 0;
}

/* Where the digest stands: in a list where `i` is no NONE. */
#define NOT_IN_LIST UINT32_MAX

static const char *
pointer_to(const struct event_field *f, uint32_t i, char ret[80])
{
	if (i == NOT_IN_LIST)
		(void)snprintf(ret, 80, "/body/%s", f->name);
	else
		(void)snprintf(ret, 80, "/body/%s/%" PRIu32, f->name, i);
	return ret;
}

static void
refuse_reference(struct check *c, const struct event_field *f, uint32_t i, enum event_type found)
{
	struct buf names = { 0 };
	char pointer[80];

	for (int t = 0; t < EVENT_TYPE_MAX; t++)
		if (f->refers & EVENT_BIT(t))
			buf_printf(&names, "%s%s", names.size == 0 ? "" : " or ",
				   event_info((enum event_type)t)->name);
	refuse(c, pointer_to(f, i, pointer), "expected the digest of a %s, found that of a %s",
	       names.data, event_info(found)->name);
	buf_free(&names);
}

static void
check_reference(struct check *c, const struct event_field *f, const struct json *value, uint32_t i)
{
	struct record r;
	struct hash digest;
	char pointer[80];
	uint64_t by;
	enum rc rc;

	if (value->kind != JSON_STRING || !hash_parse(value->string, value->count, &digest))
		return;
	if ((rule_of(c->type)->flags & RULE_COMPUTED) && record_may_exist(c->st, digest))
		return;
	rc = record_find(c->st, digest, &r, c->e);
	if (rc == RC_NOT_FOUND) {
		refuse(c, pointer_to(f, i, pointer), "expected the digest of an event recorded "
		       "earlier in this ledger, found %s", value->string);
		return;
	}
	if (!went_on(c, rc))
		return;
	if (r.missing && erased_by(c->st, digest, &by))
		refuse(c, pointer_to(f, i, pointer), "expected an event whose bytes are there, found one "
		       "that entry %" PRIu64 " erased: nothing more can be said about it", by);
	if (r.missing)
		return;
	if (c->contract != NULL && !hash_equal(r.contract, c->contract->pub.digest) &&
	    !hash_equal(r.digest, c->contract->pub.digest))
		refuse(c, pointer_to(f, i, pointer), "expected an event of the same contract, found "
		       "%s of another", event_info(r.chain)->name);
	else if (!may_refer(f, r.chain))
		refuse_reference(c, f, i, r.chain);
}

/* Every digest in the body names an earlier event, of this contract, of a type it may name. */
void
check_references(struct check *c)
{
	for (const struct event_field *f = c->info->fields; f->name != NULL && !c->stopped; f++) {
		const struct json *value;

		if ((f->kind != FIELD_DIGEST && f->kind != FIELD_DIGESTS) ||
		    strcmp(f->name, "contract") == 0)
			continue;
		value = json_get(c->body, f->name);
		if (value != NULL && f->kind == FIELD_DIGEST)
			check_reference(c, f, value, NOT_IN_LIST);
		for (uint32_t i = 0; value != NULL && f->kind == FIELD_DIGESTS &&
		     i < value->count && !c->stopped; i++)
			check_reference(c, f, &value->items[i], i);
	}
}

/* The members that tell one event of the type from another. */
static void
natural_names(const struct event_info *info, struct buf *ret)
{
	for (const struct event_field *f = info->fields; f->name != NULL; f++)
		if ((f->flags & FIELD_NATURAL) != 0)
			buf_printf(ret, "%s%s", ret->size == 0 ? "" : ", ", f->name);
}

static void
refuse_twice(struct check *c, const struct event_info *info, const struct record *other)
{
	const struct submission_row *file = &c->st->submissions[c->st->submission_count - 1];
	struct buf names = { 0 };
	char hex[HASH_HEX];

	natural_names(info, &names);
	hash_format(other->digest, hex);
	if (other->seq > file->seq)
		refuse(c, "", "this %s says what event %" PRIu64 " of the same file says, they are alike "
		       "in %s: leave one of them out", info->name, other->seq - file->seq, names.data);
	else
		refuse(c, "", "this %s is recorded already, as entry %" PRIu64 " (%s), alike in %s: leave "
		       "it out, or correct the first", info->name, other->seq, hex, names.data);
	buf_free(&names);
}

/* No second live event with the same natural key. */
static void
check_natural(struct check *c)
{
	const struct record *r = &c->st->scratch.record;
	struct hash none = { { 0 } };
	struct record other;
	uint64_t seq;

	if (!went_on(c, natural_taken(c->st, r, r->type == EVENT_EVENT_CORRECTED ? r->link : none,
				      &seq, c->e)) || seq == SEQ_NEVER)
		return;
	if (went_on(c, record_at(c->st, seq, &other, c->e)))
		refuse_twice(c, event_info(r->chain), &other);
}

void
rules_check(struct check *c)
{
	const struct rule *rule = rule_of(c->type);

	if (c->st->operator_id[0] == '\0' && c->type != EVENT_LEDGER_OPENED) {
		refuse(c, "/type", "expected ledger.opened as the ledger's first event");
		return;
	}
	check_contract(c);
	if (c->rc != RC_OK || c->stopped)
		return;
	check_sender(c);
	if ((rule->flags & RULE_FACT) && c->terms != NULL &&
	    (rule_of(c->st->scratch.record.chain)->flags & RULE_MONEY) == 0)
		check_record_until(c);
	check_references(c);
	if (c->rc == RC_OK && rule->check != NULL)
		rule->check(c);
	if (c->rc == RC_OK)
		check_natural(c);
}
