/* terms.c - reads a terms document: shape, names, parts, kinds. Read terms_priv.h first. */
#include "terms.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"
#include "terms_priv.h"

void
build_error(struct build *b, const char *pointer, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	finding_add(b->f, SEVERITY_ERROR, 0, 0, pointer, "%s", text);
}

const char *
at_key(struct build *b, const char *pointer, const char *key)
{
	return arena_printf(b->arena, "%s/%s", pointer, key);
}

const char *
at_index(struct build *b, const char *pointer, size_t index)
{
	return arena_printf(b->arena, "%s/%zu", pointer, index);
}

int
word_of(const struct json *object, const char *key, const char *words)
{
	const char *word = json_get_string(object, key);

	return word == NULL ? 0 : word_index(words, word);
}

static const struct json *
part(const struct json *document, const char *key)
{
	static const struct json none = { .kind = JSON_OBJECT };
	const struct json *v = json_get(document, key);

	return v == NULL ? &none : v;
}

/* An array for the members of a part, each with its name, pointer and index. */
#define NAMED(b, map, field, part_name) do { \
	(b)->t->field##_count = (map)->count; \
	(b)->t->field##s = arena_array((b)->arena, (map)->count + 1, \
				       sizeof(*(b)->t->field##s)); \
	for (uint32_t i_ = 0; i_ < (map)->count; i_++) { \
		(b)->t->field##s[i_].name = (map)->members[i_].key; \
		(b)->t->field##s[i_].index = i_; \
		(b)->t->field##s[i_].pointer = \
			at_key((b), "/" part_name, (map)->members[i_].key); \
	} \
} while (0)

static void
name_parties(struct build *b, const struct json *map)
{
	b->t->party_count = map->count;
	b->t->parties = arena_array(b->arena, map->count, sizeof(*b->t->parties));
	for (uint32_t i = 0; i < map->count; i++) {
		b->t->parties[i].name = map->members[i].key;
		b->t->parties[i].index = i;
	}
}

/* The calendars and, behind them, the built-in one. */
static void
name_calendars(struct build *b, const struct json *map)
{
	struct terms_calendar *ever;

	NAMED(b, map, calendar, "calendars");
	if (terms_calendar(b->t, "ever") != NULL)
		build_error(b, "/calendars/ever", "'ever' is built in: one period up to the day "
			    "looked at; rename this calendar");
	ever = &b->t->calendars[b->t->calendar_count];
	ever->name = "ever";
	ever->index = b->t->calendar_count++;
	ever->pointer = "/calendars/ever";
	ever->ever = true;
	ever->n = 1;
}

static void
name_limits(struct build *b, const struct json *list)
{
	b->t->limit_count = list->kind == JSON_ARRAY ? list->count : 0;
	b->t->limits = arena_array(b->arena, b->t->limit_count + 1, sizeof(*b->t->limits));
	for (size_t i = 0; i < b->t->limit_count; i++) {
		b->t->limits[i].name = json_get_string(&list->items[i], "name");
		b->t->limits[i].index = i;
		b->t->limits[i].pointer = at_index(b, "/limits", i);
	}
}

/* Behind the named shares stands room for each party's own. */
static void
name_shares(struct build *b, const struct json *map)
{
	struct terms_share *named;

	NAMED(b, map, share, "shares");
	named = b->t->shares;
	b->t->shares = arena_array(b->arena, map->count + b->t->party_count,
				   sizeof(*b->t->shares));
	if (map->count > 0)
		memcpy(b->t->shares, named, map->count * sizeof(*named));
}

static const char *
title_of(const struct json *v, const char *name)
{
	const char *title = json_get_string(v, "title");

	return title == NULL ? name : title;
}

#define TITLED(b, list, field) do { \
	for (uint32_t i_ = 0; i_ < (list)->count; i_++) \
		(b)->t->field##s[i_].title = title_of(&(list)->members[i_].value, \
						      (b)->t->field##s[i_].name); \
} while (0)

static void
title_parts(struct build *b, const struct json *d)
{
	const struct json *limits = part(d, "limits");

	TITLED(b, part(d, "groups"), group);
	TITLED(b, part(d, "outcomes"), outcome);
	TITLED(b, part(d, "payments"), payment);
	for (size_t i = 0; i < b->t->limit_count; i++)
		b->t->limits[i].title = title_of(&limits->items[i], b->t->limits[i].name);
}

/* Values, dates and outcomes are all named by bare words in expressions. */
static void
check_one_name(struct build *b)
{
	const struct terms *t = b->t;

	for (size_t i = 0; i < t->outcome_count; i++) {
		if (terms_value(t, t->outcomes[i].name) != NULL)
			build_error(b, t->outcomes[i].pointer, "'%s' is a value too, and an "
				    "expression could not tell them apart; rename one",
				    t->outcomes[i].name);
		if (strcmp(t->outcomes[i].name, "contract") == 0)
			build_error(b, t->outcomes[i].pointer, "'contract' has a meaning of its "
				    "own; rename this outcome");
	}
	for (size_t i = 0; i < t->date_count; i++)
		if (terms_value(t, t->dates[i].name) != NULL ||
		    terms_outcome(t, t->dates[i].name) != NULL)
			build_error(b, t->dates[i].pointer, "'%s' is a value or an outcome too, "
				    "and an expression could not tell them apart; rename one",
				    t->dates[i].name);
	if (terms_group(t, "contract") != NULL)
		build_error(b, "/groups/contract", "'contract' means the contract itself; rename "
			    "this group");
}

