/* serve_statement.c - the statements that there are, and one of them: as JSON and as text. */
#include "serve_routes.h"

#include "statement.h"

enum rc
statement_of_path(struct ask *a, const struct contract **ret, const struct statement **ret_s,
		  struct err *e)
{
	const struct state *st = ledger_state(a->ledger);

	for (size_t i = 0; i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t n = 0; n < k->statement_count; n++)
			if (hash_equal(k->statements[n].issued, a->path.hash) &&
			    k->statements[n].seq < a->size) {
				*ret_s = &k->statements[n];
				return ask_contract(a, k->digest, ret, e);
			}
	}
	return not_found(e);
}

/* ---- one statement ---- */

static struct json
names_json(struct ask *a, const char **names, size_t count)
{
	struct json list = json_array(a->arena, count);

	for (size_t i = 0; i < count; i++)
		json_add(a->arena, &list, json_string(names[i]));
	return list;
}

static enum rc
one_statement(struct ask *a, const struct contract *k, const struct statement *s,
	      struct json *ret, struct err *e)
{
	static const char *const whole[] = { "lines_root", "root", "semantics", "previous", "size" };
	struct json totals = json_array(a->arena, 8);
	struct event_record r;
	const struct json *all;
	struct event event;
	enum rc rc = ledger_event(a->ledger, s->seq, a->arena, &event, e);

	if (rc == RC_OK)
		rc = state_record(ledger_state(a->ledger), s->seq, &r, e);
	if (rc != RC_OK)
		return rc;
	all = json_get(event.body, "totals");
	for (uint32_t i = 0; all != NULL && i < all->count; i++)
		if (may_see(a, THING_LINE,
			    payee_relation(a, k, json_get_string(&all->items[i], "payee"))))
			json_add(a->arena, &totals, all->items[i]);
	json_set(a->arena, ret, "statement", json_hash(a, s->issued));
	json_set(a->arena, ret, "contract", json_hash(a, k->digest));
	set_count(a, ret, "number", s->number);
	json_set(a->arena, ret, "through", json_date(a, s->through));
	set_count(a, ret, "seq", s->seq);
	json_set(a->arena, ret, "at", json_instant(a, r.at));
	json_set(a->arena, ret, "totals", totals);
	json_set(a->arena, ret, "approved", names_json(a, s->approved, s->approved_count));
	json_set(a->arena, ret, "acknowledged",
		 names_json(a, s->acknowledged, s->acknowledged_count));
	if (!may_see(a, THING_LINE, whole_relation(a, k)))
		return RC_OK;
	set_count(a, ret, "lines", s->lines);
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		copy_member(a, ret, event.body, whole[i]);
	return RC_OK;
}

struct listed {
	const struct contract *k;
	const struct statement *s;
};

/* Statements of all contracts that the caller may see, in ledger order: the next behind `seq`. */
static bool
next_statement(const struct ask *a, const struct hash *only, uint64_t seq, struct listed *ret)
{
	const struct state *st = ledger_state(a->ledger);
	bool found = false;

	for (size_t i = 0; i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		if ((only != NULL && !hash_equal(*only, k->digest)) ||
		    !may_see(a, THING_STATEMENT, contract_relation(a, k)))
			continue;
		for (size_t n = 0; n < k->statement_count; n++) {
			const struct statement *s = &k->statements[n];

			if (s->seq < seq || (found && s->seq >= ret->s->seq))
				continue;
			*ret = (struct listed){ k, s };
			found = true;
			break;
		}
	}
	return found;
}

enum rc
serve_statements(struct ask *a, struct page *p, struct err *e)
{
	bool by_contract = query_get(&a->query, "contract") != NULL;
	struct hash contract = { { 0 } };
	struct listed x = { NULL, NULL };
	uint64_t seq = p->from;
	enum rc rc = query_hash(&a->query, "contract", &contract, e);

	while (rc == RC_OK && next_statement(a, by_contract ? &contract : NULL, seq, &x) &&
	       x.s->seq < a->size) {
		struct json o = json_object();

		rc = one_statement(a, x.k, x.s, &o, e);
		if (rc == RC_OK && page_add(a, p, x.s->seq, o))
			break;
		seq = x.s->seq + 1;
	}
	return rc;
}

enum rc
serve_statement(struct ask *a, struct json *ret, struct err *e)
{
	const struct statement *s;
	const struct contract *k;
	enum rc rc = statement_of_path(a, &k, &s, e);

	return rc == RC_OK ? one_statement(a, k, s, ret, e) : rc;
}

enum rc
serve_statement_text(struct ask *a, struct buf *ret, struct err *e)
{
	struct statement_view view;
	const struct statement *s;
	const struct contract *k;
	enum rc rc = statement_of_path(a, &k, &s, e);

	if (rc == RC_OK && !may_see(a, THING_LINE, whole_relation(a, k)))
		rc = not_found(e);
	if (rc == RC_OK)
		rc = statement_load(a->ledger, k, s->number, a->arena, &view, e);
	if (rc == RC_OK) {
		view.language = a->language;
		statement_text(&view, ret);
	}
	return rc;
}
