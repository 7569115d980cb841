/* serve_routes.c - every endpoint, one row. To add one: a row, a function, its part of
 * openapi.json, and where a new kind of thing is shown a row of the table in serve_access.c. */
#include "serve_routes.h"

#include <string.h>

#define JSON MEDIA_BIT(MEDIA_JSON)
#define TEXT MEDIA_BIT(MEDIA_TEXT)
#define LIST (JSON | MEDIA_BIT(MEDIA_NDJSON))
#define TABLE (LIST | MEDIA_BIT(MEDIA_CSV))
#define BYTES MEDIA_BIT(MEDIA_BYTES)
#define ALL (~0u)

#define PAGE "cursor limit"
#define LINES "payer payee payment outcome participant reason"
#define C "/v1/contracts/{contract}"
#define P C "/participants/{participant}"
#define S "/v1/statements/{statement}"
#define L S "/lines/{line}"

const struct route serve_routes[] = {
	{ .pattern = "/v1/head", .media = JSON, .life = LIFE_HEAD, .one = serve_head },
	{ .pattern = "/checkpoint", .media = TEXT, .life = LIFE_HEAD, .raw = serve_checkpoint },
	{ .pattern = "/tile/{path}", .media = BYTES, .life = LIFE_FOREVER, .raw = serve_tile },
	{ .pattern = "/v1/entries", .query = PAGE " digest", .media = LIST, .life = LIFE_HEAD,
	  .list = serve_entries },
	{ .pattern = "/v1/entries/{seq}", .media = JSON, .life = LIFE_HEAD, .one = serve_entry },
	{ .pattern = "/v1/entries/{seq}/proof", .thing = THING_PROOF, .media = TEXT,
	  .life = LIFE_HEAD, .raw = serve_entry_proof },
	{ .pattern = "/v1/proofs/inclusion", .query = "seq size", .thing = THING_PROOF,
	  .media = JSON, .life = LIFE_HEAD, .raw = serve_inclusion, .quick = quick_inclusion },
	{ .pattern = "/v1/proofs/consistency", .query = "from to", .thing = THING_PROOF,
	  .media = JSON, .life = LIFE_HEAD, .one = serve_consistency },
	{ .pattern = "/v1/ledger", .media = JSON, .life = LIFE_HEAD, .one = serve_ledger },
	{ .pattern = "/v1/access", .media = JSON, .life = LIFE_HEAD, .knows = true,
	  .one = serve_access },
	{ .pattern = "/v1/parties", .query = PAGE, .media = TABLE, .life = LIFE_HEAD,
	  .list = serve_parties, .columns = "party title seq" },
	{ .pattern = "/v1/keys", .query = PAGE, .media = TABLE, .life = LIFE_HEAD,
	  .list = serve_keys, .columns = "party use registered revoked recovery key" },
	{ .pattern = "/v1/aggregates", .query = PAGE, .media = LIST, .life = LIFE_HEAD,
	  .list = serve_aggregates },
	{ .pattern = "/v1/replay", .thing = THING_REPLAY, .media = JSON, .one = serve_replay },
	{ .pattern = "/v1/bundle", .thing = THING_BUNDLE, .media = MEDIA_BIT(MEDIA_TAR),
	  .reply = serve_bundle },
	{ .pattern = "/v1/receipts/{party}/{submission}", .thing = THING_RECEIPT, .media = TEXT,
	  .life = LIFE_HEAD, .raw = serve_receipt },
	{ .pattern = "/v1/events", .query = PAGE " contract type sender participant from to digest",
	  .thing = THING_EVENT, .media = LIST, .life = LIFE_HEAD, .list = serve_events },
	{ .pattern = "/v1/events/{digest}", .thing = THING_EVENT, .media = JSON, .life = LIFE_HEAD,
	  .one = serve_event },

	{ .pattern = "/v1/contracts", .query = PAGE, .media = TABLE, .life = LIFE_HEAD,
	  .list = serve_contracts, .columns = "contract name status seq statements" },
	{ .pattern = C, .thing = THING_CONTRACT, .media = JSON, .life = LIFE_HEAD, .deep = true,
	  .one = serve_contract },
	{ .pattern = C "/terms", .query = "version", .thing = THING_TERMS, .media = JSON | TEXT,
	  .life = LIFE_HEAD, .languages = LANGUAGE_ALL, .raw = serve_terms, .text = serve_terms_text },
	{ .pattern = C "/limits", .query = PAGE, .thing = THING_LIMIT, .media = TABLE,
	  .life = LIFE_HEAD, .deep = true, .list = serve_limits,
	  .columns = "limit bucket along taken:unit room:unit unit" },
	{ .pattern = C "/balances", .query = PAGE, .thing = THING_BALANCE, .media = TABLE,
	  .life = LIFE_HEAD, .deep = true, .list = serve_balances,
	  .columns = "payer payee unit settled:unit approved:unit held:unit paid:unit received:unit" },
	{ .pattern = C "/disputes", .query = PAGE, .thing = THING_DISPUTE, .media = TABLE,
	  .life = LIFE_HEAD, .list = serve_disputes,
	  .columns = "dispute seq at party payer key line reason open resolved resolved_at amount" },
	{ .pattern = C "/counts", .thing = THING_COUNTS, .media = JSON, .life = LIFE_HEAD,
	  .one = serve_counts },
	{ .pattern = C "/outcomes", .query = PAGE " outcome participant", .thing = THING_OUTCOME,
	  .media = TABLE, .life = LIFE_HEAD, .list = serve_outcomes,
	  .columns = "payment outcome participant site occurrence achieved payee amount:unit unit "
		     "reason statement lines seq key" },
	{ .pattern = C "/outlook", .query = PAGE, .thing = THING_OUTLOOK, .media = TABLE,
	  .life = LIFE_HEAD, .deep = true, .list = serve_outlook,
	  .columns = "line payer payee payment outcome participant site occurrence achieved "
		     "amount:unit unit tax year reason through key" },
	{ .pattern = C "/forecast", .query = "until", .thing = THING_FORECAST, .media = JSON,
	  .life = LIFE_HEAD, .languages = LANGUAGE_ALL, .one = serve_forecast },
	{ .pattern = C "/participants", .query = PAGE " provider site outcome without",
	  .thing = THING_PARTICIPANT, .media = TABLE, .life = LIFE_HEAD, .list = serve_participants,
	  .columns = "participant provider site enrolled exited events seq" },
	{ .pattern = P, .thing = THING_PARTICIPANT, .media = JSON, .life = LIFE_HEAD,
	  .one = serve_timeline },
	{ .pattern = P "/outlook", .query = "day", .thing = THING_PERSON_OUTLOOK,
	  .media = JSON | TEXT, .languages = LANGUAGE_ALL, .life = LIFE_HEAD, .deep = true,
	  .one = serve_person_outlook,
	  .text = serve_person_outlook_text },

	{ .pattern = "/v1/statements", .query = PAGE " contract", .thing = THING_STATEMENT,
	  .media = TABLE, .life = LIFE_HEAD, .list = serve_statements,
	  .columns = "statement contract number through seq at lines" },
	{ .pattern = S, .thing = THING_STATEMENT, .media = JSON | TEXT, .life = LIFE_HEAD,
	  .languages = LANGUAGE_ALL, .deep = true, .one = serve_statement, .text = serve_statement_text },
	{ .pattern = S "/lines", .query = PAGE " " LINES,
	  .thing = THING_LINE, .media = TABLE, .life = LIFE_HEAD, .list = serve_lines,
	  .columns = "number line payer payee payment outcome participant site occurrence achieved "
		     "amount:unit unit tax year reason seq digest key" },
	{ .pattern = S "/totals", .query = LINES, .thing = THING_LINE, .media = JSON,
	  .life = LIFE_HEAD, .one = serve_totals },
	{ .pattern = L, .thing = THING_LINE, .media = JSON, .life = LIFE_HEAD, .one = serve_line },
	{ .pattern = L "/explanation", .thing = THING_EXPLANATION, .media = JSON | TEXT,
	  .languages = LANGUAGE_ALL, .life = LIFE_HEAD, .deep = true, .one = serve_explanation,
	  .text = serve_explanation_text },
	{ .pattern = L "/evidence", .query = PAGE, .thing = THING_EVIDENCE, .media = TABLE,
	  .life = LIFE_HEAD, .list = serve_evidence,
	  .columns = "seq at sender type part erased digest" },

	{ .pattern = "/healthz", .media = TEXT, .server = true, .reply = serve_health },
	{ .pattern = "/readyz", .media = TEXT, .server = true, .reply = serve_readiness },
	{ .pattern = "/metrics", .media = ALL, .server = true, .reply = serve_metrics },
	{ .pattern = "/openapi.json", .media = JSON, .server = true, .reply = serve_openapi },
	{ .pattern = "/", .media = ALL, .server = true, .reply = serve_console },
	{ .pattern = "/{path}", .media = ALL, .server = true, .reply = serve_console },
};

const size_t serve_route_count = sizeof(serve_routes) / sizeof(serve_routes[0]);

const struct route *
route_find(const char *path, struct path_parts *ret)
{
	for (size_t i = 0; i < serve_route_count; i++) {
		struct path_parts parts = { 0 };

		if (!path_match(path, serve_routes[i].pattern, &parts))
			continue;
		*ret = parts;
		return &serve_routes[i];
	}
	return NULL;
}
