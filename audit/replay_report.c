/* replay_report.c - what a replay found, for people and as JSON. */
#include "replay_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "money.h"
#include "replay_taken.h"
#include "state.h"

static const char *
hex(struct call *call, struct hash h)
{
	char *text = arena_alloc(call->arena, HASH_HEX);

	hash_format(h, text);
	return text;
}

static struct json
finding_json(struct call *call, const struct replay_finding *x)
{
	struct json o = json_object(), stakes = json_array(call->arena, STAKES_MAX);

	for (size_t i = 0; i < x->stake_count; i++) {
		struct json stake = json_object();

		json_set(call->arena, &stake, "amount", json_integer(x->stakes[i].amount));
		json_set(call->arena, &stake, "unit", json_string(x->stakes[i].unit));
		json_add(call->arena, &stakes, stake);
	}
	if (x->stake_count > 0)
		json_set(call->arena, &o, "at_stake", stakes);
	json_set(call->arena, &o, "expected", json_string(x->expected));
	json_set(call->arena, &o, "field", json_string(x->field));
	json_set(call->arena, &o, "found", json_string(x->found));
	json_set(call->arena, &o, "kind", json_string(finding_kind_name(x->kind)));
	if (x->has_seq)
		json_set(call->arena, &o, "entry", json_integer((int64_t)x->seq));
	return o;
}

/* What is said of a ledger, in the words of FORMAT.md. */
static const char *
verdict_of(const struct replay_report *r)
{
	if (replay_diverged(r))
		return "diverged";
	if (r->has_finding)
		return "invalid";
	if (replay_is_partial(r))
		return "verified with withheld or erased parts, listed";
	return r->witnessed != 0 ? "verified and witnessed" : "verified, unwitnessed";
}

static struct json
missing_json(struct call *call, const struct replay_report *r)
{
	struct json all = json_array(call->arena, r->missing_count);

	for (size_t i = 0; i < r->missing_count; i++) {
		const struct replay_missing *x = &r->missing[i];
		struct json o = json_object();

		json_set(call->arena, &o, "erased", json_integer((int64_t)x->erased));
		json_set(call->arena, &o, "sender", json_string(x->sender));
		json_set(call->arena, &o, "withheld", json_integer((int64_t)x->withheld));
		json_add(call->arena, &all, o);
	}
	return all;
}

/* Calls `fn` for each statement, in the order of contracts. */
typedef void statement_fn(struct call *call, void *arg, const struct contract *k,
			  const struct statement *s);
static void
each_statement(struct call *call, struct replay_state *state, statement_fn *fn, void *arg)
{
	struct state *st = state == NULL ? NULL : replay_state(state);

	for (size_t i = 0; st != NULL && i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t j = 0; j < k->statement_count; j++)
			fn(call, arg, k, &k->statements[j]);
	}
}

/* Where it differs first, and from what. */
static void
acknowledged_json(struct call *call, void *arg, const struct contract *k,
		  const struct statement *s)
{
	struct json o = json_object();

	if (s->differs == NULL)
		return;
	json_set(call->arena, &o, "contract", json_string(hex(call, k->digest)));
	json_set(call->arena, &o, "entry", json_integer((int64_t)s->differs->seq));
	json_set(call->arena, &o, "expected", json_string(s->differs->expected));
	json_set(call->arena, &o, "field", json_string(s->differs->field));
	json_set(call->arena, &o, "found", json_string(s->differs->found));
	json_set(call->arena, &o, "lines", json_integer(s->lines));
	json_set(call->arena, &o, "number", json_integer(s->number));
	json_add(call->arena, arg, o);
}

static struct json
recovered_json(struct call *call, const struct replay_report *r)
{
	struct json all = json_array(call->arena, REPLAY_RECOVERED_MAX);

	for (size_t i = 0; i < r->recovered_count && i < REPLAY_RECOVERED_MAX; i++) {
		const struct replay_recovered *x = &r->recovered[i];
		struct json o = json_object();
		struct json confirmed = json_array(call->arena, REPLAY_CONFIRMED_MAX);

		for (size_t j = 0; j < x->confirmed_count && j < REPLAY_CONFIRMED_MAX; j++)
			json_add(call->arena, &confirmed,
				 json_string(hex(call, x->confirmed[j])));
		json_set(call->arena, &o, "confirmed", confirmed);
		json_set(call->arena, &o, "entry", json_integer((int64_t)x->registered));
		json_set(call->arena, &o, "key", json_string(x->key));
		if (x->revoked != SEQ_NEVER)
			json_set(call->arena, &o, "revoked", json_integer((int64_t)x->revoked));
		json_add(call->arena, &all, o);
	}
	return all;
}

static void
set_count(struct call *call, struct json *o, const char *name, uint64_t n)
{
	json_set(call->arena, o, name, json_integer((int64_t)n));
}

