/* cmd_token.c - access tokens: minted with the operator's key for tokens, no ledger needed. */
#include "commands.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "date.h"
#include "hash.h"
#include "json.h"
#include "text.h"
#include "token.h"

static const char *const roles[] = { "funder", "provider", "verifier", "auditor", "operator" };

static enum rc
read_role(struct call *call, struct token *t, struct err *e)
{
	const char *role;
	enum rc rc = call_need(call, "role", &role, e);

	for (size_t i = 0; rc == RC_OK && i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(role, roles[i]) == 0) {
			memcpy(t->role, role, strlen(role) + 1);
			return RC_OK;
		}
	return rc != RC_OK ? rc : rc_fail(e, RC_USAGE, "--role %s: expected funder, provider, "
					  "verifier, auditor or operator", role);
}

static enum rc
read_claims(struct call *call, struct token *t, struct err *e)
{
	const char *party = call->args[0], *origin, *expires;
	uint8_t id[16];
	enum rc rc = call_need(call, "origin", &origin, e);

	if (rc == RC_OK)
		rc = read_role(call, t, e);
	if (rc == RC_OK)
		rc = call_need(call, "expires", &expires, e);
	if (rc == RC_OK)
		rc = cli_now_offline(call, &t->issued, e);
	if (rc != RC_OK)
		return rc;
	if (!text_is_name(party, strlen(party)))
		return rc_fail(e, RC_USAGE, "'%s' is no party id: expected lowercase letters, digits "
			       "and _, a letter first, at most 40", party);
	if (!text_is_origin(origin, strlen(origin)))
		return rc_fail(e, RC_USAGE, "--origin: '%s' is no origin of a ledger", origin);
	if (!instant_parse(expires, strlen(expires), &t->expires) || t->expires <= t->issued)
		return rc_fail(e, RC_USAGE, "--expires %s: expected an instant to come, like "
			       "2031-12-31T00:00:00Z", expires);
	memcpy(t->ledger, origin, strlen(origin) + 1);
	memcpy(t->party, party, strlen(party) + 1);
	random_bytes(id, sizeof(id));
	base64url_format(id, sizeof(id), t->id);
	return RC_OK;
}

enum rc
cmd_token_mint(struct call *call, struct err *e)
{
	struct token t = { .issued = 0 };
	struct signing_key *key = NULL;
	struct buf text = { 0 };
	enum rc rc = read_claims(call, &t, e);

	if (rc == RC_OK)
		rc = cli_key(call, "key", &key, e);
	if (rc == RC_OK)
		rc = token_mint(&t, key, &text, e);
	if (rc == RC_OK && cli_form(call) == TABLE_JSON) {
		struct json o = json_object();

		json_set(call->arena, &o, "expires", json_string(cli_instant(call, t.expires)));
		json_set(call->arena, &o, "party", json_string(t.party));
		json_set(call->arena, &o, "revoke", json_string(cli_hex(call, token_digest(&t))));
		json_set(call->arena, &o, "role", json_string(t.role));
		json_set(call->arena, &o, "token", json_string(text.data));
		say_json(call, &o);
	} else if (rc == RC_OK) {
		say(call, "%s\n", text.data);
	}
	buf_free(&text);
	signing_key_free(key);
	return rc;
}

enum rc
cmd_token_revoke(struct call *call, struct err *e)
{
	struct json body = json_object();
	struct outbox box = { 0 };
	struct ledger *l = NULL;
	struct hash digest;
	enum rc rc;

	if (!hash_parse(call->args[0], strlen(call->args[0]), &digest))
		return rc_fail(e, RC_USAGE, "'%s': expected the 64 digits that 'utfall token mint --json' "
			       "printed as revoke", call->args[0]);
	rc = cli_open_append(call, &l, e);
	json_set(call->arena, &body, "token", json_string(call->args[0]));
	outbox_add(call, &box, EVENT_TOKEN_REVOKED, &body, &digest);
	if (rc == RC_OK)
		rc = cli_send(call, l, &box, e);
	ledger_close(l);
	return rc;
}
