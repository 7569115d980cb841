/* settle_case_kept.c - an engine of a case as bytes, and from bytes. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "forecast.h"
#include "parts.h"
#include "settle_answers.h"
#include "settle_case_priv.h"

#define FORECASTS 4	/* behind this many statements no forecast is tried */

static const struct terms *
terms_of(void *arg, struct hash digest)
{
	struct settle_case *c = arg;

	for (size_t i = 0; i < c->version_count; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "version %zu", i + 1);
		if (hash_equal(hash_bytes(name, strlen(name)), digest))
			return c->terms[i].terms;
	}
	return NULL;
}

void
settle_case_save(const struct settle_case *c, struct buf *ret)
{
	struct parts_out out = { .part = *ret };
	struct err e;

	if (settle_save(c->s, parts_put, &out, &e) != RC_OK)
		fail_msg("%s", e.text);
	*ret = out.part;
}

enum rc
settle_case_load(struct settle_case *c, const struct buf *bytes, struct settlement **ret)
{
	struct settle_of of = { hash_bytes("contract", 8), terms_of, c };
	struct parts_in in = { .part = *bytes };
	enum rc rc = settle_load(parts_get, &in, &of, ret, &c->e);

	if (rc == RC_OK && in.at != bytes->size)
		fail_msg("%zu bytes are left over", bytes->size - in.at);
	return rc;
}

static struct settlement *
loaded_from(struct settle_case *c, const struct buf *bytes)
{
	struct settlement *loaded;

	if (settle_case_load(c, bytes, &loaded) != RC_OK)
		fail_msg("%s", c->e.text);
	return loaded;
}

static void
same_text(const char *what, struct buf *a, struct buf *b)
{
	buf_text(a, "");
	buf_text(b, "");
	if (a->size != b->size || memcmp(a->data, b->data, a->size) != 0)
		fail_msg("%s: the engine says\n%sfrom its bytes\n%s", what, a->data, b->data);
	buf_free(a);
	buf_free(b);
}

/* All that an engine is asked for beside statements. A forecast spoils the engine, and is one of
 * its two futures by turns. */
static void
same_answers(struct settle_case *c, const struct buf *bytes)
{
	int future = (int)(c->statements / 3 % FORECAST_MAX);
	struct settlement *loaded = loaded_from(c, bytes);
	struct buf a = { 0 }, b = { 0 };

	settle_answers(c->s, c->seq, &a);
	settle_answers(loaded, c->seq, &b);
	same_text("answers", &a, &b);
	if (c->statements <= FORECASTS) {
		settle_answers_forecast(c->s, future, &a);
		settle_answers_forecast(loaded, future, &b);
		same_text("a forecast", &a, &b);
	}
	settlement_free(loaded);
}

/* From here on the case goes on with an engine that was kept as bytes meanwhile. */
void
case_save_and_load(struct settle_case *c, bool recorded)
{
	struct buf bytes = { 0 }, again = { 0 };

	settle_case_save(c, &bytes);
	if (recorded)
		same_answers(c, &bytes);
	settlement_free(c->s);
	c->s = loaded_from(c, &bytes);
	settle_case_save(c, &again);
	if (again.size != bytes.size || memcmp(again.data, bytes.data, bytes.size) != 0)
		fail_msg("saved again it is other bytes");
	buf_free(&bytes);
	buf_free(&again);
}
