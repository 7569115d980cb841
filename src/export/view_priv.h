/* view_priv.h - how a view finds things, and one event on its way into it: shared by view.c,
 * view_grow.c and view_statement.c. */
#ifndef UTFALL_VIEW_PRIV_H
#define UTFALL_VIEW_PRIV_H

#include "view.h"

struct event;
struct json;

enum find_kind { FIND_NOTHING, FIND_NAME, FIND_PERSON, FIND_KEY, FIND_KEY_ANY,
		 FIND_CONTRACT };

struct find_slot {
	uint32_t hash, high;	/* halves of the hash: slots are placed by both */
	uint32_t number;
	enum find_kind kind;
};

struct view_find {
	struct find_slot *slots;
	size_t count, capacity;
	uint64_t seed;
};

struct view_lines {	/* a line that waits for its settlement.issued */
	uint32_t contract, seq, key, statement, line;
	uint16_t reason;
	int64_t amount;
};

/* Keys are scoped by payee, people by contract. */
MUST_CHECK bool view_find(const struct view *v, enum find_kind kind, uint32_t scope,
			  const void *bytes, size_t size, uint32_t *ret);
void view_put(struct view *v, enum find_kind kind, uint32_t scope, const void *bytes, size_t size,
	      uint32_t number);
uint16_t view_name_make(struct view *v, const char *name);	/* 0 for NULL */

struct grow {			/* one event on its way in */
	struct view *v;
	struct ledger *l;
	struct view_row *row;
	const struct event *event;
	const struct json *body;	/* the fact's own: a correction's new body */
	uint32_t seq;
	struct hash digest;
	struct err *e;
};

typedef enum rc grow_fn(struct grow *g);

/* A member of a body; false where it is not there or no such thing. */
bool view_body_hash(const struct json *body, const char *member, struct hash *ret);
bool view_body_date(const struct json *body, const char *member, struct date *ret);

/* view_statement.c */
grow_fn view_grow_line;
grow_fn view_grow_basis;	/* it stands close behind its line */
/* Lines count once their statement is issued; others of the contract that wait are void. */
grow_fn view_grow_issued;

#endif
