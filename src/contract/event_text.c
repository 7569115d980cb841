/* event_text.c - the table of event types as a page and as a JSON Schema. */
#include "event_text.h"

#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "event_type.h"
#include "limits_utfall.h"

/* What a value of each kind looks like: in words, and as a JSON Schema. */
static const struct kind_text {
	const char *words, *schema;
} kinds[FIELD_KIND_MAX] = {
	[FIELD_DIGEST] = { "digest",
		"{\"pattern\":\"^([0-9a-f]{64}|@[A-Za-z0-9._-]{1,40})$\",\"type\":\"string\"}" },
	[FIELD_DIGESTS] = { "1 to 900 digests, distinct, ascending",
		"{\"items\":{\"pattern\":\"^([0-9a-f]{64}|@[A-Za-z0-9._-]{1,40})$\",\"type\":\"string\"},"
		"\"maxItems\":900,"
		"\"minItems\":1,\"type\":\"array\",\"uniqueItems\":true}" },
	[FIELD_HASH] = { "hash", "{\"pattern\":\"^[0-9a-f]{64}$\",\"type\":\"string\"}" },
	[FIELD_NAME] = { "name", "{\"pattern\":\"^[a-z][a-z0-9_]{0,39}$\",\"type\":\"string\"}" },
	[FIELD_PSEUDONYM] = { "pseudonym", "{\"pattern\":\"^[a-z2-7]{26}$\",\"type\":\"string\"}" },
	[FIELD_PSEUDONYMS] = { "two pseudonyms, distinct, ascending",
		"{\"items\":{\"pattern\":\"^[a-z2-7]{26}$\",\"type\":\"string\"},\"maxItems\":2,"
		"\"minItems\":2,\"type\":\"array\",\"uniqueItems\":true}" },
	[FIELD_DATE] = { "date", "{\"format\":\"date\",\"type\":\"string\"}" },
	[FIELD_MONTH] = { "first day of a month",
		"{\"format\":\"date\",\"pattern\":\"-01$\",\"type\":\"string\"}" },
	[FIELD_INTEGER] = { "integer", NULL },
	[FIELD_DECIMAL] = { "decimal",
		"{\"pattern\":\"^-?(0|[1-9][0-9]*)(\\\\.[0-9]{1,9})?$\",\"type\":\"string\"}" },
	[FIELD_REF] = { "record number", "{\"pattern\":\"^[A-Za-z0-9._-]{1,40}$\",\"type\":\"string\"}" },
	[FIELD_UNIT] = { "unit", "{\"maxLength\":40,\"minLength\":1,\"type\":\"string\"}" },
	[FIELD_TEXT] = { "text", NULL },
	[FIELD_TRUE] = { "`true` or absent", "{\"const\":true}" },
	[FIELD_VERIFIER_KEY] = { "verifier key", "{\"maxLength\":260,\"type\":\"string\"}" },
	[FIELD_ORIGIN] = { "origin",
		"{\"maxLength\":200,\"pattern\":\"^[!#-*,-\\\\[\\\\]-~]+$\",\"type\":\"string\"}" },
	[FIELD_ATTRIBUTES] = { "1 to 32 members: name, decimal, date, integer or truth",
		"{\"additionalProperties\":{\"type\":[\"string\",\"integer\",\"boolean\"]},"
		"\"maxProperties\":32,\"minProperties\":1,"
		"\"propertyNames\":{\"pattern\":\"^[a-z][a-z0-9_]{0,39}$\"},\"type\":\"object\"}" },
	[FIELD_EVIDENCE] = { "1 to 32 of `{\"file\": hash, \"kind\": name}`",
		"{\"items\":{\"additionalProperties\":false,\"properties\":{"
		"\"file\":{\"pattern\":\"^[0-9a-f]{64}$\",\"type\":\"string\"},"
		"\"kind\":{\"pattern\":\"^[a-z][a-z0-9_]{0,39}$\",\"type\":\"string\"}},"
		"\"required\":[\"file\",\"kind\"],\"type\":\"object\"},\"maxItems\":32,"
		"\"minItems\":1,\"type\":\"array\"}" },
	[FIELD_TERMS] = { "terms, at most 60,000 bytes", "{\"type\":\"object\"}" },
	[FIELD_PARTY_KEYS] = {
		"list of `{\"keys\": [verifier key …], \"party\": name}`, ascending by party",
		"{\"items\":{\"type\":\"object\"},\"minItems\":1,\"type\":\"array\"}" },
	[FIELD_TOTALS] = { "list of `{\"amount\", \"payee\", \"payer\", \"unit\"}`, ascending",
		"{\"items\":{\"type\":\"object\"},\"type\":\"array\"}" },
	[FIELD_ERASED] = { "1 to 500 of `{\"event\": digest, \"type\": name}`, ascending",
		"{\"items\":{\"type\":\"object\"},\"maxItems\":500,\"minItems\":1,\"type\":\"array\"}" },
	[FIELD_HELD] = { "1 to 100 of `{\"count\", \"kind\", \"name\"}` and, as the kind asks, "
		"`amount`, `at`, `day`, `from`, `high`, `low`, `payee`, `payer`, `site`, `sum`, `version`",
		"{\"items\":{\"required\":[\"count\",\"kind\",\"name\"],\"type\":\"object\"},"
		"\"maxItems\":100,\"minItems\":1,\"type\":\"array\"}" },
	[FIELD_BODY] = { "a whole body of the type of the event it corrects", "{\"type\":\"object\"}" },
};

