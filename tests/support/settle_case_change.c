/* settle_case_change.c - one change: whom the statement behind it asks, and what it says. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static enum rc
ignore(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)arg;
	(void)line;
	(void)basis;
	(void)e;
	return RC_OK;
}

struct settle_use
settle_case_once(struct settle_case *c)
{
	struct settle_args args = { .size = c->seq, .first = c->seq };
	struct arena *arena = arena_new();
	const struct json *issued;
	struct settle_use use;

	if (settle_through(c->s, &args.through, &c->e) != RC_OK ||
	    settle(c->s, &args, ignore, NULL, arena, &issued, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	settle_use(c->s, &use);
	arena_free(arena);
	return use;
}

void
settle_case_place(struct settle_case *c, unsigned people, unsigned placed, unsigned far)
{
	char line[300];

	for (unsigned i = 1; i <= people; i++) {
		(void)snprintf(line, sizeof(line), "2018-01-10 prov participant.enrolled e%u "
			       "{'participant':'p%u','on':'2018-01-10','attributes':{'home':'%c'}}", i, i,
			       i == far ? 'b' : 'a');
		settle_case_event(c, line);
	}
	for (unsigned i = 1; i <= placed; i++) {
		(void)snprintf(line, sizeof(line), "2018-02-20 prov spell.started j%u {'participant':"
			       "'p%u','from':'2018-02-%02u','kind':'employment','extent':'50','ref':'j%u'}",
			       i, i, i, i);
		settle_case_event(c, line);
		(void)snprintf(line, sizeof(line), "2018-02-20 ver claim.attested o%u {'method':"
			       "'letter','verdict':'accepted','events':['@j%u']}", i, i);
		settle_case_event(c, line);
	}
	settle_case_run(c, "settle\nsettle\nsettle\n");
}

void
settle_case_change(const struct settle_change *k, settle_begin_fn *begin, settle_said_fn *said)
{
	struct settle_case *c = settle_case_new(k->patches);
	struct buf found = { 0 };
	unsigned people;
	size_t from;

	settle_case_twin(c);
	c->erased = true;
	begin(c);
	settle_case_run(c, k->script);
	people = (unsigned)settle_case_once(c).claimed - 1;
	from = c->said.size;
	settle_case_run(c, "settle");
	said(c->said.data == NULL ? "" : c->said.data + from, &found);
	if (strcmp(found.data, k->want) != 0)
		fail_msg("%s: wanted\n%sfound\n%s%s", k->name, k->want, found.data, k->patches);
	if (people != k->claimed)
		fail_msg("%s: wanted %u people claimed, found %u\n%s", k->name, k->claimed, people,
			 k->patches);
	buf_free(&found);
	settle_case_free(c);
}
