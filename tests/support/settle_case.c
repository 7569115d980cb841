/* settle_case.c - see settle_case.h. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "json.h"
#include "text.h"

#define BASE "tests/unit/data/settle.json"
#define SALT "AAAAAAAAAAAAAAAAAAAAAA"

static void
straight(const char *text, struct buf *ret)
{
	for (; *text != '\0'; text++)
		buf_byte(ret, *text == '\'' ? '"' : *text);
}

static void
add_version(struct settle_case *c, const char *from, const char *patches)
{
	struct settle_version v = { .seq = c->seq++ };
	struct buf text = { 0 };
	struct terms_case *t = &c->terms[c->version_count++];
	char name[32];

	straight(patches == NULL ? "[]" : patches, &text);
	case_terms(t, BASE, text.data);
	if (t->terms == NULL)
		fail_msg("terms refused: %s", case_findings(t, SEVERITY_ERROR));
	(void)snprintf(name, sizeof(name), "version %zu", c->version_count);
	v.digest = hash_bytes(name, strlen(name));
	v.terms = t->terms;
	assert_true(date_parse(from, strlen(from), &v.from));
	c->versions[c->version_count - 1] = v;
	if (settle_version_add(c->s, &v, &c->e) != RC_OK ||
	    (c->twin != NULL && settle_version_add(c->twin, &v, &c->e) != RC_OK))
		fail_msg("%s", c->e.text);
	buf_free(&text);
}

struct settle_case *
settle_case_new(const char *patches)
{
	struct settle_case *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->s = settlement_new(hash_bytes("contract", 8), SALT);
	c->seq = 1;
	add_version(c, "2018-01-01", patches);
	return c;
}

void
settle_case_version(struct settle_case *c, const char *from, const char *patches)
{
	assert_true(c->version_count < sizeof(c->terms) / sizeof(c->terms[0]));
	add_version(c, from, patches);
}

void
settle_case_twin(struct settle_case *c)
{
	c->twin = settlement_new(hash_bytes("contract", 8), SALT);
	for (size_t i = 0; i < c->version_count; i++)
		assert_int_equal(settle_version_add(c->twin, &c->versions[i], &c->e), RC_OK);
}

void
settle_case_free(struct settle_case *c)
{
	settlement_free(c->s);
	settlement_free(c->twin);
	for (size_t i = 0; i < c->told_count; i++)
		free(c->told[i].body);
	free(c->told);
	for (size_t i = 0; i < c->version_count; i++)
		case_free(&c->terms[i]);
	buf_free(&c->said);
	free(c);
}

static void
pseudonym(unsigned n, char ret[27])
{
	uint8_t bytes[16] = { (uint8_t)(n * 37), (uint8_t)n, 1, 2, 3, 4, 5, 6, 7, 8 };

	pseudonym_format(bytes, ret);
}

static void
label_hex(const char *label, size_t length, char ret[HASH_HEX])
{
	char name[64];

	(void)snprintf(name, sizeof(name), "event %.*s", (int)length, label);
	hash_format(hash_bytes(name, strlen(name)), ret);
}

static void
expand(const char *body, struct buf *ret)
{
	char text[HASH_HEX];

	while (*body != '\0') {
		size_t n = strspn(body + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");

		if (*body == '@') {
			label_hex(body + 1, n, text);
			buf_text(ret, text);
			body += 1 + n;
		} else if (*body == '\'' && body[1] == 'p' && body[2] >= '1' && body[2] <= '9' &&
			   body[1 + n] == '\'') {
			pseudonym((unsigned)strtoul(body + 2, NULL, 10), text);
			buf_printf(ret, "\"%s\"", text);
			body += 2 + n;
		} else {
			buf_byte(ret, *body == '\'' ? '"' : *body);
			body++;
		}
	}
}

/* A body's digest lists ascend. */
static int
by_text(const void *a, const void *b)
{
	const struct json *x = a, *y = b;

	return strcmp(x->string, y->string);
}

