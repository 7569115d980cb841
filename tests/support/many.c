/* many.c - an engine is told of very many people, and settles. */
#include "many.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "json.h"
#include "text.h"

#define SALT "AAAAAAAAAAAAAAAAAAAAAA"

static void
must(enum rc rc, const char *what, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "# %s: %s\n", what, e->text);
	abort();
}

static uint64_t
mixed(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static struct hash
many_digest(uint64_t id)
{
	struct hash ret = { { 0 } };
	uint64_t x = mixed(id + 0x9e3779b97f4a7c15u);

	memcpy(ret.bytes, &x, sizeof(x));
	memcpy(ret.bytes + 8, &id, sizeof(id));
	return ret;
}

static void
add_version(struct many *m, const char *from)
{
	const struct terms *t = m->terms[m->version_count - 1].terms;
	struct settle_version v = { .seq = m->seq, .terms = t, .at = m->at };
	struct err e;

	v.digest = many_digest(m->seq);
	v.from = t->settlement.from;
	if (from != NULL && !date_parse(from, strlen(from), &v.from))
		abort();
	m->seq++;
	must(settle_version_add(m->s, &v, &e), "version", &e);
}

static struct terms_case *
next_terms(struct many *m, const char *path, const char *patches)
{
	struct terms_case *t;

	m->terms = mem_room(m->terms, m->version_count, &m->version_capacity, sizeof(*m->terms));
	t = &m->terms[m->version_count++];
	case_terms(t, path, patches);
	return t;
}

struct many *
many_new(const char *path, const char *patches, char *ret_why)
{
	struct many *m = mem_alloc(sizeof(*m));
	struct terms_case *t = next_terms(m, path, patches);

	if (t->terms == NULL) {
		(void)snprintf(ret_why, 500, "%.300s%.150s", case_findings(t, SEVERITY_ERROR), t->e.text);
		many_free(m);
		return NULL;
	}
	m->arena = arena_new();
	m->s = settlement_new(many_digest(0), SALT);
	hash_format(many_digest(0), m->contract);
	m->at = (int64_t)t->terms->settlement.from.days * 86400;
	m->seq = 1;
	add_version(m, NULL);
	return m;
}

void
many_free(struct many *m)
{
	settlement_free(m->s);
	arena_free(m->arena);
	for (size_t i = 0; i < m->version_count; i++)
		case_free(&m->terms[i]);
	free(m->terms);
	free(m);
}

void
many_version(struct many *m, const char *path, const char *patches, const char *from)
{
	struct terms_case *t = next_terms(m, path, patches);

	if (t->terms == NULL) {
		fprintf(stderr, "# version: %s%s\n", case_findings(t, SEVERITY_ERROR), t->e.text);
		abort();
	}
	add_version(m, from);
}

const char *
many_hex(struct many *m, uint64_t id)
{
	char hex[HASH_HEX];

	hash_format(many_digest(id), hex);
	return arena_string(m->arena, hex, HASH_HEX - 1);
}

const char *
many_person(struct many *m, uint32_t person)
{
	uint8_t id[16] = { 0 };
	uint64_t x = mixed(person);
	char who[27];

	memcpy(id, &x, sizeof(x));
	memcpy(id + 8, &person, sizeof(person));
	pseudonym_format(id, who);
	return arena_string(m->arena, who, 26);
}

const char *
many_day(struct many *m, int64_t day)
{
	char text[DATE_TEXT];
	struct date first;

	if (!date_from_civil(2018, 1, 1, &first))
		abort();
	date_format((struct date){ first.days + (int32_t)day }, text);
	return arena_string(m->arena, text, strlen(text));
}

void
many_say(struct many *m, uint64_t id, const char *sender, const char *type,
	 const struct json *body)
{
	struct settle_record r = { .seq = m->seq++, .digest = many_digest(id), .salt = SALT,
				   .sender = sender, .at = m->at };
	struct json whole = json_copy(m->arena, body);
	struct err e;

	if (!event_type_parse(type, strlen(type), &r.type))
		abort();
	json_set(m->arena, &whole, "contract", json_string(m->contract));
	r.body = &whole;
	must(settle_record(m->s, &r, &e), type, &e);
	arena_reset(m->arena);
}

void
many_tell(struct many *m, uint64_t id, const char *sender, const char *type, const char *body, ...)
{
	va_list args;
	char *text;
	int size;

	va_start(args, body);
	size = vsnprintf(NULL, 0, body, args);
	va_end(args);
	text = arena_alloc(m->arena, (size_t)size + 1);
	va_start(args, body);
	(void)vsnprintf(text, (size_t)size + 1, body, args);
	va_end(args);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	many_say(m, id, sender, type, case_json(m->arena, text));
}

static enum rc
take_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct many *m = arg;
	struct settle_record r = { .seq = m->seq, .digest = many_digest(UINT64_MAX - m->seq),
				   .type = EVENT_SETTLEMENT_LINE, .body = line, .salt = SALT,
				   .sender = "operator", .at = m->at };
	enum rc rc = settle_record(m->s, &r, e);

	if (rc != RC_OK)
		return rc;
	r.seq = ++m->seq;
	r.digest = many_digest(UINT64_MAX - m->seq);
	r.type = EVENT_SETTLEMENT_BASIS;
	r.body = basis;
	m->seq++;
	return settle_record(m->s, &r, e);
}

static enum rc
count_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)arg;
	(void)line;
	(void)basis;
	(void)e;
	return RC_OK;
}

static uint64_t
processor(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Lines are recorded as they come: the engine has worked out all of them before the first. */
static enum rc
settle_period(struct many *m, const struct settle_args *args, struct err *e)
{
	struct arena *arena = arena_new();
	const struct json *issued;
	struct settle_record r = { .type = EVENT_SETTLEMENT_ISSUED, .salt = SALT,
				   .sender = "operator", .at = m->at };
	uint64_t start = processor();
	enum rc rc = settle(m->s, args, take_line, m, arena, &issued, e);

	if (rc == RC_OK) {
		m->lines += (uint32_t)json_get_integer(issued, "lines", 0);
		m->statements++;
		r.seq = m->seq;
		r.digest = many_digest(UINT64_MAX - m->seq++);
		r.body = issued;
		rc = settle_record(m->s, &r, e);
	}
	m->carried += processor() - start;
	arena_free(arena);
	return rc;
}

static enum rc
next_args(const struct many *m, struct settle_args *ret, struct err *e)
{
	*ret = (struct settle_args){ .size = m->seq, .first = m->seq };
	return settle_through(m->s, &ret->through, e);
}

static enum rc
settle_scratch(struct many *m, const struct settle_args *args, struct err *e)
{
	struct settle_args again = *args;
	struct arena *arena = arena_new();
	const struct json *issued;
	uint64_t start = processor();
	enum rc rc;

	again.from_scratch = true;
	rc = settle(m->s, &again, count_line, NULL, arena, &issued, e);
	m->scratch = processor() - start;
	arena_free(arena);
	return rc;
}

enum rc
many_settle_all(struct many *m, const char *last, struct err *e)
{
	struct settle_args args;
	struct date day;
	enum rc rc;

	if (!date_parse(last, strlen(last), &day))
		abort();
	while ((rc = next_args(m, &args, e)) == RC_OK) {
		if (args.through.days >= day.days)
			return settle_scratch(m, &args, e);
		rc = settle_period(m, &args, e);
		if (rc != RC_OK)
			return rc;
	}
	return rc;
}
