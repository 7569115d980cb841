/* event_type_table.c - the table of event types. To add one: a row here, a rule in
 * src/ledger/state_rules.c where the shape alone does not decide, a test in
 * tests/unit/test_event_type.c. */
#include "event_type.h"

#include "limits_utfall.h"

#define REQ FIELD_REQUIRED
#define KEY FIELD_NATURAL
#define BIT EVENT_BIT
#define CONTRACTS (BIT(EVENT_CONTRACT_PROPOSED))
#define VERSIONS (BIT(EVENT_CONTRACT_PROPOSED) | BIT(EVENT_CONTRACT_AMENDED))
#define MAX_AMOUNT LIMIT_INTEGER

/* Fields that many types share. */
#define F_CONTRACT \
	{ "contract", FIELD_DIGEST, REQ | KEY, 0, 0, CONTRACTS, "its contract.proposed", NULL }
#define F_PARTICIPANT \
	{ "participant", FIELD_PSEUDONYM, REQ | KEY, 0, 0, 0, "pseudonym", NULL }
#define F_PARTICIPANT_OR_NOT \
	{ "participant", FIELD_PSEUDONYM, KEY, 0, 0, 0, "pseudonym, where it is about a person", \
	  NULL }
#define F_REF \
	{ "ref", FIELD_REF, KEY, 0, 0, 0, \
	  "the sender's own record number, where repeats are real", NULL }
#define F_SITE \
	{ "site", FIELD_NAME, KEY, 0, 0, 0, "site, where it is about one", NULL }
#define F_ON(help) \
	{ "on", FIELD_DATE, REQ | KEY, 0, 0, 0, help, NULL }
#define F_FROM(help) \
	{ "from", FIELD_DATE, REQ | KEY, 0, 0, 0, help, NULL }
#define F_TO(help) \
	{ "to", FIELD_DATE, REQ | KEY, 0, 0, 0, help, NULL }
#define F_EVIDENCE \
	{ "evidence", FIELD_EVIDENCE, 0, 0, 0, 0, "files in the vault: kind and digest", NULL }
#define F_SPELL \
	{ "spell", FIELD_DIGEST, REQ | KEY, 0, 0, BIT(EVENT_SPELL_STARTED), "the spell.started", \
	  NULL }
#define F_AMOUNT(low) \
	{ "amount", FIELD_INTEGER, REQ, low, MAX_AMOUNT, 0, "in minor units", NULL }
#define F_UNIT \
	{ "unit", FIELD_UNIT, REQ, 0, 0, 0, "ISO 4217 code or counted thing", NULL }
#define F_STATEMENT_NUMBER \
	{ "statement", FIELD_INTEGER, REQ, 1, 1000000, 0, "number of the statement", NULL }
#define F_EXTENT \
	{ "extent", FIELD_DECIMAL, 0, 0, 200, 0, "percent of full time", NULL }
#define F_HOURS \
	{ "hours", FIELD_DECIMAL, 0, 0, 168, 0, "hours a week", NULL }
#define F_METHOD \
	{ "method", FIELD_NAME, KEY, 0, 0, 0, "how it was found out", NULL }

#define NO_FIELDS { { NULL, FIELD_NAME, 0, 0, 0, 0, NULL, NULL } }

