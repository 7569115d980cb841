/* serve_ledger.c - the ledger as a whole: its head, entries, parties, keys, proofs, tiles. */
#include "serve_routes.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "entry.h"
#include "file.h"
#include "limits_utfall.h"
#include "merkle.h"
#include "nodes.h"
#include "publish.h"
#include "store.h"
#include "terms.h"
#include "tiles.h"

/* ---- what it is ---- */

enum rc
serve_access(struct ask *a, struct json *ret, struct err *e)
{
	const struct state *st = ledger_state(a->ledger);
	struct json list = json_array(a->arena, 4);

	(void)e;
	for (size_t i = 0; i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		if (may_see(a, THING_CONTRACT, contract_relation(a, k)))
			json_add(a->arena, &list, json_hash(a, k->digest));
	}
	json_set(a->arena, ret, "contracts", list);
	json_set(a->arena, ret, "role", json_string(asker_name(a->as)));
	if (a->as != AS_PUBLIC) {
		json_set(a->arena, ret, "party", json_string(a->token.party));
		json_set(a->arena, ret, "expires", json_instant(a, a->token.expires));
	}
	return RC_OK;
}

enum rc
serve_ledger(struct ask *a, struct json *ret, struct err *e)
{
	struct ledger_facts f;

	(void)e;
	state_facts(ledger_state(a->ledger), &f);
	json_set(a->arena, ret, "origin", json_string(f.origin));
	json_set(a->arena, ret, "operator", json_string(f.operator_id));
	json_set(a->arena, ret, "format", json_integer(f.format));
	json_set(a->arena, ret, "simulated", json_boolean(f.simulated));
	json_set(a->arena, ret, "closed", json_boolean(f.closed));
	set_count(a, ret, "size", f.size);
	json_set(a->arena, ret, "root", json_hash(a, f.root));
	json_set(a->arena, ret, "at", json_instant(a, f.at));
	set_count(a, ret, "submissions", f.submissions);
	return RC_OK;
}

enum rc
serve_checkpoint(struct ask *a, struct buf *ret, struct err *e)
{
	struct store_head head;

	return store_head(ledger_store(a->ledger), &head, ret, e);
}

enum rc
serve_head(struct ask *a, struct json *ret, struct err *e)
{
	struct ledger_facts f;
	struct buf note = { 0 };
	enum rc rc = serve_checkpoint(a, &note, e);

	if (rc == RC_OK) {
		state_facts(ledger_state(a->ledger), &f);
		json_set(a->arena, ret, "origin", json_string(f.origin));
		set_count(a, ret, "size", f.size);
		json_set(a->arena, ret, "root", json_hash(a, f.root));
		json_set(a->arena, ret, "at", json_instant(a, f.at));
		json_set(a->arena, ret, "checkpoint",
			 json_string(arena_string(a->arena, note.data, note.size)));
	}
	buf_free(&note);
	return rc;
}

/* ---- entries ---- */

static enum rc
entry_json(struct ask *a, uint64_t seq, const char *bytes, size_t size, struct json *ret,
	   struct err *e)
{
	const struct json *entry;
	enum rc rc = json_read(arena_string(a->arena, bytes, size), size, JSON_CANONICAL, a->arena,
			       &entry, NULL, e);

	if (rc != RC_OK)
		return rc_fail(e, RC_INTEGRITY, "entry %llu is not what it was when recorded",
			       (unsigned long long)seq);
	json_set(a->arena, ret, "entry", *entry);
	json_set(a->arena, ret, "leaf", json_hash(a, hash_leaf(bytes, size)));
	set_count(a, ret, "seq", seq);
	set_count(a, ret, "submission", json_get(entry, "submission") != NULL ? seq :
		  state_submission_of(ledger_state(a->ledger), seq));
	return RC_OK;
}

struct entry_page {
	struct ask *a;
	struct page *p;
};