static const struct json *
read_body(struct arena *arena, const char *body)
{
	struct buf text = { 0 };
	char contract[HASH_HEX];
	struct json *v;
	const struct json *list;

	expand(body, &text);
	v = arena_alloc(arena, sizeof(*v));
	*v = json_copy(arena, case_json(arena, text.data));
	hash_format(hash_bytes("contract", 8), contract);
	json_set(arena, v, "contract", json_string(arena_string(arena, contract, HASH_HEX - 1)));
	list = json_get(v, "events");
	if (list != NULL)
		qsort(list->items, list->count, sizeof(*list->items), by_text);
	buf_free(&text);
	return v;
}

static void
keep_told(struct settle_case *c, const struct settle_record *r)
{
	struct case_told *t;
	struct buf text = { 0 };

	c->told = mem_room(c->told, c->told_count, &c->told_capacity, sizeof(*c->told));
	t = &c->told[c->told_count++];
	t->r = *r;
	json_write(r->body, &text);
	t->body = text.data;
	(void)snprintf(t->sender, sizeof(t->sender), "%s", r->sender);
}

static void
record(struct settle_case *c, const char *day, const char *party, enum event_type type,
       const char *label, const struct json *body)
{
	struct settle_record r = { .seq = c->seq++, .type = type, .body = body, .salt = SALT,
				   .sender = party };
	char hex[HASH_HEX], instant[INSTANT_TEXT];

	label_hex(label, strlen(label), hex);
	assert_true(hash_parse(hex, HASH_HEX - 1, &r.digest));
	(void)snprintf(instant, sizeof(instant), "%.10sT12:00:00Z", day);
	assert_true(instant_parse(instant, INSTANT_TEXT - 1, &r.at));
	assert_true(c->label_count < sizeof(c->labels) / sizeof(c->labels[0]));
	(void)snprintf(c->labels[c->label_count++], sizeof(c->labels[0]), "%.23s", label);
	if (settle_record(c->s, &r, &c->e) != RC_OK ||
	    (c->twin != NULL && settle_record(c->twin, &r, &c->e) != RC_OK))
		fail_msg("%s: %s", label, c->e.text);
	keep_told(c, &r);
}

void
settle_case_event(struct settle_case *c, const char *line)
{
	struct arena *arena = arena_new();
	char day[16], party[44], name[44], label[44], at[27];
	enum event_type type;
	int used = 0;

	if (sscanf(line, "%15s %43s %43s %43s %n", day, party, name, label, &used) != 4 || used == 0)
		fail_msg("no event: %s", line);
	if (!event_type_parse(name, strlen(name), &type))
		fail_msg("no type: %s", name);
	pseudonym(0, at);
	record(c, day, party, type, label, read_body(arena, line + used));
	arena_free(arena);
}

/* ---- statements ---- */

struct drafts {
	struct settle_case *c;
	struct arena *arena;
	struct json *bodies;
	size_t count, capacity;
	struct buf bytes;
	bool keep;
};

static enum rc
draft(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct drafts *d = arg;

	(void)e;
	json_write(line, &d->bytes);
	buf_byte(&d->bytes, '\n');
	json_write(basis, &d->bytes);
	buf_byte(&d->bytes, '\n');
	if (!d->keep)
		return RC_OK;
	d->bodies = mem_room(d->bodies, d->count, &d->capacity, sizeof(*d->bodies));
	d->bodies[d->count++] = json_copy(d->arena, line);
	d->bodies = mem_room(d->bodies, d->count, &d->capacity, sizeof(*d->bodies));
	d->bodies[d->count++] = json_copy(d->arena, basis);
	return RC_OK;
}

static const char *
or_none(const struct json *body, const char *name)
{
	const char *text = json_get_string(body, name);

	return text == NULL ? "" : text;
}

static const char *
person_name(const char *text, char ret[8])
{
	char other[27];

	for (unsigned n = 1; n < 100; n++) {
		pseudonym(n, other);
		if (strcmp(other, text) == 0) {
			(void)snprintf(ret, 8, "p%u", n);
			return ret;
		}
	}
	return text;
}

