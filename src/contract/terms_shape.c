/* terms_shape.c - is a document what the rows of terms_form.c say? Names are looked up later. */
#include "terms_priv.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "found.h"
#include "limits_utfall.h"
#include "text.h"

static void form_shape(const struct form *form, const struct json *v, const char *pointer,
		       struct findings *f);

static const char *
under(struct findings *f, const char *pointer, const char *key)
{
	return arena_printf(f->arena, "%s/%s", pointer, key);
}

static const char *
under_item(struct findings *f, const char *pointer, uint32_t index)
{
	return arena_printf(f->arena, "%s/%" PRIu32, pointer, index);
}

static void
unexpected(struct findings *f, const char *pointer, const struct json *v, const char *expected,
	   const char *help)
{
	char text[FOUND_TEXT];

	finding_add(f, SEVERITY_ERROR, 0, 0, pointer, "expected %s%s%s%s, found %s", expected,
		    help == NULL ? "" : " (", help == NULL ? "" : help, help == NULL ? "" : ")",
		    found(v, text));
}

bool
shape_is_listed(const char *words, const char *word)
{
	return word_index(words, word) >= 0;
}

int
word_index(const char *words, const char *word)
{
	size_t length = strlen(word);
	int index = 0;

	for (const char *at = words; at != NULL; at = strchr(at, ' '), index++) {
		at += *at == ' ';
		if (strncmp(at, word, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
			return index;
	}
	return -1;
}

/* A decimal string or an integer. */
bool
shape_number(const struct json *v, struct ratio *ret)
{
	if (v->kind == JSON_STRING)
		return ratio_parse(v->string, v->count, ret);
	if (v->kind != JSON_INTEGER)
		return false;
	*ret = ratio_integer(v->integer);
	return true;
}

/* "half_up", or "half_up_100": to a multiple of 100. */
bool
shape_rounding(const struct json *v, enum rounding *ret_how, int64_t *ret_multiple)
{
	const char *digits;
	size_t length;
	int64_t multiple = 1;

	if (v->kind != JSON_STRING)
		return false;
	digits = v->string + strcspn(v->string, "0123456789");
	length = (size_t)(digits - v->string);
	if (*digits != '\0' &&
	    (length < 2 || digits[-1] != '_' ||
	     !integer_parse(digits, strlen(digits), &multiple) || multiple < 2 ||
	     multiple > 1000000000))
		return false;
	if (*digits != '\0')
		length--;
	if (!rounding_parse(v->string, length, ret_how))
		return false;
	*ret_multiple = multiple;
	return true;
}

static bool
is_name(const struct json *v)
{
	return v->kind == JSON_STRING && text_is_name(v->string, v->count);
}

static bool
is_date(const struct json *v)
{
	struct date d;

	return v->kind == JSON_STRING && date_parse(v->string, v->count, &d);
}

static bool
is_literal(const struct json *v)
{
	struct ratio r;
	const struct json *word = json_get(v, "word");

	return shape_number(v, &r) || is_date(v) ||
	       (word != NULL && v->count == 1 && is_name(word));
}

static bool
is_unit(const struct json *v)
{
	return is_name(v) || (v->kind == JSON_STRING && v->count == 3 &&
			      strspn(v->string, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3);
}

/* ---- expressions ---- */

static void shape_x(const struct json *v, const char *pointer, const char *not_words,
		    struct findings *f);

static void
operand_shape(char sign, const struct op_row *row, const struct json *v, const char *pointer,
	      struct findings *f)
{
	enum rounding how;
	int64_t multiple;

	if (sign == 'x')
		shape_x(v, pointer, NULL, f);
	else if ((sign == 'w' || sign == 'c' || sign == 'g') && !is_name(v))
		unexpected(f, pointer, v, sign == 'w' ? "a word" : sign == 'c' ?
			   "the name of a calendar" : "the name of a group", NULL);
	else if (sign == 'r' && (!shape_rounding(v, &how, &multiple) || multiple != 1))
		unexpected(f, pointer, v, "half_up, half_even, down or up", NULL);
	else if (sign == 'i' &&
		 (v->kind != JSON_INTEGER || v->integer < row->min || v->integer > row->max))
		unexpected(f, pointer, v, arena_printf(f->arena, "an integer from %" PRId64
			   " to %" PRId64, row->min, row->max), NULL);
}

/* Operands in a list, as the row's signature says: "xx+" is two or more expressions. */
static void
operands_shape(const struct op_row *row, const struct json *v, const char *pointer,
	       struct findings *f)
{
	size_t signs = strlen(row->signature);
	bool more = row->signature[signs - 1] == '+';
	size_t least = more ? signs - 1 : signs;

	if (row->signature[0] == '=') {
		operand_shape(row->signature[1], row, v, pointer, f);
		return;
	}
	if (v->kind != JSON_ARRAY || v->count < least || v->count > LIMIT_TERMS_LIST ||
	    (!more && v->count > least)) {
		unexpected(f, pointer, v, more ?
			   arena_printf(f->arena, "a list of %zu to %d operands of %s", least,
					LIMIT_TERMS_LIST, row->name) :
			   arena_printf(f->arena, "a list of %zu operands of %s", least, row->name),
			   more ? "parts of a longer one can be values" : NULL);
		return;
	}
	for (uint32_t i = 0; i < v->count; i++)
		operand_shape(row->signature[i < least ? i : least - 1], row, &v->items[i],
			      under_item(f, pointer, i), f);
}

static void
string_x_shape(const struct json *v, const char *pointer, const char *not_words,
	       struct findings *f)
{
	struct ratio r;
	enum terms_ref ref;

	if (not_words != NULL && shape_is_listed(not_words, v->string))
		unexpected(f, pointer, v, "an expression", "this word is no name");
	else if (ratio_parse(v->string, v->count, &r) || is_date(v) || is_name(v) ||
		 ref_find(v->string, &ref))
		return;
	else if (*v->string == '-' || (*v->string >= '0' && *v->string <= '9'))
		unexpected(f, pointer, v, "a decimal of at most 15 digits, 9 of them behind the point, "
			   "or a date that exists, as 2018-03-31", NULL);
	else
		unexpected(f, pointer, v, "a decimal, a date that exists, a name, or a dotted name "
			   "as person.NAME or period.end", NULL);
}

static void
shape_x(const struct json *v, const char *pointer, const char *not_words, struct findings *f)
{
	const struct op_row *row;
	const char *key;

	if (v->kind == JSON_INTEGER || v->kind == JSON_TRUE || v->kind == JSON_FALSE)
		return;
	if (v->kind == JSON_STRING) {
		string_x_shape(v, pointer, not_words, f);
		return;
	}
	if (v->kind != JSON_OBJECT || v->count != 1) {
		unexpected(f, pointer, v, "an expression: a number, a name, or an object with "
			   "exactly one operator", NULL);
		return;
	}
	key = v->members[0].key;
	row = op_find(key);
	if (row == NULL)
		finding_add(f, SEVERITY_ERROR, 0, 0, under(f, pointer, key),
			    "there is no operator '%s'; there are: %s", key, op_names(f->arena));
	else if (row->form != NULL)
		form_shape(row->form, &v->members[0].value, under(f, pointer, key), f);
	else
		operands_shape(row, &v->members[0].value, under(f, pointer, key), f);
}

/* ---- members ---- */

static const char *
bounds(const struct member *m, const char *of, struct findings *f)
{
	if (m->min == m->max)
		return arena_printf(f->arena, "%s %" PRId64, of, m->min);
	return arena_printf(f->arena, "%s from %" PRId64 " to %" PRId64, of, m->min, m->max);
}

static bool
is_list(const struct member *m, const struct json *v, const char *pointer, struct findings *f)
{
	if (v->kind == JSON_ARRAY && v->count >= m->min && v->count <= m->max)
		return true;
	unexpected(f, pointer, v, bounds(m, "a list of items, their number", f), m->help);
	return false;
}

/* "a type of event that a source may send: activity.logged, ..." */
static const char *
source_types(struct arena *arena)
{
	const char *list = "a type of event that a source may send";

	for (int i = 0; i < EVENT_TYPE_MAX; i++) {
		const struct event_info *info = event_info((enum event_type)i);

		if (info->sender == SENDER_PROVIDER || info->sender == SENDER_VERIFIER ||
		    info->sender == SENDER_SOURCE)
			list = arena_printf(arena, "%s%s%s", list, strchr(list, ':') == NULL ?
					    ": " : ", ", info->name);
	}
	return list;
}

/* A list of distinct items of one kind, in any order. */
static void
list_shape(const struct member *m, const struct json *v, const char *pointer, struct findings *f)
{
	if (!is_list(m, v, pointer, f))
		return;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct json *one = &v->items[i];
		const char *at = under_item(f, pointer, i);
		enum event_type type;

		if (m->kind == K_NAMES && !is_name(one))
			unexpected(f, at, one, "a name", m->help);
		else if (m->kind == K_WORDS &&
			 (one->kind != JSON_STRING || !shape_is_listed(m->words, one->string)))
			unexpected(f, at, one, arena_printf(f->arena, "one of: %s", m->words),
				   m->help);
		else if (m->kind == K_WEEKDAYS && (one->kind != JSON_INTEGER ||
						   one->integer < 1 || one->integer > 7))
			unexpected(f, at, one, "a weekday from 1 (Monday) to 7", NULL);
		else if (m->kind == K_TYPES &&
			 (one->kind != JSON_STRING ||
			  !event_type_parse(one->string, one->count, &type)))
			unexpected(f, at, one, source_types(f->arena), m->help);
		for (uint32_t k = 0; k < i; k++)
			if (json_equal(&v->items[k], one))
				unexpected(f, at, one, "each item once", "leave one out");
	}
}

static void
forms_shape(const struct member *m, const struct json *v, const char *pointer, struct findings *f)
{
	if (!is_list(m, v, pointer, f))
		return;
	for (uint32_t i = 0; i < v->count; i++) {
		const struct json *one = &v->items[i];
		const char *at = under_item(f, pointer, i);

		if (m->form == NULL)
			shape_x(one, at, NULL, f);
		else if (m->kind == K_FORMS_OR_WORDS && one->kind == JSON_STRING) {
			if (!shape_is_listed(m->words, one->string))
				unexpected(f, at, one, arena_printf(f->arena, "one of: %s",
					   m->words), m->help);
		} else
			form_shape(m->form, one, at, f);
	}
}

static void
map_shape(const struct member *m, const struct json *v, const char *pointer, struct findings *f)
{
	if (v->kind == JSON_OBJECT && v->count > m->max) {
		finding_add(f, SEVERITY_ERROR, 0, 0, pointer, "expected at most %" PRId64 " named "
			    "members (%s), found %" PRIu32 "; join some", m->max, m->help, v->count);
		return;
	}
	if (v->kind != JSON_OBJECT || v->count < m->min || v->count > m->max) {
		unexpected(f, pointer, v, bounds(m, "an object of named members, their number", f),
			   m->help);
		return;
	}
	for (uint32_t i = 0; i < v->count; i++) {
		const char *at = under(f, pointer, v->members[i].key);

		if (m->kind == K_MAP_X)
			shape_x(&v->members[i].value, at, NULL, f);
		else
			form_shape(m->form, &v->members[i].value, at, f);
	}
}

/* What a payment is for: a name, names, or periods. */
static void
for_shape(const struct member *m, const struct json *v, const char *pointer, struct findings *f)
{
	struct member names = *m;

	names.kind = K_NAMES;
	if (v->kind == JSON_OBJECT)
		form_shape(m->form, v, pointer, f);
	else if (v->kind == JSON_ARRAY)
		list_shape(&names, v, pointer, f);
	else if (!is_name(v))
		unexpected(f, pointer, v, "an outcome, a list of outcomes, or {\"each\": calendar}",
			   m->help);
}

/* As a schema's maxLength counts them. */
static int64_t
characters(const struct json *text)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < text->count; i++)
		n += ((unsigned char)text->string[i] & 0xc0) != 0x80;
	return n;
}

