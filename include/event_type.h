/* event_type.h - every type of event a party can say, in one table.
 *
 * Layer 3. One row a type: its fields, their kinds and bounds, which fields make
 * its natural key, its class, who sends it, which events it may refer to. The
 * validator, the CSV reader, the JSON Schema files and the documentation read
 * this table; nothing about a type's shape is written anywhere else. A name is
 * never reused or given a new meaning.
 */
#ifndef UTFALL_EVENT_TYPE_H
#define UTFALL_EVENT_TYPE_H

#include "rc.h"

struct arena;
struct findings;
struct json;

enum event_type {
	EVENT_LEDGER_OPENED,
	EVENT_LEDGER_UPGRADED,
	EVENT_LEDGER_CLOSED,
	EVENT_PARTY_REGISTERED,
	EVENT_KEY_REGISTERED,
	EVENT_KEY_CONFIRMED,
	EVENT_KEY_REVOKED,
	EVENT_TOKEN_REVOKED,
	EVENT_CONTRACT_PROPOSED,
	EVENT_CONTRACT_SIGNED,
	EVENT_CONTRACT_AMENDED,
	EVENT_CONTRACT_TERMINATED,
	EVENT_PARTICIPANT_ENROLLED,
	EVENT_PARTICIPANT_CHANGED,
	EVENT_PARTICIPANT_TRANSFERRED,
	EVENT_PARTICIPANT_EXITED,
	EVENT_PARTICIPANT_ASSIGNED,
	EVENT_PARTICIPANTS_JOINED,
	EVENT_CONSENT_GIVEN,
	EVENT_CONSENT_WITHDRAWN,
	EVENT_SPELL_STARTED,
	EVENT_SPELL_CHANGED,
	EVENT_SPELL_CONFIRMED,
	EVENT_SPELL_ENDED,
	EVENT_EARNINGS_REPORTED,
	EVENT_ACTIVITY_LOGGED,
	EVENT_MILESTONE_REACHED,
	EVENT_STATUS_REPORTED,
	EVENT_FEED_COMPLETED,
	EVENT_CLAIM_MADE,
	EVENT_MEASUREMENT_RECORDED,
	EVENT_FLOW_RECORDED,
	EVENT_CLAIM_ATTESTED,
	EVENT_EVENT_CORRECTED,
	EVENT_EVENT_RETRACTED,
	EVENT_DISPUTE_OPENED,
	EVENT_DISPUTE_RESOLVED,
	EVENT_SETTLEMENT_LINE,
	EVENT_SETTLEMENT_BASIS,
	EVENT_SETTLEMENT_ISSUED,
	EVENT_SETTLEMENT_APPROVED,
	EVENT_SETTLEMENT_ACKNOWLEDGED,
	EVENT_PAYMENT_MADE,
	EVENT_PAYMENT_RECEIVED,
	EVENT_DATA_ERASED,
	EVENT_PADDING_ADDED,
	EVENT_TYPE_MAX
};

enum event_class {
	CLASS_STRUCTURAL,	/* never erased */
	/* participant class with a participant in the body, else contract class */
	CLASS_SUBJECT,
	CLASS_TARGET		/* as the event it corrects or retracts */
};

/* Who may send it. SENDER_CONTRACT: whom the contract's terms name for the type. */
enum event_sender {
	SENDER_OPERATOR,	/* the ledger's operator */
	SENDER_ANY,		/* any registered party */
	SENDER_KEYS,		/* the rules of keys */
	SENDER_SIGNATORY,	/* a funder or provider that the terms name */
	SENDER_PARTY,		/* any party that the terms name */
	SENDER_PROVIDER,	/* the provider, or a source the terms name for the type */
	SENDER_VERIFIER,	/* the verifier, or a source the terms name for the type */
	SENDER_SOURCE,		/* only a source the terms name for the type */
	SENDER_FIRST,		/* the party that sent the event it names */
	SENDER_RESOLVER,	/* whom the terms name to resolve */
	SENDER_PAYER,		/* a party that pays under the terms */
	SENDER_PAYEE		/* a party that is paid under the terms */
};

