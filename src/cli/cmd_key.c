/* cmd_key.c - key files, and the keys that a ledger knows. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "json.h"

static enum rc
new_passphrase(struct call *call, const char *path, struct passphrase *ret, struct err *e)
{
	struct passphrase again = { 0 };
	enum rc rc = cli_passphrase(call, path, ret, e);

	if (rc != RC_OK || call_option(call, "passphrase-fd") != NULL)
		return rc;
	rc = cli_passphrase(call, "the same again", &again, e);
	if (rc == RC_OK && (again.length != ret->length ||
			    memcmp(again.text, ret->text, again.length) != 0))
		rc = rc_fail(e, RC_REFUSED, "the two passphrases differ; no key was made");
	if (rc == RC_OK)
		passphrase_free(&again);
	else
		passphrase_free(ret);
	return rc;
}

enum rc
cmd_key_new(struct call *call, struct err *e)
{
	struct passphrase p = { 0 };
	struct signing_key *key = NULL;
	const char *use = call_option(call, "use");
	bool protect = call_flag(call, "protect");
	enum key_type type = use != NULL && strcmp(use, "cosigning") == 0 ? KEY_COSIGNATURE
									  : KEY_ED25519;
	char text[KEY_TEXT];
	const char *path;
	enum rc rc = call_need(call, "out", &path, e);

	if (rc == RC_OK && !key_name_is_valid(call->args[0], strlen(call->args[0])))
		rc = rc_fail(e, RC_USAGE, "key new: expected a party's id, as habo or region_jonkoping, or "
			     "another name without spaces and '+', found '%s'", call->args[0]);
	if (rc == RC_OK)
		rc = signing_key_generate(call->args[0], type, &key, e);
	if (rc != RC_OK)
		return rc;
	if (protect)
		rc = new_passphrase(call, path, &p, e);
	if (rc == RC_OK)
		rc = key_file_write(path, key, protect ? &p : NULL, e);
	if (rc == RC_OK) {
		verifier_key_format(signing_key_verifier(key), text);
		say(call, "%s\n", text);
	}
	if (protect && p.text != NULL)
		passphrase_free(&p);
	signing_key_free(key);
	return rc;
}

enum rc
cmd_key_show(struct call *call, struct err *e)
{
	struct verifier_key key;
	char text[KEY_TEXT];
	enum rc rc = key_file_verifier(call->args[0], &key, e);

	if (rc != RC_OK)
		return rc;
	verifier_key_format(&key, text);
	if (cli_form(call) == TABLE_JSON) {
		struct json object = json_object();

		json_set(call->arena, &object, "key", json_string(text));
		json_set(call->arena, &object, "name", json_string(key.name));
		say_json(call, &object);
	} else {
		say(call, "%s\n", text);
	}
	return RC_OK;
}

/* The contracts under which a recovered key may sign, as people and as programs name them; NULL:
 * the key needs nobody's word. */
static const char *
confirmed_for(struct call *call, enum language l, const struct party_key *k)
{
	bool text = cli_form(call) == TABLE_TEXT;
	const char *ret = text ? printed(l, PRINT_NO_CONTRACT) : "";
	const struct hash *contracts;
	size_t count;

	if (!k->recovery)
		return NULL;
	contracts = state_key_confirmed(k, &count);
	for (size_t i = 0; i < count; i++)
		ret = arena_printf(call->arena, "%s%s%.*s", i == 0 ? "" : ret, i == 0 ? "" : " ",
				   text ? 8 : 64, cli_hex(call, contracts[i]));
	return ret;
}

