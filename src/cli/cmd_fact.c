/* cmd_fact.c - verdicts, corrections and retractions of events that are recorded. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cli.h"
#include "event_list.h"
#include "finding.h"
#include "json.h"
#include "limits_utfall.h"
#include "text.h"

/* ---- events by name ---- */

struct prefix_search {
	const char *prefix;
	struct hash hit;
	size_t found;
};

static enum rc
match_prefix(void *arg, const struct ledger_row *row, struct err *e)
{
	struct prefix_search *s = arg;
	char hex[HASH_HEX];

	(void)e;
	hash_format(row->digest, hex);
	if (strncmp(hex, s->prefix, strlen(s->prefix)) == 0) {
		s->hit = row->digest;
		s->found++;
	}
	return RC_OK;
}

static enum rc
find_prefix(struct ledger *l, const char *text, struct hash *ret, struct err *e)
{
	struct prefix_search s = { .prefix = text };
	struct ledger_facts facts;
	enum rc rc;

	state_facts(ledger_state(l), &facts);
	if (strlen(text) < 8 || strlen(text) > 64)
		return rc_fail(e, RC_USAGE, "'%s': expected an event's digest, its first 8 digits or more, "
			       "or @LABEL of --book", text);
	rc = ledger_scan(l, NULL, 0, facts.size, match_prefix, &s, e);
	if (rc == RC_OK && s.found != 1)
		rc = rc_fail(e, s.found == 0 ? RC_NOT_FOUND : RC_USAGE, "'%s' begins the digest of %zu "
			     "events; 'utfall events' lists them", text, s.found);
	if (rc == RC_OK)
		*ret = s.hit;
	return rc;
}

enum rc
cli_event(struct call *call, struct ledger *l, const char *text, struct event_record *ret,
	  struct err *e)
{
	const struct book_line *line;
	struct book book;
	struct hash digest;
	enum rc rc = RC_OK;

	if (text[0] == '@') {
		rc = book_open(call, &book, e);
		if (rc != RC_OK)
			return rc;
		line = book_find(&book, text + 1);
		if (line == NULL)
			return rc_fail(e, RC_NOT_FOUND, "no event is labelled '%s' in %s", text + 1,
				       book.path == NULL ? "a book: name one with --book" : book.path);
		digest = line->digest;
	} else if (!hash_parse(text, strlen(text), &digest)) {
		rc = find_prefix(l, text, &digest, e);
	}
	return rc == RC_OK ? state_find(ledger_state(l), digest, ret, e) : rc;
}

static enum rc
find_events(struct call *call, struct ledger *l, size_t first, struct event_record *ret,
	    struct err *e)
{
	for (size_t i = first; i < call->arg_count; i++) {
		enum rc rc = cli_event(call, l, call->args[i], &ret[i - first], e);

		if (rc != RC_OK)
			return rc;
		if (ret[i - first].missing)
			return rc_fail(e, RC_REFUSED, "%s: its bytes were erased; nothing more can be "
				       "said about it", call->args[i]);
		if (hash_is_zero(ret[i - first].contract))
			return rc_fail(e, RC_REFUSED, "%s: %s is under no contract", call->args[i],
				       event_info(ret[i - first].type)->name);
	}
	return RC_OK;
}

static int
compare_records(const void *a, const void *b)
{
	const struct event_record *x = a, *y = b;
	int order = hash_compare(x->contract, y->contract);

	return order != 0 ? order : hash_compare(x->digest, y->digest);
}

/* ---- attest ---- */

/* One claim.attested for at most LIMIT_DIGESTS_IN_BODY events of one contract; gives how many. */
static size_t
add_verdict(struct call *call, struct outbox *box, const struct event_record *records, size_t count,
	    const char *population)
{
	const char *method = call_option(call, "method"), *reason = call_option(call, "reason");
	struct json body = json_object(), events = json_array(call->arena, LIMIT_DIGESTS_IN_BODY);
	struct hash digest;
	size_t n = 0;

	while (n < count && n < LIMIT_DIGESTS_IN_BODY &&
	       hash_equal(records[n].contract, records[0].contract))
		json_add(call->arena, &events, json_string(cli_hex(call, records[n++].digest)));
	json_set(call->arena, &body, "contract", json_string(cli_hex(call, records[0].contract)));
	json_set(call->arena, &body, "events", events);
	json_set(call->arena, &body, "method", json_string(method));
	if (population != NULL)
		json_set(call->arena, &body, "population", json_string(population));
	if (reason != NULL)
		json_set(call->arena, &body, "reason", json_string(reason));
	json_set(call->arena, &body, "verdict", json_string(call->args[0]));
	outbox_add(call, box, EVENT_CLAIM_ATTESTED, &body, &digest);
	return n;
}

