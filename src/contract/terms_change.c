/* terms_change.c - what is another one in a further version: by itself, or by what it reads.
 *
 * A definition reads whatever it has the name of somewhere inside. A word may be a name without
 * meaning it: then more counts as changed than has, never less. */
#include "terms.h"

#include <string.h>

#include "arena.h"
#include "json.h"

static const char *const parts[] = { "dates", "proofs", "calendars", "tables", "groups", "values",
				     "outcomes", "payments", "shares", NULL };

struct terms_change {
	struct arena *arena;
	struct json names;		/* of definitions that are other ones, each true */
};

static bool
is_same(const struct json *a, const struct json *b)
{
	return a == NULL || b == NULL ? a == b : json_equal(a, b);
}

static bool
is_among(const char *const *names, const char *name)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* Has `a` no member that `b` has not, or has otherwise? */
static bool
is_within(const struct json *a, const struct json *b, const char *const *but)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (!is_among(but, a->members[i].key) &&
		    !is_same(&a->members[i].value, json_get(b, a->members[i].key)))
			return false;
	return true;
}

bool
terms_same_but(const struct json *a, const struct json *b, const char *const *but)
{
	return is_within(a, b, but) && is_within(b, a, but);
}

/* ---- by itself ---- */

/* What people call it decides nothing. */
static bool
is_same_definition(const struct json *a, const struct json *b)
{
	static const char *const but[] = { "title", NULL };

	if (b == NULL || a->kind != JSON_OBJECT || b->kind != JSON_OBJECT)
		return is_same(a, b);
	return terms_same_but(a, b, but);
}

static void
add(struct terms_change *c, const char *name)
{
	json_set(c->arena, &c->names, name, json_boolean(true));
}

/* What `a` has and `b` has not, or has otherwise. */
static void
add_part(struct terms_change *c, const struct json *a, const struct json *b)
{
	for (uint32_t i = 0; a != NULL && i < a->count; i++)
		if (!is_same_definition(&a->members[i].value, json_get(b, a->members[i].key)))
			add(c, a->members[i].key);
}

/* ---- by what it reads ---- */

static bool
has_name(const struct terms_change *c, const struct json *v)
{
	if (v->kind == JSON_STRING)
		return json_get(&c->names, v->string) != NULL;
	for (uint32_t i = 0; v->kind == JSON_ARRAY && i < v->count; i++)
		if (has_name(c, &v->items[i]))
			return true;
	for (uint32_t i = 0; v->kind == JSON_OBJECT && i < v->count; i++)
		if (has_name(c, &v->members[i].value))
			return true;
	return false;
}

bool
terms_change_reaches(const struct terms_change *c, const struct json *object,
		     const char *const *but)
{
	for (uint32_t i = 0; c->names.count > 0 && i < object->count; i++)
		if (!is_among(but, object->members[i].key) &&
		    has_name(c, &object->members[i].value))
			return true;
	return false;
}

/* Was there one that reads what changed, and was not known to? */
static bool
add_readers(struct terms_change *c, const struct json *part)
{
	bool ret = false;

	for (uint32_t i = 0; part != NULL && i < part->count; i++) {
		const struct json_member *m = &part->members[i];

		if (json_get(&c->names, m->key) != NULL || !has_name(c, &m->value))
			continue;
		add(c, m->key);
		ret = true;
	}
	return ret;
}

struct terms_change *
terms_change_new(const struct terms *then, const struct terms *now, struct arena *arena)
{
	struct terms_change *c = arena_alloc(arena, sizeof(*c));
	bool more;

	*c = (struct terms_change){ arena, json_object() };
	for (size_t i = 0; parts[i] != NULL; i++) {
		const struct json *was = json_get(then->document, parts[i]);
		const struct json *is = json_get(now->document, parts[i]);

		add_part(c, was, is);
		add_part(c, is, was);
	}
	do {
		more = false;
		for (size_t i = 0; c->names.count > 0 && parts[i] != NULL; i++)
			more = add_readers(c, json_get(now->document, parts[i])) || more;
	} while (more);
	return c;
}

bool
terms_change_has(const struct terms_change *c, const char *name)
{
	return json_get(&c->names, name) != NULL;
}

/* ---- by what is not called by a name ---- */

static bool
is_heard(const struct terms *t, const struct terms_party *p)
{
	unsigned silent = ROLE_BIT(ROLE_FUNDER) | ROLE_BIT(ROLE_INVESTOR) | ROLE_BIT(ROLE_GUARANTOR);
	bool ret = (p->roles & ~silent) != 0 || p->sources != 0 || p->site_count > 0;

	for (size_t i = 0; i < t->proof_count && !ret; i++)
		ret = terms_who_has(&t->proofs[i].by, p) ||
		      terms_who_has(&t->proofs[i].accepted_by, p);
	for (size_t i = 0; i < t->table_count && !ret; i++)
		ret = t->tables[i].measured != NULL && terms_who_has(&t->tables[i].by, p);
	return ret;
}

/* Are all parties of `a` the same in `b`, but for those that only pay or are paid? */
static bool
hears_within(const struct terms *a, const struct terms *b)
{
	const struct json *was = json_get(a->document, "parties");
	const struct json *is = json_get(b->document, "parties");

	for (size_t i = 0; i < a->party_count; i++) {
		const struct terms_party *p = &a->parties[i], *other = terms_party(b, p->name);

		if (!is_same(json_get(was, p->name), json_get(is, p->name)) &&
		    (is_heard(a, p) || (other != NULL && is_heard(b, other))))
			return false;
	}
	return true;
}

bool
terms_same_settlement(const struct terms *then, const struct terms *now)
{
	static const char *const but[] = { "record_until", "periods", "cut_off", "dispute_until",
					   "terminate", NULL };

	return terms_same_but(json_get(then->document, "settlement"),
			      json_get(now->document, "settlement"), but);
}

bool
terms_same_ground(const struct terms *then, const struct terms *now)
{
	static const char *const but[] = { "version", "applies", "parties", "dates", "proofs",
					   "calendars", "tables", "groups", "values", "outcomes",
					   "payments", "limits", "shares", "settlement", "notes",
					   "title", NULL };

	return terms_same_but(then->document, now->document, but) &&
	       terms_same_settlement(then, now) && hears_within(then, now) &&
	       hears_within(now, then);
}