static void
say_changed(struct settle_case *c, const struct json *basis)
{
	const struct json *list = json_get(basis, "changed");

	for (size_t l = 0; list != NULL && l < c->label_count; l++)
		for (uint32_t i = 0; i < list->count; i++) {
			char hex[HASH_HEX];

			label_hex(c->labels[l], strlen(c->labels[l]), hex);
			if (strcmp(hex, list->items[i].string) == 0)
				buf_printf(&c->said, " ~%s", c->labels[l]);
		}
}

static void
say_line(struct settle_case *c, const struct json *line, const struct json *basis)
{
	const char *who = json_get_string(basis, "participant");
	char name[8];

	who = who == NULL ? json_get_string(basis, "site") : person_name(who, name);
	buf_printf(&c->said, "%lld %s>%s %s%s%s %s%s%s %lld %s%s%s%s%s",
		   (long long)json_get_integer(line, "statement", 0), or_none(line, "payer"),
		   or_none(line, "payee"), or_none(line, "payment"),
		   json_get(line, "outcome") == NULL ? "" : "/", or_none(line, "outcome"),
		   who == NULL ? "-" : who, json_get(basis, "occurrence") == NULL ? "" : "#",
		   or_none(basis, "occurrence"), (long long)json_get_integer(line, "amount", 0),
		   or_none(line, "reason"), json_get(line, "tax") == NULL ? "" : " tax ",
		   or_none(line, "tax"), c->achieved ? " " : "",
		   c->achieved ? or_none(basis, "achieved") : "");
	if (c->changed)
		say_changed(c, basis);
	buf_byte(&c->said, '\n');
}

static void
check_bodies(const struct json *line, const struct json *basis)
{
	struct arena *arena = arena_new();
	struct findings f = { .arena = arena };

	if (!event_body_check(EVENT_SETTLEMENT_LINE, line, "/body", &f) ||
	    !event_body_check(EVENT_SETTLEMENT_BASIS, basis, "/body", &f))
		fail_msg("a body of a wrong shape: %s: %s", f.items[0].pointer, f.items[0].text);
	arena_free(arena);
}

struct adding {
	struct settle_amount *items;
	size_t count, capacity;
};

static void
add_amount(void *arg, const struct settle_amount *a)
{
	struct adding *all = arg;

	for (size_t i = 0; i < all->count; i++) {
		struct settle_amount *have = &all->items[i];

		if (hash_equal(have->key, a->key) &&
		    strcmp(have->posting.payer, a->posting.payer) == 0 &&
		    strcmp(have->posting.payee, a->posting.payee) == 0 &&
		    strcmp(have->posting.unit, a->posting.unit) == 0 &&
		    strcmp(have->posting.tax, a->posting.tax) == 0 &&
		    hash_equal(have->posting.version, a->posting.version) &&
		    have->posting.year == a->posting.year) {
			have->amount += a->amount;
			return;
		}
	}
	all->items = mem_room(all->items, all->count, &all->capacity, sizeof(*all->items));
	all->items[all->count++] = *a;
}

static void
take_amount(void *arg, const struct settle_amount *a)
{
	struct settle_amount minus = *a;

	minus.amount = -a->amount;
	add_amount(arg, &minus);
}

/* CLAUSE 4: sum of all lines = entitlements at the last cut-off. */
static void
check_sums(struct settle_case *c, const struct settle_args *args)
{
	struct adding all = { NULL, 0, 0 };

	settle_sums(c->s, add_amount, &all);
	if (settle_entitlements(c->s, args, take_amount, &all, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].amount != 0)
			fail_msg("lines and entitlements of %s differ by %lld\n%s",
				 all.items[i].payment, (long long)all.items[i].amount, c->said.data);
	free(all.items);
}

