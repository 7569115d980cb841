/* terms_part.c - parties, proofs, calendars, tables and groups into the structs of terms.h. */
#include "terms_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "finding.h"
#include "limits_utfall.h"

static const char time_words[] = "day week iso_week month quarter half_year year";
static const char role_words[] =
	"funder provider verifier evaluator resolver investor guarantor source";

uint32_t
scopes_of(enum terms_subject subject)
{
	switch (subject) {
	case SUBJECT_ENROLMENT: case SUBJECT_PERSON:
		return SCOPE_PERSON | SCOPE_SITE;
	case SUBJECT_SITE:
		return SCOPE_SITE;
	case SUBJECT_CONTRACT:
		return 0;
	}
	abort();	/* not a subject */
}

static void
build_party(struct build *b, struct terms_party *p, const struct json *v)
{
	const struct json *roles = json_get(v, "roles"), *sites = json_get(v, "sites");
	const struct json *source = json_get(v, "source");

	for (uint32_t i = 0; i < roles->count; i++)
		p->roles |= ROLE_BIT(word_index(role_words, roles->items[i].string));
	p->site_count = sites == NULL ? 0 : sites->count;
	p->sites = arena_array(b->arena, p->site_count + 1, sizeof(char *));
	for (size_t i = 0; i < p->site_count; i++)
		p->sites[i] = sites->items[i].string;
	for (uint32_t i = 0; source != NULL && i < source->count; i++) {
		enum event_type type;

		if (event_type_parse(source->items[i].string, source->items[i].count, &type))
			p->sources |= EVENT_BIT(type);
	}
	p->attests_own = json_get_true(v, "attests_own");
	p->resolves_own = json_get_true(v, "resolves_own");
}

void
build_parties(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->party_count; i++)
		build_party(b, &b->t->parties[i], &map->members[i].value);
}

/* Roles go before parties: a word that is a role's name means the role. */
static void
build_who(struct build *b, const struct json *list, const char *pointer, struct terms_who *ret)
{
	ret->parties = arena_array(b->arena, list->count, sizeof(*ret->parties));
	for (uint32_t i = 0; i < list->count; i++) {
		int role = word_index(role_words, list->items[i].string);

		if (role >= 0)
			ret->roles |= ROLE_BIT(role);
		else
			ret->parties[ret->count++] =
				need_party(b, &list->items[i], at_index(b, pointer, i));
	}
}

static void
build_proof(struct build *b, struct terms_proof *p, const struct json *v)
{
	const uint32_t scopes = SCOPE_FACT | SCOPE_PERSON | SCOPE_SITE | SCOPE_OUTCOME;
	const struct json *claim = json_get(v, "claim"), *sample = json_get(v, "sample");
	const struct json *needs = json_get(v, "needs");
	const char *at = at_key(b, p->pointer, "claim");

	build_who(b, json_get(v, "by"), at_key(b, p->pointer, "by"), &p->by);
	p->accept = (enum terms_accept)word_of(v, "accept", "attested feed none");
	if (p->accept == ACCEPT_ATTESTED)
		build_who(b, json_get(v, "accepted_by"), at_key(b, p->pointer, "accepted_by"),
			  &p->accepted_by);
	p->need_count = needs == NULL ? 0 : needs->count;
	p->needs = arena_array(b->arena, p->need_count + 1, sizeof(char *));
	for (size_t i = 0; i < p->need_count; i++)
		p->needs[i] = needs->items[i].string;
	p->until = x_member(b, v, "until", p->pointer, TYPE_DATE, scopes);
	p->opens = x_member(b, claim, "opens", at, TYPE_DATE, scopes);
	p->closes = x_member(b, claim, "closes", at, TYPE_DATE, scopes);
	p->sampled = sample != NULL;
	if (sample != NULL)
		(void)shape_number(json_get(sample, "share"), &p->sample_share);
}

void
build_proofs(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->proof_count; i++)
		build_proof(b, &b->t->proofs[i], &map->members[i].value);
}

static void
build_calendar(struct build *b, struct terms_calendar *c, const struct json *v)
{
	const struct json *skip = json_get(v, "skip"), *from = json_get(v, "from");
	const struct json *weekdays = json_get(skip, "weekdays"), *days = json_get(skip, "days");

	c->unit = (enum terms_unit_of_time)word_of(v, "unit", time_words);
	c->n = json_get_integer(v, "n", 1);
	if (!json_is(from, "grid"))
		c->from = x_at(b, from, at_key(b, c->pointer, "from"), TYPE_DATE,
			       SCOPE_PERSON | SCOPE_SITE);
	c->first_counts = json_get_integer(v, "first", 0) == 1;
	for (uint32_t i = 0; weekdays != NULL && i < weekdays->count; i++)
		c->skip_weekdays |= 1u << weekdays->items[i].integer;
	if (c->skip_weekdays == 0xfe)
		build_error(b, c->pointer, "all seven weekdays are skipped, so no day exists; "
			    "leave at least one");
	if (days != NULL)
		c->skip_days = need_table(b, days, at_key(b, c->pointer, "skip/days"));
	c->stop = x_member(b, v, "stop", c->pointer, TYPE_TRUTH, SCOPE_PERSON | SCOPE_SITE);
}

