/* settle_json: settles cases read from stdin with the real engine, for comparison with
 * tests/naive. A case is lines of JSON in ledger order:
 *   {"version":{"digest","seq","at","from","terms"}}  the first one is the contract
 *   {"event":{"seq","at","sender","digest","salt","type","body"}}  a dispute has "line":[n,i]:
 *   its body names line i of statement n
 *   {"erase":{"seq","at","digest","people":[…]}}  what was said about these people is gone: an
 *   engine goes on that reads the ledger anew without it, and with what they held; and beside it
 *   the one that there was, which must come to the same
 *   {"statement":{"size","through"}}   everything fed so far; its own lines are then recorded; with
 *   "root" its keys are drawn for checking, too: "drawn" in the answer
 *   {"end":true}
 * Every statement is computed twice, with carried state and from scratch, and must come to the
 * same bytes. One line of JSON answers a case: {"statements":[[{"line","basis"}...]...]}, with
 * "refused" and "statement" where the engine refuses. An event may be fed behind a statement's
 * size: the statement must not see it; its own lines then follow with later numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "event.h"
#include "finding.h"
#include "json.h"
#include "rc.h"
#include "sample.h"
#include "settle.h"
#include "terms.h"

#define SALT "AAAAAAAAAAAAAAAAAAAAAA"
#define STATEMENTS 100
#define VERSIONS 8

struct told {			/* one record, to tell it to another engine */
	struct settle_record r;
	bool erased;
};

struct run {
	struct arena *arena;
	struct told *told;
	size_t told_count, told_capacity;
	struct settle_version versions[VERSIONS];
	size_t version_count;
	struct settlement *s;
	struct settlement *live;	/* went on through the first erasure, never fed anew; or NULL */
	struct buf out;			/* the answer */
	struct json drawn;		/* of each statement the keys to be checked, by proof */
	struct hash contract, last;	/* last: digest of the latest settlement.issued */
	uint64_t next;			/* seq of the next event that we make up */
	int64_t at;
	int statements;
	bool refused;
	struct json pairs;		/* of the statement in hand: [{"line":…,"basis":…}…] */
	struct hash *lines_of;		/* digests of all settlement.line events */
	size_t line_count, line_capacity;
	size_t first_line[STATEMENTS];	/* of each statement */
};

static enum rc
tell(struct run *r, const struct settle_record *record, struct err *e)
{
	struct told *t;

	r->told = mem_room(r->told, r->told_count, &r->told_capacity, sizeof(*r->told));
	t = &r->told[r->told_count++];
	*t = (struct told){ .r = *record };
	t->r.sender = arena_string(r->arena, record->sender, strlen(record->sender));
	if (r->live != NULL && record->type != EVENT_DATA_ERASED) {
		enum rc rc = settle_record(r->live, record, e);

		if (rc != RC_OK)
			return rc;
	}
	return settle_record(r->s, record, e);
}

static enum rc
record(struct run *r, enum event_type type, const struct json *body, const char *salt,
       const char *sender, const struct hash *digest, struct err *e)
{
	struct settle_record record = { .seq = r->next, .type = type, .body = body, .salt = salt,
					.sender = sender, .at = r->at };
	struct buf bytes = { 0 };

	if (digest != NULL) {
		record.digest = *digest;
	} else {
		event_format(type, body, salt, &bytes);
		record.digest = hash_leaf(bytes.data, bytes.size);
		buf_free(&bytes);
	}
	r->last = record.digest;
	r->next++;
	return tell(r, &record, e);
}

static enum rc
take_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct run *r = arg;
	struct json pair = json_object();

	(void)e;
	json_set(r->arena, &pair, "line", json_copy(r->arena, line));
	json_set(r->arena, &pair, "basis", json_copy(r->arena, basis));
	json_add(r->arena, &r->pairs, pair);
	return RC_OK;
}

static enum rc
compute(struct run *r, struct settlement *s, const struct json *j, bool from_scratch,
	const struct json **ret_issued, struct err *e)
{
	struct settle_args args = { .from_scratch = from_scratch };
	const char *through = json_get_string(j, "through");

	args.size = (uint64_t)json_get_integer(j, "size", 0);
	args.first = r->next < args.size ? args.size : r->next;
	r->pairs = json_array(r->arena, 16);
	if (!date_parse(through, strlen(through), &args.through))
		return rc_fail(e, RC_USAGE, "through: expected a date");
	return settle(s, &args, take_line, r, r->arena, ret_issued, e);
}