/* Kinds that are one string or number: NULL where it is one, else what was expected. */
static const char *
simple_expected(const struct member *m, const struct json *v, struct findings *f)
{
	struct ratio r;
	enum rounding how;
	int64_t multiple;
	int minutes;
	bool word = m->words != NULL && v->kind == JSON_STRING &&
		    shape_is_listed(m->words, v->string);
	bool integer = v->kind == JSON_INTEGER && v->integer >= m->min && v->integer <= m->max;

	switch ((int)m->kind) {
	case K_NAME:
		return is_name(v) ? NULL : "a name: a-z first, then a-z, 0-9 and _, at most 40";
	case K_TEXT:
		return v->kind == JSON_STRING && characters(v) >= m->min && characters(v) <= m->max ?
			NULL : bounds(m, "a text, its characters", f);
	case K_INTEGER:
		return integer ? NULL : bounds(m, "an integer", f);
	case K_INTEGER_OR_WORD:
		return integer || word ? NULL : arena_printf(f->arena, "%s, or one of: %s",
			bounds(m, m->min == m->max ? "the integer" : "an integer", f), m->words);
	case K_DECIMAL:
		return shape_number(v, &r) && ratio_compare(r, ratio_integer(m->min)) >= 0 &&
			ratio_compare(r, ratio_integer(m->max)) <= 0 ?
			NULL : bounds(m, "a number, decimals in quotes,", f);
	case K_DATE:
		return is_date(v) ? NULL : "a date that exists, YYYY-MM-DD";
	case K_TRUE:
		return v->kind == JSON_TRUE ? NULL : "true; leave the member out for no";
	case K_ROUNDING:
		return shape_rounding(v, &how, &multiple) ? NULL :
			"half_up, half_even, down or up, as half_up_100 for a multiple";
	case K_UNIT:
		return is_unit(v) ? NULL : "a currency of three capital letters, or a name";
	case K_OFFSET:
		return v->kind == JSON_STRING && offset_parse(v->string, v->count, &minutes) ?
			NULL : "an offset from UTC as \"+01:00\"";
	case K_SEMANTICS:
		return json_is(v, "1") ? NULL : "\"1\", the semantics this program knows";
	case K_WORD:
		return word ? NULL : arena_printf(f->arena, "one of: %s", m->words);
	case K_LITERAL:
		return is_literal(v) ? NULL : "a number, a date or {\"word\": W}";
	case K_LITERAL_OR_WORD:
		return word || is_literal(v) ? NULL : arena_printf(f->arena,
			"one of: %s; or a number, a date or {\"word\": W}", m->words);
	case K_DOMAIN:
		return v->kind == JSON_ARRAY && v->count == 2 && shape_number(&v->items[0], &r) &&
			shape_number(&v->items[1], &r) ? NULL : "[lowest, highest], two numbers";
	default:
		return NULL;
	}
}

