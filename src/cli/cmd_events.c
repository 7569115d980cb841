/* cmd_events.c - what was recorded, or what a submission file says, one event a row. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "event_list.h"
#include "file.h"
#include "finding.h"
#include "json.h"
#include "limits_utfall.h"
#include "text.h"

struct events {
	struct call *call;
	struct table *table;
	bool cut;		/* long words are cut: people read it */
	const char *type, *participant, *party;
	bool unattested;
	struct hash *settled;	/* what verdicts, corrections and retractions name; sorted */
	size_t settled_count, capacity;
};

static const struct printed_column columns[] = {
	{ "seq", PRINT_ENTRY, true }, { "at", PRINT_RECORDED, false },
	{ "party", PRINT_PARTY, false }, { "type", PRINT_TYPE, false },
	{ "participant", PRINT_PARTICIPANT, false }, { "says", PRINT_SAYS, false },
	{ "digest", PRINT_DIGEST, false },
};

#define WORD_MAX 40

static const char *
cut_word(const struct events *x, const char *text)
{
	size_t size = WORD_MAX - 3;

	if (!x->cut || strlen(text) <= WORD_MAX)
		return text;
	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return arena_printf(x->call->arena, "%.*s...", (int)size, text);
}

/* What a cell says of a value; NULL: nothing. */
static const char *
word_of(const struct events *x, const struct json *value)
{
	struct arena *arena = x->call->arena;

	if (value->kind == JSON_STRING && value->count == 64)
		return arena_string(arena, value->string, 8);
	if (value->kind == JSON_STRING)
		return cut_word(x, value->string);
	if (value->kind == JSON_INTEGER)
		return arena_printf(arena, "%lld", (long long)value->integer);
	if (value->kind == JSON_ARRAY)
		return arena_printf(arena, "(%u)", value->count);
	return value->kind == JSON_TRUE ? "true" : value->kind == JSON_FALSE ? "false" : NULL;
}

/* The members of a body that the other columns do not show. What an object holds (attributes, a
 * corrected body) stands behind its name, `before`; terms are too many words for a cell. */
static const char *
says_text(const struct events *x, const char *before, const struct json *body)
{
	const char *text = "";

	for (uint32_t i = 0; body != NULL && i < body->count; i++) {
		const struct json_member *m = &body->members[i];
		const char *word = NULL, *name = arena_printf(x->call->arena, "%s%s", before, m->key);

		if (strcmp(m->key, "contract") == 0 || strcmp(m->key, "participant") == 0 ||
		    strcmp(m->key, "terms") == 0)
			continue;
		if (m->value.kind == JSON_OBJECT)
			word = says_text(x, arena_printf(x->call->arena, "%s.", name), &m->value);
		else if ((word = word_of(x, &m->value)) != NULL)
			word = arena_printf(x->call->arena, "%s=%s", name, word);
		if (word != NULL && *word != '\0')
			text = arena_printf(x->call->arena, "%s%s%s", text, *text == '\0' ? "" : " ",
					    word);
	}
	return text;
}

/* Facts that wait for a verdict: what a provider or source says of the world. */
static bool
is_fact(const struct event *x)
{
	return event_info(x->type)->class != CLASS_STRUCTURAL && x->type != EVENT_CLAIM_ATTESTED &&
	       x->type != EVENT_SETTLEMENT_BASIS && x->type != EVENT_EVENT_RETRACTED;
}

static bool
is_listed(const struct events *x, const char *party, const struct event *event)
{
	const char *participant = json_get_string(event->body, "participant");

	if (event->type == EVENT_EVENT_CORRECTED)
		participant = json_get_string(json_get(event->body, "body"), "participant");
	if (x->type != NULL && strcmp(event_info(event->type)->name, x->type) != 0)
		return false;
	if (x->party != NULL && strcmp(party, x->party) != 0)
		return false;
	if (x->participant != NULL &&
	    (participant == NULL || strcmp(participant, x->participant) != 0))
		return false;
	if (!x->unattested)
		return true;
	return is_fact(event) && (x->settled_count == 0 ||
				  bsearch(&event->digest, x->settled, x->settled_count,
					  sizeof(x->settled[0]), hash_order) == NULL);
}

static void
add_row(const struct events *x, const struct event *event)
{
	const char *participant = json_get_string(event->body, "participant");

	table_text(x->table, event_info(event->type)->name);
	table_text(x->table, participant);
	table_text(x->table, says_text(x, "", event->body));
	table_text(x->table, cli_hex(x->call, event->digest));
}

static enum rc
list_row(void *arg, const struct ledger_row *row, struct err *e)
{
	struct events *x = arg;

	(void)e;
	if (row->event == NULL || !is_listed(x, row->sender, row->event))
		return RC_OK;
	table_integer(x->table, (int64_t)row->seq);
	table_text(x->table, cli_instant(x->call, row->at));
	table_text(x->table, row->sender);
	add_row(x, row->event);
	return RC_OK;
}