void
build_calendars(struct build *b, const struct json *map)
{
	for (uint32_t i = 0; i < map->count; i++)
		build_calendar(b, &b->t->calendars[i], &map->members[i].value);
}

/* ---- tables ---- */

/* A literal is an expression without names; its kind is known at once. */
static const struct terms_x *
build_literal(struct build *b, const struct json *v, const char *pointer)
{
	struct terms_x *x = x_parse(b, v, pointer);

	x->type = x->op == OP_NUMBER ? TYPE_NUMBER : x->op == OP_DAY ? TYPE_DATE : TYPE_WORD;
	return x;
}

static int
row_compare(const void *pa, const void *pb)
{
	const struct terms_row *a = pa, *b = pb;
	int order = 0;

	for (size_t i = 0; order == 0 && a->is[i] != NULL && b->is[i] != NULL; i++)
		order = strcmp(a->is[i], b->is[i]);
	if (order == 0)
		order = date_compare(a->from_day, b->from_day);
	return order != 0 ? order : ratio_compare(a->from, b->from);
}

static enum terms_argument
row_argument(const struct json *from)
{
	struct date day;

	if (from == NULL)
		return ARGUMENT_NONE;
	if (from->kind == JSON_STRING && date_parse(from->string, from->count, &day))
		return ARGUMENT_DATE;
	return from->kind == JSON_OBJECT ? ARGUMENT_NONE : ARGUMENT_NUMBER;
}

static void
build_row(struct build *b, struct terms_table *t, struct terms_row *row, const struct json *v,
	  const char *at)
{
	const struct json *is = json_get(v, "is"), *from = json_get(v, "from");
	size_t words = is == NULL ? 0 : is->count;

	row->from = ratio_integer(0);
	row->is = arena_array(b->arena, words + 1, sizeof(char *));
	for (size_t i = 0; i < words; i++)
		row->is[i] = is->items[i].string;
	row->then = build_literal(b, json_get(v, "then"), at_key(b, at, "then"));
	if (from != NULL && from->kind == JSON_OBJECT)
		build_error(b, at_key(b, at, "from"), "expected a number or a date, found a word; "
			    "words stand in 'is'");
	if (t->row_count == 0) {
		t->word_count = words;
		t->argument = row_argument(from);
		t->type = row->then->type;
	} else if (t->word_count != words || t->argument != row_argument(from) ||
		   t->type != row->then->type) {
		build_error(b, at, "this row asks for other things than the first row, or answers "
			    "another kind; give all rows the same number of words, the same kind "
			    "of 'from' and of 'then'");
	}
	if (t->argument == ARGUMENT_DATE && from != NULL)
		(void)!date_parse(from->string, from->count, &row->from_day);
	else if (t->argument == ARGUMENT_NUMBER && from != NULL)
		(void)!shape_number(from, &row->from);
	t->row_count++;
}

static void
build_rows(struct build *b, struct terms_table *t, const struct json *rows)
{
	const char *at = at_key(b, t->pointer, "rows");
	size_t before = b->f->errors;

	t->rows = arena_array(b->arena, rows->count, sizeof(*t->rows));
	for (uint32_t i = 0; i < rows->count; i++)
		build_row(b, t, &t->rows[i], &rows->items[i], at_index(b, at, i));
	if (b->f->errors != before)
		return;
	qsort(t->rows, t->row_count, sizeof(*t->rows), row_compare);
	for (size_t i = 1; i < t->row_count; i++)
		if (row_compare(&t->rows[i - 1], &t->rows[i]) == 0)
			build_error(b, t->rows[i].then->pointer, "two rows ask for the same; leave "
				    "one out");
	if (t->kind != TABLE_EXACT && t->argument == ARGUMENT_NONE)
		build_error(b, t->pointer, "a table of kind steps or linear needs 'from' in its "
			    "rows; add it, or say exact");
	if (t->kind == TABLE_LINEAR && t->type != TYPE_NUMBER)
		build_error(b, t->pointer, "a linear table answers numbers only; say steps");
	if (t->has_domain && t->argument != ARGUMENT_NUMBER)
		build_error(b, t->pointer, "a domain is for tables whose rows have a number in "
			    "'from'; leave it out");
}