static void
say_json(struct call *call, const struct replay_report *r, struct replay_state *state)
{
	struct json o = json_object();
	struct json acknowledged = json_array(call->arena, (size_t)r->acknowledged);
	struct json others = json_array(call->arena, r->other_count);
	struct buf b = { 0 };
	char key[KEY_ID_TEXT];

	verifier_key_short(&r->signed_by, key);
	each_statement(call, state, acknowledged_json, &acknowledged);
	json_set(call->arena, &o, "acknowledged", acknowledged);
	set_count(call, &o, "cosigned", r->cosigned);
	if (r->party[0] != '\0')
		json_set(call->arena, &o, "cut_for", json_string(r->party));
	set_count(call, &o, "entries", r->size);
	set_count(call, &o, "erased", r->erased);
	set_count(call, &o, "events", r->events);
	if (r->has_finding)
		json_set(call->arena, &o, "finding", finding_json(call, &r->finding));
	set_count(call, &o, "findings", r->finding_count);
	set_count(call, &o, "lines", r->lines);
	set_count(call, &o, "loose_lines", r->loose_lines);
	json_set(call->arena, &o, "missing", missing_json(call, r));
	for (size_t i = 0; i < r->other_count; i++)
		json_add(call->arena, &others, finding_json(call, &r->others[i]));
	json_set(call->arena, &o, "origin", json_string(r->origin));
	json_set(call->arena, &o, "others", others);
	json_set(call->arena, &o, "recovered", recovered_json(call, r));
	json_set(call->arena, &o, "replayed", json_boolean(r->replayed));
	set_count(call, &o, "resumed", r->resumed);
	json_set(call->arena, &o, "root", json_string(hex(call, r->root)));
	if (!r->has_finding)
		json_set(call->arena, &o, "signed_by", json_string(key));
	json_set(call->arena, &o, "simulated", json_boolean(r->simulated));
	set_count(call, &o, "statements", r->statements);
	set_count(call, &o, "submissions", r->submissions);
	json_set(call->arena, &o, "taken", replay_taken_json(call, state));
	json_set(call->arena, &o, "verdict", json_string(verdict_of(r)));
	set_count(call, &o, "unchecked", r->unchecked);
	set_count(call, &o, "unjudged", r->unjudged);
	set_count(call, &o, "withheld", r->withheld);
	set_count(call, &o, "witnessed", r->witnessed);
	set_count(call, &o, "witnesses", r->witnesses);
	json_write(&o, &b);
	fprintf(call->out, "%s\n", b.data);
	buf_free(&b);
}

static void
say_witnessed(struct call *call, const struct replay_report *r, bool policy)
{
	if (r->witnessed != 0)
		fprintf(call->out, "  witnessed   the first %" PRIu64 " of %" PRIu64 " entries, by %zu "
			"witnesses of the policy\n", r->witnessed, r->size, r->witnesses);
	else if (!policy)
		fprintf(call->out, "  witnessed   not asked: --policy says which witnesses count\n");
	else
		fprintf(call->out, "  witnessed   no: the policy's quorum has cosigned no checkpoint that "
			"is here\n");
}

static void
say_missing(struct call *call, const struct replay_report *r)
{
	for (size_t i = 0; i < r->missing_count; i++) {
		const struct replay_missing *x = &r->missing[i];

		if (x->withheld != 0)
			fprintf(call->out, "  withheld    %" PRIu64 " events sent by %s\n", x->withheld,
				x->sender);
		if (x->erased != 0)
			fprintf(call->out, "  erased      %" PRIu64 " events sent by %s\n", x->erased,
				x->sender);
	}
}

static void
say_checked(struct call *call, const struct replay_report *r)
{
	fprintf(call->out, "  checked     %" PRIu64 " events in %" PRIu64 " submissions: bytes, hashes, "
		"chain, tree%s\n", r->events, r->submissions, r->unchecked == 0 ? ", signatures" : "");
	if (r->unchecked != 0)
		fprintf(call->out, "  signatures  %" PRIu64 " verify; of %" PRIu64 " the key is in none of "
			"the events here\n", r->submissions - r->unchecked, r->unchecked);
	if (r->unjudged != 0)
		fprintf(call->out, "  not judged  %" PRIu64 " events that rest on what is withheld\n",
			r->unjudged);
}

static void
say_resumed(struct call *call, const struct replay_report *r)
{
	if (r->resumed != 0)
		fprintf(call->out, "  resumed     the first %" PRIu64 " entries were verified before, and "
			"are the beginning of this tree\n", r->resumed);
	if (r->anew != NULL)
		fprintf(call->out, "  resumed     no, all was replayed: %s\n", r->anew);
}

/* Keys whose party's earlier ones were all lost: the operator alone says whose they are. */
static void
say_recovered(struct call *call, const struct replay_report *r)
{
	for (size_t i = 0; i < r->recovered_count && i < REPLAY_RECOVERED_MAX; i++) {
		const struct replay_recovered *x = &r->recovered[i];

		fprintf(call->out, "  recovered   key %s, by the operator in entry %" PRIu64, x->key,
			x->registered);
		if (x->confirmed_count == 0)
			fputs("; confirmed for no contract", call->out);
		for (size_t j = 0; j < x->confirmed_count && j < REPLAY_CONFIRMED_MAX; j++)
			fprintf(call->out, "%s %.8s", j == 0 ? "; confirmed for contract" : ",",
				hex(call, x->confirmed[j]));
		if (x->confirmed_count > REPLAY_CONFIRMED_MAX)
			fprintf(call->out, " and %zu more",
				x->confirmed_count - REPLAY_CONFIRMED_MAX);
		if (x->revoked != SEQ_NEVER)
			fprintf(call->out, "; revoked in entry %" PRIu64, x->revoked);
		fputc('\n', call->out);
	}
	if (r->recovered_count > REPLAY_RECOVERED_MAX)
		fprintf(call->out, "  recovered   %zu more keys, not listed\n",
			r->recovered_count - REPLAY_RECOVERED_MAX);
}