enum rc
cmd_key_list(struct call *call, struct err *e)
{
	static const struct printed_column columns[] = {
		{ "party", PRINT_PARTY, false }, { "use", PRINT_USE, false },
		{ "registered", PRINT_ENTRY, true }, { "revoked", PRINT_REVOKED, true },
		{ "recovery", PRINT_NOTHING, false }, { "confirmed", PRINT_CONFIRMED_FOR, false },
		{ "key", PRINT_VERIFIER_KEY, false },
	};
	const char *party = NULL;
	struct listing x;
	struct ledger *l = NULL;
	struct table *t;
	enum rc rc = listing_begin(call, columns, sizeof(columns) / sizeof(columns[0]), &x, e);

	if (rc == RC_OK)
		rc = cli_open(call, &l, e);
	if (rc == RC_OK)
		rc = cli_party(call, l, "party", &party, e);
	if (rc != RC_OK) {
		ledger_close(l);
		return rc;
	}
	t = x.table;
	for (size_t i = 0; i < state_key_count(ledger_state(l)); i++) {
		const struct party_key *k = state_key_at(ledger_state(l), i);
		char text[KEY_TEXT];

		if (party != NULL && strcmp(party, k->party->id) != 0)
			continue;
		verifier_key_format(&k->key, text);
		table_text(t, k->party->id);
		table_text(t, key_use_name(k->use));
		table_integer(t, (int64_t)k->registered);
		if (k->revoked == SEQ_NEVER)
			table_text(t, NULL);
		else
			table_integer(t, (int64_t)k->revoked);
		table_truth(t, k->recovery);
		table_text(t, confirmed_for(call, x.language, k));
		table_text(t, text);
	}
	listing_say(call, &x, PRINT_NO_KEYS);
	ledger_close(l);
	return RC_OK;
}

static enum rc
send_one(struct call *call, enum event_type type, const struct json *body, struct err *e)
{
	struct outbox box = { 0 };
	struct ledger *l = NULL;
	struct hash digest;
	enum rc rc = cli_open_append(call, &l, e);

	outbox_add(call, &box, type, body, &digest);
	if (rc == RC_OK)
		rc = cli_send(call, l, &box, e);
	ledger_close(l);
	return rc;
}

/* A key is its party's by name; a checkpoint key is named as the ledger and is the operator's. */
static enum rc
key_party(struct call *call, const char *name, const char *use, const char **ret, struct err *e)
{
	struct ledger_facts facts;
	struct ledger *l = NULL;
	enum rc rc;

	*ret = name;
	if (strcmp(use, "checkpoints") != 0)
		return RC_OK;
	rc = cli_open(call, &l, e);
	if (rc == RC_OK) {
		state_facts(ledger_state(l), &facts);
		*ret = arena_string(call->arena, facts.operator_id, strlen(facts.operator_id));
	}
	ledger_close(l);
	return rc;
}

enum rc
cmd_key_add(struct call *call, struct err *e)
{
	const char *text = call->args[0], *use = call_option(call, "use"), *party = NULL;
	struct json body = json_object();
	struct verifier_key key;
	enum rc rc = verifier_key_parse(text, strlen(text), &key, e);

	if (use == NULL)
		use = "submissions";
	if (rc == RC_OK)
		rc = key_party(call, key.name, use, &party, e);
	if (rc != RC_OK)
		return rc;
	json_set(call->arena, &body, "key", json_string(text));
	json_set(call->arena, &body, "party", json_string(party));
	json_set(call->arena, &body, "use", json_string(use));
	if (call_flag(call, "recovery"))
		json_set(call->arena, &body, "recovery", json_boolean(true));
	return send_one(call, EVENT_KEY_REGISTERED, &body, e);
}

enum rc
cmd_key_confirm(struct call *call, struct err *e)
{
	const char *text = call->args[0];
	const struct contract *contract;
	struct json body = json_object();
	struct outbox box = { 0 };
	struct ledger *l = NULL;
	struct verifier_key key;
	struct hash digest;
	enum rc rc = verifier_key_parse(text, strlen(text), &key, e);

	if (rc == RC_OK)
		rc = cli_open_to_send(call, &l, e);
	if (rc == RC_OK)
		rc = cli_contract(call, l, NULL, &contract, e);
	if (rc == RC_OK) {
		json_set(call->arena, &body, "contract", json_string(cli_hex(call, contract->digest)));
		json_set(call->arena, &body, "key", json_string(text));
		outbox_add(call, &box, EVENT_KEY_CONFIRMED, &body, &digest);
		rc = cli_sign_or_send(call, l, &box, e);
	}
	ledger_close(l);
	return rc;
}

enum rc
cmd_key_revoke(struct call *call, struct err *e)
{
	const char *reason = call_option(call, "reason");
	struct json body = json_object();

	json_set(call->arena, &body, "key", json_string(call->args[0]));
	if (reason != NULL)
		json_set(call->arena, &body, "reason", json_string(reason));
	return send_one(call, EVENT_KEY_REVOKED, &body, e);
}