/* ---- which facts need no verdict any more ---- */

static void
settled_add(struct events *x, const struct json *digest)
{
	struct hash h;

	if (digest == NULL || digest->kind != JSON_STRING ||
	    !hash_parse(digest->string, digest->count, &h))
		return;
	x->settled = mem_room(x->settled, x->settled_count, &x->capacity, sizeof(x->settled[0]));
	x->settled[x->settled_count++] = h;
}

static enum rc
gather_settled(void *arg, const struct ledger_row *row, struct err *e)
{
	struct events *x = arg;
	const struct json *events;

	(void)e;
	if (row->event == NULL)
		return RC_OK;
	if (row->event->type == EVENT_EVENT_CORRECTED || row->event->type == EVENT_EVENT_RETRACTED)
		settled_add(x, json_get(row->event->body, "event"));
	if (row->event->type != EVENT_CLAIM_ATTESTED)
		return RC_OK;
	events = json_get(row->event->body, "events");
	for (uint32_t i = 0; events != NULL && i < events->count; i++)
		settled_add(x, &events->items[i]);
	return RC_OK;
}

static enum rc
list_ledger(struct call *call, struct events *x, struct err *e)
{
	const struct contract *c = NULL;
	struct ledger *l = NULL;
	struct ledger_facts facts;
	enum rc rc = cli_open(call, &l, e);

	if (rc == RC_OK && call_option(call, "contract") != NULL)
		rc = cli_contract(call, l, NULL, &c, e);
	if (rc == RC_OK)
		rc = cli_party(call, l, "party", &x->party, e);
	if (rc != RC_OK) {
		ledger_close(l);
		return rc;
	}
	state_facts(ledger_state(l), &facts);
	if (x->unattested)
		rc = ledger_scan(l, c == NULL ? NULL : &c->digest, 0, facts.size, gather_settled, x, e);
	if (rc == RC_OK && x->settled_count != 0)
		qsort(x->settled, x->settled_count, sizeof(x->settled[0]), hash_order);
	if (rc == RC_OK)
		rc = ledger_scan(l, c == NULL ? NULL : &c->digest, 0, facts.size, list_row, x, e);
	ledger_close(l);
	return rc;
}

static enum rc
list_file(struct call *call, struct events *x, struct err *e)
{
	struct findings f = { .arena = call->arena };
	struct submission_file file;
	struct buf bytes = { 0 };
	enum rc rc = file_read(call->args[0], LIMIT_FILE_BYTES, &bytes, e);

	if (rc != RC_OK) {
		buf_free(&bytes);
		return rc;
	}
	rc = submission_file_parse(bytes.data, bytes.size, LIMIT_FILE_EVENTS, call->arena, &file, e);
	if (rc == RC_REFUSED && (bytes.size == 0 || *bytes.data != '{'))
		rc = rc_fail(e, RC_REFUSED, "expected a submission file; 'utfall sign' makes one from a "
			     "file of events");
	if (rc != RC_OK && f.errors == 0)
		rc = rc_where(e, "%s", call->args[0]);
	for (uint64_t i = 0; rc == RC_OK && i < file.submission.count; i++) {
		struct event event;

		rc = event_parse(file.events[i].bytes, file.events[i].size, call->arena, i + 2, &f,
				 &event, e);
		if (rc != RC_OK || !is_listed(x, file.submission.party, &event))
			continue;
		table_text(x->table, NULL);
		table_text(x->table, NULL);
		table_text(x->table, file.submission.party);
		add_row(x, &event);
	}
	buf_free(&bytes);
	return f.errors == 0 ? rc : cli_refused(&f, call->args[0], e);
}

enum rc
cmd_events(struct call *call, struct err *e)
{
	struct events x = {
		.call = call, .cut = cli_form(call) == TABLE_TEXT,
		.type = call_option(call, "type"), .party = call_option(call, "party"),
		.participant = call_option(call, "participant"),
		.unattested = call_flag(call, "unattested"),
	};
	struct listing listing;
	enum event_type type;
	enum rc rc = listing_begin(call, columns, sizeof(columns) / sizeof(columns[0]), &listing, e);

	if (rc != RC_OK)
		return rc;
	x.table = listing.table;
	if (x.type != NULL && !event_type_parse(x.type, strlen(x.type), &type))
		return rc_fail(e, RC_USAGE, "--type: there is no type of event '%s'", x.type);
	if (x.participant != NULL && !text_is_pseudonym(x.participant, strlen(x.participant)))
		return rc_fail(e, RC_USAGE, "--participant: expected a pseudonym, 26 characters of a-z and "
			       "2-7, found '%s'", x.participant);
	rc = call->arg_count == 0 ? list_ledger(call, &x, e) : list_file(call, &x, e);
	if (rc == RC_OK)
		listing_say(call, &listing, PRINT_NO_EVENTS);
	free(x.settled);
	return rc;
}
