/* terms_priv.h - how terms are read: tables of members, a shape check, then building and typing.
 *
 * terms.c          the steps below in their order
 * terms_form.c, terms_form_pay.c  the grammar as data: one row a member
 * terms_shape.c    is a document what the rows say?
 * terms_schema.c   the rows as JSON Schema
 * terms_op.c       the tables of operators and of dotted names; terms_x.c reads expressions
 * terms_part.c, terms_value.c, terms_pay.c  the ten parts into the structs of terms.h
 * terms_type.c     kinds, scopes and cycles, once all names are known; terms_scope.c: what is there
 */
#ifndef UTFALL_TERMS_PRIV_H
#define UTFALL_TERMS_PRIV_H

#include "json.h"
#include "terms.h"

/* ---- the grammar as data ---- */

enum form_kind {
	K_NAME,		/* a name */
	K_TEXT,		/* min..max characters */
	K_INTEGER,	/* min..max */
	K_INTEGER_OR_WORD,	/* min..max, or one of `words` */
	K_DECIMAL,	/* a decimal string or an integer, min..max in whole units */
	K_DATE,
	K_TRUE,
	K_ROUNDING,	/* half_up, half_even, down, up, with _N for a multiple of N */
	K_UNIT,
	K_OFFSET,
	K_SEMANTICS,
	K_WORD,		/* one of `words` */
	K_NAMES,	/* min..max names */
	K_WORDS,	/* min..max of `words` */
	K_WEEKDAYS,	/* 1..7 of 1..7, distinct */
	K_TYPES,	/* event types */
	K_X,		/* an expression; not one of `words` as a bare string */
	K_X_OR_WORD,	/* an expression or one of `words` */
	K_LITERAL,	/* number, date or {"word": W} */
	K_LITERAL_OR_WORD,
	K_DOMAIN,	/* [number, number] */
	K_FORM,		/* an object as `form` says */
	K_FORM_OR_WORD,
	K_FORMS,	/* min..max of them; without a form, of expressions */
	K_FORMS_OR_WORDS,	/* min..max, each an object or one of `words` */
	K_MAP,		/* name: object */
	K_MAP_X,	/* name: expression */
	K_FOR		/* a name, a list of names, or an object: what a payment is for */
};

struct form;

struct member {
	const char *name;
	enum form_kind kind;
	bool required;
	const char *words;
	const struct form *form;
	int64_t min, max;
	const char *help;
};

/* An object has the members of the one variant whose `by` is there (with one of `words`). */
struct variant {
	const char *by;			/* NULL: the only variant */
	const char *words;
	const struct member *members;	/* ends with a NULL name */
};

struct form {
	const char *name;		/* "an outcome" without the article */
	const struct variant *variants;	/* ends with NULL members */
};

/* Groups, outcomes, payments and limits may say how people call them. */
#define MEMBER_TITLE \
	{ "title", K_TEXT, false, NULL, NULL, 1, 200, "what people call it, in print" }

extern const struct form form_terms;
extern const struct form form_settlement, form_payment, form_limit, form_share;

const struct member *member_find(const struct member *members, const char *name);
/* The variant that an object takes, NULL where none. */
const struct variant *variant_of(const struct form *form, const struct json *object);

/* Every place where the document is not what the rows say goes to `f`. True if there is none. */
bool shape_check(const struct json *document, struct findings *f);
bool shape_is_listed(const char *words, const char *word);
bool shape_rounding(const struct json *v, enum rounding *ret_how, int64_t *ret_multiple);
bool shape_number(const struct json *v, struct ratio *ret);

/* ---- operators ---- */

/* Signature of an operator's operand: `x` expression, `w` word, `r` rounding, `i` integer,
 * `c` calendar; `+` repeats the one before. "=x", "=w", "=g": the operand itself, no list. */
