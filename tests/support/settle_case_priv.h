/* settle_case_priv.h - what the sources of a case share. */
#ifndef UTFALL_TEST_SETTLE_CASE_PRIV_H
#define UTFALL_TEST_SETTLE_CASE_PRIV_H

#include "settle_case.h"

#define CASE_SALT "AAAAAAAAAAAAAAAAAAAAAA"

/* settle_case.c */
void case_pseudonym(unsigned n, char ret[27]);	/* of p1, p2 ... */
/* The digest of the event with this label. */
void case_label_hex(const char *label, size_t length, char ret[HASH_HEX]);
/* Tells the engine, and the twin where there is one. */
void case_record(struct settle_case *c, const char *day, const char *party, enum event_type type,
		 const char *label, const struct json *body);

/* settle_case_statement.c: amounts of keys and postings added up; free() the items. */
struct case_sums {
	struct settle_amount *items;
	size_t count, capacity;
};
settle_amount_fn case_add_amount, case_take_amount;	/* `arg`: struct case_sums */

/* settle_case_kept.c: the case goes on with an engine that was kept as bytes meanwhile. Where no
 * statement is in hand (`recorded`) both are asked everything before, settle_answers.h. */
void case_save_and_load(struct settle_case *c, bool recorded);

#endif
