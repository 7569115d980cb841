/* terms_schema.c - the rows of terms_form.c as JSON Schema, draft 2020-12, two blanks a level. */
#include "terms_priv.h"

#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "limits_utfall.h"

#define NAME_PATTERN "^[a-z][a-z0-9_]{0,39}$"
#define DECIMAL_PATTERN "^-?(0|[1-9][0-9]{0,14})(\\\\.[0-9]{1,9})?$"
#define DATE_PATTERN "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#define UNIT_PATTERN "^([A-Z]{3}|[a-z][a-z0-9_]{0,39})$"
#define ROUNDING_PATTERN "^(half_up|half_even|down|up)(_[1-9][0-9]{0,9})?$"

struct writer {
	struct buf *out;
	int level;
	bool first;		/* nothing stands in this object or list yet */
};

static void
line_start(struct writer *w)
{
	buf_text(w->out, w->first ? "\n" : ",\n");
	for (int i = 0; i < w->level; i++)
		buf_text(w->out, "  ");
	w->first = false;
}

static void
key(struct writer *w, const char *name)
{
	line_start(w);
	buf_printf(w->out, "\"%s\": ", name);
}

static void
open_with(struct writer *w, char bracket)
{
	buf_byte(w->out, bracket);
	w->level++;
	w->first = true;
}

static void
close_with(struct writer *w, char bracket)
{
	w->level--;
	w->first = true;
	line_start(w);
	buf_byte(w->out, bracket);
	w->first = false;
}

static void
text(struct writer *w, const char *name, const char *value)
{
	key(w, name);
	buf_printf(w->out, "\"%s\"", value);
}

static void
number(struct writer *w, const char *name, int64_t value)
{
	key(w, name);
	buf_integer(w->out, value);
}

static void
reference(struct writer *w, const char *name)
{
	buf_printf(w->out, "{\"$ref\": \"#/$defs/%s\"}", name);
}

static void
word_enum(struct writer *w, const char *list)
{
	buf_text(w->out, "{\"enum\": [");
	for (size_t length; *list != '\0'; list += length + (list[length] == ' ')) {
		length = strcspn(list, " ");
		buf_printf(w->out, "\"%.*s\"%s", (int)length, list,
			   list[length] == ' ' ? ", " : "");
	}
	buf_text(w->out, "]}");
}

static void form_schema(struct writer *w, const struct form *form);

/* {"anyOf": [{"enum": words}, <other>]} */
static void
or_word(struct writer *w, const struct member *m, void (*other)(struct writer *,
							       const struct member *))
{
	open_with(w, '{');
	key(w, "anyOf");
	open_with(w, '[');
	line_start(w);
	word_enum(w, m->words);
	line_start(w);
	other(w, m);
	close_with(w, ']');
	close_with(w, '}');
}

static void
integer_schema(struct writer *w, const struct member *m)
{
	buf_printf(w->out, "{\"type\": \"integer\", \"minimum\": %" PRId64 ", \"maximum\": %" PRId64
		   "}", m->min, m->max);
}

static void
x_schema(struct writer *w, const struct member *m)
{
	(void)m;
	reference(w, "x");
}

static void
literal_schema(struct writer *w, const struct member *m)
{
	(void)m;
	reference(w, "literal");
}

static void
own_form_schema(struct writer *w, const struct member *m)
{
	form_schema(w, m->form);
}

static void
not_words_schema(struct writer *w, const struct member *m)
{
	buf_text(w->out, "{\"allOf\": [{\"$ref\": \"#/$defs/x\"}, {\"not\": ");
	word_enum(w, m->words);
	buf_text(w->out, "}]}");
}

/* A list of `item`s, their number as the row says. */
static void
list_schema(struct writer *w, const struct member *m, bool unique,
	    void (*item)(struct writer *, const struct member *))
{
	open_with(w, '{');
	text(w, "type", "array");
	number(w, "minItems", m->min);
	number(w, "maxItems", m->max);
	if (unique) {
		key(w, "uniqueItems");
		buf_text(w->out, "true");
	}
	key(w, "items");
	item(w, m);
	close_with(w, '}');
}

static void
item_schema(struct writer *w, const struct member *m)
{
	if (m->kind == K_NAMES || m->kind == K_FOR)
		reference(w, "name");
	else if (m->kind == K_WORDS)
		word_enum(w, m->words);
	else if (m->kind == K_WEEKDAYS)
		buf_text(w->out, "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 7}");
	else if (m->kind == K_TYPES)
		reference(w, "event_type");
	else if (m->form == NULL)
		reference(w, "x");
	else if (m->kind == K_FORMS_OR_WORDS)
		or_word(w, m, own_form_schema);
	else
		form_schema(w, m->form);
}

static void
map_schema(struct writer *w, const struct member *m)
{
	open_with(w, '{');
	text(w, "type", "object");
	number(w, "minProperties", m->min);
	number(w, "maxProperties", m->max);
	key(w, "propertyNames");
	reference(w, "name");
	key(w, "additionalProperties");
	if (m->kind == K_MAP_X)
		reference(w, "x");
	else
		form_schema(w, m->form);
	close_with(w, '}');
}