struct op_row {
	const char *name;
	enum terms_op op;
	const char *signature;		/* NULL: an object as `form` says */
	const struct form *form;
	int64_t min, max;		/* of `i` */
};
extern const struct op_row op_rows[];	/* ends with a NULL name */
const struct op_row *op_find(const char *name);
const char *op_names(struct arena *arena);	/* all, blanks between */
bool ref_find(const char *text, enum terms_ref *ret);	/* dotted names; attributes by prefix */
const char *ref_row(size_t index);	/* each dotted name, attributes as "person."; then NULL */

/* ---- building ---- */

struct place {				/* where an expression stands and what it must be */
	struct terms_x *x;
	enum terms_type type;		/* TYPE_ANY: number or truth */
	uint32_t scopes;
};

struct build {
	struct arena *arena;
	struct findings *f;
	struct terms *t;
	size_t errors_before;
	struct place *places;
	size_t place_count, place_capacity;
	struct terms_x **nodes;		/* every expression, by id */
	size_t node_capacity;
};

PRINTF_LIKE(3, 4)
void build_error(struct build *b, const char *pointer, const char *fmt, ...);
const char *at_key(struct build *b, const char *pointer, const char *key);
const char *at_index(struct build *b, const char *pointer, size_t index);

/* By name in the part; an error with the names there are, and NULL, where there is none.
 * need_per() knows "ever" too. */
const struct terms_party *need_party(struct build *b, const struct json *v, const char *at);
const struct terms_proof *need_proof(struct build *b, const struct json *v, const char *at);
const struct terms_calendar *need_calendar(struct build *b, const struct json *v, const char *at);
const struct terms_calendar *need_per(struct build *b, const struct json *v, const char *at);
const struct terms_table *need_table(struct build *b, const struct json *v, const char *at);
const struct terms_group *need_group(struct build *b, const struct json *v, const char *at);
const struct terms_value *need_value(struct build *b, const struct json *v, const char *at);
const struct terms_share *need_share(struct build *b, const struct json *v, const char *at);
const struct terms_outcome **need_outcomes(struct build *b, const struct json *list,
					   const char *at, size_t *ret_count);
const struct terms_payment **need_payments(struct build *b, const struct json *list,
					   const char *at, size_t *ret_count);

/* Parses an expression (its shape was checked); never NULL. */
struct terms_x *x_parse(struct build *b, const struct json *v, const char *pointer);
/* The same, NULL where `v` is NULL, and remembers that it must be `type` within `scopes`. */
const struct terms_x *x_at(struct build *b, const struct json *v, const char *pointer,
			   enum terms_type type, uint32_t scopes);
const struct terms_x *x_member(struct build *b, const struct json *object, const char *key,
			       const char *pointer, enum terms_type type, uint32_t scopes);
uint32_t scopes_of(enum terms_subject subject);
int word_index(const char *words, const char *word);	/* place of a word in a list, -1 */
int word_of(const struct json *object, const char *key, const char *words);

void build_parties(struct build *b, const struct json *map);
void build_proofs(struct build *b, const struct json *map);
void build_calendars(struct build *b, const struct json *map);
void build_tables(struct build *b, const struct json *map);
void build_groups(struct build *b, const struct json *map);
void build_values(struct build *b, const struct json *map);
void build_outcomes(struct build *b, const struct json *map);
void build_payments(struct build *b, const struct json *map);
void build_limits(struct build *b, const struct json *list);
void build_shares(struct build *b, const struct json *map);
void build_settlement(struct build *b, const struct json *object);
void build_types(struct build *b);	/* kinds, scopes, cycles */

/* SCOPE_ bits that are asked of whoever reads it. */
uint32_t ref_needs(enum terms_ref ref);
uint32_t subject_needs(enum terms_subject subject);
uint32_t value_needs(const struct terms_value *v);
uint32_t x_needs(const struct terms_x *x);	/* 0 for NULL */
void check_scope(struct build *b, const char *pointer, uint32_t needs, uint32_t scopes);
void check_uses(struct build *b);	/* calendars and shares where they are used */

#endif
