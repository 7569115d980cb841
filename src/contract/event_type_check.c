/* event_type_check.c - is a body exactly what its type may say? Shape only, one row a kind. */
#include "event_type.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "finding.h"
#include "found.h"
#include "json.h"
#include "limits_utfall.h"
#include "personal.h"
#include "ratio.h"
#include "text.h"

#define KEYS_PER_PARTY_MAX 16
#define PARTIES_MAX 64
#define TOTALS_MAX 4096
#define HELD_NAME_MAX 200
#define ITEMS_MAX 32	/* attributes, evidence */

static bool
is_text(const struct json *v)
{
	return v->kind == JSON_STRING;
}

static bool
is_hash(const struct json *v)
{
	uint8_t bytes[32];

	return is_text(v) && hex_parse(v->string, v->count, bytes, sizeof(bytes));
}

static bool
is_name(const struct json *v)
{
	return is_text(v) && text_is_name(v->string, v->count);
}

static bool
is_pseudonym(const struct json *v)
{
	return is_text(v) && text_is_pseudonym(v->string, v->count);
}

static bool
is_date(const struct json *v)
{
	struct date d;

	return is_text(v) && date_parse(v->string, v->count, &d);
}

static bool
is_decimal(const struct json *v)
{
	struct ratio r;

	return is_text(v) && ratio_parse(v->string, v->count, &r);
}

static bool
is_true(const struct json *v)
{
	return v->kind == JSON_TRUE;
}

static bool
is_month(const struct json *v)
{
	return is_date(v) && memcmp(v->string + 8, "01", 2) == 0;
}