static void
name_parts(struct build *b, const struct json *d)
{
	name_parties(b, part(d, "parties"));
	NAMED(b, part(d, "dates"), date, "dates");
	NAMED(b, part(d, "proofs"), proof, "proofs");
	name_calendars(b, part(d, "calendars"));
	NAMED(b, part(d, "tables"), table, "tables");
	NAMED(b, part(d, "groups"), group, "groups");
	NAMED(b, part(d, "values"), value, "values");
	NAMED(b, part(d, "outcomes"), outcome, "outcomes");
	NAMED(b, part(d, "payments"), payment, "payments");
	name_limits(b, part(d, "limits"));
	name_shares(b, part(d, "shares"));
	title_parts(b, d);
	check_one_name(b);
}

static void
build_head(struct build *b, const struct json *d)
{
	const struct json *applies = json_get(d, "applies"), *from = json_get(applies, "from");
	struct terms *t = b->t;

	t->document = d;
	t->contract = json_get_string(d, "contract");
	t->version = json_get_integer(d, "version", 1);
	t->semantics = json_get_string(d, "semantics");
	t->unit = json_get_string(d, "unit");
	if ((t->version > 1) != (applies != NULL))
		build_error(b, applies == NULL ? "" : "/applies", "%s", applies == NULL ?
			    "a later version says which cases it governs: add 'applies'" :
			    "the first version governs all cases; leave 'applies' out");
	if (applies == NULL)
		return;
	t->applies = json_is(json_get(applies, "to"), "enrolled") ? APPLIES_ENROLLED :
		     json_is(json_get(applies, "to"), "achieved") ? APPLIES_ACHIEVED : APPLIES_ALL;
	t->reprice = json_is(json_get(applies, "settled"), "reprice");
	(void)!date_parse(from->string, from->count, &t->applies_from);
}

static void
build_dates(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->date_count; i++)
		b->t->dates[i].is = x_at(b, &map->members[i].value, b->t->dates[i].pointer,
					 TYPE_DATE, SCOPE_PERSON | SCOPE_SITE);
}

static void
build_notes(struct build *b, const struct json *list)
{
	struct terms *t = b->t;

	t->note_count = list->kind == JSON_ARRAY ? list->count : 0;
	t->notes = arena_array(b->arena, t->note_count + 1, sizeof(*t->notes));
	for (size_t i = 0; i < t->note_count; i++) {
		t->notes[i].at = json_get_string(&list->items[i], "at");
		t->notes[i].source = json_get_string(&list->items[i], "source");
		t->notes[i].reading = json_get_string(&list->items[i], "reading");
		if (json_pointer(t->document, t->notes[i].at) == NULL)
			build_error(b, at_key(b, at_index(b, "/notes", i), "at"), "there is nothing "
				    "at '%s'; point to a clause, as /payments/NAME",
				    t->notes[i].at);
	}
}

static void
build_all(struct build *b, const struct json *d)
{
	build_head(b, d);
	name_parts(b, d);
	build_parties(b, part(d, "parties"));
	build_dates(b, part(d, "dates"));
	build_proofs(b, part(d, "proofs"));
	build_calendars(b, part(d, "calendars"));
	build_tables(b, part(d, "tables"));
	build_groups(b, part(d, "groups"));
	build_values(b, part(d, "values"));
	build_outcomes(b, part(d, "outcomes"));
	build_payments(b, part(d, "payments"));
	build_limits(b, part(d, "limits"));
	build_shares(b, part(d, "shares"));
	build_settlement(b, part(d, "settlement"));
	build_notes(b, part(d, "notes"));
	if (b->f->errors == b->errors_before)
		build_types(b);
	b->t->expressions = arena_array(b->arena, b->t->x_count + 1, sizeof(*b->nodes));
	for (uint32_t i = 0; i < b->t->x_count; i++)
		b->t->expressions[i] = b->nodes[i];
}

enum rc
terms_read(const struct json *document, struct arena *arena, struct findings *f,
	   struct terms **ret, struct err *e)
{
	struct build b = { .arena = arena, .f = f, .errors_before = f->errors };
	size_t before = f->errors;

	if (shape_check(document, f)) {
		b.t = arena_alloc(arena, sizeof(*b.t));
		build_all(&b, document);
		free(b.places);
		free(b.nodes);
	}
	if (f->errors != before)
		return rc_fail(e, RC_REFUSED, "the terms have %zu error%s", f->errors - before,
			       f->errors - before == 1 ? "" : "s");
	*ret = b.t;
	return RC_OK;
}
