/* store_test.h - what tests of the store share: a folder of its own, one ledger file in it. */
#ifndef UTFALL_STORE_TEST_H
#define UTFALL_STORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rc.h"

#define LEDGER "ledger.db"

extern struct err err;		/* of the call in hand */

#define OK(call) do { \
	if ((call) != RC_OK) \
		fail_msg("%s:%d: %s: %s", __FILE__, __LINE__, #call, err.text); \
} while (0)

/* For cmocka: the working folder is made, emptied of the ledger's files, removed. */
int make_folder(void **state);
int remove_ledger(void **state);
int remove_folder(void **state);

#endif
