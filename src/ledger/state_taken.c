/* state_taken.c - what a replay found out about statements, for the next one: which were taken as
 * recorded, whole or in lines, and how one that all signers acknowledged differs. Only a replay
 * keeps it; the events that the small state is made from again do not say it.
 *
 * Numbers as this machine keeps them; each text behind its length. Nothing of what is read is
 * trusted to be there.
 */
#include "state_priv.h"

#include "arena.h"

#include <stdlib.h>
#include <string.h>

struct taken_head {
	uint64_t contract, statement;	/* by their place, from 0 */
	uint64_t taken, differs, lines;
};

struct taken_row {
	uint64_t line, frozen;
	int64_t amount;
};

/* ---- saving ---- */

static void
put_text(struct buf *b, const char *text)
{
	uint64_t size = strlen(text);

	buf_add(b, &size, sizeof(size));
	buf_add(b, text, (size_t)size);
}

static void
put_statement(struct buf *b, size_t contract, size_t number, const struct statement *s)
{
	struct taken_head head = { contract, number, s->taken, s->differs != NULL, s->taken_count };

	buf_add(b, &head, sizeof(head));
	if (s->differs != NULL)
		buf_add(b, s->differs, sizeof(*s->differs));
	for (size_t i = 0; i < s->taken_count; i++) {
		const struct taken_line *x = &s->taken_lines[i];
		struct taken_row row = { x->line, x->frozen, x->amount };

		buf_add(b, &row, sizeof(row));
		put_text(b, x->payer);
		put_text(b, x->payee);
		put_text(b, x->unit);
		put_text(b, x->payment);
	}
}

void
state_taken_save(const struct state *st, struct buf *ret)
{
	for (size_t i = 0; i < st->contract_count; i++)
		for (size_t n = 0; n < st->contracts[i]->pub.statement_count; n++) {
			const struct statement *s = &st->contracts[i]->pub.statements[n];

			if (s->taken || s->differs != NULL || s->taken_count > 0)
				put_statement(ret, i, n, s);
		}
}

/* ---- loading ---- */

struct taken_reader {
	const char *at;
	size_t left;
};

static bool
get(struct taken_reader *r, void *ret, size_t size)
{
	if (size > r->left)
		return false;
	memcpy(ret, r->at, size);
	r->at += size;
	r->left -= size;
	return true;
}

static bool
get_text(struct taken_reader *r, struct arena *arena, const char **ret)
{
	uint64_t size;

	if (!get(r, &size, sizeof(size)) || size > r->left)
		return false;
	*ret = arena_string(arena, r->at, (size_t)size);
	r->at += size;
	r->left -= (size_t)size;
	return true;
}

static bool
get_lines(struct taken_reader *r, struct arena *arena, uint64_t count, struct statement *ret)
{
	struct taken_line *lines;

	if (count > r->left / sizeof(struct taken_row))
		return false;
	lines = arena_array(arena, (size_t)count + 1, sizeof(*lines));
	for (uint64_t i = 0; i < count; i++) {
		struct taken_row row;

		if (!get(r, &row, sizeof(row)) || row.line > UINT32_MAX || row.frozen > 1 ||
		    !get_text(r, arena, &lines[i].payer) || !get_text(r, arena, &lines[i].payee) ||
		    !get_text(r, arena, &lines[i].unit) || !get_text(r, arena, &lines[i].payment))
			return false;
		lines[i].line = (uint32_t)row.line;
		lines[i].frozen = row.frozen != 0;
		lines[i].amount = row.amount;
	}
	ret->taken_lines = lines;
	ret->taken_count = (size_t)count;
	return true;
}

static bool
ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
get_difference(struct taken_reader *r, struct statement *ret)
{
	struct state_difference d;

	if (ret->differs != NULL || !get(r, &d, sizeof(d)) || !ends(d.field, sizeof(d.field)) ||
	    !ends(d.expected, sizeof(d.expected)) || !ends(d.found, sizeof(d.found)) ||
	    d.stake_count > STAKES_MAX)
		return false;
	for (size_t i = 0; i < STAKES_MAX; i++)
		if (!ends(d.stakes[i].unit, sizeof(d.stakes[i].unit)))
			return false;
	ret->differs = mem_alloc(sizeof(d));
	*ret->differs = d;
	return true;
}

bool
state_taken_load(struct state *st, const char *bytes, size_t size)
{
	struct taken_reader r = { bytes, size };
	struct taken_head head;

	while (r.left > 0) {
		struct contract_state *k;
		struct statement *s;

		if (!get(&r, &head, sizeof(head)) || head.contract >= st->contract_count ||
		    head.taken > 1 || head.differs > 1)
			return false;
		k = st->contracts[head.contract];
		if (head.statement >= k->pub.statement_count)
			return false;
		s = &k->pub.statements[head.statement];
		s->taken = head.taken != 0;
		if ((head.differs != 0 && !get_difference(&r, s)) ||
		    (head.lines > 0 && !get_lines(&r, k->arena, head.lines, s)))
			return false;
	}
	return true;
}
