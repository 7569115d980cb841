/* parts.c - bytes go into parts and come out of them, whatever the lengths that are asked for. */
#include "parts.h"

#include <string.h>

enum rc
parts_put(void *out, const void *bytes, size_t size, struct err *e)
{
	struct parts_out *o = out;
	const char *from = bytes;
	enum rc rc = RC_OK;

	while (rc == RC_OK && size > 0) {
		size_t room = o->put == NULL ? size : o->size - o->part.size;
		size_t n = size < room ? size : room;

		buf_add(&o->part, from, n);
		from += n;
		size -= n;
		if (o->put != NULL && o->part.size == o->size) {
			rc = o->put(o->arg, &o->part, e);
			buf_clear(&o->part);
		}
	}
	return rc;
}

enum rc
parts_get(void *in, void *ret, size_t size, struct err *e)
{
	struct parts_in *i = in;
	char *to = ret;

	while (size > i->part.size - i->at) {
		size_t have = i->part.size - i->at;
		enum rc rc;

		if (i->next == NULL)
			return rc_fail(e, RC_INTEGRITY, "the bytes end too soon");
		if (have > 0)
			memcpy(to, i->part.data + i->at, have);
		to += have;
		size -= have;
		buf_clear(&i->part);
		i->at = 0;
		rc = i->next(i->arg, &i->part, e);
		if (rc != RC_OK)
			return rc;
	}
	if (size > 0)
		memcpy(to, i->part.data + i->at, size);
	i->at += size;
	return RC_OK;
}