/* The statement once more, by another way: is it what is written in `first`? */
static enum rc
compute_again(struct run *r, struct settlement *s, const struct json *j, bool from_scratch,
	      const struct buf *first, const char *how, struct err *e)
{
	const struct json *issued = NULL, pairs = r->pairs;
	struct buf bytes = { 0 };
	size_t at = 0;
	enum rc rc = compute(r, s, j, from_scratch, &issued, e);

	if (rc == RC_OK) {
		json_write(&r->pairs, &bytes);
		json_write(issued, &bytes);
		while (at < bytes.size && at < first->size && bytes.data[at] == first->data[at])
			at++;
		if (at < bytes.size || at < first->size)
			rc = rc_fail(e, RC_INTEGRITY, "%s: another statement, from byte %zu: %.200s instead "
				     "of %.200s", how, at, bytes.data + at, first->data + at);
	}
	r->pairs = pairs;
	buf_free(&bytes);
	return rc;
}

/* ---- the draw ---- */

#define KEYS_MAX 1000

struct key {
	struct hash hash;
	int64_t amount;			/* tax apart */
	const struct terms_proof *proof;
};

static const struct terms_proof *
proof_of(const struct run *r, const struct json *line)
{
	const char *version = json_get_string(line, "version"),
		   *payment = json_get_string(line, "payment");
	const struct terms_payment *p;
	struct hash h;

	for (size_t i = 0; i < r->version_count; i++) {
		if (!hash_parse(version, strlen(version), &h) ||
		    !hash_equal(h, r->versions[i].digest))
			continue;
		p = terms_payment(r->versions[i].terms, payment);
		return p == NULL ? NULL : sample_proof(r->versions[i].terms, p);
	}
	return NULL;
}

static size_t
read_keys(const struct run *r, struct key *keys)
{
	size_t count = 0;

	for (uint32_t i = 0; i < r->pairs.count && count < KEYS_MAX; i++) {
		const struct json *line = json_get(&r->pairs.items[i], "line");
		const char *text = json_get_string(line, "key");
		struct key one = { .proof = proof_of(r, line) };
		size_t k = 0;

		if (one.proof == NULL || json_get(line, "tax") != NULL ||
		    !hash_parse(text, strlen(text), &one.hash))
			continue;
		while (k < count && !hash_equal(keys[k].hash, one.hash))
			k++;
		if (k == count)
			keys[count++] = one;
		keys[k].amount += json_get_integer(line, "amount", 0);
	}
	return count;
}

static void
draw_of(struct run *r, const struct key *keys, size_t count, struct hash root,
	const struct terms_proof *proof)
{
	struct hash mine[KEYS_MAX];
	bool drawn[KEYS_MAX];
	char hex[HASH_HEX];
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (keys[i].proof == proof && keys[i].amount > 0)
			mine[n++] = keys[i].hash;
	sample_draw(root, proof->sample_share, mine, n, drawn);
	for (size_t i = 0; i < n; i++) {
		if (!drawn[i])
			continue;
		hash_format(mine[i], hex);
		json_add(r->arena, &r->drawn,
			 json_string(arena_printf(r->arena, "%d %s %s", r->statements, proof->name,
						  hex)));
	}
}

static void
draw(struct run *r, const struct json *j)
{
	const char *text = json_get_string(j, "root");
	struct key keys[KEYS_MAX];
	size_t count = read_keys(r, keys);
	struct hash root;

	if (text == NULL || !hash_parse(text, strlen(text), &root))
		return;
	for (size_t i = 0; i < count; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen = seen || keys[k].proof == keys[i].proof;
		if (!seen)
			draw_of(r, keys, count, root, keys[i].proof);
	}
}

