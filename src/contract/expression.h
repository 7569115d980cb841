/* expression.h - an expression of the terms read in a scope; tables, groups, statistics over them.
 *
 * Read expression.c first. How an expression can change from day to day (its shape) is only a
 * matter of cost.
 */
#ifndef UTFALL_EXPRESSION_H
#define UTFALL_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ratio.h"
#include "terms.h"
#include "xval.h"

struct ordinals;
struct run;
struct scope;
struct settlement;
struct unit;
struct version;

enum x_shape {
	SHAPE_NEW, SHAPE_BUSY, SHAPE_FIXED, SHAPE_CONSTANT, SHAPE_STEPWISE, SHAPE_VOLATILE
};
enum x_whose { WHOSE_NEW, WHOSE_ENROLMENT, WHOSE_UNIT };
struct reading {		/* what is known of an expression, whoever reads it */
	const struct terms_x *of;	/* another version's may have the same id */
	enum x_shape shape;
	enum x_whose whose;
	bool has_value;			/* it is the same for everybody, and was read */
	struct xval value;
};
struct xval x_eval(struct scope *sc, const struct terms_x *x);
/* The widest of it and its operands; group_shape(): of who is a member. */
enum x_shape x_shape(const struct version *v, const struct terms_x *x);
/* Is it seen to be the same for all enrolments of a unit? Only a matter of cost. */
bool x_is_of_unit(const struct version *v, const struct terms_x *x);
enum x_shape group_shape(const struct version *v, const struct terms_group *g);

/* The day from which a subject can be looked at when nothing else is said. */
int32_t subject_start(struct scope *sc, enum terms_subject subject);
/* ---- one kind of operator each ---- */

struct xval x_reference(struct scope *sc, const struct terms_x *x);
/* What is said of the person of the scope; and the site on the day looked at. */
struct xval x_person(struct scope *sc, const struct terms_x *x);
struct xval person_site(struct scope *sc);
struct xval x_look(struct scope *sc, const struct terms_x *x);
/* `number` NULL: the day is looked up. */
struct xval table_value(struct scope *sc, const struct terms_table *t, const char **words,
			const struct ratio *number, int32_t day);
struct xval x_over(struct scope *sc, const struct terms_x *x);
struct xval x_items(struct scope *sc, const struct terms_x *x);
struct xval x_date_of(struct scope *sc, const struct terms_x *x);
struct xval x_grow(struct scope *sc, const struct terms_x *x);
/* Is the subject of the scope a member? A person is where one of its enrolments is. */
struct xval group_member(struct scope *sc, const struct terms_group *g);

struct stat {			/* of a group: counts and sums, never lists */
	int64_t count, unknown;
	struct ratio sum, low, high;
	bool broken;		/* the sum does not fit */
};

struct memo_stat {
	const struct terms_x *x;
	const struct version *version;
	int32_t day, ahead;		/* ahead: when time alone changes it */
	bool leans;			/* what a member adds is read of others, too */
	bool early;			/* read ahead */
	struct stat stat;
	struct common_basis *basis;	/* what it rests on, once a line asked for it; or NULL */
	struct memo_stat *next;
};

/* What one unit's members add. */
void stat_add_unit(struct scope *sc, const struct terms_x *x, struct unit *u, struct stat *st);

/* ---- statistics carried from statement to statement: settle_carried.c ---- */

/* From what was carried over, brought up to date; false where it must be read anew. */
bool stat_carried(struct scope *sc, const struct terms_x *x, struct stat *st, int32_t *ret_ahead);

void carried_forget(struct settlement *s);
/* Keeps what a live run worked out. */
void carried_keep(struct run *r);
/* `touched`: who has news. */
void carried_refresh(struct run *r, uint64_t size, bool discard, const struct ordinals *touched);

#endif
