/* cmd_contract.c - terms: checking, proposing, amending, signing. */
#include "commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "file.h"
#include "finding.h"
#include "json.h"
#include "limits_utfall.h"
#include "terms.h"

/* ---- reading a terms file ---- */

struct terms_file {
	const char *path;
	struct buf text;
	const struct json *document;
	struct terms *terms;	/* NULL where the document has errors */
	struct findings f;
};

/* Findings come with pointers; a person wants lines. */
static void
place_findings(struct terms_file *t)
{
	for (size_t i = 0; i < t->f.count; i++) {
		struct finding *x = &t->f.items[i];
		const struct json *at;

		if (x->line != 0 || x->pointer == NULL)
			continue;
		at = json_pointer(t->document, x->pointer);
		if (at != NULL)
			json_position(t->text.data, t->text.size, at->offset, &x->line, &x->column);
	}
}

static enum rc
terms_file_read(struct call *call, const char *path, struct terms_file *t, struct err *e)
{
	struct json_fault fault;
	enum rc rc;

	*t = (struct terms_file){ .path = path, .f = { .arena = call->arena } };
	rc = file_read(path, LIMIT_FILE_BYTES, &t->text, e);
	if (rc != RC_OK)
		return rc;
	rc = json_read(t->text.data, t->text.size, JSON_RELAXED, call->arena, &t->document, &fault,
		       e);
	if (rc != RC_OK)
		return rc_where(e, "%s:%zu:%zu", path, fault.line, fault.column);
	rc = terms_read(t->document, call->arena, &t->f, &t->terms, e);
	if (rc == RC_OK)
		terms_check(t->terms, &t->f);
	place_findings(t);
	return rc == RC_REFUSED && t->f.errors != 0 ? RC_OK : rc;
}

static void
say_findings(const struct terms_file *t, FILE *to)
{
	struct buf b = { 0 };

	findings_print(&t->f, t->path, &b);
	if (b.size != 0)
		fwrite(b.data, 1, b.size, to);
	buf_free(&b);
}

static struct json
findings_json(struct call *call, const struct findings *f)
{
	struct json list = json_array(call->arena, f->count);

	for (size_t i = 0; i < f->count; i++) {
		const struct finding *x = &f->items[i];
		struct json o = json_object();

		if (x->line != 0) {
			json_set(call->arena, &o, "column", json_integer((int64_t)x->column));
			json_set(call->arena, &o, "line", json_integer((int64_t)x->line));
		}
		if (x->pointer != NULL)
			json_set(call->arena, &o, "pointer", json_string(x->pointer));
		json_set(call->arena, &o, "severity",
			 json_string(x->severity == SEVERITY_ERROR ? "error" : "warning"));
		json_set(call->arena, &o, "text", json_string(x->text));
		json_add(call->arena, &list, o);
	}
	return list;
}

/* ---- beside the version before ---- */

struct settled {
	struct call *call;
	struct terms_settled so_far;
};

static void
note(struct call *call, struct terms_settled_part **list, size_t *count, const char *name,
     int64_t amount, bool largest)
{
	struct terms_settled_part *more;

	for (size_t i = 0; i < *count; i++)
		if (strcmp((*list)[i].name, name) == 0) {
			if (!largest || amount > (*list)[i].amount)
				(*list)[i].amount = amount + (largest ? 0 : (*list)[i].amount);
			return;
		}
	more = arena_array(call->arena, *count + 1, sizeof(*more));
	if (*count > 0)
		memcpy(more, *list, *count * sizeof(*more));
	more[*count] = (struct terms_settled_part){
		.name = arena_string(call->arena, name, strlen(name)), .amount = amount };
	*list = more;
	++*count;
}

static void
take_sum(void *arg, const struct settle_amount *a)
{
	struct settled *s = arg;

	note(s->call, &s->so_far.payments, &s->so_far.payment_count, a->payment, a->amount, false);
	if (a->outcome[0] != '\0')
		note(s->call, &s->so_far.outcomes, &s->so_far.outcome_count, a->outcome, a->amount,
		     false);
}

static void
take_room(void *arg, const struct settle_room *r)
{
	struct settled *s = arg;

	note(s->call, &s->so_far.limits, &s->so_far.limit_count, r->limit, r->taken, true);
}

static void
add_open(struct settled *s, const char *payer, const char *payee, const char *unit, int64_t amount)
{
	struct arena *arena = s->call->arena;
	struct terms_settled_open *more;

	more = arena_array(arena, s->so_far.open_count + 1, sizeof(*more));
	if (s->so_far.open_count > 0)
		memcpy(more, s->so_far.open, s->so_far.open_count * sizeof(*more));
	more[s->so_far.open_count++] = (struct terms_settled_open){
		.payer = arena_string(arena, payer, strlen(payer)),
		.payee = arena_string(arena, payee, strlen(payee)),
		.unit = unit == NULL ? NULL : arena_string(arena, unit, strlen(unit)),
		.amount = amount };
	s->so_far.open = more;
}