static enum rc
add_entry(void *arg, const struct store_row *row, struct err *e)
{
	struct entry_page *x = arg;
	struct json item = json_object();
	enum rc rc = entry_json(x->a, row->seq, row->entry, row->entry_size, &item, e);

	if (rc == RC_OK)
		(void)page_add(x->a, x->p, row->seq, item);
	return rc;
}

/* Entries of events whose digest begins so. */
static enum rc
find_entries(struct entry_page *x, const struct digest_part *part, struct err *e)
{
	const struct view_row *rows = x->a->s->view->rows;
	enum rc rc = RC_OK;

	for (uint64_t seq = x->p->from; rc == RC_OK && !x->p->more && seq < x->a->size; seq++) {
		struct event_record r;

		if (rows[seq].sender == 0 || rows[seq].digest != part->first)
			continue;
		if (page_worked(x->p, seq))
			break;
		rc = state_record(ledger_state(x->a->ledger), seq, &r, e);
		if (rc == RC_OK && digest_begins(r.digest, part))
			rc = store_scan(ledger_store(x->a->ledger), seq, seq + 1, add_entry, x, e);
	}
	return rc;
}

enum rc
serve_entries(struct ask *a, struct page *p, struct err *e)
{
	struct entry_page x = { a, p };
	struct digest_part part;
	uint64_t to = a->size;
	bool given;
	enum rc rc = query_digest(&a->query, "digest", &given, &part, e);

	if (rc != RC_OK || given)
		return rc == RC_OK ? find_entries(&x, &part, e) : rc;
	if (p->from >= a->size)
		return RC_OK;
	if (to - p->from > p->limit) {
		to = p->from + p->limit;
		p->more = true;
		p->next = to;
	}
	return store_scan(ledger_store(a->ledger), p->from, to, add_entry, &x, e);
}

enum rc
serve_entry(struct ask *a, struct json *ret, struct err *e)
{
	struct buf bytes = { 0 };
	enum rc rc = RC_OK;

	if (a->path.number >= a->size)
		return not_found(e);
	rc = store_entry(ledger_store(a->ledger), a->path.number, &bytes, e);
	if (rc == RC_OK)
		rc = entry_json(a, a->path.number, bytes.data, bytes.size, ret, e);
	buf_free(&bytes);
	return rc;
}

/* ---- parties and keys ---- */

enum rc
serve_parties(struct ask *a, struct page *p, struct err *e)
{
	const struct state *st = ledger_state(a->ledger);

	(void)e;
	for (size_t i = (size_t)p->from; i < state_party_count(st); i++) {
		const struct party *x = state_party_at(st, i);
		struct json o = json_object();

		json_set(a->arena, &o, "party", json_string(x->id));
		set_text(a, &o, "title", x->title);
		set_count(a, &o, "seq", x->seq);
		if (page_add(a, p, i, o))
			break;
	}
	return RC_OK;
}

enum rc
serve_keys(struct ask *a, struct page *p, struct err *e)
{
	const struct state *st = ledger_state(a->ledger);

	(void)e;
	for (size_t i = (size_t)p->from; i < state_key_count(st); i++) {
		const struct party_key *x = state_key_at(st, i);
		char *text = arena_alloc(a->arena, KEY_TEXT);
		struct json o = json_object();

		verifier_key_format(&x->key, text);
		json_set(a->arena, &o, "key", json_string(text));
		json_set(a->arena, &o, "party", json_string(x->party->id));
		json_set(a->arena, &o, "use", json_string(key_use_name(x->use)));
		json_set(a->arena, &o, "recovery", json_boolean(x->recovery));
		set_count(a, &o, "registered", x->registered);
		if (x->revoked != SEQ_NEVER)
			set_count(a, &o, "revoked", x->revoked);
		if (page_add(a, p, i, o))
			break;
	}
	return RC_OK;
}

/* ---- proofs ---- */