static void
say_acknowledged(struct call *call, void *arg, const struct contract *k,
		 const struct statement *s)
{
	const struct state_difference *d = s->differs;

	(void)arg;
	if (d == NULL)
		return;
	fprintf(call->out, "  acknowledged statement %" PRIu32 " of contract %.8s is wrong, as all who "
		"signed have acknowledged: entry %" PRIu64 ": %s: expected %s, found %s\n", s->number,
		hex(call, k->digest), d->seq, d->field, d->expected, d->found);
}

void
replay_report_verified(struct call *call, const struct replay_report *r,
		       struct replay_state *state, const struct replay_args *args)
{
	char key[KEY_ID_TEXT];

	if (call_flag(call, "json")) {
		say_json(call, r, state);
		return;
	}
	verifier_key_short(&r->signed_by, key);
	fprintf(call->out, "%s: %s%s\n", verdict_of(r), r->origin,
		r->simulated ? " (simulated clock)" : "");
	fprintf(call->out, "  head        %" PRIu64 " entries, root %s\n", r->size, hex(call, r->root));
	fprintf(call->out, "  signed by   %s\n", key);
	say_witnessed(call, r, args->policy != NULL);
	say_checked(call, r);
	say_resumed(call, r);
	if (r->replayed)
		fprintf(call->out, "  replayed    who may say what; %" PRIu64 " statements with %" PRIu64
			" lines computed again, all equal\n",
			r->statements - r->taken - r->acknowledged,
			r->lines - r->taken_lines - r->acknowledged_lines);
	if (r->party[0] != '\0')
		fprintf(call->out, "  cut for     %s, who sent none of what is withheld\n", r->party);
	say_recovered(call, r);
	say_missing(call, r);
	replay_taken_say(call, state);
	each_statement(call, state, say_acknowledged, NULL);
	if (r->loose_lines != 0)
		fprintf(call->out, "  as recorded %" PRIu64 " lines of statements whose closing "
			"settlement.issued is withheld\n", r->loose_lines);
	if (r->kept)
		fprintf(call->out, "  kept        in %s, for --resume\n", args->keep);
	else if (args->keep != NULL)
		fprintf(call->out, "  kept        nothing: some of it could not be judged without what "
			"is withheld\n");
}

/* "entry 32: statement /body/amount: expected 3000000, found 4000000; at stake 10 000.00 SEK" */
static const char *
finding_text(struct call *call, const struct replay_finding *x)
{
	struct buf b = { 0 };
	const char *ret;
	char money[64];

	if (x->has_seq)
		buf_printf(&b, "entry %" PRIu64 ": ", x->seq);
	buf_printf(&b, "%s%s%s: expected %s, found %s", finding_kind_name(x->kind),
		   x->field[0] == '\0' ? "" : " ", x->field, x->expected, x->found);
	for (size_t i = 0; i < x->stake_count; i++) {
		money_format(x->stakes[i].amount, x->stakes[i].unit, money);
		buf_printf(&b, "%s%s", i == 0 ? "; at stake " : ", ", money);
	}
	ret = arena_string(call->arena, b.data, b.size);
	buf_free(&b);
	return ret;
}

static void
say_findings(struct call *call, const struct replay_report *r)
{
	fprintf(call->out, "%s: %s%s\n", verdict_of(r), r->origin,
		r->simulated ? " (simulated clock)" : "");
	fprintf(call->out, "  read        %" PRIu64 " entries, %" PRIu64 " events in %" PRIu64
		" submissions\n", r->size, r->events, r->submissions);
	fprintf(call->out, "  findings    %" PRIu64 "; a later one may follow from an earlier one\n",
		r->finding_count);
	fprintf(call->out, "  finding     %s\n", finding_text(call, &r->finding));
	for (size_t i = 0; i < r->other_count; i++)
		fprintf(call->out, "  finding     %s\n", finding_text(call, &r->others[i]));
	if (r->finding_count > r->other_count + 1)
		fprintf(call->out, "  finding     %" PRIu64 " more, not listed\n",
			r->finding_count - r->other_count - 1);
	say_recovered(call, r);
}

enum rc
replay_report_finding(struct call *call, const struct replay_report *r, struct err *e)
{
	if (call_flag(call, "json"))
		say_json(call, r, NULL);
	else if (call_flag(call, "all"))
		say_findings(call, r);
	return rc_fail(e, replay_diverged(r) ? RC_NO : RC_INTEGRITY, "%s: %s", verdict_of(r),
		       finding_text(call, &r->finding));
}