static void
take_balance(void *arg, const struct settle_balance *b)
{
	if (b->lines != b->paid)
		add_open(arg, b->payer, b->payee, b->unit, b->lines - b->paid);
}

static enum rc
read_settled(struct call *call, struct ledger *l, const struct contract *c,
	     struct terms_settled *ret, struct err *e)
{
	struct settled s = { .call = call };
	struct settlement *engine;
	enum rc rc = ledger_settlement(l, c->digest, &engine, e);

	if (rc == RC_OK && c->statement_count > 0) {
		s.so_far.statements = (uint32_t)c->statement_count;
		s.so_far.through = c->statements[c->statement_count - 1].through;
		settle_sums(engine, take_sum, &s);
		settle_balances(engine, take_balance, &s);
		for (size_t i = 0; i < c->dispute_count; i++)
			if (c->disputes[i].resolved == SEQ_NEVER)
				add_open(&s, c->disputes[i].payer, c->disputes[i].payee, NULL, 0);
		rc = settle_rooms(engine, take_room, &s, e);
	}
	*ret = s.so_far;
	return rc;
}

static enum rc
check_against_ledger(struct call *call, struct ledger *l, const struct contract *c,
		     struct terms_file *t, struct err *e)
{
	struct terms_settled settled;
	enum rc rc = RC_OK;

	if (c->current == NULL)
		return rc_fail(e, RC_REFUSED, "contract %s is not signed by all: there is no version to "
			       "amend yet", c->versions[0].terms->contract);
	rc = read_settled(call, l, c, &settled, e);
	if (rc == RC_OK)
		terms_check_against(t->terms, c->current->terms, &settled, &t->f);
	return rc;
}

/* A file of terms, else a contract of the ledger. */
static enum rc
check_against(struct call *call, const char *other, struct terms_file *t, struct err *e)
{
	const struct contract *c;
	struct terms_file then = { .path = NULL };
	struct ledger *l = NULL;
	enum rc rc;

	if (access(other, F_OK) == 0) {
		rc = terms_file_read(call, other, &then, e);
		if (rc == RC_OK && then.terms == NULL)
			rc = cli_refused(&then.f, other, e);
		if (rc == RC_OK)
			terms_check_against(t->terms, then.terms, NULL, &t->f);
		buf_free(&then.text);
		return rc;
	}
	rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, other, &c, e);
	if (rc == RC_OK)
		rc = check_against_ledger(call, l, c, t, e);
	ledger_close(l);
	return rc;
}

enum rc
cmd_contract_check(struct call *call, struct err *e)
{
	struct terms_file t = { .path = NULL };
	const char *other = call_option(call, "against");
	struct buf plain = { 0 };
	enum language language;
	enum rc rc = cli_language(call, &language, e);

	if (rc == RC_OK)
		rc = terms_file_read(call, call->args[0], &t, e);
	if (rc == RC_OK && other != NULL && t.terms != NULL) {
		rc = check_against(call, other, &t, e);
		place_findings(&t);
	}
	if (rc == RC_OK && call_flag(call, "plain") && t.f.errors == 0)
		terms_plain(t.terms, language, &plain);
	if (rc == RC_OK && cli_form(call) == TABLE_JSON) {
		struct json list = findings_json(call, &t.f);

		say_json(call, &list);
	} else if (rc == RC_OK) {
		say_findings(&t, call->out);
		say(call, "%s: %zu %s, %zu %s\n", t.path, t.f.errors,
		    t.f.errors == 1 ? "error" : "errors", t.f.warnings,
		    t.f.warnings == 1 ? "warning" : "warnings");
		if (plain.size != 0)
			say(call, "\n%s", plain.data);
	}
	buf_free(&plain);
	buf_free(&t.text);
	if (rc == RC_OK && t.f.errors != 0)
		return RC_NO;
	return rc;
}

/* ---- propose ---- */

/* The live submission keys of a party, as contract.proposed lists them. */
static enum rc
party_keys(struct call *call, struct ledger *l, const char *party, struct json *ret,
	   struct err *e)
{
	struct state *st = ledger_state(l);
	struct json keys = json_array(call->arena, 4), o = json_object();

	for (size_t i = 0; i < state_key_count(st); i++) {
		const struct party_key *k = state_key_at(st, i);
		char *text;

		if (strcmp(k->party->id, party) != 0 || k->use != USE_SUBMISSIONS ||
		    k->revoked != SEQ_NEVER)
			continue;
		text = arena_alloc(call->arena, KEY_TEXT);
		verifier_key_format(&k->key, text);
		json_add(call->arena, &keys, json_string(text));
	}
	if (keys.count == 0)
		return rc_fail(e, RC_REFUSED, "the terms name party '%s', which has no live key: it "
			       "registers one with 'utfall key add'", party);
	json_set(call->arena, &o, "keys", keys);
	json_set(call->arena, &o, "party", json_string(party));
	*ret = o;
	return RC_OK;
}