static void
set_path(struct ask *a, struct json *ret, const struct merkle_proof *proof)
{
	struct json path = json_array(a->arena, proof->count);

	for (size_t i = 0; i < proof->count; i++)
		json_add(a->arena, &path, json_hash(a, proof->hashes[i]));
	json_set(a->arena, ret, "path", path);
}

static enum rc
read_inclusion(struct ask *a, uint64_t *ret_seq, uint64_t *ret_size, struct err *e)
{
	uint64_t seq = UINT64_MAX, size = a->size;
	enum rc rc = query_number(&a->query, "size", 1, a->size, &size, e);

	if (rc == RC_OK)
		rc = query_number(&a->query, "seq", 0, size - 1, &seq, e);
	if (rc == RC_OK && seq == UINT64_MAX)
		rc = rc_fail(e, RC_USAGE, "seq: expected the number of an entry, found none");
	*ret_seq = seq;
	*ret_size = size;
	return rc;
}

static void
add_hex(struct buf *b, const char *before, struct hash h)
{
	char hex[HASH_HEX];

	hash_format(h, hex);
	buf_text(b, before);
	buf_add(b, hex, HASH_HEX - 1);
}

/* Canonical like all answers; written by hand because proofs are asked for by the thousand. */
static void
inclusion_json(uint64_t seq, uint64_t size, struct hash leaf, struct hash root,
	       const struct merkle_proof *proof, struct buf *ret)
{
	buf_text(ret, "{\"index\":");
	buf_integer(ret, (int64_t)seq);
	add_hex(ret, ",\"leaf\":\"", leaf);
	buf_text(ret, "\",\"path\":[");
	for (size_t i = 0; i < proof->count; i++) {
		add_hex(ret, i == 0 ? "\"" : ",\"", proof->hashes[i]);
		buf_byte(ret, '"');
	}
	add_hex(ret, "],\"root\":\"", root);
	buf_text(ret, "\",\"size\":");
	buf_integer(ret, (int64_t)size);
	buf_text(ret, "}\n");
}

enum rc
serve_inclusion(struct ask *a, struct buf *ret, struct err *e)
{
	struct merkle_proof proof;
	struct hash leaf, root;
	uint64_t seq, size;
	enum rc rc = read_inclusion(a, &seq, &size, e);

	if (rc == RC_OK)
		rc = nodes_prove(a->s->nodes, a->ledger, seq, size, &proof, &leaf, e);
	if (rc == RC_OK)
		rc = ledger_root(a->ledger, size, &root, e);
	if (rc == RC_OK)
		inclusion_json(seq, size, leaf, root, &proof, ret);
	return rc;
}

bool
quick_inclusion(struct ask *a, struct http_response *ret)
{
	struct merkle_proof proof;
	struct err e = { 0 };
	struct hash leaf;
	uint64_t seq, size, asked = a->size;

	a->arena = http_arena(a->request);
	ask_peek(a);
	ask_peeked(a);
	if (a->size != asked || http_header(a->request, "If-None-Match") != NULL ||
	    query_parse(a->request->query, a->route->query, a->arena, &a->query, &e) != RC_OK ||
	    read_inclusion(a, &seq, &size, &e) != RC_OK || size != a->size ||
	    nodes_prove(a->s->nodes, NULL, seq, size, &proof, &leaf, &e) != RC_OK)
		return false;
	inclusion_json(seq, size, leaf, a->root, &proof, &ret->body);
	ret->status = 200;
	ret->type = media_type(MEDIA_JSON);
	answer_headers(a, ret);
	return true;
}

