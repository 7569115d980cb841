/* make_ledger FILE COUNT: a store of COUNT entries, all but the first with events.
 * make_ledger --open FILE, make_ledger --read FILE: opens and closes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_write.h"

static enum rc
append_all(struct store *s, void *arg, struct err *e)
{
	struct store_head old = { 0 }, new = { .size = *(uint64_t *)arg };
	char entry[40], event[40];
	enum rc rc = RC_OK;

	for (uint64_t seq = 0; rc == RC_OK && seq < new.size; seq++) {
		int entry_size = snprintf(entry, sizeof(entry), "{\"seq\":%u}", (unsigned)seq);
		int event_size = snprintf(event, sizeof(event), "{\"event\":%u}", (unsigned)seq);

		rc = store_append(s, seq, entry, (size_t)entry_size, seq == 0 ? NULL : event,
				  (size_t)event_size, e);
	}
	memset(new.root.bytes, 'r', sizeof(new.root.bytes));
	if (rc == RC_OK)
		rc = store_swap_head(s, &old, &new, "note\n\n\xe2\x80\x94 a b\n", 14, e);
	if (rc == RC_OK)
		rc = store_put_receipt(s, 0, "receipt", 7, e);
	return rc;
}

int
main(int argc, char **argv)
{
	struct store *s = NULL;
	struct err e = { 0 };
	uint64_t count;
	enum rc rc;

	if (argc != 3)
		return 2;
	count = strtoull(argv[2], NULL, 10);
	if (strcmp(argv[1], "--open") == 0)
		rc = store_open_append(argv[2], &s, &e);
	else if (strcmp(argv[1], "--read") == 0)
		rc = store_open_read(argv[2], &s, &e);
	else
		rc = store_create(argv[1], &s, &e);
	if (rc == RC_OK && argv[1][0] != '-')
		rc = store_transaction(s, append_all, &count, &e);
	store_close(s);
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", e.text);
	return rc_exit_status(rc);
}
