/* settle_case.c - a case: its terms, its events in shorthand, scripts of both; see settle_case.h. */
#include "settle_case.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "json.h"
#include "settle_case_priv.h"
#include "text.h"

#define BASE "tests/unit/data/settle.json"

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

	buf_printf(&text, "[\"/version\",%zu%s", c->version_count, patches[1] == ']' ? "" : ",");
	straight(patches + 1, &text);
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
	c->s = settlement_new(hash_bytes("contract", 8), CASE_SALT);
	c->seq = 1;
	add_version(c, "2018-01-01", patches == NULL ? "[]" : patches);
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
	c->twin = settlement_new(hash_bytes("contract", 8), CASE_SALT);
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

void
case_pseudonym(unsigned n, char ret[27])
{
	uint8_t bytes[16] = { (uint8_t)(n * 37), (uint8_t)n, 1, 2, 3, 4, 5, 6, 7, 8 };

	pseudonym_format(bytes, ret);
}

void
case_label_hex(const char *label, size_t length, char ret[HASH_HEX])
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
			case_label_hex(body + 1, n, text);
			buf_text(ret, text);
			body += 1 + n;
		} else if (*body == '\'' && body[1] == 'p' && body[2] >= '1' && body[2] <= '9' &&
			   body[1 + n] == '\'') {
			case_pseudonym((unsigned)strtoul(body + 2, NULL, 10), text);
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

void
case_record(struct settle_case *c, const char *day, const char *party, enum event_type type,
       const char *label, const struct json *body)
{
	struct settle_record r = { .seq = c->seq++, .type = type, .body = body, .salt = CASE_SALT,
				   .sender = party };
	char hex[HASH_HEX], instant[INSTANT_TEXT];

	case_label_hex(label, strlen(label), hex);
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
	case_pseudonym(0, at);
	case_record(c, day, party, type, label, read_body(arena, line + used));
	arena_free(arena);
}

void
settle_case_day(int month, unsigned day, char ret[32])
{
	if (month < 1)
		month = 1;
	(void)snprintf(ret, 32, "%04d-%02d-%02u", 2018 + (month - 1) / 12, (month - 1) % 12 + 1, day);
}

void
settle_case_tell(struct settle_case *c, int month, const char *party, const char *type,
		 const char *label, const char *body, ...)
{
	static char text[100000];
	char day[32];
	va_list args;
	int n;

	settle_case_day(month, 28, day);
	n = snprintf(text, sizeof(text), "%s %s %s %s ", day, party, type, label);
	va_start(args, body);
	n += vsnprintf(text + n, sizeof(text) - (size_t)n, body, args);
	va_end(args);
	assert_true((size_t)n < sizeof(text));
	settle_case_event(c, text);
}

/* " p1 p2": those names. */
static void
erase_line(struct settle_case *c, const char *names)
{
	unsigned who[4];
	size_t count = 0;
	char *end;

	for (; *names != '\0'; names = end) {
		assert_true(count < sizeof(who) / sizeof(who[0]) && strncmp(names, " p", 2) == 0);
		who[count++] = (unsigned)strtoul(names + 2, &end, 10);
	}
	settle_case_erase(c, who, count);
}

/* "2018-04-01 [patches]": a next version from that day on. */
static void
amend_line(struct settle_case *c, const char *words)
{
	char day[16];
	int used = 0;

	if (sscanf(words, "%15s %n", day, &used) != 1 || words[used] != '[')
		fail_msg("no amendment: %s", words);
	settle_case_version(c, day, words + used);
}

static void
run_line(struct settle_case *c, const char *line)
{
	if (strcmp(line, "settle") == 0) {
		if (settle_case_settle(c) != RC_OK)
			buf_printf(&c->said, "%s\n", c->e.text);
	} else if (strcmp(line, "twin") == 0) {
		settle_case_twin(c);
	} else if (strncmp(line, "amend ", 6) == 0) {
		amend_line(c, line + 6);
	} else if (strncmp(line, "erase p", 7) == 0) {
		erase_line(c, line + 5);
	} else if (line[0] != '\0') {
		settle_case_event(c, line);
	}
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
		run_line(c, line);
	}
}

/* ---- a case that does not end ---- */

enum { CASE_SECONDS = 120 };	/* all that are there take a few milliseconds */
static const char *in_hand;

static void
too_long(int number)
{
	static const char text[] = "\nnot ok - no end within two minutes: ";

	(void)number;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0 ||
	    write(STDERR_FILENO, in_hand, strlen(in_hand)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
		_exit(2);
	_exit(1);
}

static void
end_within(const char *name, unsigned seconds)
{
	in_hand = name;
	if (signal(SIGALRM, too_long) == SIG_ERR)
		fail_msg("no signal that ends %s", name);
	(void)alarm(seconds);
}

void
settle_case_check(const char *name, const char *patches, const char *script, const char *want)
{
	struct settle_case *c = settle_case_new(patches);

	buf_text(&c->said, "");
	c->achieved = strstr(name, "achieved") != NULL;
	c->changed = strstr(name, "changed") != NULL;
	end_within(name, CASE_SECONDS);
	settle_case_run(c, script);
	(void)alarm(0);
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
