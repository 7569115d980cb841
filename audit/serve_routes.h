/* serve_routes.h - what each endpoint does, one function a row of the table in serve_routes.c. */
#ifndef UTFALL_SERVE_ROUTES_H
#define UTFALL_SERVE_ROUTES_H

#include "serve.h"

one_fn serve_access, serve_ledger, serve_head, serve_entry, serve_consistency,
	serve_replay;					/* serve_ledger.c */
raw_fn serve_inclusion, serve_checkpoint, serve_entry_proof, serve_receipt, serve_tile;
list_fn serve_entries, serve_parties, serve_keys;
bool quick_inclusion(struct ask *a, struct http_response *ret);

list_fn serve_contracts, serve_limits, serve_balances, serve_disputes;	/* serve_contract.c */
one_fn serve_contract;
raw_fn serve_terms, serve_terms_text;

list_fn serve_aggregates, serve_outcomes;		/* serve_count.c */
one_fn serve_counts;

list_fn serve_participants;				/* serve_person.c */
one_fn serve_timeline, serve_person_outlook;
raw_fn serve_person_outlook_text;

list_fn serve_statements;				/* serve_statement.c */
one_fn serve_statement;
raw_fn serve_statement_text;

list_fn serve_lines, serve_evidence, serve_outlook;	/* serve_line.c */
one_fn serve_totals, serve_line, serve_explanation;
raw_fn serve_explanation_text;

one_fn serve_forecast;					/* serve_forecast.c */

list_fn serve_events;					/* serve_event.c */
one_fn serve_event;

reply_fn serve_bundle;					/* serve_bundle.c */
/* serve_server.c */
reply_fn serve_health, serve_readiness, serve_metrics, serve_openapi, serve_console;

/* ---- shared by endpoints ---- */

/* Query parameters: `*ret_given` where there is one; what nobody has gives 0. */
MUST_CHECK enum rc ask_person(struct ask *a, struct hash contract, bool *ret_given,
			      uint32_t *ret, struct err *e);
MUST_CHECK enum rc ask_name(struct ask *a, const char *parameter, bool *ret_given, uint16_t *ret,
			    struct err *e);
/* As /v1/events/{digest} shows it; the caller may see it. */
MUST_CHECK enum rc event_json(struct ask *a, uint64_t seq, struct json *ret, struct err *e);
/* The statement of the path's digest, where the caller may see something of it. */
MUST_CHECK enum rc statement_of_path(struct ask *a, const struct contract **ret,
				     const struct statement **ret_s, struct err *e);
/* Line `seq` of a statement, with its basis; the caller may see it. */
MUST_CHECK enum rc line_json(struct ask *a, const struct statement *s, uint64_t seq,
			     struct json *ret, struct err *e);
/* By number of a person: has it an outcome of this name that earned an amount, as far as the caller
 * may see. */
bool *people_with(struct ask *a, const struct contract *k, uint16_t outcome);
/* Plain text, one sentence a line, as an array. */
void set_sentences(struct ask *a, struct json *ret, const struct buf *text);
/* The line's row in the view, whose `to` is the payee; NO_ROW where there is none. */
const struct view_row *view_row(const struct ask *a, uint64_t seq);

#endif