static void
build_measured(struct build *b, struct terms_table *t, const struct json *v)
{
	const struct json *group = json_get(v, "group");

	t->measured = json_get_string(v, "measured");
	t->method = json_get_string(v, "method");
	build_who(b, json_get(v, "by"), at_key(b, t->pointer, "by"), &t->by);
	t->about = (enum terms_about)word_of(v, "about", "contract site group person");
	t->latest = json_is(json_get(v, "revised"), "latest");
	t->argument = ARGUMENT_DATE;
	t->type = TYPE_NUMBER;
	if ((group != NULL) != (t->about == ABOUT_GROUP))
		build_error(b, t->pointer, "'group' goes with \"about\": \"group\", and only with "
			    "it; give both or neither");
	else if (group != NULL)
		t->group = need_group(b, group, at_key(b, t->pointer, "group"));
	if (t->has_domain)
		build_error(b, t->pointer, "a measured table is asked for a date; leave the "
			    "domain out");
}

static void
build_table(struct build *b, struct terms_table *t, const struct json *v)
{
	const struct json *missing = json_get(v, "missing"), *domain = json_get(v, "domain");
	int word = missing->kind == JSON_STRING ?
		word_index("unknown previous error", missing->string) : -1;

	t->kind = (enum terms_table_kind)word_of(v, "kind", "exact steps linear");
	t->unit = json_get_string(v, "unit");
	t->has_domain = domain != NULL;
	if (domain != NULL && (!shape_number(&domain->items[0], &t->low) ||
			       !shape_number(&domain->items[1], &t->high) ||
			       ratio_compare(t->low, t->high) > 0))
		build_error(b, at_key(b, t->pointer, "domain"), "the lowest number of the domain "
			    "is above the highest; exchange them");
	if (json_get(v, "rows") != NULL)
		build_rows(b, t, json_get(v, "rows"));
	else
		build_measured(b, t, v);
	t->missing = word < 0 ? MISSING_VALUE : (enum terms_missing)word;
	if (word >= 0)
		return;
	t->otherwise = build_literal(b, missing, at_key(b, t->pointer, "missing"));
	if (t->otherwise->type != t->type)
		build_error(b, t->otherwise->pointer, "the answer where a row is missing is of "
			    "another kind than the rows' answers; give a %s",
			    t->type == TYPE_NUMBER ? "number" : t->type == TYPE_DATE ? "date"
								: "word");
}

void
build_tables(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->table_count; i++)
		build_table(b, &b->t->tables[i], &map->members[i].value);
}

/* ---- groups ---- */

static void
build_group(struct build *b, struct terms_group *g, const struct json *v)
{
	const struct json *within = json_get(v, "in"), *as_of = json_get(v, "as_of");
	int word = as_of->kind == JSON_STRING ?
		word_index("enrolled assigned period", as_of->string) : -1;

	g->of = word_of(v, "of", "enrolment person site") == 0 ? SUBJECT_ENROLMENT :
		json_is(json_get(v, "of"), "person") ? SUBJECT_PERSON : SUBJECT_SITE;
	if (within != NULL)
		g->within = need_group(b, within, at_key(b, g->pointer, "in"));
	g->where = x_member(b, v, "where", g->pointer, TYPE_TRUTH, scopes_of(g->of));
	g->as_of = word == 0 ? AS_OF_ENROLLED : word == 1 ? AS_OF_ASSIGNED :
		word == 2 ? AS_OF_PERIOD : AS_OF_DATE;
	if (g->as_of == AS_OF_DATE)
		g->day = x_at(b, as_of, at_key(b, g->pointer, "as_of"), TYPE_DATE, 0);
	if (g->of == SUBJECT_SITE && (word == 0 || word == 1))
		build_error(b, at_key(b, g->pointer, "as_of"), "a site is neither enrolled nor "
			    "assigned; say \"period\" or a date");
}

void
build_groups(struct build *b, const struct json *map)
{
	for (size_t i = 0; i < b->t->group_count; i++)
		build_group(b, &b->t->groups[i], &map->members[i].value);
	for (size_t i = 0; i < b->t->group_count; i++) {
		const struct terms_group *g = &b->t->groups[i];

		if (g->within != NULL && (g->of == SUBJECT_SITE) !=
					 (g->within->of == SUBJECT_SITE))
			build_error(b, g->pointer, "a group of sites and a group of people cannot "
				    "lie in each other; mend 'of' or leave 'in' out");
	}
}