/* The digest of the statement that --population names; NULL without it. */
static enum rc
find_population(struct call *call, struct ledger *l, const struct event_record *of,
		const char **ret, struct err *e)
{
	const struct contract *c = state_contract(ledger_state(l), of->contract);
	const char *text = call_option(call, "population");
	int64_t number;
	enum rc rc;

	*ret = NULL;
	if (text == NULL)
		return RC_OK;
	rc = cli_number(text, "--population", 1, 1000000, &number, e);
	if (rc == RC_OK && (c == NULL || (uint64_t)number > c->statement_count))
		return rc_fail(e, RC_NOT_FOUND, "--population: the contract has no statement %lld",
			       (long long)number);
	if (rc == RC_OK)
		*ret = cli_hex(call, c->statements[number - 1].issued);
	return rc;
}

static enum rc
attest(struct call *call, struct ledger *l, struct err *e)
{
	size_t count = call->arg_count - 1;
	struct event_record *records = arena_array(call->arena, count, sizeof(records[0]));
	struct outbox box = { 0 };
	const char *population;
	enum rc rc = find_events(call, l, 1, records, e);

	if (rc == RC_OK)
		rc = find_population(call, l, records, &population, e);
	if (rc != RC_OK)
		return rc;
	qsort(records, count, sizeof(records[0]), compare_records);
	for (size_t i = 0; i < count;)
		i += add_verdict(call, &box, records + i, count - i, population);
	return cli_sign_or_send(call, l, &box, e);
}

enum rc
cmd_attest(struct call *call, struct err *e)
{
	const char *verdict = call->args[0], *method;
	struct ledger *l = NULL;
	enum rc rc;

	if (strcmp(verdict, "accepted") != 0 && strcmp(verdict, "rejected") != 0)
		return rc_fail(e, RC_USAGE, "attest: expected 'accepted' or 'rejected', found '%s'",
			       verdict);
	rc = call_need(call, "method", &method, e);
	if (rc == RC_OK)
		rc = cli_open_to_send(call, &l, e);
	if (rc == RC_OK)
		rc = attest(call, l, e);
	ledger_close(l);
	return rc;
}

/* ---- correct, retract ---- */

static enum rc
head_record(struct ledger *l, const struct event_record *any, struct event_record *ret,
	    struct err *e)
{
	struct hash head;
	bool retracted;
	enum rc rc = state_head(ledger_state(l), any->digest, &head, &retracted, e);

	if (rc == RC_OK && retracted)
		return rc_fail(e, RC_CONFLICT, "the event was retracted; nothing can follow");
	return rc == RC_OK ? state_find(ledger_state(l), head, ret, e) : rc;
}

/* What the fact says now: the body of the head, or the body inside its last correction. */
static enum rc
present_body(struct call *call, struct ledger *l, const struct event_record *head,
	     enum event_type *ret_type, struct json *ret, struct err *e)
{
	struct event x;
	struct event_record target;
	const char *named;
	struct hash digest;
	enum rc rc = ledger_event(l, head->seq, call->arena, &x, e);

	if (rc != RC_OK)
		return rc;
	if (x.body == NULL)
		return rc_fail(e, RC_REFUSED, "the event's bytes were erased; it cannot be corrected");
	*ret_type = x.type;
	*ret = json_copy(call->arena, x.body);
	for (target = *head; target.type == EVENT_EVENT_CORRECTED;) {
		rc = ledger_event(l, target.seq, call->arena, &x, e);
		if (rc != RC_OK)
			return rc;
		if (target.seq == head->seq)
			*ret = json_copy(call->arena, json_get(x.body, "body"));
		named = json_get_string(x.body, "event");
		if (named == NULL || !hash_parse(named, strlen(named), &digest))
			return rc_fail(e, RC_INTEGRITY, "event.corrected names no event");
		rc = state_find(ledger_state(l), digest, &target, e);
		if (rc != RC_OK)
			return rc;
		*ret_type = target.type;
	}
	return RC_OK;
}