static void
member_shape(const struct member *m, const struct json *v, const char *pointer,
	     struct findings *f)
{
	const char *expected;

	switch (m->kind) {
	case K_X:
		shape_x(v, pointer, m->words, f);
		return;
	case K_X_OR_WORD:
		if (v->kind != JSON_STRING || !shape_is_listed(m->words, v->string))
			shape_x(v, pointer, NULL, f);
		return;
	case K_NAMES: case K_WORDS: case K_WEEKDAYS: case K_TYPES:
		list_shape(m, v, pointer, f);
		return;
	case K_FORMS: case K_FORMS_OR_WORDS:
		forms_shape(m, v, pointer, f);
		return;
	case K_MAP: case K_MAP_X:
		map_shape(m, v, pointer, f);
		return;
	case K_FOR:
		for_shape(m, v, pointer, f);
		return;
	case K_FORM_OR_WORD:
		if (v->kind == JSON_STRING && shape_is_listed(m->words, v->string))
			return;
		form_shape(m->form, v, pointer, f);
		return;
	case K_FORM:
		form_shape(m->form, v, pointer, f);
		return;
	case K_NAME: case K_TEXT: case K_INTEGER: case K_INTEGER_OR_WORD: case K_DECIMAL:
	case K_DATE: case K_TRUE: case K_ROUNDING: case K_UNIT: case K_OFFSET: case K_SEMANTICS:
	case K_WORD: case K_LITERAL: case K_LITERAL_OR_WORD: case K_DOMAIN:
		expected = simple_expected(m, v, f);
		if (expected != NULL)
			unexpected(f, pointer, v, expected, m->help);
		return;
	}
}

