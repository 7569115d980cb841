/* view_priv.h - how a view finds things, shared by view.c and view_grow.c. */
#ifndef UTFALL_VIEW_PRIV_H
#define UTFALL_VIEW_PRIV_H

#include "view.h"

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

#endif
