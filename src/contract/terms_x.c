/* terms_x.c - expressions from a document into resolved nodes. Their shape was checked before. */
#include "terms_priv.h"

#include <string.h>

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"

static const char do_words[] = "count sum mean min max";
static const char as_words[] = "happened recorded claimed accepted";

static struct terms_x *
node(struct build *b, enum terms_op op, const char *pointer, size_t count)
{
	struct terms_x *x = arena_alloc(b->arena, sizeof(*x));

	x->op = op;
	x->type = TYPE_ANY;
	b->nodes = mem_room(b->nodes, b->t->x_count, &b->node_capacity, sizeof(*b->nodes));
	b->nodes[b->t->x_count] = x;
	x->id = b->t->x_count++;
	x->pointer = pointer;
	x->count = count;
	x->args = arena_array(b->arena, count + 1, sizeof(*x->args));
	return x;
}

/* A bare name is a value, a named date or an outcome: they share one set of names. */
static struct terms_x *
parse_name(struct build *b, const char *name, const char *pointer)
{
	struct terms_x *x = node(b, OP_NUMBER, pointer, 0);

	x->value = terms_value(b->t, name);
	if (x->value != NULL) {
		x->op = OP_VALUE;
		return x;
	}
	x->outcome = terms_outcome(b->t, name);
	if (x->outcome != NULL) {
		x->op = OP_OUTCOME;
		return x;
	}
	for (size_t i = 0; i < b->t->date_count; i++)
		if (strcmp(b->t->dates[i].name, name) == 0) {
			x->op = OP_DATE_NAME;
			x->named = &b->t->dates[i];
			return x;
		}
	build_error(b, pointer, "there is no value, date or outcome '%s'; name one, or say "
		    "{\"word\": \"%s\"} for a word", name, name);
	x->number = ratio_integer(0);
	return x;
}

static struct terms_x *
parse_string(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x;
	struct ratio number;
	struct date day;
	enum terms_ref ref;

	if (ratio_parse(v->string, v->count, &number)) {
		x = node(b, OP_NUMBER, pointer, 0);
		x->number = number;
	} else if (date_parse(v->string, v->count, &day)) {
		x = node(b, OP_DAY, pointer, 0);
		x->day = day;
	} else if (ref_find(v->string, &ref)) {
		x = node(b, OP_REF, pointer, 0);
		x->ref = ref;
		x->word = strchr(v->string, '.') + 1;
	} else {
		x = parse_name(b, v->string, pointer);
	}
	return x;
}

static void
parse_words(struct build *b, struct terms_x *x, const struct json *list)
{
	x->words.count = list->count - 1;
	x->words.items = arena_array(b->arena, list->count, sizeof(char *));
	for (uint32_t i = 1; i < list->count; i++)
		x->words.items[i - 1] = list->items[i].string;
}

/* Operators whose operands stand in a list, or alone. */
static struct terms_x *
parse_operands(struct build *b, const struct op_row *row, const struct json *v,
	       const char *pointer)
{
	struct terms_x *x = node(b, row->op, pointer, v->kind == JSON_ARRAY ? v->count : 1);
	int64_t multiple;

	x->count = 0;
	if (row->signature[0] == '=') {
		if (row->signature[1] == 'x')
			x->args[x->count++] = x_parse(b, v, pointer);
		else if (row->signature[1] == 'w')
			x->word = v->string;
		else
			x->group = need_group(b, v, pointer);
		return x;
	}
	if (row->op == OP_IS)
		parse_words(b, x, v);
	for (uint32_t i = 0; i < v->count; i++) {
		const char *at = at_index(b, pointer, i);
		size_t signs = strlen(row->signature);
		char sign = row->signature[i < signs ? i : signs - 1];

		if (sign == '+')
			sign = row->signature[signs - 2];
		if (sign == 'x')
			x->args[x->count++] = x_parse(b, &v->items[i], at);
		else if (sign == 'c')
			x->calendar = need_calendar(b, &v->items[i], at);
		else if (sign == 'r')
			(void)shape_rounding(&v->items[i], &x->rounding.how, &multiple);
		else if (sign == 'i')
			x->rounding.n = v->items[i].integer;
	}
	return x;
}

static const struct terms_x *
optional(struct build *b, const struct json *object, const char *key, const char *pointer)
{
	const struct json *v = json_get(object, key);

	return v == NULL ? NULL : x_parse(b, v, at_key(b, pointer, key));
}