static const char *const classes[] = {
	[CLASS_STRUCTURAL] = "structural: never erased",
	[CLASS_SUBJECT] = "participant where one is named (erasable), else contract",
	[CLASS_TARGET] = "as the event it names",
};

static const char *const senders[] = {
	[SENDER_OPERATOR] = "the operator",
	[SENDER_ANY] = "any registered party",
	[SENDER_KEYS] = "the party itself under a live key, or the operator",
	[SENDER_SIGNATORY] = "a funder or provider that the terms name",
	[SENDER_PARTY] = "any party that the terms name",
	[SENDER_PROVIDER] = "the provider, or a source that the terms name",
	[SENDER_VERIFIER] = "the verifier, or a source that the terms name",
	[SENDER_SOURCE] = "a source that the terms name",
	[SENDER_FIRST] = "the party that sent the event it names",
	[SENDER_RESOLVER] = "whom the terms name to resolve",
	[SENDER_PAYER] = "a party that pays",
	[SENDER_PAYEE] = "a party that is paid",
};

static void
write_refers(uint64_t refers, struct buf *ret)
{
	const char *between = " of a ";

	for (enum event_type t = 0; t < EVENT_TYPE_MAX; t++) {
		if (!(refers & EVENT_BIT(t)))
			continue;
		buf_printf(ret, "%s`%s`", between, event_info(t)->name);
		between = " or ";
	}
}

static void
write_kind(const struct event_field *f, struct buf *ret)
{
	buf_text(ret, kinds[f->kind].words);
	if (f->words != NULL)
		buf_printf(ret, ", one of: %s", f->words);
	if (f->kind == FIELD_INTEGER || f->kind == FIELD_DECIMAL)
		buf_printf(ret, ", %" PRId64 " to %" PRId64, f->min, f->max);
	else if (f->kind == FIELD_TEXT)
		buf_printf(ret, ", %" PRId64 " to %" PRId64 " bytes", f->min, f->max);
	write_refers(f->refers, ret);
}

