/* cmd_statement_sign.c - a statement as a file that stands alone, with a detached signature. */
#include "commands.h"

#include <inttypes.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "cli.h"
#include "file.h"
#include "json.h"
#include "minisign.h"
#include "statement.h"

/* The operator's, registered for files: a key that signs nothing else. */
static enum rc
check_key(struct ledger *l, const struct verifier_key *v, struct err *e)
{
	const struct state *st = ledger_state(l);
	const struct party_key *k = state_key(st, v->name, v->id);
	struct ledger_facts facts;

	state_facts(st, &facts);
	if (k != NULL && verifier_key_equal(&k->key, v) && k->use == USE_FILES &&
	    k->revoked == SEQ_NEVER && strcmp(k->party->id, facts.operator_id) == 0)
		return RC_OK;
	return rc_fail(e, RC_REFUSED, "%s+%08" PRIx32 " is no live key of %s for files: make one with "
		       "`utfall key new %s --use files`, register it with `utfall key add`", v->name,
		       v->id, facts.operator_id, facts.operator_id);
}

static enum rc
write_both(struct call *call, const struct signing_key *key, const struct statement_view *v,
	   struct ledger *l, struct err *e)
{
	const char *out = call_option(call, "out"), *beside;
	int64_t number = json_get_integer(v->issued, "number", 0);
	struct buf text = { 0 }, signature = { 0 }, public = { 0 };
	struct ledger_facts facts;
	char *comment;
	enum rc rc;

	state_facts(ledger_state(l), &facts);
	comment = arena_printf(call->arena, "statement %" PRId64 " of contract %s, ledger %s", number,
			       cli_hex(call, v->contract->digest), facts.origin);
	beside = arena_printf(call->arena, "%s.minisig", out);
	statement_json(v, &text);
	rc = minisign_sign(key, text.data, text.size, comment, &signature, e);
	if (rc == RC_OK)
		rc = file_create(out, text.data, text.size, 0600, e);
	if (rc == RC_OK)
		rc = file_create(beside, signature.data, signature.size, 0600, e);
	if (rc == RC_OK) {
		minisign_public(signing_key_verifier(key), &public);
		say(call, "signed: statement %" PRId64 ": %s, %s\n  public key  %s\n", number, out,
		    beside, public.data);
	}
	buf_free(&text);
	buf_free(&signature);
	buf_free(&public);
	return rc;
}

enum rc
cmd_statement_sign(struct call *call, struct err *e)
{
	struct statement_view v;
	struct signing_key *key = NULL;
	struct ledger *l = NULL;
	const char *out;
	enum rc rc = call_need(call, "out", &out, e);

	if (rc == RC_OK)
		rc = cli_statement(call, &l, &v, e);
	if (rc == RC_OK)
		rc = cli_key(call, "key", &key, e);
	if (rc == RC_OK)
		rc = check_key(l, signing_key_verifier(key), e);
	if (rc == RC_OK)
		rc = write_both(call, key, &v, l, e);
	signing_key_free(key);
	ledger_close(l);
	return rc;
}
