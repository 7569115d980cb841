/* accepted.c - a file is written anew where that is asked for, and held against what makes it. */
#include "accepted.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "file.h"

void
assert_accepted(const char *path, struct buf *text)
{
	struct buf kept = { 0 };
	struct err e = { 0 };

	if (getenv("UTFALL_ACCEPT") != NULL)
		assert_int_equal(file_write(path, text->data, text->size, 0644, &e), RC_OK);
	assert_int_equal(file_read(path, 1 << 20, &kept, &e), RC_OK);
	if (kept.size != text->size || memcmp(kept.data, text->data, text->size) != 0)
		fail_msg("%s is not what the program says; `make accept` writes it anew", path);
	buf_free(&kept);
	buf_free(text);
}