static enum rc
record_statement(struct run *r, const struct json *issued, struct err *e)
{
	enum rc rc = RC_OK;

	if (r->statements <= STATEMENTS)
		r->first_line[r->statements - 1] = r->line_count;
	for (uint32_t i = 0; rc == RC_OK && i < r->pairs.count; i++) {
		const struct json *pair = &r->pairs.items[i];

		rc = record(r, EVENT_SETTLEMENT_LINE, json_get(pair, "line"), SALT, "operator", NULL, e);
		r->lines_of = mem_room(r->lines_of, r->line_count, &r->line_capacity,
				       sizeof(*r->lines_of));
		r->lines_of[r->line_count++] = r->last;
		if (rc == RC_OK)
			rc = record(r, EVENT_SETTLEMENT_BASIS, json_get(pair, "basis"), SALT,
				    "operator", NULL, e);
	}
	if (rc == RC_OK)
		rc = record(r, EVENT_SETTLEMENT_ISSUED, issued, SALT, "operator", NULL, e);
	return rc;
}

static enum rc
compute_all_ways(struct run *r, const struct json *j, const struct json **ret_issued, struct err *e)
{
	struct buf first = { 0 };
	enum rc rc = compute(r, r->s, j, false, ret_issued, e);

	if (rc == RC_OK) {
		json_write(&r->pairs, &first);
		json_write(*ret_issued, &first);
		rc = compute_again(r, r->s, j, true, &first, "from scratch", e);
	}
	if (rc == RC_OK && r->live != NULL)
		rc = compute_again(r, r->live, j, false, &first, "through the erasure", e);
	if (rc == RC_OK && r->live != NULL)
		rc = compute_again(r, r->live, j, true, &first, "through the erasure, from scratch", e);
	buf_free(&first);
	return rc;
}

static enum rc
statement(struct run *r, const struct json *j, struct err *e)
{
	const struct json *issued = NULL;
	enum rc rc;

	if (r->next < (uint64_t)json_get_integer(j, "size", 0))
		r->next = (uint64_t)json_get_integer(j, "size", 0);
	rc = compute_all_ways(r, j, &issued, e);
	if (rc != RC_OK)
		return rc;
	buf_text(&r->out, r->statements++ == 0 ? "" : ",");
	json_write(&r->pairs, &r->out);
	draw(r, j);
	return record_statement(r, issued, e);
}

static enum rc
version(struct run *r, const struct json *j, struct err *e)
{
	struct findings f = { .arena = r->arena };
	struct settle_version v = { .seq = (uint64_t)json_get_integer(j, "seq", 0) };
	const char *digest = json_get_string(j, "digest"), *from = json_get_string(j, "from"),
		   *at = json_get_string(j, "at");
	struct terms *terms = NULL;
	struct buf text = { 0 };
	enum rc rc;

	if (!hash_parse(digest, strlen(digest), &v.digest) ||
	    !date_parse(from, strlen(from), &v.from) || !instant_parse(at, strlen(at), &v.at))
		return rc_fail(e, RC_USAGE, "version: expected digest, from and at");
	rc = terms_read(json_get(j, "terms"), r->arena, &f, &terms, e);
	if (rc != RC_OK) {
		findings_print(&f, "terms", &text);
		return rc_fail(e, RC_USAGE, "%.500s", text.data);
	}
	v.terms = terms;
	if (r->s == NULL) {
		r->contract = v.digest;
		r->s = settlement_new(v.digest, SALT);
	}
	if (r->version_count == VERSIONS)
		return rc_fail(e, RC_USAGE, "version: at most %d", VERSIONS);
	r->versions[r->version_count++] = v;
	rc = r->live == NULL ? RC_OK : settle_version_add(r->live, &v, e);
	return rc == RC_OK ? settle_version_add(r->s, &v, e) : rc;
}

/* ---- erasing ---- */

static bool
names(const struct json *body, const struct json *people)
{
	const char *one = json_get_string(body, "participant");
	const struct json *several = json_get(body, "participants"), *inner = json_get(body, "body");

	for (uint32_t i = 0; i < people->count; i++) {
		const char *who = people->items[i].string;

		if (one != NULL && strcmp(one, who) == 0)
			return true;
		for (uint32_t k = 0; several != NULL && k < several->count; k++)
			if (strcmp(several->items[k].string, who) == 0)
				return true;
	}
	return inner != NULL && names(inner, people);
}