enum rc
serve_consistency(struct ask *a, struct json *ret, struct err *e)
{
	uint64_t from = UINT64_MAX, to = a->size;
	struct merkle_proof proof = { 0 };
	struct hash from_root, root;
	enum rc rc = query_number(&a->query, "to", 0, a->size, &to, e);

	if (rc == RC_OK)
		rc = query_number(&a->query, "from", 0, to, &from, e);
	if (rc == RC_OK && from == UINT64_MAX)
		rc = rc_fail(e, RC_USAGE, "from: expected the size of an earlier tree, found none");
	if (rc == RC_OK && from > 0 && from < to)
		rc = merkle_prove_consistency(from, to, ledger_node, a->ledger, &proof, e);
	if (rc == RC_OK)
		rc = ledger_root(a->ledger, from, &from_root, e);
	if (rc == RC_OK)
		rc = ledger_root(a->ledger, to, &root, e);
	if (rc != RC_OK)
		return rc;
	set_count(a, ret, "from", from);
	set_count(a, ret, "to", to);
	json_set(a->arena, ret, "from_root", json_hash(a, from_root));
	json_set(a->arena, ret, "root", json_hash(a, root));
	set_path(a, ret, &proof);
	return RC_OK;
}

/* An event's proof holds the event: it is for those who may see that. */
enum rc
serve_entry_proof(struct ask *a, struct buf *ret, struct err *e)
{
	uint64_t seq = a->path.number;
	bool is_event;

	if (seq >= a->size)
		return not_found(e);
	is_event = state_submission_of(ledger_state(a->ledger), seq) != seq;
	if (is_event && !may_see_row(a, seq))
		return not_found(e);
	return ledger_prove(a->ledger, seq, ret, e);
}

enum rc
serve_receipt(struct ask *a, struct buf *ret, struct err *e)
{
	bool own = strcmp(a->path.name, a->token.party) == 0;
	uint64_t seq;
	enum rc rc;

	if (!may_see(a, THING_RECEIPT, own ? REL_OWN : REL_ANY))
		return not_found(e);
	rc = state_find_submission(ledger_state(a->ledger), a->path.name, a->path.ulid, &seq, e);
	if (rc == RC_OK)
		rc = store_receipt(ledger_store(a->ledger), seq, ret, e);
	return rc == RC_NOT_FOUND ? not_found(e) : rc;
}

/* ---- tiles ---- */

enum rc
serve_tile(struct ask *a, struct buf *ret, struct err *e)
{
	const char *path = arena_printf(a->arena, "tile/%s", a->path.rest);
	uint64_t index;
	unsigned width;
	int level;
	enum rc rc;

	if (!tile_path_parse(path, &level, &index, &width))
		return not_found(e);
	if (index > a->size || width > tile_width(a->size, level < 0 ? 0 : (unsigned)level, index))
		return not_found(e);
	rc = level < 0 ? publish_entries(a->ledger, index, width, ret, e)
		       : publish_tile(a->ledger, (unsigned)level, index, width, ret, e);
	return rc == RC_NOT_FOUND ? not_found(e) : rc;
}

/* ---- the last replay ---- */

enum rc
serve_replay(struct ask *a, struct json *ret, struct err *e)
{
	struct buf text = { 0 };
	const struct json *report;
	enum rc rc;

	if (a->s->options.replay == NULL)
		return rc_fail(e, RC_NOT_FOUND, "no report of a replay was given to this server");
	rc = file_read(a->s->options.replay, LIMIT_NOTE_BYTES, &text, e);
	if (rc == RC_OK) {
		const char *bytes = arena_string(a->arena, text.data, text.size);

		rc = json_read(bytes, text.size, JSON_RELAXED, a->arena, &report, NULL, e);
	}
	buf_free(&text);
	if (rc == RC_OK && report->kind != JSON_OBJECT)
		rc = rc_fail(e, RC_INTEGRITY, "%s: expected what 'utfall-audit replay --json' prints",
			     a->s->options.replay);
	if (rc != RC_OK)
		return rc_fail(e, RC_INTEGRITY, "the replay's report cannot be read");
	for (uint32_t i = 0; i < report->count; i++)
		if (strcmp(report->members[i].key, "finding") != 0 ||
		    may_see(a, THING_FINDING, REL_ANY))
			json_set(a->arena, ret, report->members[i].key, report->members[i].value);
	return RC_OK;
}
