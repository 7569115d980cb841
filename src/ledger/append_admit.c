/* append_admit.c - what the operator's program asks for at the moment of recording.
 *
 * Admission is no part of validity: it may become stricter without making an old ledger invalid.
 */
#include "append_priv.h"
#include "state_priv.h"

#include "arena.h"
#include "date.h"
#include "finding.h"
#include "limits_utfall.h"
#include "personal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool
append_admit_clock(struct append *a)
{
	const struct state *st = a->l->state;
	const struct submission *s = &a->file.submission;
	char last[INSTANT_TEXT], now[INSTANT_TEXT];
	size_t errors = a->f->errors;

	if (s->submitted_at > a->at + LIMIT_CLOCK_AHEAD_SECONDS) {
		instant_format(s->submitted_at, last);
		instant_format(a->at, now);
		finding_add(a->f, SEVERITY_ERROR, 1, 0, "/submitted_at", "expected at most %d minutes "
			    "ahead of the ledger's clock, %s, found %s: set the clock right and sign "
			    "again", LIMIT_CLOCK_AHEAD_SECONDS / 60, now, last);
	}
	if (st->frontier.size > 0 && !st->simulated && !a->args->clock_confirmed &&
	    a->at - st->at > (int64_t)LIMIT_CLOCK_JUMP_DAYS * 86400) {
		instant_format(st->at, last);
		instant_format(a->at, now);
		finding_add(a->f, SEVERITY_ERROR, 0, 0, NULL, "the clock says %s, more than %d days "
			    "past the last entry, %s: confirm that it is right", now,
			    LIMIT_CLOCK_JUMP_DAYS, last);
	}
	return a->f->errors == errors;
}

/* ---- personal numbers in free strings ---- */

static bool
is_free(enum field_kind kind)
{
	switch (kind) {
	case FIELD_NAME:
	case FIELD_REF:
	case FIELD_TEXT:
	case FIELD_ATTRIBUTES:
	case FIELD_EVIDENCE:
	case FIELD_TERMS:
	case FIELD_BODY:
		return true;
	case FIELD_DIGEST:
	case FIELD_DIGESTS:
	case FIELD_HASH:
	case FIELD_PSEUDONYM:
	case FIELD_PSEUDONYMS:
	case FIELD_DATE:
	case FIELD_MONTH:
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_UNIT:
	case FIELD_TRUE:
	case FIELD_VERIFIER_KEY:
	case FIELD_ORIGIN:
	case FIELD_PARTY_KEYS:
	case FIELD_TOTALS:
	case FIELD_ERASED:
	case FIELD_HELD:
	case FIELD_KIND_MAX:
		return false;
	}
	return false;
}

/* Hashes, pseudonyms and dates inside a free member are no free strings. */
static bool
is_shaped(const struct json *x)
{
	struct hash h;
	struct date d;

	return hash_parse(x->string, x->count, &h) || date_parse(x->string, x->count, &d) ||
		(x->count == 26 && strspn(x->string, "abcdefghijklmnopqrstuvwxyz234567") == 26);
}

static bool
holds_number(const struct json *x)
{
	bool found = x->kind == JSON_STRING && x->count >= 10 && !is_shaped(x) &&
		personal_number_in(x->string, x->count);

	for (uint32_t i = 0; x->kind == JSON_OBJECT && !found && i < x->count; i++)
		found = holds_number(&x->members[i].value);
	for (uint32_t i = 0; x->kind == JSON_ARRAY && !found && i < x->count; i++)
		found = holds_number(&x->items[i]);
	return found;
}

/* Names each string that holds one, with its place. */
static void
look_into(struct findings *f, size_t line, const char *pointer, const struct json *x)
{
	char inner[200];

	if (!holds_number(x))
		return;
	if (x->kind == JSON_STRING)
		finding_add(f, SEVERITY_ERROR, line, 0, pointer, "holds what looks like a personal "
			    "identity number: leave it out, identity lives in the vault");
	for (uint32_t i = 0; x->kind == JSON_OBJECT && i < x->count; i++) {
		(void)snprintf(inner, sizeof(inner), "%s/%s", pointer, x->members[i].key);
		look_into(f, line, inner, &x->members[i].value);
	}
	for (uint32_t i = 0; x->kind == JSON_ARRAY && i < x->count; i++) {
		(void)snprintf(inner, sizeof(inner), "%s/%" PRIu32, pointer, i);
		look_into(f, line, inner, &x->items[i]);
	}
}

void
append_admit_event(struct findings *f, size_t line, const struct event *event)
{
	const struct event_info *info = event_info(event->type);
	char pointer[60];

	for (const struct event_field *field = info->fields; field->name != NULL; field++) {
		const struct json *value;

		if (!is_free(field->kind))
			continue;
		value = json_get(event->body, field->name);
		if (value == NULL || !holds_number(value))
			continue;
		(void)snprintf(pointer, sizeof(pointer), "/body/%s", field->name);
		look_into(f, line, pointer, value);
	}
}
