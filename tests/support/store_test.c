/* store_test.c - a folder with a ledger file for each test, removed behind it. */
#include "store_test.h"

#include <stdlib.h>
#include <unistd.h>

struct err err;

static char folder[] = "/tmp/utfall-test-XXXXXX";

int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

int
remove_ledger(void **state)
{
	(void)state;
	(void)unlink(LEDGER);
	(void)unlink(LEDGER "-wal");
	(void)unlink(LEDGER "-shm");
	return 0;
}

int
remove_folder(void **state)
{
	(void)remove_ledger(state);
	return chdir("/") != 0 || rmdir(folder) != 0;
}