/* "steps, floor, less or scale" */
static const char *
choices(const struct form *form, struct findings *f)
{
	const char *list = "";

	for (const struct variant *v = form->variants; v->members != NULL; v++)
		list = arena_printf(f->arena, "%s%s%s%s%s", list, *list == '\0' ? "" : "; or ",
				    v->by, v->words == NULL ? "" : " = ",
				    v->words == NULL ? "" : v->words);
	return list;
}

static const char *
member_names(const struct member *members, struct findings *f)
{
	const char *list = "";

	for (const struct member *m = members; m->name != NULL; m++)
		list = arena_printf(f->arena, "%s%s%s", list, *list == '\0' ? "" : ", ", m->name);
	return list;
}

static void
form_shape(const struct form *form, const struct json *v, const char *pointer, struct findings *f)
{
	const struct variant *variant;

	if (v->kind != JSON_OBJECT) {
		unexpected(f, pointer, v, arena_printf(f->arena, "an object (%s)", form->name),
			   NULL);
		return;
	}
	variant = variant_of(form, v);
	if (variant == NULL) {
		finding_add(f, SEVERITY_ERROR, 0, 0, pointer,
			    "%s says which it is by a member: %s; add it or mend it", form->name,
			    choices(form, f));
		return;
	}
	for (uint32_t i = 0; i < v->count; i++) {
		const struct json_member *at = &v->members[i];
		const struct member *m = member_find(variant->members, at->key);

		if (m == NULL)
			finding_add(f, SEVERITY_ERROR, 0, 0, under(f, pointer, at->key),
				    "%s has no member '%s' here; it may have: %s", form->name,
				    at->key, member_names(variant->members, f));
		else
			member_shape(m, &at->value, under(f, pointer, at->key), f);
	}
	for (const struct member *m = variant->members; m->name != NULL; m++)
		if (m->required && json_get(v, m->name) == NULL)
			finding_add(f, SEVERITY_ERROR, 0, 0, pointer,
				    "%s needs the member '%s' (%s): nothing is assumed; add it",
				    form->name, m->name, m->help);
}

bool
shape_check(const struct json *document, struct findings *f)
{
	size_t before = f->errors;
	struct buf bytes = { 0 };

	if (json_depth(document) > LIMIT_JSON_DEPTH - 2)
		finding_add(f, SEVERITY_ERROR, 0, 0, "", "terms are nested %d levels deep, at most "
			    "%d; name a part of the deepest expression in values",
			    json_depth(document), LIMIT_JSON_DEPTH - 2);
	json_write(document, &bytes);
	if (bytes.size > LIMIT_TERMS_BYTES)
		finding_add(f, SEVERITY_ERROR, 0, 0, "", "terms have %zu canonical bytes, at most "
			    "%d; say shared parts once, as values and tables", bytes.size,
			    LIMIT_TERMS_BYTES);
	buf_free(&bytes);
	if (f->errors == before)
		form_shape(&form_terms, document, "", f);
	return f->errors == before;
}
