/* view_statement.c - what statements say, in a view: lines wait for their settlement.issued, then
 * they are added to their entitlements. */
#include "view_priv.h"

#include <string.h>

#include "arena.h"
#include "json.h"

static uint32_t
key_of(struct grow *g, struct hash key)
{
	struct view *v = g->v;
	struct view_key *k;
	uint32_t found;

	if (view_find(v, FIND_KEY, g->row->to, key.bytes, sizeof(key.bytes), &found))
		return found;
	v->keys = mem_room(v->keys, v->key_count, &v->key_capacity, sizeof(*k));
	k = &v->keys[v->key_count];
	memset(k, 0, sizeof(*k));
	k->key = key;
	k->contract = g->row->contract;
	k->first = g->seq;
	k->payee = g->row->to;
	/* scope 0 knows the key whoever is paid */
	k->again = view_find(v, FIND_KEY_ANY, 0, key.bytes, sizeof(key.bytes), &found);
	if (!k->again)
		view_put(v, FIND_KEY_ANY, 0, key.bytes, sizeof(key.bytes), (uint32_t)v->key_count);
	view_put(v, FIND_KEY, k->payee, key.bytes, sizeof(key.bytes), (uint32_t)v->key_count);
	return (uint32_t)v->key_count++;
}

enum rc
view_grow_line(struct grow *g)
{
	struct view *v = g->v;
	struct view_lines *wait;
	struct view_key *k;
	struct hash key;

	if (!view_body_hash(g->body, "key", &key))
		return RC_OK;
	g->row->extra = key_of(g, key);
	k = &v->keys[g->row->extra];
	k->payment = view_name_make(v, json_get_string(g->body, "payment"));
	k->outcome = view_name_make(v, json_get_string(g->body, "outcome"));
	k->unit = view_name_make(v, json_get_string(g->body, "unit"));
	v->lines = mem_room(v->lines, v->line_count, &v->line_capacity, sizeof(*wait));
	wait = &v->lines[v->line_count++];
	wait->contract = g->row->contract;
	wait->seq = g->seq;
	wait->key = g->row->extra;
	wait->statement = (uint32_t)json_get_integer(g->body, "statement", 0);
	wait->line = (uint32_t)json_get_integer(g->body, "line", 0);
	wait->reason = view_name_make(v, json_get_string(g->body, "reason"));
	wait->amount = json_get_integer(g->body, "amount", 0);
	return RC_OK;
}

enum rc
view_grow_basis(struct grow *g)
{
	struct view *v = g->v;
	uint32_t statement = (uint32_t)json_get_integer(g->body, "statement", 0);
	uint32_t line = (uint32_t)json_get_integer(g->body, "line", 0);
	const char *occurrence = json_get_string(g->body, "occurrence");

	for (size_t i = v->line_count; i-- > 0;) {
		struct view_lines *w = &v->lines[i];
		struct view_key *k = &v->keys[w->key];

		if (w->contract != g->row->contract || w->statement != statement || w->line != line)
			continue;
		v->rows[w->seq].link = g->seq;
		g->row->link = w->seq;
		g->row->extra = w->key;
		g->row->from = v->rows[w->seq].from;
		g->row->to = v->rows[w->seq].to;
		k->person = g->row->person;
		k->site = g->row->site;
		k->has_achieved = view_body_date(g->body, "achieved", &k->achieved);
		if (occurrence != NULL && strlen(occurrence) < sizeof(k->occurrence))
			memcpy(k->occurrence, occurrence, strlen(occurrence) + 1);
		break;
	}
	return RC_OK;
}

static void
count_step(struct view *v, const struct view_key *k, uint32_t statement, int32_t by)
{
	struct view_step *s;

	if (k->outcome == 0 || k->again)
		return;
	v->steps = mem_room(v->steps, v->step_count, &v->step_capacity, sizeof(*s));
	s = &v->steps[v->step_count++];
	*s = (struct view_step){ k->contract, statement, k->outcome, by };
}

static void
post(struct view *v, const struct view_lines *w)
{
	struct view_key *k = &v->keys[w->key];
	bool was = k->amount != 0;

	k->amount += w->amount;
	k->reason = w->reason;
	k->lines++;
	if (k->statement == 0)
		k->statement = w->statement;
	if (was != (k->amount != 0))
		count_step(v, k, w->statement, was ? -1 : 1);
}

enum rc
view_grow_issued(struct grow *g)
{
	struct view *v = g->v;
	uint32_t statement = (uint32_t)json_get_integer(g->body, "number", 0);
	size_t kept = 0;

	for (size_t i = 0; i < v->line_count; i++) {
		struct view_lines *w = &v->lines[i];

		if (w->contract != g->row->contract)
			v->lines[kept++] = *w;
		else if (w->statement == statement)
			post(v, w);
	}
	v->line_count = kept;
	return RC_OK;
}