static void
record_statement(struct settle_case *c, struct drafts *d, const struct json *issued)
{
	char label[48], day[DATE_TEXT];
	struct date through;
	uint32_t number = (uint32_t)json_get_integer(issued, "number", 0);

	assert_true(date_parse(or_none(issued, "through"), 10, &through));
	assert_true(date_add_days(through, 20, &through));
	date_format(through, day);
	for (size_t i = 0; i < d->count; i += 2) {
		check_bodies(&d->bodies[i], &d->bodies[i + 1]);
		say_line(c, &d->bodies[i], &d->bodies[i + 1]);
		(void)snprintf(label, sizeof(label), "line_%u_%zu", number, i / 2 + 1);
		record(c, day, "operator", EVENT_SETTLEMENT_LINE, label, &d->bodies[i]);
		(void)snprintf(label, sizeof(label), "basis_%u_%zu", number, i / 2 + 1);
		record(c, day, "operator", EVENT_SETTLEMENT_BASIS, label, &d->bodies[i + 1]);
	}
	(void)snprintf(label, sizeof(label), "issued_%u", number);
	record(c, day, "operator", EVENT_SETTLEMENT_ISSUED, label, issued);
}

/* The same statement once more, by another way: the same bytes. */
static void
settle_again(struct settle_case *c, const struct settle_args *args, const struct drafts *first,
	     const struct json *issued)
{
	struct drafts d = { .c = c, .arena = first->arena };
	const char *how = args->from_scratch ? "from scratch" : "again";
	struct settlement *s = args->from_scratch && c->twin != NULL ? c->twin : c->s;
	const struct json *now;

	buf_text(&d.bytes, "");
	if (settle(s, args, draft, &d, first->arena, &now, &c->e) != RC_OK)
		fail_msg("%s: %s", how, c->e.text);
	if (first->bytes.size != d.bytes.size ||
	    memcmp(first->bytes.data, d.bytes.data, d.bytes.size) != 0)
		fail_msg("%s differs:\n%s\n%s", how, first->bytes.data, d.bytes.data);
	assert_true(json_equal(issued, now));
	buf_free(&d.bytes);
}

/* ---- kept between processes ---- */

static enum rc
add_bytes(void *arg, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	buf_add(arg, bytes, size);
	return RC_OK;
}

struct case_kept {
	const struct buf *bytes;
	size_t at;
};

static enum rc
take_bytes(void *arg, void *ret, size_t size, struct err *e)
{
	struct case_kept *k = arg;

	if (size > k->bytes->size - k->at)
		return rc_fail(e, RC_INTEGRITY, "the end came first");
	memcpy(ret, k->bytes->data + k->at, size);
	k->at += size;
	return RC_OK;
}

static const struct terms *
terms_of(void *arg, struct hash digest)
{
	struct settle_case *c = arg;

	for (size_t i = 0; i < c->version_count; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "version %zu", i + 1);
		if (hash_equal(hash_bytes(name, strlen(name)), digest))
			return c->terms[i].terms;
	}
	return NULL;
}

void
settle_case_save(const struct settle_case *c, struct buf *ret)
{
	struct err e;

	if (settle_save(c->s, add_bytes, ret, &e) != RC_OK)
		fail_msg("%s", e.text);
}

enum rc
settle_case_load(struct settle_case *c, const struct buf *bytes, struct settlement **ret)
{
	struct settle_of of = { hash_bytes("contract", 8), terms_of, c };
	struct case_kept k = { bytes, 0 };
	enum rc rc = settle_load(take_bytes, &k, &of, ret, &c->e);

	if (rc == RC_OK && k.at != bytes->size)
		fail_msg("%zu bytes are left over", bytes->size - k.at);
	return rc;
}

/* From here on the case goes on with an engine that was kept as bytes meanwhile. */
static void
save_and_load(struct settle_case *c)
{
	struct buf bytes = { 0 }, again = { 0 };
	struct settlement *loaded;

	settle_case_save(c, &bytes);
	if (settle_case_load(c, &bytes, &loaded) != RC_OK)
		fail_msg("%s", c->e.text);
	settlement_free(c->s);
	c->s = loaded;
	settle_case_save(c, &again);
	if (again.size != bytes.size || memcmp(again.data, bytes.data, bytes.size) != 0)
		fail_msg("saved again it is other bytes");
	buf_free(&bytes);
	buf_free(&again);
}