/* It is about one of them, or takes back or corrects what is. */
static bool
is_about(const struct run *r, const struct json *body, const struct json *people)
{
	const char *event = json_get_string(body, "event");
	struct hash target;

	if (names(body, people))
		return true;
	if (event == NULL || !hash_parse(event, strlen(event), &target))
		return false;
	for (size_t i = 0; i < r->told_count; i++)
		if (r->told[i].erased && hash_equal(r->told[i].r.digest, target))
			return true;
	return false;
}

/* The engine goes on as one of who is left; the first one that there was, as it is. */
static enum rc
tell_again(struct run *r, struct err *e)
{
	enum rc rc = RC_OK;

	if (r->live == NULL)
		r->live = r->s;
	else
		settlement_free(r->s);
	r->s = settlement_new(r->contract, SALT);
	for (size_t i = 0; rc == RC_OK && i < r->version_count; i++)
		rc = settle_version_add(r->s, &r->versions[i], e);
	for (size_t i = 0; rc == RC_OK && i < r->told_count; i++) {
		struct settle_record one = r->told[i].r;

		if (r->told[i].erased)
			one.body = NULL;
		rc = settle_record(r->s, &one, e);
	}
	return rc;
}

/* What these people hold, which every engine says alike. */
static enum rc
read_held(struct run *r, uint64_t size, const struct json *people, struct json *ret, struct err *e)
{
	const char **pseudonyms = arena_array(r->arena, people->count, sizeof(*pseudonyms));
	struct settle_args args = { .size = size };
	struct json same;
	enum rc rc;

	for (uint32_t i = 0; i < people->count; i++)
		pseudonyms[i] = people->items[i].string;
	rc = settle_held(r->s, &args, pseudonyms, people->count, r->arena, ret, e);
	if (rc == RC_OK && r->live != NULL) {
		rc = settle_held(r->live, &args, pseudonyms, people->count, r->arena, &same, e);
		if (rc == RC_OK && !json_equal(ret, &same))
			rc = rc_fail(e, RC_INTEGRITY, "through the erasure: something else is held");
	}
	return rc;
}

/* From here on their events have no body; adds which they are, as data.erased lists them. */
static void
mark_erased(struct run *r, const struct json *people, struct json *body)
{
	struct json list = json_array(r->arena, 8);
	char hex[HASH_HEX];

	for (size_t i = 0; i < r->told_count; i++) {
		struct told *t = &r->told[i];
		struct json one = json_object();

		t->erased = t->erased || is_about(r, t->r.body, people);
		if (!t->erased)
			continue;
		hash_format(t->r.digest, hex);
		json_set(r->arena, &one, "event",
			 json_string(arena_string(r->arena, hex, HASH_HEX - 1)));
		json_add(r->arena, &list, one);
	}
	json_set(r->arena, body, "erased", list);
}

static enum rc
erase(struct run *r, const struct json *j, struct err *e)
{
	const struct json *people = json_get(j, "people");
	struct settle_record said = { .type = EVENT_DATA_ERASED, .sender = "operator", .salt = SALT };
	const char *at = json_get_string(j, "at"), *digest = json_get_string(j, "digest");
	struct json *body = arena_alloc(r->arena, sizeof(*body)), held;
	enum rc rc;

	said.seq = (uint64_t)json_get_integer(j, "seq", 0);
	if (said.seq < r->next)
		said.seq = r->next;
	r->next = said.seq + 1;
	if (!hash_parse(digest, strlen(digest), &said.digest) ||
	    !instant_parse(at, strlen(at), &said.at))
		return rc_fail(e, RC_USAGE, "erase: expected digest and at");
	r->at = said.at;
	rc = read_held(r, said.seq, people, &held, e);
	if (rc != RC_OK)
		return rc;
	*body = json_object();
	mark_erased(r, people, body);
	if (held.count > 0)
		json_set(r->arena, body, "held", held);
	said.body = body;
	rc = tell_again(r, e);
	if (rc == RC_OK)
		rc = settle_record(r->live, &said, e);
	return rc == RC_OK ? tell(r, &said, e) : rc;
}