static const struct event_info table[EVENT_TYPE_MAX] = {
	[EVENT_LEDGER_OPENED] = { "ledger.opened", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"opens the ledger and names its operator", {
		{ "checkpoint_key", FIELD_VERIFIER_KEY, REQ, 0, 0, 0,
		  "signs checkpoints; named as the origin", NULL },
		{ "format", FIELD_INTEGER, REQ, 1, 1, 0, "version of the ledger format", NULL },
		{ "operator", FIELD_NAME, REQ, 0, 0, 0, "the operator's party id", NULL },
		{ "operator_key", FIELD_VERIFIER_KEY, REQ, 0, 0, 0,
		  "signs the operator's submissions", NULL },
		{ "origin", FIELD_ORIGIN, REQ, 0, 0, 0, "names this ledger for ever", NULL },
		{ "simulated", FIELD_TRUE, 0, 0, 0, 0, "its clock comes from the command line",
		  NULL } } },
	[EVENT_LEDGER_UPGRADED] = { "ledger.upgraded", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"moves to a next format version from the next submission", {
		{ "format", FIELD_INTEGER, REQ, 1, 1000, 0,
		  "version of the ledger format", NULL } } },
	[EVENT_LEDGER_CLOSED] = { "ledger.closed", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"nothing follows", NO_FIELDS },
	[EVENT_PARTY_REGISTERED] = { "party.registered", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"an organisation takes part", {
		{ "party", FIELD_NAME, REQ, 0, 0, 0, "party id, an organisation's", NULL },
		{ "title", FIELD_TEXT, 0, 1, 200, 0, "the organisation's name", NULL } } },
	[EVENT_KEY_REGISTERED] = { "key.registered", CLASS_STRUCTURAL, SENDER_KEYS,
		"a party's verifier key and its one use", {
		{ "key", FIELD_VERIFIER_KEY, REQ, 0, 0, 0, "verifier key, named as the party",
		  NULL },
		{ "party", FIELD_NAME, REQ, 0, 0, 0, "whose it is", NULL },
		{ "recovery", FIELD_TRUE, 0, 0, 0, 0, "all earlier keys are lost", NULL },
		{ "use", FIELD_NAME, REQ, 0, 0, 0,
		  "submissions, checkpoints, cosigning, tokens or files",
		  "submissions checkpoints cosigning tokens files" } } },
	[EVENT_KEY_CONFIRMED] = { "key.confirmed", CLASS_STRUCTURAL, SENDER_SIGNATORY,
		"another signer of the contract vouches for a recovered key", {
		F_CONTRACT,
		{ "key", FIELD_VERIFIER_KEY, REQ | KEY, 0, 0, 0, "the recovered key", NULL } } },
	[EVENT_KEY_REVOKED] = { "key.revoked", CLASS_STRUCTURAL, SENDER_KEYS,
		"a key signs nothing after this", {
		{ "key", FIELD_VERIFIER_KEY, REQ, 0, 0, 0, "the key", NULL },
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "lost, exposed, replaced", NULL } } },
	[EVENT_TOKEN_REVOKED] = { "token.revoked", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"an access token no longer counts", {
		{ "token", FIELD_HASH, REQ, 0, 0, 0, "SHA-256 of the token's id", NULL } } },
	[EVENT_CONTRACT_PROPOSED] = { "contract.proposed", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"the terms, for all to sign", {
		{ "parties", FIELD_PARTY_KEYS, REQ, 0, 0, 0, "each party's verifier keys", NULL },
		{ "terms", FIELD_TERMS, REQ, 0, 0, 0, "the terms", NULL } } },
	[EVENT_CONTRACT_SIGNED] = { "contract.signed", CLASS_STRUCTURAL, SENDER_SIGNATORY,
		"a funder or provider agrees to a version", {
		F_CONTRACT,
		{ "version", FIELD_DIGEST, REQ | KEY, 0, 0, VERSIONS, "the proposal or amendment",
		  NULL } } },
	[EVENT_CONTRACT_AMENDED] = { "contract.amended", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"the whole terms anew, for all to sign", {
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "from", FIELD_DATE, REQ, 0, 0, 0, "from when", NULL },
		{ "parties", FIELD_PARTY_KEYS, REQ, 0, 0, 0, "each party's verifier keys", NULL },
		{ "replaces", FIELD_DIGEST, REQ, 0, 0, VERSIONS, "the version now in force",
		  NULL },
		{ "terms", FIELD_TERMS, REQ, 0, 0, 0, "the terms", NULL } } },
	[EVENT_CONTRACT_TERMINATED] = { "contract.terminated", CLASS_STRUCTURAL, SENDER_SIGNATORY,
		"ends the contract on a date", {
		F_CONTRACT,
		F_ON("last day in force") } },
	[EVENT_PARTICIPANT_ENROLLED] = { "participant.enrolled", CLASS_SUBJECT, SENDER_PROVIDER,
		"a person joins under a pseudonym", {
		{ "attributes", FIELD_ATTRIBUTES, 0, 0, 0, 0, "what eligibility asks for", NULL },
		F_CONTRACT,
		F_ON("first day"),
		F_PARTICIPANT,
		{ "site", FIELD_NAME, 0, 0, 0, 0, "site", NULL } } },
	[EVENT_PARTICIPANT_CHANGED] = { "participant.changed", CLASS_SUBJECT, SENDER_PROVIDER,
		"attributes that change from a date", {
		{ "attributes", FIELD_ATTRIBUTES, 0, 0, 0, 0, "those that change", NULL },
		F_CONTRACT,
		F_FROM("first day"),
		F_PARTICIPANT,
		{ "site", FIELD_NAME, 0, 0, 0, 0, "new site", NULL } } },
	[EVENT_PARTICIPANT_TRANSFERRED] = { "participant.transferred", CLASS_SUBJECT,
		SENDER_PROVIDER,
		"a person changes provider; in force when the present holder sends its own", {
		F_CONTRACT,
		F_ON("first day with the receiver"),
		F_PARTICIPANT,
		{ "site", FIELD_NAME, 0, 0, 0, 0, "new site", NULL },
		{ "to", FIELD_NAME, REQ | KEY, 0, 0, 0, "receiver's party id", NULL } } },
	[EVENT_PARTICIPANT_EXITED] = { "participant.exited", CLASS_SUBJECT, SENDER_PROVIDER,
		"a person leaves", {
		F_CONTRACT,
		F_ON("last day"),
		F_PARTICIPANT,
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "exit code of the terms", NULL } } },
	[EVENT_PARTICIPANT_ASSIGNED] = { "participant.assigned", CLASS_SUBJECT, SENDER_SOURCE,
		"a person is assigned to an arm, served or not", {
		{ "arm", FIELD_NAME, REQ, 0, 0, 0, "arm of the comparison", NULL },
		{ "attributes", FIELD_ATTRIBUTES, 0, 0, 0, 0, "what groups ask for", NULL },
		F_CONTRACT,
		{ "on", FIELD_DATE, REQ, 0, 0, 0, "date of assignment", NULL },
		F_PARTICIPANT } },
	[EVENT_PARTICIPANTS_JOINED] = { "participants.joined", CLASS_SUBJECT, SENDER_SOURCE,
		"two pseudonyms are one person", {
		F_CONTRACT,
		{ "participants", FIELD_PSEUDONYMS, REQ | KEY, 0, 0, 0, "the two", NULL } } },
	[EVENT_CONSENT_GIVEN] = { "consent.given", CLASS_SUBJECT, SENDER_PROVIDER,
		"consent, from a date", {
		F_CONTRACT,
		F_FROM("first day"),
		F_PARTICIPANT } },
	[EVENT_CONSENT_WITHDRAWN] = { "consent.withdrawn", CLASS_SUBJECT, SENDER_PROVIDER,
		"consent is withdrawn from a date", {
		F_CONTRACT,
		F_FROM("first day without"),
		F_PARTICIPANT } },
	[EVENT_SPELL_STARTED] = { "spell.started", CLASS_SUBJECT, SENDER_PROVIDER,
		"a job, studies, an internship or another occupation begins", {
		F_CONTRACT,
		{ "employer", FIELD_PSEUDONYM, KEY, 0, 0, 0, "employer by pseudonym, where known",
		  NULL },
		F_EVIDENCE,
		F_EXTENT,
		{ "form", FIELD_NAME, 0, 0, 0, 0,
		  "regular, subsidised or another form the terms name", NULL },
		F_FROM("first day"),
		F_HOURS,
		{ "kind", FIELD_NAME, REQ | KEY, 0, 0, 0,
		  "employment, self_employment, education, internship, occupation", NULL },
		F_PARTICIPANT,
		{ "pay", FIELD_INTEGER, 0, 0, MAX_AMOUNT, 0, "pay a month, in minor units", NULL },
		F_REF } },
	[EVENT_SPELL_CHANGED] = { "spell.changed", CLASS_SUBJECT, SENDER_FIRST,
		"extent, hours, pay or form from a date", {
		F_CONTRACT,
		F_EVIDENCE,
		F_EXTENT,
		{ "form", FIELD_NAME, 0, 0, 0, 0,
		  "regular, subsidised or another form the terms name", NULL },
		F_FROM("first day"),
		F_HOURS,
		{ "participant", FIELD_PSEUDONYM, REQ, 0, 0, 0, "pseudonym, as in the start",
		  NULL },
		{ "pay", FIELD_INTEGER, 0, 0, MAX_AMOUNT, 0, "pay a month, in minor units", NULL },
		F_SPELL } },
	[EVENT_SPELL_CONFIRMED] = { "spell.confirmed", CLASS_SUBJECT, SENDER_FIRST,
		"still so on a date", {
		F_CONTRACT,
		F_EVIDENCE,
		F_ON("the day it was so"),
		{ "participant", FIELD_PSEUDONYM, REQ, 0, 0, 0, "pseudonym, as in the start",
		  NULL },
		F_SPELL } },
	[EVENT_SPELL_ENDED] = { "spell.ended", CLASS_SUBJECT, SENDER_FIRST,
		"its last day", {
		F_CONTRACT,
		F_EVIDENCE,
		{ "on", FIELD_DATE, REQ, 0, 0, 0, "last day", NULL },
		{ "participant", FIELD_PSEUDONYM, REQ, 0, 0, 0, "pseudonym, as in the start",
		  NULL },
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "why, in a word of the terms", NULL },
		F_SPELL } },
	[EVENT_EARNINGS_REPORTED] = { "earnings.reported", CLASS_SUBJECT, SENDER_PROVIDER,
		"pay of a month", {
		F_AMOUNT(-MAX_AMOUNT),
		F_CONTRACT,
		{ "employer", FIELD_PSEUDONYM, KEY, 0, 0, 0, "employer by pseudonym, where known",
		  NULL },
		F_EVIDENCE,
		{ "hours", FIELD_DECIMAL, 0, 0, 744, 0, "hours in the month", NULL },
		{ "kind", FIELD_NAME, KEY, 0, 0, 0, "kind of income", NULL },
		{ "month", FIELD_MONTH, REQ | KEY, 0, 0, 0, "first day of the month", NULL },
		F_PARTICIPANT,
		F_REF } },
	[EVENT_ACTIVITY_LOGGED] = { "activity.logged", CLASS_SUBJECT, SENDER_PROVIDER,
		"support given, or a shared activity", {
		F_CONTRACT,
		{ "days", FIELD_DECIMAL, 0, 0, 366, 0, "days", NULL },
		F_EVIDENCE,
		{ "hours", FIELD_DECIMAL, 0, 0, 1000, 0, "hours", NULL },
		{ "kind", FIELD_NAME, REQ | KEY, 0, 0, 0, "kind of activity", NULL },
		F_ON("the day"),
		F_PARTICIPANT_OR_NOT,
		{ "quantity", FIELD_DECIMAL, 0, 0, 1000000, 0, "any other count", NULL },
		F_REF,
		F_SITE } },
	[EVENT_MILESTONE_REACHED] = { "milestone.reached", CLASS_SUBJECT, SENDER_PROVIDER,
		"a named step", {
		F_CONTRACT,
		F_EVIDENCE,
		{ "kind", FIELD_NAME, REQ | KEY, 0, 0, 0, "which step", NULL },
		F_ON("the day"),
		F_PARTICIPANT_OR_NOT,
		F_REF,
		F_SITE } },
	[EVENT_STATUS_REPORTED] = { "status.reported", CLASS_SUBJECT, SENDER_PROVIDER,
		"a status for a period", {
		F_CONTRACT,
		F_EVIDENCE,
		F_FROM("first day"),
		{ "kind", FIELD_NAME, REQ | KEY, 0, 0, 0, "which status", NULL },
		F_PARTICIPANT,
		F_REF,
		F_TO("last day"),
		{ "value", FIELD_NAME, 0, 0, 0, 0, "its value, where it has one", NULL } } },
	[EVENT_FEED_COMPLETED] = { "feed.completed", CLASS_SUBJECT, SENDER_SOURCE,
		"a source's reports for a period are complete: silence now means nothing happened",
		{
		F_CONTRACT,
		{ "feed", FIELD_NAME, REQ | KEY, 0, 0, 0,
		  "spell, earnings, activity, milestone or status",
		  "spell earnings activity milestone status" },
		F_FROM("first day"),
		F_TO("last day") } },
	[EVENT_CLAIM_MADE] = { "claim.made", CLASS_SUBJECT, SENDER_PROVIDER,
		"the outcome claimed and the evidence it rests on", {
		F_CONTRACT,
		{ "events", FIELD_DIGESTS, 0, 0, 0, 0, "the facts it rests on", NULL },
		F_EVIDENCE,
		{ "on", FIELD_DATE, KEY, 0, 0, 0, "the day it was reached, as claimed", NULL },
		{ "outcome", FIELD_NAME, REQ | KEY, 0, 0, 0, "outcome of the terms", NULL },
		F_PARTICIPANT_OR_NOT,
		F_REF,
		F_SITE } },
	[EVENT_MEASUREMENT_RECORDED] = { "measurement.recorded", CLASS_SUBJECT, SENDER_VERIFIER,
		"a number about a site, group, index or person", {
		F_CONTRACT,
		F_EVIDENCE,
		F_FROM("first day it holds for"),
		{ "group", FIELD_NAME, KEY, 0, 0, 0, "group of the terms, where it is about one",
		  NULL },
		F_METHOD,
		{ "name", FIELD_NAME, REQ | KEY, 0, 0, 0, "which measure", NULL },
		F_PARTICIPANT_OR_NOT,
		F_SITE,
		{ "to", FIELD_DATE, KEY, 0, 0, 0, "last day, where it has one", NULL },
		{ "value", FIELD_DECIMAL, REQ, -LIMIT_INTEGER, LIMIT_INTEGER, 0, "the number",
		  NULL } } },
	[EVENT_FLOW_RECORDED] = { "flow.recorded", CLASS_SUBJECT, SENDER_VERIFIER,
		"a dated flow of an investor's money", {
		F_AMOUNT(-MAX_AMOUNT),
		F_CONTRACT,
		F_ON("value date"),
		{ "party", FIELD_NAME, REQ | KEY, 0, 0, 0, "whose money", NULL },
		F_REF,
		F_UNIT } },
	[EVENT_CLAIM_ATTESTED] = { "claim.attested", CLASS_SUBJECT, SENDER_VERIFIER,
		"accepts or rejects exactly the digests it names", {
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "events", FIELD_DIGESTS, REQ, 0, 0, 0, "what the verdict is about", NULL },
		{ "method", FIELD_NAME, REQ, 0, 0, 0, "how it was checked", NULL },
		{ "population", FIELD_DIGEST, 0, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "statement that a sample was drawn from", NULL },
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "why, in a word", NULL },
		{ "verdict", FIELD_NAME, REQ, 0, 0, 0, "accepted or rejected",
		  "accepted rejected" } } },
	[EVENT_EVENT_CORRECTED] = { "event.corrected", CLASS_TARGET, SENDER_FIRST,
		"a whole new body for the head of an event's chain", {
		{ "body", FIELD_BODY, REQ, 0, 0, 0, "of the same type, contract and participant",
		  NULL },
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "event", FIELD_DIGEST, REQ, 0, 0, 0, "head of the chain", NULL },
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "why, in a word", NULL } } },
	[EVENT_EVENT_RETRACTED] = { "event.retracted", CLASS_TARGET, SENDER_FIRST,
		"ends an event's chain for good", {
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "event", FIELD_DIGEST, REQ, 0, 0, 0, "head of the chain", NULL },
		{ "reason", FIELD_NAME, 0, 0, 0, 0, "why, in a word", NULL } } },
	[EVENT_DISPUTE_OPENED] = { "dispute.opened", CLASS_STRUCTURAL, SENDER_SIGNATORY,
		"holds every line of one key and payer", {
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "line", FIELD_DIGEST, REQ, 0, 0, BIT(EVENT_SETTLEMENT_LINE),
		  "a line of the key and payer", NULL },
		{ "reason", FIELD_NAME, REQ, 0, 0, 0, "why, in a word", NULL } } },
	[EVENT_DISPUTE_RESOLVED] = { "dispute.resolved", CLASS_STRUCTURAL, SENDER_RESOLVER,
		"the key stands, or an amount is decided", {
		{ "amount", FIELD_INTEGER, 0, -MAX_AMOUNT, MAX_AMOUNT, 0,
		  "what that payer owes for the key, in minor units; none where the person was erased", NULL },
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "dispute", FIELD_DIGEST, REQ, 0, 0, BIT(EVENT_DISPUTE_OPENED), "the dispute",
		  NULL },
		{ "stands", FIELD_TRUE, 0, 0, 0, 0, "as computed; instead of an amount", NULL } } },
	[EVENT_SETTLEMENT_LINE] = { "settlement.line", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"an amount, its clause and its reason; nothing of a person", {
		F_AMOUNT(-MAX_AMOUNT),
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "key", FIELD_HASH, REQ, 0, 0, 0, "opaque hash of the entitlement's key", NULL },
		{ "line", FIELD_INTEGER, REQ, 1, LIMIT_STATEMENT_EVENTS, 0,
		  "number within the statement", NULL },
		{ "outcome", FIELD_NAME, 0, 0, 0, 0, "outcome, where one is paid", NULL },
		{ "payee", FIELD_NAME, REQ, 0, 0, 0, "who receives", NULL },
		{ "payer", FIELD_NAME, REQ, 0, 0, 0, "who owes", NULL },
		{ "payment", FIELD_NAME, REQ, 0, 0, 0,
		  "payment, limit or tax clause of the terms", NULL },
		{ "reason", FIELD_NAME, REQ, 0, 0, 0, "why the amount is what it is", NULL },
		F_STATEMENT_NUMBER,
		{ "tax", FIELD_NAME, 0, 0, 0, 0, "tax code", NULL },
		F_UNIT,
		{ "version", FIELD_DIGEST, REQ, 0, 0, VERSIONS, "the terms version", NULL },
		{ "year", FIELD_INTEGER, REQ, 1, 9999, 0, "of the achieved or due date", NULL } } },
	[EVENT_SETTLEMENT_BASIS] = { "settlement.basis", CLASS_SUBJECT, SENDER_OPERATOR,
		"what a line rests on", {
		{ "achieved", FIELD_DATE, 0, 0, 0, 0, "achieved or due date", NULL },
		{ "basis_count", FIELD_INTEGER, 0, 1, LIMIT_INTEGER, 0,
		  "number of events, where they are too many to list", NULL },
		{ "basis_root", FIELD_HASH, 0, 0, 0, 0,
		  "RFC 6962 root over their digests in ledger order", NULL },
		{ "changed", FIELD_DIGESTS, 0, 0, 0, 0,
		  "inputs that changed since the key's last line", NULL },
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "enrolment", FIELD_DIGEST, 0, 0, 0, BIT(EVENT_PARTICIPANT_ENROLLED),
			"its participant.enrolled, where the subject is an enrolment", NULL },
		{ "events", FIELD_DIGESTS, 0, 0, 0, 0, "the facts", NULL },
		{ "line", FIELD_INTEGER, REQ, 1, LIMIT_STATEMENT_EVENTS, 0,
		  "number within the statement", NULL },
		{ "occurrence", FIELD_TEXT, 0, 1, 40, 0, "period or ordinal", NULL },
		{ "participant", FIELD_PSEUDONYM, 0, 0, 0, 0,
		  "pseudonym, where the subject is a person", NULL },
		{ "site", FIELD_NAME, 0, 0, 0, 0, "site, where the subject is one", NULL },
		F_STATEMENT_NUMBER } },
	[EVENT_SETTLEMENT_ISSUED] = { "settlement.issued", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"closes a statement", {
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "first", FIELD_INTEGER, 0, 0, LIMIT_INTEGER, 0, "entry of its first line",
		  NULL },
		{ "lines", FIELD_INTEGER, REQ, 0, LIMIT_STATEMENT_EVENTS, 0, "how many", NULL },
		{ "lines_root", FIELD_HASH, REQ, 0, 0, 0,
		  "RFC 6962 root over the lines' canonical bodies", NULL },
		{ "number", FIELD_INTEGER, REQ, 1, 1000000, 0, "1, 2, 3", NULL },
		{ "previous", FIELD_DIGEST, 0, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "the contract's last statement", NULL },
		{ "root", FIELD_HASH, REQ, 0, 0, 0, "of the tree at the cut-off", NULL },
		{ "semantics", FIELD_REF, REQ, 0, 0, 0, "version of the semantics", NULL },
		{ "size", FIELD_INTEGER, REQ, 1, LIMIT_INTEGER, 0, "of the tree at the cut-off",
		  NULL },
		{ "through", FIELD_DATE, REQ, 0, 0, 0, "last day of the period", NULL },
		{ "totals", FIELD_TOTALS, REQ, 0, 0, 0, "per payer, payee and unit", NULL } } },
	[EVENT_SETTLEMENT_APPROVED] = { "settlement.approved", CLASS_STRUCTURAL, SENDER_PAYER,
		"a payer approves its part of a statement", {
		F_CONTRACT,
		{ "statement", FIELD_DIGEST, REQ | KEY, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "the statement", NULL } } },
	[EVENT_SETTLEMENT_ACKNOWLEDGED] = { "settlement.acknowledged", CLASS_STRUCTURAL,
		SENDER_PARTY,
		"a wrong statement is known to be wrong; the next one heals it", {
		F_CONTRACT,
		{ "statement", FIELD_DIGEST, REQ | KEY, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "the statement", NULL } } },
	[EVENT_PAYMENT_MADE] = { "payment.made", CLASS_STRUCTURAL, SENDER_PAYER,
		"money sent", {
		F_AMOUNT(1),
		F_CONTRACT,
		F_ON("value date"),
		{ "payee", FIELD_NAME, REQ | KEY, 0, 0, 0, "to whom", NULL },
		{ "ref", FIELD_REF, REQ | KEY, 0, 0, 0, "reference on the payment", NULL },
		{ "statement", FIELD_DIGEST, 0, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "the statement it pays", NULL },
		F_UNIT } },
	[EVENT_PAYMENT_RECEIVED] = { "payment.received", CLASS_STRUCTURAL, SENDER_PAYEE,
		"money arrived", {
		F_AMOUNT(1),
		F_CONTRACT,
		F_ON("value date"),
		{ "payer", FIELD_NAME, REQ | KEY, 0, 0, 0, "from whom", NULL },
		{ "ref", FIELD_REF, REQ | KEY, 0, 0, 0, "reference on the payment", NULL },
		{ "statement", FIELD_DIGEST, 0, 0, 0, BIT(EVENT_SETTLEMENT_ISSUED),
		  "the statement it pays", NULL },
		F_UNIT } },
	[EVENT_DATA_ERASED] = { "data.erased", CLASS_STRUCTURAL, SENDER_OPERATOR,
		"event bytes that were destroyed, and by whose authority", {
		{ "authority", FIELD_TEXT, REQ, 1, 200, 0,
		  "decision that ordered it, never a person", NULL },
		{ "contract", FIELD_DIGEST, REQ, 0, 0, CONTRACTS, "its contract.proposed", NULL },
		{ "erased", FIELD_ERASED, REQ, 0, 0, 0, "digest and type of each", NULL },
		{ "held", FIELD_HELD, 0, 0, 0, 0, "what the lines of the erased hold "
		  "of limits, shares, statistics and counted outcomes", NULL } } },
	[EVENT_PADDING_ADDED] = { "padding.added", CLASS_STRUCTURAL, SENDER_ANY,
		"nothing", NO_FIELDS },
};

const struct event_info *
event_info(enum event_type type)
{
	return &table[type];
}