enum rc
settle_case_settle(struct settle_case *c)
{
	struct arena *arena = arena_new();
	struct drafts carried = { .c = c, .arena = arena, .keep = true };
	struct settle_args args = { .size = c->seq, .first = c->seq };
	const struct json *issued;
	struct json copy;
	enum rc rc = settle_through(c->s, &args.through, &c->e);

	buf_text(&carried.bytes, "");
	if (rc == RC_OK)
		rc = settle(c->s, &args, draft, &carried, arena, &issued, &c->e);
	if (rc == RC_OK) {
		settle_again(c, &args, &carried, issued);
		if (c->statements % 3 == 2) {
			copy = json_copy(arena, issued);	/* its words are the engine's */
			issued = &copy;
			save_and_load(c);
			settle_again(c, &args, &carried, issued);
		}
		if (c->twin != NULL || c->statements % 2 == 1) {
			args.from_scratch = true;
			settle_again(c, &args, &carried, issued);
		}
		c->statements++;
		record_statement(c, &carried, issued);
		if (c->statements % 3 == 1)
			save_and_load(c);
		args.size = c->seq;
		if (!c->erased)
			check_sums(c, &args);
	}
	free(carried.bodies);
	buf_free(&carried.bytes);
	arena_free(arena);
	return rc;
}

/* ---- erasing ---- */

struct others {			/* amounts of everybody who is not erased */
	struct adding all;
	char (*gone)[27];
	size_t count;
	bool minus;
};

static void
add_other(void *arg, const struct settle_amount *a)
{
	struct others *o = arg;
	bool gone = false;

	for (size_t i = 0; i < o->count; i++)
		gone = gone || (a->participant != NULL && strcmp(a->participant, o->gone[i]) == 0);
	if (!gone)
		(o->minus ? take_amount : add_amount)(&o->all, a);
}

/* Is it about one of them, or does it speak of an event that is? */
static bool
is_about(const struct case_told *t, const struct others *o, const char *dropped)
{
	const char *at = strstr(t->body, "\"event\":\"");
	char digest[HASH_HEX + 1] = "";

	for (size_t i = 0; i < o->count; i++)
		if (strstr(t->body, o->gone[i]) != NULL)
			return true;
	if (at != NULL)
		(void)snprintf(digest, sizeof(digest), "%.64s", at + 9);
	return digest[0] != '\0' && strstr(dropped, digest) != NULL;
}

/* Which events are gone: their digests one behind the other, and as data.erased lists them. */
static struct json
list_gone(struct settle_case *c, const struct others *o, struct arena *arena, struct buf *ret)
{
	struct json list = json_array(arena, 8);
	char hex[HASH_HEX];

	buf_text(ret, "");
	for (size_t i = 0; i < c->told_count; i++) {
		struct json one = json_object();

		if (!is_about(&c->told[i], o, ret->data))
			continue;
		hash_format(c->told[i].r.digest, hex);
		buf_text(ret, hex);
		json_set(arena, &one, "event", json_string(arena_string(arena, hex, HASH_HEX - 1)));
		json_add(arena, &list, one);
	}
	return list;
}

/* An engine of who is left. */
static struct settlement *
tell_again(struct settle_case *c, const char *gone)
{
	struct settlement *s = settlement_new(hash_bytes("contract", 8), SALT);
	struct arena *arena = arena_new();
	char hex[HASH_HEX];

	for (size_t i = 0; i < c->version_count; i++)
		assert_int_equal(settle_version_add(s, &c->versions[i], &c->e), RC_OK);
	for (size_t i = 0; i < c->told_count; i++) {
		struct settle_record r = c->told[i].r;

		hash_format(r.digest, hex);
		if (strstr(gone, hex) != NULL)
			continue;
		arena_reset(arena);
		r.body = case_json(arena, c->told[i].body);
		r.sender = c->told[i].sender;
		if (settle_record(s, &r, &c->e) != RC_OK)
			fail_msg("%s", c->e.text);
	}
	arena_free(arena);
	return s;
}