/* The body with the digest of the line that "line":[statement, number] means. */
static const struct json *
body_of(struct run *r, const struct json *j)
{
	const struct json *body = json_get(j, "body"), *line = json_get(j, "line");
	struct json *named, text;
	char hex[HASH_HEX];
	size_t at;

	if (line == NULL || line->count != 2 || line->items[0].integer < 1 ||
	    line->items[0].integer > r->statements || line->items[0].integer > STATEMENTS)
		return body;
	at = r->first_line[line->items[0].integer - 1] + (size_t)line->items[1].integer - 1;
	if (at >= r->line_count)
		return body;
	named = arena_alloc(r->arena, sizeof(*named));
	*named = json_copy(r->arena, body);
	hash_format(r->lines_of[at], hex);
	text = json_string(hex);
	json_set(r->arena, named, "line", json_copy(r->arena, &text));
	return named;
}

static enum rc
event(struct run *r, const struct json *j, struct err *e)
{
	const struct json *body = body_of(r, j);
	const char *digest = json_get_string(j, "digest"), *type = json_get_string(j, "type"),
		   *at = json_get_string(j, "at");
	uint64_t seq = (uint64_t)json_get_integer(j, "seq", 0);
	enum event_type t;
	struct findings f = { .arena = r->arena };
	struct hash h;

	if (!hash_parse(digest, strlen(digest), &h) || !event_type_parse(type, strlen(type), &t) ||
	    !instant_parse(at, strlen(at), &r->at))
		return rc_fail(e, RC_USAGE, "event: expected digest, type and at");
	if (!event_body_check(t, body, "/body", &f)) {
		struct buf text = { 0 };

		findings_print(&f, type, &text);
		return rc_fail(e, RC_USAGE, "%.500s", text.data);
	}
	if (seq > r->next)
		r->next = seq;
	return record(r, t, body, json_get_string(j, "salt"), json_get_string(j, "sender"), &h, e);
}

static void
end(struct run *r)
{
	buf_text(&r->out, r->refused ? ",\"drawn\":" : "],\"drawn\":");
	json_write(&r->drawn, &r->out);
	buf_text(&r->out, "}");
	puts(r->out.data);
	fflush(stdout);
	settlement_free(r->s);
	settlement_free(r->live);
	r->s = r->live = NULL;
	buf_clear(&r->out);
	arena_reset(r->arena);
	r->statements = 0;
	r->line_count = r->told_count = r->version_count = 0;
	r->next = 0;
	r->refused = false;
}

static void
refuse(struct run *r, const struct err *e)
{
	struct json text = json_string(e->text);

	buf_text(&r->out, "],\"refused\":");
	json_write(&text, &r->out);
	buf_printf(&r->out, ",\"rc\":\"%s\",\"statement\":%d", rc_name(e->rc), r->statements + 1);
	r->refused = true;
}

static void
line(struct run *r, const char *text, size_t size)
{
	const struct json *j = NULL;
	struct err e = { 0 };
	enum rc rc = json_read(text, size, JSON_RELAXED, r->arena, &j, NULL, &e);

	if (r->out.size == 0) {
		buf_text(&r->out, "{\"statements\":[");
		r->drawn = json_array(r->arena, 1);
	}
	if (rc == RC_OK && json_get(j, "end") != NULL) {
		end(r);
		return;
	}
	if (r->refused)
		return;
	if (rc == RC_OK && json_get(j, "version") != NULL)
		rc = version(r, json_get(j, "version"), &e);
	else if (rc == RC_OK && json_get(j, "event") != NULL)
		rc = event(r, json_get(j, "event"), &e);
	else if (rc == RC_OK && json_get(j, "erase") != NULL)
		rc = erase(r, json_get(j, "erase"), &e);
	else if (rc == RC_OK)
		rc = statement(r, json_get(j, "statement"), &e);
	if (rc != RC_OK)
		refuse(r, &e);
}

int
main(void)
{
	struct run r = { .arena = arena_new() };
	char *text = NULL;
	size_t capacity = 0;
	ssize_t size;

	while ((size = getline(&text, &capacity, stdin)) > 0)
		line(&r, text, (size_t)size);
	free(text);
	buf_free(&r.out);
	free(r.lines_of);
	free(r.told);
	arena_free(r.arena);
	return 0;
}