static void
for_schema(struct writer *w, const struct member *m)
{
	open_with(w, '{');
	key(w, "anyOf");
	open_with(w, '[');
	line_start(w);
	reference(w, "name");
	line_start(w);
	list_schema(w, m, true, item_schema);
	line_start(w);
	form_schema(w, m->form);
	close_with(w, ']');
	close_with(w, '}');
}

static void
member_schema(struct writer *w, const struct member *m)
{
	switch (m->kind) {
	case K_NAME: reference(w, "name"); return;
	case K_TEXT:
		buf_printf(w->out, "{\"type\": \"string\", \"minLength\": %d, \"maxLength\": %" PRId64
			   "}", m->min > 0 ? 1 : 0, m->max);
		return;
	case K_INTEGER: integer_schema(w, m); return;
	case K_INTEGER_OR_WORD: or_word(w, m, integer_schema); return;
	case K_DECIMAL: reference(w, "number"); return;
	case K_DATE: reference(w, "date"); return;
	case K_TRUE: buf_text(w->out, "{\"const\": true}"); return;
	case K_ROUNDING: reference(w, "rounding"); return;
	case K_UNIT: reference(w, "unit"); return;
	case K_OFFSET:
		buf_text(w->out, "{\"type\": \"string\", \"pattern\": "
			 "\"^[+-](0[0-9]|1[0-4]):[0-5][0-9]$\"}");
		return;
	case K_SEMANTICS: buf_text(w->out, "{\"const\": \"1\"}"); return;
	case K_WORD: word_enum(w, m->words); return;
	case K_NAMES: case K_WORDS: case K_WEEKDAYS: case K_TYPES:
		list_schema(w, m, true, item_schema);
		return;
	case K_FORMS: case K_FORMS_OR_WORDS: list_schema(w, m, false, item_schema); return;
	case K_X:
		if (m->words == NULL)
			reference(w, "x");
		else
			not_words_schema(w, m);
		return;
	case K_X_OR_WORD: or_word(w, m, x_schema); return;
	case K_LITERAL: reference(w, "literal"); return;
	case K_LITERAL_OR_WORD: or_word(w, m, literal_schema); return;
	case K_DOMAIN:
		buf_text(w->out, "{\"type\": \"array\", \"minItems\": 2, \"maxItems\": 2, "
			 "\"items\": {\"$ref\": \"#/$defs/number\"}}");
		return;
	case K_FORM: form_schema(w, m->form); return;
	case K_FORM_OR_WORD: or_word(w, m, own_form_schema); return;
	case K_MAP: case K_MAP_X: map_schema(w, m); return;
	case K_FOR: for_schema(w, m); return;
	}
}

static void
required(struct writer *w, const struct member *members)
{
	bool any = false;

	for (const struct member *m = members; m->name != NULL; m++) {
		if (!m->required)
			continue;
		if (!any) {
			key(w, "required");
			buf_byte(w->out, '[');
		}
		buf_printf(w->out, "%s\"%s\"", any ? ", " : "", m->name);
		any = true;
	}
	if (any)
		buf_byte(w->out, ']');
}

/* A member with its help as description beside what it must be. */
static void
described(struct writer *w, const struct member *m, const struct variant *v)
{
	key(w, m->name);
	open_with(w, '{');
	text(w, "description", m->help);
	key(w, "allOf");
	buf_byte(w->out, '[');
	if (v->by != NULL && v->words != NULL && strcmp(v->by, m->name) == 0)
		word_enum(w, v->words);
	else
		member_schema(w, m);
	buf_byte(w->out, ']');
	close_with(w, '}');
}

static void
variant_schema(struct writer *w, const struct variant *v)
{
	open_with(w, '{');
	text(w, "type", "object");
	required(w, v->members);
	key(w, "additionalProperties");
	buf_text(w->out, "false");
	key(w, "properties");
	open_with(w, '{');
	for (const struct member *m = v->members; m->name != NULL; m++)
		described(w, m, v);
	close_with(w, '}');
	close_with(w, '}');
}

static void
form_schema(struct writer *w, const struct form *form)
{
	if (form->variants[1].members == NULL) {
		variant_schema(w, &form->variants[0]);
		return;
	}
	open_with(w, '{');
	key(w, "oneOf");
	open_with(w, '[');
	for (const struct variant *v = form->variants; v->members != NULL; v++) {
		line_start(w);
		variant_schema(w, v);
	}
	close_with(w, ']');
	close_with(w, '}');
}

/* ---- expressions ---- */

static void
sign_schema(struct writer *w, char sign, const struct op_row *row)
{
	if (sign == 'x')
		reference(w, "x");
	else if (sign == 'r')
		buf_text(w->out, "{\"enum\": [\"half_up\", \"half_even\", \"down\", \"up\"]}");
	else if (sign == 'i')
		buf_printf(w->out, "{\"type\": \"integer\", \"minimum\": %" PRId64
			   ", \"maximum\": %" PRId64 "}", row->min, row->max);
	else
		reference(w, "name");
}