static enum rc
set_field(struct call *call, enum event_type type, const char *arg, struct json *body,
	  struct err *e)
{
	const char *equals = strchr(arg, '=');
	const char *name;
	struct json kept = json_object();
	struct json value;

	if (equals == NULL || equals == arg)
		return rc_fail(e, RC_USAGE, "correct: expected FIELD=VALUE, found '%s'", arg);
	name = arena_string(call->arena, arg, (size_t)(equals - arg));
	if (!event_value_from_text(call->arena, type, name, equals + 1, &value))
		return rc_fail(e, RC_USAGE, "correct: %s has no field '%s'", event_info(type)->name,
			       name);
	if (strncmp(name, "attributes.", 11) == 0) {
		const struct json *old = json_get(body, "attributes");

		kept = old == NULL ? kept : json_copy(call->arena, old);
		json_set(call->arena, &kept, name + 11, value);
		json_set(call->arena, body, "attributes", kept);
	} else if (equals[1] != '\0') {
		json_set(call->arena, body, name, value);
	} else {
		for (uint32_t i = 0; i < body->count; i++)
			if (strcmp(body->members[i].key, name) != 0)
				json_set(call->arena, &kept, body->members[i].key, body->members[i].value);
		*body = kept;
	}
	return RC_OK;
}

static enum rc
correct(struct call *call, struct ledger *l, struct err *e)
{
	const char *reason = call_option(call, "reason");
	struct event_record any, head;
	struct outbox box = { 0 };
	struct json body = json_object(), inner;
	enum event_type type = EVENT_TYPE_MAX;
	struct hash digest;
	enum rc rc = cli_event(call, l, call->args[0], &any, e);

	if (rc == RC_OK)
		rc = head_record(l, &any, &head, e);
	if (rc == RC_OK)
		rc = present_body(call, l, &head, &type, &inner, e);
	for (size_t i = 1; rc == RC_OK && i < call->arg_count; i++)
		rc = set_field(call, type, call->args[i], &inner, e);
	if (rc != RC_OK)
		return rc;
	json_set(call->arena, &body, "body", inner);
	json_set(call->arena, &body, "contract", json_string(cli_hex(call, head.contract)));
	json_set(call->arena, &body, "event", json_string(cli_hex(call, head.digest)));
	if (reason != NULL)
		json_set(call->arena, &body, "reason", json_string(reason));
	outbox_add(call, &box, EVENT_EVENT_CORRECTED, &body, &digest);
	rc = cli_sign_or_send(call, l, &box, e);
	if (rc == RC_OK)
		say(call, "corrected: %s by %s\n", cli_hex(call, head.digest), cli_hex(call, digest));
	return rc;
}

enum rc
cmd_correct(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	enum rc rc = cli_open_to_send(call, &l, e);

	if (rc == RC_OK)
		rc = correct(call, l, e);
	ledger_close(l);
	return rc;
}

static enum rc
retract(struct call *call, struct ledger *l, struct err *e)
{
	const char *reason = call_option(call, "reason");
	struct event_record *records = arena_array(call->arena, call->arg_count, sizeof(records[0]));
	struct outbox box = { 0 };
	struct hash digest;
	enum rc rc = find_events(call, l, 0, records, e);

	for (size_t i = 0; rc == RC_OK && i < call->arg_count; i++) {
		struct json body = json_object();
		struct event_record head;

		rc = head_record(l, &records[i], &head, e);
		if (rc != RC_OK)
			return rc_where(e, "%s", call->args[i]);
		json_set(call->arena, &body, "contract", json_string(cli_hex(call, head.contract)));
		json_set(call->arena, &body, "event", json_string(cli_hex(call, head.digest)));
		if (reason != NULL)
			json_set(call->arena, &body, "reason", json_string(reason));
		outbox_add(call, &box, EVENT_EVENT_RETRACTED, &body, &digest);
	}
	return rc == RC_OK ? cli_sign_or_send(call, l, &box, e) : rc;
}

enum rc
cmd_retract(struct call *call, struct err *e)
{
	struct ledger *l = NULL;
	enum rc rc = cli_open_to_send(call, &l, e);

	if (rc == RC_OK)
		rc = retract(call, l, e);
	ledger_close(l);
	return rc;
}