static bool
is_ref(const struct json *v)
{
	if (!is_text(v) || v->count == 0 || v->count > LIMIT_NAME_BYTES)
		return false;
	for (uint32_t i = 0; i < v->count; i++) {
		char c = v->string[i], letter = (char)(c | 0x20);

		if (!((letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
		      c == '_' || c == '-'))
			return false;
	}
	return true;
}

static bool
is_unit(const struct json *v)
{
	if (is_name(v))
		return true;
	return is_text(v) && v->count == 3 &&
	       strspn(v->string, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* NAME+HEX8+BASE64 of a type byte and 32 bytes. That the id is the computed one: the keys' rule. */
static bool
is_verifier_key(const struct json *v)
{
	const char *id, *key;
	uint8_t four[4], bytes[33];

	if (!is_text(v) || (id = strchr(v->string, '+')) == NULL)
		return false;
	key = strchr(id + 1, '+');
	return key != NULL && key - id == 9 && hex_parse(id + 1, 8, four, sizeof(four)) &&
	       base64_parse(key + 1, strlen(key + 1), bytes, sizeof(bytes)) &&
	       text_is_origin(v->string, (size_t)(id - v->string));
}

static bool
is_origin(const struct json *v)
{
	return is_text(v) && text_is_origin(v->string, v->count);
}

/* Strings of a list: each `one`, distinct and ascending. */
static bool
are_ascending(const struct json *v, uint32_t min, uint32_t max, bool (*one)(const struct json *))
{
	if (v->kind != JSON_ARRAY || v->count < min || v->count > max)
		return false;
	for (uint32_t i = 0; i < v->count; i++) {
		if (!one(&v->items[i]))
			return false;
		if (i > 0 && strcmp(v->items[i - 1].string, v->items[i].string) >= 0)
			return false;
	}
	return true;
}

static bool
are_digests(const struct json *v)
{
	return are_ascending(v, 1, LIMIT_DIGESTS_IN_BODY, is_hash);
}

static bool
are_pseudonyms(const struct json *v)
{
	return are_ascending(v, 2, 2, is_pseudonym);
}

static bool
are_attributes(const struct json *v)
{
	if (v->kind != JSON_OBJECT || v->count < 1 || v->count > ITEMS_MAX)
		return false;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct json *one = &v->members[i].value;

		if (one->kind == JSON_OBJECT || one->kind == JSON_ARRAY)
			return false;
		if (is_text(one) && !is_name(one) && !is_date(one) && !is_decimal(one))
			return false;
	}
	return true;
}

/* A list of objects that each have exactly these members; `extra` may be absent. */
struct shape {
	uint32_t min, max;
	const char *names[5];
	bool (*kinds[5])(const struct json *);
	const char *extra;
};

static bool
is_integer(const struct json *v)
{
	return v->kind == JSON_INTEGER;
}

static bool
is_count(const struct json *v)
{
	return v->kind == JSON_INTEGER && v->integer >= 0;
}

static bool
are_keys(const struct json *v)
{
	if (v->kind != JSON_ARRAY || v->count < 1 || v->count > KEYS_PER_PARTY_MAX)
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (!is_verifier_key(&v->items[i]))
			return false;
	return true;
}

static bool
is_type_name(const struct json *v)
{
	enum event_type type;

	return is_text(v) && event_type_parse(v->string, v->count, &type);
}

static bool
has_shape(const struct json *one, const struct shape *s)
{
	uint32_t members = 0;

	if (one->kind != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < 5 && s->names[i] != NULL; i++) {
		const struct json *v = json_get(one, s->names[i]);

		if (v == NULL && s->extra != NULL && strcmp(s->extra, s->names[i]) == 0)
			continue;
		if (v == NULL || !s->kinds[i](v))
			return false;
		members++;
	}
	return one->count == members;
}

static bool
are_shaped(const struct json *v, const struct shape *s)
{
	if (v->kind != JSON_ARRAY || v->count < s->min || v->count > s->max)
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (!has_shape(&v->items[i], s))
			return false;
	return true;
}

/* Are the objects in ascending order of these string members, no two equal? */
static bool
are_ordered(const struct json *v, const char *const keys[], size_t count)
{
	for (uint32_t i = 1; i < v->count; i++) {
		int order = 0;

		for (size_t k = 0; k < count && order == 0; k++)
			order = strcmp(json_get_string(&v->items[i - 1], keys[k]),
				       json_get_string(&v->items[i], keys[k]));
		if (order >= 0)
			return false;
	}
	return true;
}

static bool
are_evidence(const struct json *v)
{
	static const struct shape s = { 1, ITEMS_MAX, { "file", "kind" }, { is_hash, is_name },
					NULL };

	return are_shaped(v, &s);
}

static bool
are_party_keys(const struct json *v)
{
	static const struct shape s = { 1, PARTIES_MAX, { "keys", "party" }, { are_keys, is_name },
					NULL };
	static const char *const order[] = { "party" };

	return are_shaped(v, &s) && are_ordered(v, order, 1);
}

static bool
are_totals(const struct json *v)
{
	static const struct shape s = { 0, TOTALS_MAX, { "amount", "payee", "payer", "unit" },
					{ is_integer, is_name, is_name, is_unit }, NULL };
	static const char *const order[] = { "payer", "payee", "unit" };

	return are_shaped(v, &s) && are_ordered(v, order, 3);
}

static bool
are_erased(const struct json *v)
{
	static const struct shape s = { 1, LIMIT_ERASED_IN_BODY, { "event", "type" },
					{ is_hash, is_type_name }, NULL };
	static const char *const order[] = { "event" };

	return are_shaped(v, &s) && are_ordered(v, order, 1);
}

static bool
is_exact(const struct json *v)
{
	struct ratio r;

	return v->kind == JSON_STRING && ratio_read(v->string, v->count, &r);
}

static bool
is_pointer_or_name(const struct json *v)
{
	return is_text(v) && v->count >= 1 && v->count <= HELD_NAME_MAX;
}

static bool
is_held_kind(const struct json *v)
{
	static const char *const kinds_of_held[] = { "items", "less", "limit", "share_from",
						     "share_to", "statistic", "times" };

	for (size_t i = 0; i < sizeof(kinds_of_held) / sizeof(kinds_of_held[0]); i++)
		if (json_is(v, kinds_of_held[i]))
			return true;
	return false;
}

static bool
is_held(const struct json *one)
{
	static const struct {
		const char *name;
		bool (*is)(const struct json *);
		bool required;
	} members[] = {
		{ "amount", is_integer, false }, { "at", is_integer, false },
		{ "count", is_count, true },
		{ "day", is_date, false }, { "from", is_date, false }, { "high", is_exact, false },
		{ "kind", is_held_kind, true }, { "low", is_exact, false },
		{ "name", is_pointer_or_name, true }, { "payee", is_name, false },
		{ "payer", is_name, false }, { "site", is_name, false }, { "sum", is_exact, false },
		{ "version", is_hash, false },
	};
	uint32_t known = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const struct json *v = json_get(one, members[i].name);

		if (v == NULL ? members[i].required : !members[i].is(v))
			return false;
		known += v == NULL ? 0 : 1;
	}
	return known == one->count;
}

static bool
are_held(const struct json *v)
{
	if (v->kind != JSON_ARRAY || v->count < 1 || v->count > LIMIT_HELD_IN_BODY)
		return false;
	for (uint32_t i = 0; i < v->count; i++)
		if (v->items[i].kind != JSON_OBJECT || !is_held(&v->items[i]))
			return false;
	return true;
}

static bool
is_terms(const struct json *v)
{
	struct buf bytes = { 0 };
	bool fits;

	if (v->kind != JSON_OBJECT)
		return false;
	json_write(v, &bytes);
	fits = bytes.size <= LIMIT_TERMS_BYTES;
	buf_free(&bytes);
	return fits;
}

static bool
is_object(const struct json *v)
{
	return v->kind == JSON_OBJECT;
}

static bool
is_free_text(const struct json *v)
{
	return is_text(v);
}

static const struct {
	bool (*is)(const struct json *);
	const char *expected;
} kinds[FIELD_KIND_MAX] = {
	[FIELD_DIGEST] = { is_hash, "an event's digest, 64 lowercase hexadecimal digits" },
	[FIELD_DIGESTS] = { are_digests,
		"1 to 900 events' digests, no two equal, in ascending order" },
	[FIELD_HASH] = { is_hash, "a hash, 64 lowercase hexadecimal digits" },
	[FIELD_NAME] = { is_name, "a name: a-z first, then a-z, 0-9 and _, at most 40" },
	[FIELD_PSEUDONYM] = { is_pseudonym, "a pseudonym, 26 characters of a-z and 2-7" },
	[FIELD_PSEUDONYMS] = { are_pseudonyms, "two different pseudonyms in ascending order" },
	[FIELD_DATE] = { is_date, "a date that exists, YYYY-MM-DD" },
	[FIELD_MONTH] = { is_month, "the first day of a month, YYYY-MM-01" },
	[FIELD_INTEGER] = { is_integer, "an integer" },
	[FIELD_DECIMAL] = { is_decimal, "a decimal in quotes, as \"37.5\": at most 9 places and "
			    "15 digits" },
	[FIELD_REF] = { is_ref, "a record number: 1 to 40 of A-Z, a-z, 0-9, '.', '_' and '-'" },
	[FIELD_UNIT] = { is_unit, "a unit: three capital letters of ISO 4217, or a name" },
	[FIELD_TEXT] = { is_free_text, "a text" },
	[FIELD_TRUE] = { is_true, "true; leave the member out for no" },
	[FIELD_VERIFIER_KEY] = { is_verifier_key, "a verifier key, NAME+HEX8+BASE64" },
	[FIELD_ORIGIN] = { is_origin, "an origin: up to 200 printable characters, none of blank, "
			   "+, quotation mark and backslash" },
	[FIELD_ATTRIBUTES] = { are_attributes, "an object of 1 to 32 attributes, each a name, a "
			       "decimal, a date, an integer or a truth" },
	[FIELD_EVIDENCE] = { are_evidence, "a list of 1 to 32 {\"file\": hash, \"kind\": name}" },
	[FIELD_TERMS] = { is_terms, "a terms object of at most 60,000 bytes" },
	[FIELD_PARTY_KEYS] = { are_party_keys, "a list of {\"keys\": [verifier keys], \"party\": "
			       "name}, ascending by party" },
	[FIELD_TOTALS] = { are_totals, "a list of {\"amount\", \"payee\", \"payer\", \"unit\"}, "
			   "ascending by payer, payee, unit" },
	[FIELD_ERASED] = { are_erased, "1 to 500 of {\"event\": digest, \"type\": type}, "
			   "ascending by event" },
	[FIELD_HELD] = { are_held, "1 to 100 of {\"count\", \"kind\", \"name\"} with what "
			 "the kind has besides" },
	[FIELD_BODY] = { is_object, "a whole body" },
};

/* Is `word` one of the words of `list`, which have one blank between them? */
static bool
is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at != NULL; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* NULL where `v` lies within the field's bounds, else what was expected. */
static const char *
bounds_expected(const struct event_field *field, const struct json *v, struct arena *arena)
{
	struct ratio r;
	bool in = true;

	if (field->kind == FIELD_INTEGER)
		in = v->integer >= field->min && v->integer <= field->max;
	else if (field->kind == FIELD_DECIMAL)
		in = ratio_parse(v->string, v->count, &r) &&
		     ratio_compare(r, ratio_integer(field->min)) >= 0 &&
		     ratio_compare(r, ratio_integer(field->max)) <= 0;
	else if (field->kind == FIELD_TEXT)
		in = v->count >= field->min && v->count <= field->max;
	else if (field->kind == FIELD_NAME && field->words != NULL &&
		 !is_listed(field->words, v->string))
		return arena_printf(arena, "one of: %s", field->words);
	if (in)
		return NULL;
	return arena_printf(arena, "%" PRId64 " to %" PRId64 "%s", field->min, field->max,
			    field->kind == FIELD_TEXT ? " bytes of text" : "");
}

/* Where people and things are named somebody's number may stand: it is not said again, as a
 * refusal is kept in logs and mails. Other fields have digits of their own, as dates do. */
static const char *
found_in(const struct event_field *field, const struct json *v, char text[FOUND_TEXT])
{
	bool names = field->kind == FIELD_PSEUDONYM || field->kind == FIELD_NAME ||
		     field->kind == FIELD_REF || field->kind == FIELD_TEXT;

	if (names && v->kind == JSON_STRING && personal_number_in(v->string, v->count))
		return "what looks like a personal identity number: leave it out, identity lives in "
		       "the vault";
	return found(v, text);
}

static void
field_check(const struct event_field *field, const struct json *v, const char *prefix,
	    struct findings *f)
{
	char text[FOUND_TEXT];
	const char *expected = kinds[field->kind].expected;

	if (kinds[field->kind].is(v))
		expected = bounds_expected(field, v, f->arena);
	if (expected != NULL)
		finding_add(f, SEVERITY_ERROR, 0, 0,
			    arena_printf(f->arena, "%s/%s", prefix, field->name),
			    "expected %s (%s), found %s", expected, field->help, found_in(field, v, text));
}

static const char *
names_of(const struct event_info *info, struct arena *arena)
{
	const char *list = "";

	for (const struct event_field *f = info->fields; f->name != NULL; f++)
		list = arena_printf(arena, "%s%s%s", list, *list == '\0' ? "" : ", ", f->name);
	return *list == '\0' ? "nothing" : list;
}

/* What a type says about several of its members together. */
static void
together_check(enum event_type type, const struct json *body, const char *prefix,
	       struct findings *f)
{
	const char *from = json_get_string(body, "from"), *to = json_get_string(body, "to");
	const char *text = NULL;

	if (from != NULL && to != NULL && strcmp(from, to) > 0 &&
	    event_field_find(event_info(type), "from") != NULL)
		text = "the last day (to) is before the first day (from); exchange them";
	if (type == EVENT_DISPUTE_RESOLVED &&
	    (json_get(body, "amount") == NULL) == (json_get(body, "stands") == NULL))
		text = "expected either stands or amount; give exactly one of the two";
	if (type == EVENT_PARTICIPANT_CHANGED && json_get(body, "attributes") == NULL &&
	    json_get(body, "site") == NULL)
		text = "expected attributes or site: say what changed, or leave the event out";
	if (type == EVENT_SPELL_CHANGED && json_get(body, "extent") == NULL &&
	    json_get(body, "hours") == NULL && json_get(body, "pay") == NULL &&
	    json_get(body, "form") == NULL)
		text = "expected extent, hours, pay or form: say what changed, or send "
		       "spell.confirmed";
	if (type == EVENT_SETTLEMENT_BASIS &&
	    (json_get(body, "basis_root") == NULL) != (json_get(body, "basis_count") == NULL))
		text = "expected basis_count and basis_root together; give both or neither";
	if (text != NULL)
		finding_add(f, SEVERITY_ERROR, 0, 0, prefix, "%s", text);
}

static void
refuse_member(const struct event_info *info, const char *key, const char *prefix,
	      struct findings *f)
{
	finding_add(f, SEVERITY_ERROR, 0, 0, arena_printf(f->arena, "%s/%s", prefix, key),
		    "%s has no member '%s'; it may have: %s", info->name, key,
		    names_of(info, f->arena));
}

static void
refuse_missing(const struct event_info *info, const struct json *body, const char *prefix,
	       struct findings *f)
{
	for (const struct event_field *field = info->fields; field->name != NULL; field++)
		if ((field->flags & FIELD_REQUIRED) && json_get(body, field->name) == NULL)
			finding_add(f, SEVERITY_ERROR, 0, 0, prefix,
				    "%s needs the member '%s': %s (%s)", info->name, field->name,
				    kinds[field->kind].expected, field->help);
}

static unsigned
required_count(const struct event_info *info)
{
	unsigned count = 0;

	for (const struct event_field *field = info->fields; field->name != NULL; field++)
		count += field->flags & FIELD_REQUIRED ? 1 : 0;
	return count;
}

/* Members and fields are both in ascending order. */
bool
event_body_check(enum event_type type, const struct json *body, const char *prefix,
		 struct findings *f)
{
	const struct event_info *info = event_info(type);
	const struct event_field *at = info->fields;
	size_t before = f->errors;
	unsigned required = 0;
	char text[FOUND_TEXT];

	if (body->kind != JSON_OBJECT) {
		finding_add(f, SEVERITY_ERROR, 0, 0, prefix,
			    "expected the body of %s, an object with: %s; found %s", info->name,
			    names_of(info, f->arena), found(body, text));
		return false;
	}
	for (uint32_t i = 0; i < body->count; i++) {
		const struct json_member *m = &body->members[i];
		const struct event_field *field = event_field_next(&at, m->key);

		if (field == NULL) {
			refuse_member(info, m->key, prefix, f);
			continue;
		}
		field_check(field, &m->value, prefix, f);
		required += field->flags & FIELD_REQUIRED ? 1 : 0;
	}
	if (required < required_count(info))
		refuse_missing(info, body, prefix, f);
	if (f->errors == before)
		together_check(type, body, prefix, f);
	return f->errors == before;
}