static struct terms_x *
parse_look(struct build *b, const struct json *v, const char *pointer)
{
	const struct json *by = json_get(v, "by");
	struct terms_x *x = node(b, OP_LOOK, pointer, by == NULL ? 0 : by->count);

	x->look.table = need_table(b, json_get(v, "table"), at_key(b, pointer, "table"));
	for (uint32_t i = 0; by != NULL && i < x->count; i++)
		x->args[i] = x_parse(b, &by->items[i],
				     at_index(b, at_key(b, pointer, "by"), i));
	x->look.at = optional(b, v, "at", pointer);
	return x;
}

static struct terms_x *
parse_over(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x = node(b, OP_OVER, pointer, 0);
	int64_t multiple;

	x->over.group = need_group(b, json_get(v, "group"), at_key(b, pointer, "group"));
	x->over.what = (enum terms_do)word_of(v, "do", do_words);
	x->over.of = optional(b, v, "of", pointer);
	x->over.where = optional(b, v, "where", pointer);
	if (x->over.what == DO_MEAN) {
		(void)shape_rounding(json_get(v, "round"), &x->over.how, &multiple);
		x->over.places = (int)json_get_integer(v, "places", 0);
	}
	return x;
}

static struct terms_x *
parse_items(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x = node(b, OP_ITEMS, pointer, 0);

	x->items.of = need_payments(b, json_get(v, "of"), at_key(b, pointer, "of"),
				    &x->items.count);
	x->items.what = (enum terms_do)word_of(v, "do", do_words);
	x->items.all = json_is(json_get(v, "among"), "all");
	x->items.where = optional(b, v, "where", pointer);
	return x;
}

static struct terms_x *
parse_date_of(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x = node(b, OP_DATE_OF, pointer, 0);
	const char *name = json_get_string(v, "of"), *at = at_key(b, pointer, "of");

	x->date_of.outcome = terms_outcome(b->t, name);
	x->date_of.value = terms_value(b->t, name);
	if (x->date_of.outcome == NULL && x->date_of.value == NULL)
		build_error(b, at, "there is no outcome or value '%s'; name one that is reached or "
			    "that has facts", name);
	x->date_of.nth = json_get_integer(v, "nth", NTH_LAST);
	x->date_of.as = (enum terms_as)word_of(v, "as", as_words);
	return x;
}

static struct terms_x *
parse_grow(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x = node(b, OP_GROW, pointer, 1);
	int64_t multiple;

	x->grow.flows = need_value(b, json_get(v, "flows"), at_key(b, pointer, "flows"));
	x->grow.rests = need_calendar(b, json_get(v, "rests"), at_key(b, pointer, "rests"));
	(void)shape_rounding(json_get(v, "round"), &x->grow.how, &multiple);
	x->args[0] = x_parse(b, json_get(v, "rate"), at_key(b, pointer, "rate"));
	return x;
}

static struct terms_x *
parse_object(struct build *b, const struct json *v, const char *pointer)
{
	const struct op_row *row = op_find(v->members[0].key);
	const struct json *operand = &v->members[0].value;
	const char *at = at_key(b, pointer, row->name);

	if (row->op == OP_LOOK)
		return parse_look(b, operand, at);
	if (row->op == OP_OVER)
		return parse_over(b, operand, at);
	if (row->op == OP_ITEMS)
		return parse_items(b, operand, at);
	if (row->op == OP_DATE_OF)
		return parse_date_of(b, operand, at);
	if (row->op == OP_GROW)
		return parse_grow(b, operand, at);
	return parse_operands(b, row, operand, at);
}

struct terms_x *
x_parse(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x;

	if (v->kind == JSON_STRING)
		return parse_string(b, v, pointer);
	if (v->kind == JSON_OBJECT)
		return parse_object(b, v, pointer);
	if (v->kind == JSON_INTEGER) {
		x = node(b, OP_NUMBER, pointer, 0);
		x->number = ratio_integer(v->integer);
	} else {
		x = node(b, OP_TRUTH, pointer, 0);
		x->truth = v->kind == JSON_TRUE;
	}
	return x;
}

const struct terms_x *
x_at(struct build *b, const struct json *v, const char *at, enum terms_type type, uint32_t scopes)
{
	struct place *place;

	if (v == NULL)
		return NULL;
	b->places = mem_room(b->places, b->place_count, &b->place_capacity, sizeof(*b->places));
	place = &b->places[b->place_count++];
	place->x = x_parse(b, v, at);
	place->type = type;
	place->scopes = scopes;
	return place->x;
}

const struct terms_x *
x_member(struct build *b, const struct json *object, const char *key, const char *pointer,
	 enum terms_type type, uint32_t scopes)
{
	return x_at(b, json_get(object, key), at_key(b, pointer, key), type, scopes);
}