static void
write_type(const struct event_info *info, struct buf *ret)
{
	buf_printf(ret, "\n## %s\n%s. Sent by %s. Class: %s.\n", info->name, info->help,
		   senders[info->sender], classes[info->class]);
	if (info->fields[0].name == NULL) {
		buf_text(ret, "\nAn empty body.\n");
		return;
	}
	buf_text(ret, "\n| field | | value | meaning |\n| --- | --- | --- | --- |\n");
	for (const struct event_field *f = info->fields; f->name != NULL; f++) {
		buf_printf(ret, "| `%s` | %s%s%s | ", f->name,
			   f->flags & FIELD_REQUIRED ? "required" : "",
			   (f->flags & FIELD_REQUIRED) && (f->flags & FIELD_NATURAL) ? ", " : "",
			   f->flags & FIELD_NATURAL ? "key" : "");
		write_kind(f, ret);
		buf_printf(ret, " | %s |\n", f->help);
	}
}

void
event_types_markdown(struct buf *ret)
{
	buf_text(ret, "# Types of events\n\n"
		      "Written from the program's own table; `FORMAT.md` says what the words mean. "
		      "\"key\" marks the fields\nof the natural key, to which type and sender belong as "
		      "well. A member that is not listed is refused.\n");
	for (enum event_type t = 0; t < EVENT_TYPE_MAX; t++)
		write_type(event_info(t), ret);
}

/* The field's only words, which stand in one string with blanks between. */
static void
write_enum(const char *words, struct buf *ret)
{
	buf_text(ret, "{\"enum\":[\"");
	for (; *words != '\0'; words++)
		if (*words == ' ')
			buf_text(ret, "\",\"");
		else
			buf_byte(ret, *words);
	buf_text(ret, "\"]}");
}

static void
write_field_schema(const struct event_field *f, struct buf *ret)
{
	buf_printf(ret, "        \"%s\": ", f->name);
	if (f->kind == FIELD_INTEGER)
		buf_printf(ret, "{\"maximum\":%" PRId64 ",\"minimum\":%" PRId64
				",\"type\":\"integer\"}", f->max, f->min);
	else if (f->kind == FIELD_TEXT)
		buf_printf(ret, "{\"maxLength\":%" PRId64 ",\"minLength\":%" PRId64
				",\"type\":\"string\"}", f->max, f->min);
	else if (f->words != NULL)
		write_enum(f->words, ret);
	else
		buf_text(ret, kinds[f->kind].schema);
}

static void
write_type_schema(const struct event_info *info, struct buf *ret)
{
	const char *between = "";

	buf_printf(ret, "    {\n      \"description\": \"%s\",\n", info->help);
	buf_text(ret, "      \"additionalProperties\": false,\n"
		      "      \"required\": [\"body\", \"type\"],\n      \"properties\": {\n"
		      "       \"label\": {\"pattern\":\"^[A-Za-z0-9._-]{1,40}$\",\"type\":\"string\"},\n");
	buf_printf(ret, "       \"type\": {\"const\":\"%s\"},\n       \"body\": {\n", info->name);
	buf_text(ret, "        \"type\":\"object\", \"additionalProperties\": false, \"required\": [");
	for (const struct event_field *f = info->fields; f->name != NULL; f++) {
		if (!(f->flags & FIELD_REQUIRED) || strcmp(f->name, "contract") == 0)
			continue;	/* a contract may be given once for a whole file */
		buf_printf(ret, "%s\"%s\"", between, f->name);
		between = ", ";
	}
	buf_text(ret, "],\n        \"properties\": {\n");
	for (const struct event_field *f = info->fields; f->name != NULL; f++) {
		write_field_schema(f, ret);
		buf_text(ret, f[1].name != NULL ? ",\n" : "\n");
	}
	buf_text(ret, "        }\n       }\n      }\n    }");
}

void
event_types_schema(struct buf *ret)
{
	buf_text(ret, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
		      "  \"title\": \"One event as a party writes it, before it is signed\",\n"
		      "  \"oneOf\": [\n");
	for (enum event_type t = 0; t < EVENT_TYPE_MAX; t++) {
		write_type_schema(event_info(t), ret);
		buf_text(ret, t + 1 < EVENT_TYPE_MAX ? ",\n" : "\n");
	}
	buf_text(ret, "  ]\n}\n");
}
