/* cmd_erase.c - destroys what was said about a person; what was settled stands. */
#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "cli.h"
#include "erasure.h"
#include "finding.h"
#include "json.h"
#include "text.h"

/* ---- what there is to destroy ---- */

static enum rc
say_events(struct call *call, const struct person *p)
{
	static const struct table_column columns[] = {
		{ "entry", "entry", true }, { "at", "recorded", false },
		{ "type", "type", false }, { "sender", "sent by", false },
		{ "digest", "digest", false },
	};
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < p->event_count; i++) {
		const struct person_event *x = &p->events[i];

		table_integer(t, (int64_t)x->seq);
		table_text(t, cli_instant(call, x->at));
		table_text(t, event_info(x->type)->name);
		table_text(t, x->sender);
		table_text(t, cli_hex(call, x->digest));
	}
	say_table(call, t, "nothing");
	return RC_OK;
}

static void
say_unsettled(struct call *call, const struct erasure *x)
{
	static const struct table_column columns[] = {
		{ "payment", "payment", false }, { "outcome", "outcome", false },
		{ "payer", "payer", false }, { "payee", "payee", false },
		{ "amount", "not yet settled", true }, { "unit", NULL, false },
	};
	struct table *t = table_new(call->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < x->unsettled_count; i++) {
		const struct unsettled *u = &x->unsettled[i];

		table_text(t, u->payment);
		table_text(t, u->outcome);
		table_text(t, u->payer);
		table_text(t, u->payee);
		table_amount(t, u->amount, u->unit);
		table_text(t, u->unit);
	}
	if (x->unsettled_count > 0)
		say_table(call, t, "");
}

static enum rc
check_pseudonyms(const struct call *call, struct err *e)
{
	for (size_t i = 0; i < call->arg_count; i++)
		if (!text_is_pseudonym(call->args[i], strlen(call->args[i])))
			return rc_fail(e, RC_USAGE, "erase: expected a pseudonym, 26 characters of a-z "
				       "and 2-7, found '%s'", call->args[i]);
	return RC_OK;
}

/* The person's other pseudonyms go with the one that was named. */
static void
say_others(struct call *call, const struct person *p)
{
	for (size_t i = call->arg_count; i < p->pseudonym_count; i++)
		say(call, "the same person, by participants.joined: %s\n", p->pseudonyms[i]);
}

static enum rc
dry_run(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	struct erasure x;
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK)
		rc = erasure_find(l, (const char *const *)call->args, call->arg_count, call->arena,
				  &x, e);
	if (rc == RC_OK && cli_form(call) == TABLE_TEXT) {
		say_others(call, &x.person);
		rc = say_events(call, &x.person);
		say_unsettled(call, &x);
		say(call, "%zu events would be destroyed, nothing was\n", x.person.event_count);
	} else if (rc == RC_OK) {
		rc = say_events(call, &x.person);
	}
	ledger_close(l);
	return rc;
}

/* ---- destroying it ---- */

static enum rc
check_asked(struct call *call, const struct erasure *x, struct err *e)
{
	const struct unsettled *u = x->unsettled;

	if (x->unsettled_count > 0 && !call_flag(call, "forfeit"))
		return rc_fail(e, RC_CONFLICT, "%zu amounts are not yet settled, the first of payment %s "
			       "to %s: settle first, or add --forfeit to lose them for good; --dry-run "
			       "lists them", x->unsettled_count, u->payment, u->payee);
	if (!call_flag(call, "yes"))
		return rc_fail(e, RC_USAGE, "erase: would destroy the bytes of %zu events for good; look "
			       "at them with --dry-run, then add --yes", x->person.event_count);
	return RC_OK;
}

static enum rc
send(struct call *call, struct ledger *l, const struct erasure *x, const char *authority,
     struct err *e)
{
	struct outbox box = { 0 };
	struct hash digest;
	enum rc rc;

	for (size_t i = 0; i < x->body_count; i++) {
		struct json *body = &x->bodies[i];

		json_set(call->arena, body, "authority", json_string(authority));
		outbox_add(call, &box, EVENT_DATA_ERASED, body, &digest);
	}
	rc = cli_send(call, l, &box, e);
	if (rc == RC_OK)
		say(call, "erased: %zu events of %zu %s; their bytes are in none of the ledger's files\n",
		    x->person.event_count, x->person.pseudonym_count,
		    x->person.pseudonym_count == 1 ? "pseudonym" : "pseudonyms");
	return rc;
}

static enum rc
erase(struct call *call, struct ledger *l, const char *authority, struct err *e)
{
	struct erasure x;
	enum rc rc = erasure_find(l, (const char *const *)call->args, call->arg_count, call->arena,
				  &x, e);

	if (rc == RC_OK)
		rc = check_asked(call, &x, e);
	if (rc != RC_OK)
		return rc;
	say_others(call, &x.person);
	return send(call, l, &x, authority, e);
}

enum rc
cmd_erase(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	const char *authority;
	const char *url;
	enum rc rc = check_pseudonyms(call, e);

	if (rc == RC_OK && call_flag(call, "dry-run"))
		return dry_run(call, e);
	if (rc == RC_OK)
		rc = call_need(call, "authority", &authority, e);
	if (rc == RC_OK)
		rc = call_need(call, "ledger", &url, e);
	if (rc == RC_OK)
		rc = ledger_append_open(url, &l, e);
	if (rc == RC_OK && ledger_left_bytes(l))
		rc = rc_fail(e, RC_CONFLICT, "%s", cli_left_bytes(call));
	if (rc == RC_OK)
		rc = erase(call, l, authority, e);
	ledger_close(l);
	return rc;
}