static void
operands_schema(struct writer *w, const struct op_row *row)
{
	size_t signs = strlen(row->signature);
	bool more = row->signature[signs - 1] == '+';
	size_t least = more ? signs - 1 : signs;

	if (row->signature[0] == '=') {
		sign_schema(w, row->signature[1], row);
		return;
	}
	open_with(w, '{');
	text(w, "type", "array");
	number(w, "minItems", (int64_t)least);
	number(w, "maxItems", more ? LIMIT_TERMS_LIST : (int64_t)least);
	key(w, "prefixItems");
	buf_byte(w->out, '[');
	for (size_t i = 0; i < least; i++) {
		buf_text(w->out, i == 0 ? "" : ", ");
		sign_schema(w, row->signature[i], row);
	}
	buf_byte(w->out, ']');
	if (more) {
		key(w, "items");
		sign_schema(w, row->signature[least - 1], row);
	}
	close_with(w, '}');
}

static void
operators_schema(struct writer *w)
{
	open_with(w, '{');
	text(w, "type", "object");
	number(w, "minProperties", 1);
	number(w, "maxProperties", 1);
	key(w, "additionalProperties");
	buf_text(w->out, "false");
	key(w, "properties");
	open_with(w, '{');
	for (const struct op_row *row = op_rows; row->name != NULL; row++) {
		key(w, row->name);
		if (row->form != NULL)
			form_schema(w, row->form);
		else
			operands_schema(w, row);
	}
	close_with(w, '}');
	close_with(w, '}');
}

/* "^(name|fact\.name|period\.start|...)$" from the table of dotted names. */
static void
reference_schema(struct writer *w)
{
	const char *name, *dot;

	buf_text(w->out, "{\"type\": \"string\", \"pattern\": \"^([a-z][a-z0-9_]{0,39}");
	for (size_t i = 0; (name = ref_row(i)) != NULL; i++) {
		dot = strchr(name, '.');
		buf_printf(w->out, "|%.*s\\\\.%s", (int)(dot - name), name,
			   dot[1] == '\0' ? "[a-z][a-z0-9_]{0,39}" : dot + 1);
	}
	buf_text(w->out, ")$\"}");
}

static void
pattern(struct writer *w, const char *name, const char *regex)
{
	key(w, name);
	buf_printf(w->out, "{\"type\": \"string\", \"pattern\": \"%s\"}", regex);
}

static void
event_types(struct writer *w)
{
	key(w, "event_type");
	buf_text(w->out, "{\"enum\": [");
	for (int i = 0; i < EVENT_TYPE_MAX; i++)
		buf_printf(w->out, "%s\"%s\"", i == 0 ? "" : ", ",
			   event_info((enum event_type)i)->name);
	buf_text(w->out, "]}");
}

static void
definitions(struct writer *w)
{
	pattern(w, "name", NAME_PATTERN);
	pattern(w, "decimal", DECIMAL_PATTERN);
	pattern(w, "date", DATE_PATTERN);
	pattern(w, "unit", UNIT_PATTERN);
	pattern(w, "rounding", ROUNDING_PATTERN);
	event_types(w);
	key(w, "integer");
	buf_printf(w->out, "{\"type\": \"integer\", \"minimum\": -%lld, \"maximum\": %lld}",
		   LIMIT_INTEGER, LIMIT_INTEGER);
	key(w, "number");
	buf_text(w->out, "{\"anyOf\": [{\"$ref\": \"#/$defs/integer\"}, "
		 "{\"$ref\": \"#/$defs/decimal\"}]}");
	key(w, "literal");
	buf_text(w->out, "{\"anyOf\": [{\"$ref\": \"#/$defs/number\"}, "
		 "{\"$ref\": \"#/$defs/date\"}, {\"type\": \"object\", \"required\": [\"word\"], "
		 "\"additionalProperties\": false, \"properties\": "
		 "{\"word\": {\"$ref\": \"#/$defs/name\"}}}]}");
	key(w, "reference");
	reference_schema(w);
	key(w, "x");
	buf_text(w->out, "{\"anyOf\": [{\"$ref\": \"#/$defs/number\"}, {\"type\": \"boolean\"}, "
		 "{\"$ref\": \"#/$defs/date\"}, {\"$ref\": \"#/$defs/reference\"}, "
		 "{\"$ref\": \"#/$defs/operator\"}]}");
	key(w, "operator");
	operators_schema(w);
}

void
terms_schema_write(struct buf *ret)
{
	struct writer w = { .out = ret };
	const struct variant *v = &form_terms.variants[0];

	open_with(&w, '{');
	text(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	text(&w, "title", "Terms of a social outcomes contract");
	text(&w, "description", "The shape of a terms document. README.md says what it means; "
	     "`contract check` finds what a schema cannot.");
	text(&w, "type", "object");
	required(&w, v->members);
	key(&w, "additionalProperties");
	buf_text(ret, "false");
	key(&w, "properties");
	open_with(&w, '{');
	for (const struct member *m = v->members; m->name != NULL; m++)
		described(&w, m, v);
	close_with(&w, '}');
	key(&w, "$defs");
	open_with(&w, '{');
	definitions(&w);
	close_with(&w, '}');
	close_with(&w, '}');
	buf_byte(ret, '\n');
}
