/* wrong_statement.c FOLDER: a ledger whose engine once made an error, as its operator recorded it.
 *
 * FOLDER gets ledger.db, whose statement 1 pays 40 000 kronor where the terms give 30 000, with
 * totals and root that fit; operator.vkey; and a key file of each party and of the checkpoints.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "file.h"
#include "merkle.h"
#include "world.h"

#include "../../src/ledger/ledger_priv.h"
#include "../../src/ledger/state_priv.h"

static const char *folder;

static void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "wrong_statement: %s\n", e->text);
	exit(1);
}

static void
put_key(struct world *w, const struct signing_key *key, const char *name)
{
	must(key_file_write(arena_printf(w->arena, "%s/%s.key", folder, name), key, NULL, &w->e),
	     &w->e);
}

static void
put_keys(struct world *w)
{
	char text[KEY_TEXT];

	for (int i = 0; i < WORLD_PARTIES; i++)
		put_key(w, w->keys[i], world_names[i]);
	put_key(w, w->checkpoint, "checkpoint");
	verifier_key_format(signing_key_verifier(w->checkpoint), text);
	must(file_write(arena_printf(w->arena, "%s/operator.vkey", folder), text, strlen(text), 0644,
			&w->e), &w->e);
}

static void
make_history(struct world *w)
{
	struct hash spell;

	spell = world_place(w, 1, "2017-02-10");
	must(world_send(w, TEAM), &w->e);
	world_attest(w, spell, "accepted");
	must(world_send(w, JUDGE), &w->e);
	w->now = 1492300800;	/* 2017-04-16: the first quarter can be settled */
}

/* ---- the error ---- */

static const struct json *
wrong(struct world *w, const struct json *x)
{
	struct buf b = { 0 };
	struct json *ret = arena_alloc(w->arena, sizeof(*ret));
	const struct json *read;
	char *at;

	json_write(x, &b);
	for (at = b.data; (at = strstr(at, "\"amount\":3000000")) != NULL; at++)
		memcpy(at, "\"amount\":4000000", 16);
	must(json_read(b.data, b.size, JSON_CANONICAL, w->arena, &read, NULL, &w->e), &w->e);
	*ret = *read;
	buf_free(&b);
	return ret;
}

static void
add(struct world *w, const char *type, const struct json *body)
{
	struct buf b = { 0 };

	json_write(body, &b);
	(void)world_add(w, type, b.data);
	buf_free(&b);
}

static enum rc
add_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct world *w = arg;

	(void)e;
	add(w, "settlement.line", wrong(w, line));
	add(w, "settlement.basis", basis);
	return RC_OK;
}

static void
settle_wrongly(struct world *w)
{
	const struct json *issued, *line;
	struct ledger_facts facts;
	struct json body;
	struct buf b = { 0 };
	struct event first;

	must(ledger_settle_dry(w->l, w->contract, DATE_NEVER, add_line, w, w->arena, &issued, &w->e),
	     &w->e);
	must(event_parse(w->events[0].bytes, w->events[0].size, w->arena, 0, NULL, &first, &w->e),
	     &w->e);
	line = first.body;
	json_write(line, &b);	/* the only one: its leaf is the root over all */
	body = json_copy(w->arena, wrong(w, issued));
	state_facts(ledger_state(w->l), &facts);
	json_set(w->arena, &body, "first", json_integer((int64_t)facts.size + 1));
	json_set(w->arena, &body, "lines_root", json_string(world_hex(w, hash_leaf(b.data, b.size))));
	buf_free(&b);
	add(w, "settlement.issued", &body);
	w->l->state->source.engine = NULL;	/* nobody computes it again */
	must(world_send(w, OPERATOR), &w->e);
}

int
main(int argc, char **argv)
{
	static struct world w;

	if (argc != 2)
		return 2;
	folder = argv[1];
	world_open(&w);
	world_contract(&w);
	make_history(&w);
	settle_wrongly(&w);
	put_keys(&w);
	ledger_close(w.l);
	w.l = NULL;
	if (rename(w.path, arena_printf(w.arena, "%s/ledger.db", folder)) != 0)
		abort();
	world_close(&w);
	return 0;
}
