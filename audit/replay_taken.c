/* replay_taken.c - amounts that a replay took as recorded: withheld, erased, or leaning on that. */
#include "replay_taken.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "command.h"
#include "json.h"
#include "money.h"
#include "replay.h"
#include "state.h"

typedef void taken_fn(struct call *call, void *arg, const struct contract *k,
		      const struct statement *s);

static void
each_taken(struct call *call, struct replay_state *state, taken_fn *fn, void *arg)
{
	struct state *st = state == NULL ? NULL : replay_state(state);

	for (size_t i = 0; st != NULL && i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t j = 0; j < k->statement_count; j++)
			if (k->statements[j].taken || k->statements[j].taken_count > 0)
				fn(call, arg, k, &k->statements[j]);
	}
}

/* ---- amounts by payer, payee and unit ---- */

struct total {
	const struct taken_line *of;
	int64_t amount;
};

static int
line_order(const struct taken_line *a, const struct taken_line *b)
{
	int c = strcmp(a->payer, b->payer);

	if (c == 0)
		c = strcmp(a->payee, b->payee);
	return c != 0 ? c : strcmp(a->unit, b->unit);
}

static int
total_order(const void *a, const void *b)
{
	return line_order(((const struct total *)a)->of, ((const struct total *)b)->of);
}

/* Sums of amounts that were whole amounts together fit as well: replay has summed them. */
static size_t
totals_of(struct call *call, const struct statement *s, struct total **ret)
{
	struct total *all = arena_array(call->arena, s->taken_count + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < s->taken_count; i++) {
		const struct taken_line *x = &s->taken_lines[i];
		size_t k = 0;

		while (k < n && line_order(all[k].of, x) != 0)
			k++;
		if (k == n)
			all[n++] = (struct total){ .of = x };
		if (!money_add(all[k].amount, x->amount, &all[k].amount))
			all[k].amount = INT64_MAX;
	}
	qsort(all, n, sizeof(*all), total_order);
	*ret = all;
	return n;
}

/* ---- JSON ---- */

static struct json
numbers(struct call *call, const struct statement *s, bool frozen)
{
	struct json list = json_array(call->arena, 16);

	for (size_t i = 0; i < s->taken_count; i++)
		if (s->taken_lines[i].frozen == frozen)
			json_add(call->arena, &list, json_integer(s->taken_lines[i].line));
	return list;
}

static void
add_statement(struct call *call, void *arg, const struct contract *k, const struct statement *s)
{
	struct json o = json_object(), amounts = json_array(call->arena, 8);
	char *hex = arena_alloc(call->arena, HASH_HEX);
	struct total *totals;
	size_t n = totals_of(call, s, &totals);

	hash_format(k->digest, hex);
	for (size_t i = 0; i < n; i++) {
		struct json x = json_object();

		json_set(call->arena, &x, "amount", json_integer(totals[i].amount));
		json_set(call->arena, &x, "payee", json_string(totals[i].of->payee));
		json_set(call->arena, &x, "payer", json_string(totals[i].of->payer));
		json_set(call->arena, &x, "unit", json_string(totals[i].of->unit));
		json_add(call->arena, &amounts, x);
	}
	if (!s->taken)
		json_set(call->arena, &o, "amounts", amounts);
	json_set(call->arena, &o, "contract", json_string(hex));
	if (!s->taken) {
		json_set(call->arena, &o, "erased", numbers(call, s, true));
		json_set(call->arena, &o, "leaning", numbers(call, s, false));
	}
	json_set(call->arena, &o, "lines",
		 json_integer(s->taken ? s->lines : (int64_t)s->taken_count));
	json_set(call->arena, &o, "number", json_integer(s->number));
	json_add(call->arena, arg, o);
}

struct json
replay_taken_json(struct call *call, struct replay_state *state)
{
	struct json list = json_array(call->arena, 16);

	each_taken(call, state, add_statement, &list);
	return list;
}

/* ---- text ---- */

static void
say_statement(struct call *call, void *arg, const struct contract *k, const struct statement *s)
{
	char hex[HASH_HEX], amount[64];
	struct total *totals;
	size_t n = totals_of(call, s, &totals), frozen = 0;

	(void)arg;
	hash_format(k->digest, hex);
	for (size_t i = 0; i < s->taken_count; i++)
		frozen += s->taken_lines[i].frozen ? 1 : 0;
	fprintf(call->out, "  as recorded statement %" PRIu32 " of contract %.8s: ", s->number, hex);
	if (s->taken)
		fprintf(call->out, "%" PRIu32 " lines that rest on what is withheld\n", s->lines);
	else
		fprintf(call->out, "%zu lines of erased people, %zu that lean on them\n", frozen,
			s->taken_count - frozen);
	for (size_t i = 0; i < n; i++) {
		money_format(totals[i].amount, totals[i].of->unit, amount);
		fprintf(call->out, "              %s from %s to %s\n", amount, totals[i].of->payer,
			totals[i].of->payee);
	}
}

void
replay_taken_say(struct call *call, struct replay_state *state)
{
	each_taken(call, state, say_statement, NULL);
}
