/* export.h - a contract's money for other programs: every line, a journal, a bank's payment file.
 *
 * Layer 5. What is exported comes from the record alone: no clock is read, the
 * same head gives the same bytes.
 */
#ifndef UTFALL_EXPORT_H
#define UTFALL_EXPORT_H

#include "date.h"
#include "rc.h"

struct arena;
struct buf;
struct contract;
struct findings;
struct ledger;
struct table;

struct export {
	struct arena *arena;		/* of what is made */
	struct ledger *ledger;
	const struct contract *contract;
	const char *party;		/* only what this one pays or is paid; NULL: all */
};

/* Every line of every statement, with the columns of `statement show --csv`. */
MUST_CHECK enum rc export_lines(const struct export *x, struct table **ret, struct err *e);

/* Double entry: what is booked for each statement and payment, in the books of its payer
 * (PAYER:cost:PAYMENT, PAYER:debt:PAYEE, PAYER:bank) and its payee (PAYEE:claim:PAYER,
 * PAYEE:income:PAYMENT, PAYEE:bank). The rows of one voucher in one book balance. A disputed amount
 * stays booked until it is decided. */
MUST_CHECK enum rc export_journal(const struct export *x, struct table **ret, struct err *e);

/* ---- a payment file ---- */

struct bank_account {
	const char *party, *name;	/* name: the holder's, at most 140 characters */
	const char *iban;		/* ISO 13616, without spaces; its check digits are right */
	const char *bic;		/* ISO 9362; "" where the bank does not ask for it */
};

struct bank_accounts {
	struct bank_account *items;
	size_t count;
};

/* CSV with the columns party, name, iban and, if wanted, bic. */
MUST_CHECK enum rc bank_accounts_read(const char *text, size_t size, struct arena *arena,
				      struct bank_accounts *ret, struct findings *f,
				      struct err *e);

/* What `party` owes now, one transfer a payee: an ISO 20022 pain.001.001.09 document for the day
 * `on`. Disputed amounts are left out. RC_NO where it owes nothing; RC_NOT_FOUND where an account
 * is missing; RC_REFUSED where the contract counts something else than money. */
MUST_CHECK enum rc export_payments(const struct export *x, const struct bank_accounts *accounts,
				   struct date on, struct buf *ret, struct err *e);

#endif