enum field_kind {
	/* 64 hex: an event earlier in ledger order; `refers` says which types */
	FIELD_DIGEST,
	FIELD_DIGESTS,		/* 1..900 of them, distinct, ascending */
	FIELD_HASH,		/* 64 hex that refers to nothing in the ledger */
	FIELD_NAME,		/* [a-z][a-z0-9_]{0,39} */
	FIELD_PSEUDONYM,	/* 26 lowercase base32 characters */
	FIELD_PSEUDONYMS,	/* two, distinct, ascending */
	FIELD_DATE,		/* YYYY-MM-DD */
	FIELD_MONTH,		/* YYYY-MM-01 */
	FIELD_INTEGER,		/* min..max */
	FIELD_DECIMAL,		/* a decimal string, min..max in whole units */
	FIELD_REF,		/* [A-Za-z0-9._-]{1,40}: the sender's own record number */
	FIELD_UNIT,		/* ISO 4217 code, or a name for a counted thing */
	FIELD_TEXT,		/* free text, min..max bytes, seen by the personal-number filter */
	FIELD_TRUE,		/* true, or the member is absent */
	FIELD_VERIFIER_KEY,	/* C2SP vkey */
	FIELD_ORIGIN,		/* a log's origin */
	FIELD_ATTRIBUTES,	/* 1..32 of name: name, decimal, date, integer or truth */
	FIELD_EVIDENCE,		/* 1..32 of {"kind": name, "file": hash} */
	FIELD_TERMS,		/* a terms document, at most 60,000 bytes */
	FIELD_PARTY_KEYS,	/* [{"keys": [vkey...], "party": name}...], ascending by party */
	FIELD_TOTALS,		/* [{"amount", "payee", "payer", "unit"}...], ascending */
	FIELD_ERASED,		/* [{"event": digest, "type": name}...] ascending, 1..500 */
	FIELD_HELD,		/* what frozen lines hold, per limit and bucket, per statistic and day:
				 * [{"amount", "count", "kind", "name", ...}...], 1..100 */
	FIELD_BODY,		/* a whole body of the type of the event it corrects */
	FIELD_KIND_MAX
};

#define FIELD_REQUIRED 1u
#define FIELD_NATURAL 2u	/* part of the natural key (an absent member counts as empty) */

struct event_field {
	const char *name;
	enum field_kind kind;
	unsigned flags;
	int64_t min, max;	/* bounds where the kind has them */
	uint64_t refers;	/* EVENT_BIT()s that a digest may name; 0: any */
	const char *help;	/* one line for the documentation */
	const char *words;	/* FIELD_NAME: the only ones allowed, a blank between; NULL: any */
};

#define EVENT_BIT(type) (UINT64_C(1) << (type))
#define EVENT_FIELDS_MAX 20

struct event_info {
	const char *name;		/* "noun.past_participle" */
	enum event_class class;
	enum event_sender sender;
	const char *help;
	/* ends with a NULL name; ascending by name */
	struct event_field fields[EVENT_FIELDS_MAX];
};

const struct event_info *event_info(enum event_type type);
MUST_CHECK bool event_type_parse(const char *name, size_t length, enum event_type *ret);
const struct event_field *event_field_find(const struct event_info *info, const char *name);
/* The same for names that come in ascending order: looks on from `*at`, first info->fields. NULL
 * where no field has that name. */
const struct event_field *event_field_next(const struct event_field **at, const char *name);
bool event_has_natural_key(const struct event_info *info);

/* Is `body` exactly what a `type` may say? Shape only: fields, kinds, bounds.
 * Every error goes to `f` with its pointer under `prefix` ("/body"). True if none. */
MUST_CHECK bool event_body_check(enum event_type type, const struct json *body,
				 const char *prefix, struct findings *f);

/* The natural key as bytes: type, sender, then each natural field's canonical value. */
struct buf;
void event_natural_key(enum event_type type, const struct json *body, const char *sender,
		       struct buf *ret);

#endif