/* The case goes on with an engine of who is left, its twin as it is: both are told. */
static struct settlement *
tell_who_is_left(struct settle_case *c, const struct others *o, const struct json *held)
{
	struct settle_record erased = { .seq = c->seq++, .type = EVENT_DATA_ERASED, .salt = SALT,
					.sender = "operator" };
	struct arena *arena = arena_new();
	struct buf gone = { 0 };
	struct json body = json_object();
	struct settlement *ret;

	json_set(arena, &body, "erased", list_gone(c, o, arena, &gone));
	if (held->count > 0)
		json_set(arena, &body, "held", *held);
	erased.digest = hash_bytes("erased", 6);
	erased.at = c->told[c->told_count - 1].r.at;
	erased.body = &body;
	ret = tell_again(c, gone.data);
	if (c->twin == NULL)
		c->twin = c->s;
	else
		settlement_free(c->s);
	c->s = NULL;
	if (settle_record(ret, &erased, &c->e) != RC_OK ||
	    settle_record(c->twin, &erased, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	buf_free(&gone);
	arena_free(arena);
	return ret;
}

void
settle_case_erase(struct settle_case *c, const unsigned *people, size_t count)
{
	const char *through = NULL;
	struct arena *arena = arena_new();
	struct others o = { .gone = arena_array(arena, count, 27), .count = count };
	const char **names = arena_array(arena, count, sizeof(*names));
	struct settle_args args = { .size = c->seq };
	struct settlement *left;
	struct json held;
	bool quiet = c->told[c->told_count - 1].r.type == EVENT_SETTLEMENT_ISSUED;

	for (size_t i = c->told_count; i > 0 && through == NULL; i--)
		if (c->told[i - 1].r.type == EVENT_SETTLEMENT_ISSUED)
			through = strstr(c->told[i - 1].body, "\"through\":\"");
	assert_non_null(through);
	assert_true(date_parse(through + 11, 10, &args.through));
	for (size_t i = 0; i < count; i++) {
		pseudonym(people[i], o.gone[i]);
		names[i] = o.gone[i];
	}
	if (settle_entitlements(c->s, &args, add_other, &o, &c->e) != RC_OK ||
	    settle_held(c->s, &args, names, count, arena, &held, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	left = tell_who_is_left(c, &o, &held);
	args.size = c->seq;
	o.minus = true;
	if (settle_entitlements(left, &args, add_other, &o, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	for (size_t i = 0; i < o.all.count; i++)
		if (quiet && o.all.items[i].amount != 0)
			fail_msg("erasing p%u changes %s from %s by %lld\n%s", people[0],
				 o.all.items[i].payment, o.all.items[i].posting.payer,
				 (long long)o.all.items[i].amount, c->said.data);
	free(o.all.items);
	c->s = left;
	c->erased = true;
	arena_free(arena);
}

void
settle_case_run(struct settle_case *c, const char *script)
{
	char line[2000];

	while (*script != '\0') {
		size_t n = strcspn(script, "\n");

		assert_true(n < sizeof(line));
		memcpy(line, script, n);
		line[n] = '\0';
		script += n + (script[n] == '\n');
		if (strcmp(line, "settle") == 0) {
			if (settle_case_settle(c) != RC_OK)
				buf_printf(&c->said, "%s\n", c->e.text);
		} else if (strncmp(line, "erase p", 7) == 0) {
			unsigned who = (unsigned)strtoul(line + 7, NULL, 10);

			settle_case_erase(c, &who, 1);
		} else if (line[0] != '\0') {
			settle_case_event(c, line);
		}
	}
}

void
settle_case_check(const char *name, const char *patches, const char *script, const char *want)
{
	struct settle_case *c = settle_case_new(patches);

	buf_text(&c->said, "");
	c->achieved = strstr(name, "achieved") != NULL;
	c->changed = strstr(name, "changed") != NULL;
	settle_case_run(c, script);
	if (strcmp(c->said.data, want) != 0)
		fail_msg("%s:\nwanted\n%sfound\n%s", name, want, c->said.data);
	settle_case_free(c);
}

void
settle_case_rows(const struct settle_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		settle_case_check(rows[i].name, rows[i].patches, rows[i].script, rows[i].want);
}