static enum rc
all_parties(struct call *call, struct ledger *l, const struct terms *t, struct json *ret,
	    struct err *e)
{
	*ret = json_array(call->arena, t->party_count);
	for (size_t i = 0; i < t->party_count; i++) {
		const char *name = t->parties[i].name;
		struct json keys;
		enum rc rc;

		if (state_party(ledger_state(l), name) == NULL)
			return rc_fail(e, RC_REFUSED, "the terms name party '%s', which this ledger does not "
				       "know; register it first: utfall party add %s VERIFIER-KEY", name,
				       name);
		rc = party_keys(call, l, name, &keys, e);
		if (rc != RC_OK)
			return rc;
		json_add(call->arena, ret, keys);
	}
	return RC_OK;
}

static enum rc
propose(struct call *call, struct ledger *l, const struct terms_file *t, struct err *e)
{
	struct outbox box = { 0 };
	struct json body = json_object(), parties;
	struct hash digest;
	enum rc rc = all_parties(call, l, t->terms, &parties, e);

	if (rc != RC_OK)
		return rc;
	json_set(call->arena, &body, "parties", parties);
	json_set(call->arena, &body, "terms", json_copy(call->arena, t->document));
	outbox_add(call, &box, EVENT_CONTRACT_PROPOSED, &body, &digest);
	rc = cli_send(call, l, &box, e);
	if (rc == RC_OK)
		say(call, "proposed: contract %s, version %lld\n", cli_hex(call, digest),
		    (long long)t->terms->version);
	return rc;
}

enum rc
cmd_contract_propose(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	struct terms_file t;
	enum rc rc = terms_file_read(call, call->args[0], &t, e);

	if (rc == RC_OK && t.f.errors != 0)
		rc = cli_refused(&t.f, t.path, e);
	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = propose(call, l, &t, e);
	buf_free(&t.text);
	ledger_close(l);
	return rc;
}

/* ---- amend ---- */

static enum rc
amend(struct call *call, struct ledger *l, const struct contract *c, const struct terms_file *t,
      struct err *e)
{
	struct outbox box = { 0 };
	struct json body = json_object(), parties;
	struct hash digest;
	enum rc rc = all_parties(call, l, t->terms, &parties, e);

	if (rc != RC_OK)
		return rc;
	json_set(call->arena, &body, "contract", json_string(cli_hex(call, c->digest)));
	json_set(call->arena, &body, "from", json_string(cli_date(call, t->terms->applies_from)));
	json_set(call->arena, &body, "parties", parties);
	json_set(call->arena, &body, "replaces", json_string(cli_hex(call, c->current->digest)));
	json_set(call->arena, &body, "terms", json_copy(call->arena, t->document));
	outbox_add(call, &box, EVENT_CONTRACT_AMENDED, &body, &digest);
	rc = cli_send(call, l, &box, e);
	if (rc == RC_OK)
		say(call, "amended: version %lld, %s; it is in force once all have signed it\n",
		    (long long)t->terms->version, cli_hex(call, digest));
	return rc;
}

enum rc
cmd_contract_amend(struct call *call, struct err *e)
{
	const struct contract *c;
	struct ledger *l = NULL;
	struct terms_file t;
	enum rc rc = terms_file_read(call, call->args[0], &t, e);

	if (rc == RC_OK && t.f.errors == 0)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK && l != NULL)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK && l != NULL)
		rc = check_against_ledger(call, l, c, &t, e);
	place_findings(&t);
	if (rc == RC_OK && t.f.errors != 0)
		rc = cli_refused(&t.f, t.path, e);
	else if (rc == RC_OK)
		say_findings(&t, stderr);
	if (rc == RC_OK && l != NULL)
		rc = amend(call, l, c, &t, e);
	buf_free(&t.text);
	ledger_close(l);
	return rc;
}

/* ---- sign ---- */

static enum rc
sign(struct call *call, struct ledger *l, struct err *e)
{
	const struct contract *c;
	struct outbox box = { 0 };
	struct json body = json_object();
	struct hash digest;
	const char *version;
	enum rc rc = cli_contract(call, l, call->arg_count == 0 ? NULL : call->args[0], &c, e);

	if (rc != RC_OK)
		return rc;
	version = cli_hex(call, c->versions[c->version_count - 1].digest);
	json_set(call->arena, &body, "contract", json_string(cli_hex(call, c->digest)));
	json_set(call->arena, &body, "version", json_string(version));
	outbox_add(call, &box, EVENT_CONTRACT_SIGNED, &body, &digest);
	return cli_sign_or_send(call, l, &box, e);
}

enum rc
cmd_contract_sign(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	enum rc rc = cli_open_to_send(call, &l, e);

	if (rc == RC_OK)
		rc = sign(call, l, e);
	ledger_close(l);
	return rc;
}
