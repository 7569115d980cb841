/* cmd_party.c - who takes part. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "cli.h"
#include "json.h"

static enum rc
party_events(struct call *call, struct outbox *box, struct err *e)
{
	const char *party = call->args[0], *text = call->args[1];
	const char *title = call_option(call, "title");
	struct json registered = json_object(), key = json_object();
	struct verifier_key parsed;
	struct hash digest;
	enum rc rc = verifier_key_parse(text, strlen(text), &parsed, e);

	if (rc != RC_OK)
		return rc;
	if (strcmp(parsed.name, party) != 0)
		return rc_fail(e, RC_USAGE, "the verifier key is named '%s', expected '%s': a party's "
			       "keys carry its id", parsed.name, party);
	json_set(call->arena, &registered, "party", json_string(party));
	if (title != NULL)
		json_set(call->arena, &registered, "title", json_string(title));
	json_set(call->arena, &key, "key", json_string(text));
	json_set(call->arena, &key, "party", json_string(party));
	json_set(call->arena, &key, "use", json_string("submissions"));
	outbox_add(call, box, EVENT_PARTY_REGISTERED, &registered, &digest);
	outbox_add(call, box, EVENT_KEY_REGISTERED, &key, &digest);
	return RC_OK;
}

enum rc
cmd_party_add(struct call *call, struct err *e)
{
	struct outbox box = { 0 };
	struct ledger *l = NULL;
	enum rc rc = party_events(call, &box, e);

	if (rc == RC_OK)
		rc = cli_open_append(call, &l, e);
	if (rc == RC_OK)
		rc = cli_send(call, l, &box, e);
	ledger_close(l);
	return rc;
}

enum rc
cmd_party_list(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "party", PRINT_PARTY, false }, { "title", PRINT_NAME, false },
		{ "registered", PRINT_ENTRY, true }, { "keys", PRINT_KEYS, true },
	};
	struct listing x;
	struct ledger *l = NULL;
	struct table *t;
	enum rc rc = listing_begin(call, columns, sizeof(columns) / sizeof(columns[0]), &x, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc != RC_OK)
		return rc;
	t = x.table;
	for (size_t i = 0; i < state_party_count(ledger_state(l)); i++) {
		const struct party *p = state_party_at(ledger_state(l), i);
		int64_t keys = 0;

		for (size_t k = 0; k < state_key_count(ledger_state(l)); k++) {
			const struct party_key *key = state_key_at(ledger_state(l), k);

			keys += key->party == p && key->revoked == SEQ_NEVER;
		}
		table_text(t, p->id);
		table_text(t, p->title[0] == '\0' ? NULL : p->title);
		table_integer(t, (int64_t)p->seq);
		table_integer(t, keys);
	}
	listing_say(call, &x, PRINT_NO_PARTIES);
	ledger_close(l);
	return RC_OK;
}
