/* cli.c - what the commands share: ledger, clock, keys, names, printing. */
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "finding.h"
#include "json.h"
#include "terms.h"
#include "text.h"

enum rc
cli_open(struct call *call, struct ledger **ret, struct err *e)
{
	const char *url;
	enum rc rc = call_need(call, "ledger", &url, e);

	return rc == RC_OK ? ledger_open_read(url, ret, e) : rc;
}

enum rc
cli_open_append(struct call *call, struct ledger **ret, struct err *e)
{
	const char *url;
	enum rc rc = call_need(call, "ledger", &url, e);

	if (rc == RC_OK)
		rc = ledger_append_open(url, ret, e);
	if (rc == RC_OK && ledger_left_bytes(*ret))
		fprintf(stderr, "utfall: note: %s\n", cli_left_bytes(call));
	return rc;
}

const char *
cli_left_bytes(struct call *call)
{
	return arena_printf(call->arena, "what was erased is destroyed in the ledger, but a program "
			    "that reads it keeps the old bytes in its write-ahead log (%s-wal): end that "
			    "program, then run any command that writes the ledger",
			    call_option(call, "ledger"));
}

enum rc
cli_open_to_send(struct call *call, struct ledger **ret, struct err *e)
{
	return call_option(call, "out") == NULL ? cli_open_append(call, ret, e)
						: cli_open(call, ret, e);
}

enum rc
cli_now_offline(struct call *call, int64_t *ret, struct err *e)
{
	const char *at = call_option(call, "at");
	struct clock machine = { 0 };

	if (at == NULL)
		*ret = clock_now(&machine);
	else if (!instant_parse(at, strlen(at), ret))
		return rc_fail(e, RC_USAGE, "--at: expected an instant as 2018-03-31T12:00:00Z, "
			       "found '%s'", at);
	return RC_OK;
}

enum rc
cli_now(struct call *call, struct ledger *l, int64_t *ret, struct err *e)
{
	struct ledger_facts facts;

	state_facts(ledger_state(l), &facts);
	if (call_option(call, "at") != NULL && !facts.simulated)
		return rc_fail(e, RC_REFUSED, "--at: the ledger %s was not opened as simulated; its "
			       "clock is the machine's, leave --at (and UTFALL_AT) out",
			       facts.origin);
	if (call_option(call, "at") == NULL && facts.simulated) {
		*ret = facts.at;
		return RC_OK;
	}
	return cli_now_offline(call, ret, e);
}

enum rc
cli_passphrase(struct call *call, const char *what, struct passphrase *ret, struct err *e)
{
	const char *fd = call_option(call, "passphrase-fd");
	int64_t number = STDIN_FILENO;
	enum rc rc;

	if (fd == NULL && isatty(STDIN_FILENO) != 1)
		return rc_fail(e, RC_REFUSED, "%s is protected by a passphrase: give it on a terminal, "
			       "or as a line on the file descriptor that --passphrase-fd names", what);
	if (fd != NULL) {
		rc = cli_number(fd, "--passphrase-fd", 0, 1023, &number, e);
		if (rc != RC_OK)
			return rc;
	}
	return passphrase_read((int)number, arena_printf(call->arena, "passphrase for %s: ", what),
			       ret, e);
}

enum rc
cli_key(struct call *call, const char *option, struct signing_key **ret, struct err *e)
{
	struct passphrase p = { 0 };
	const char *path;
	bool locked;
	enum rc rc = call_need(call, option, &path, e);

	if (rc == RC_OK)
		rc = key_file_needs_passphrase(path, &locked, e);
	if (rc != RC_OK)
		return rc;
	if (!locked)
		return key_file_read(path, NULL, ret, e);
	rc = cli_passphrase(call, path, &p, e);
	if (rc != RC_OK)
		return rc;
	rc = key_file_read(path, &p, ret, e);
	passphrase_free(&p);
	return rc;
}

void
cli_salt(char ret[SALT_TEXT])
{
	uint8_t bytes[SALT_BYTES];

	random_bytes(bytes, sizeof(bytes));
	base64url_format(bytes, sizeof(bytes), ret);
}

void
cli_ulid(int64_t now, char ret[ULID_TEXT])
{
	uint8_t bytes[10];

	random_bytes(bytes, sizeof(bytes));
	ulid_format(now < 0 ? 0 : (uint64_t)now * 1000, bytes, ret);
}

enum rc
cli_party(struct call *call, struct ledger *l, const char *option, const char **ret,
	  struct err *e)
{
	*ret = call_option(call, option);
	if (*ret != NULL && state_party(ledger_state(l), *ret) == NULL)
		return rc_fail(e, RC_NOT_FOUND, "no party '%s': 'utfall party list' shows them", *ret);
	return RC_OK;
}

enum rc
cli_number(const char *text, const char *what, int64_t low, int64_t high, int64_t *ret,
	   struct err *e)
{
	int64_t value;

	if (!integer_parse(text, strlen(text), &value) || value < low || value > high)
		return rc_fail(e, RC_USAGE, "%s: expected a number from %lld to %lld, found '%s'", what,
			       (long long)low, (long long)high, text);
	*ret = value;
	return RC_OK;
}

enum rc
cli_language(struct call *call, enum language *ret, struct err *e)
{
	const char *text = call_option(call, "language");

	*ret = LANGUAGE_EN;
	if (text != NULL && !language_parse(text, strlen(text), ret))
		return rc_fail(e, RC_USAGE, "--language: expected en, sv or da, found '%s'", text);
	return RC_OK;
}

/* ---- contracts by name ---- */

#define PREFIX_MIN 8

static bool
names_contract(const struct contract *c, const char *text)
{
	char hex[HASH_HEX];
	size_t length = strlen(text);

	hash_format(c->digest, hex);
	if (length >= PREFIX_MIN && length <= 64 && strncmp(hex, text, length) == 0)
		return true;
	return strcmp(c->versions[0].terms->contract, text) == 0;
}

static enum rc
no_contract(struct state *st, const char *text, size_t found, struct err *e)
{
	size_t count = state_contract_count(st);

	if (text == NULL && count == 0)
		return rc_fail(e, RC_NOT_FOUND, "this ledger has no contract yet; propose one with "
			       "'utfall contract propose TERMS'");
	if (text == NULL)
		return rc_fail(e, RC_USAGE, "this ledger has %zu contracts: say which one with "
			       "--contract ('utfall contract list' lists them)", count);
	if (found > 1)
		return rc_fail(e, RC_USAGE, "'%s' names %zu contracts: give more of the digest "
			       "('utfall contract list' lists them)", text, found);
	return rc_fail(e, RC_NOT_FOUND, "no contract '%s' in this ledger: expected a digest, its first "
		       "%d digits or more, or a name ('utfall contract list' lists them)", text,
		       PREFIX_MIN);
}

enum rc
cli_contract(struct call *call, struct ledger *l, const char *text, const struct contract **ret,
	     struct err *e)
{
	struct state *st = ledger_state(l);
	const struct contract *hit = NULL;
	size_t count = state_contract_count(st), found = 0;

	if (text == NULL)
		text = call_option(call, "contract");
	for (size_t i = 0; i < count; i++) {
		const struct contract *c = state_contract_at(st, i);

		if (text != NULL && !names_contract(c, text))
			continue;
		hit = c;
		found++;
	}
	if (found != 1)
		return no_contract(st, text, found, e);
	*ret = hit;
	return RC_OK;
}

/* ---- printing ---- */

void
say(struct call *call, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(call->out, fmt, args);
	va_end(args);
}

void
say_buf(struct call *call, struct buf *b)
{
	if (b->size != 0)
		fwrite(b->data, 1, b->size, call->out);
	buf_free(b);
}

enum table_form
cli_form(const struct call *call)
{
	const struct option *o = call->program->options;
	enum table_form form = TABLE_TEXT;

	for (size_t i = 0; o[i].name != NULL; i++) {
		if (call->values[i] == NULL)
			continue;
		if (strcmp(o[i].name, "json") == 0)
			form = TABLE_JSON;
		else if (strcmp(o[i].name, "csv") == 0)
			form = TABLE_CSV;
	}
	return form;
}

void
say_table(struct call *call, struct table *t, const char *none)
{
	struct buf b = { 0 };

	table_print(t, cli_form(call), none, &b);
	say_buf(call, &b);
}

enum rc
listing_begin(struct call *call, const struct printed_column *columns, size_t count,
	      struct listing *ret, struct err *e)
{
	enum rc rc = cli_language(call, &ret->language, e);

	if (cli_form(call) != TABLE_TEXT)
		ret->language = LANGUAGE_EN;
	if (rc == RC_OK)
		ret->table = printed_table(call->arena, ret->language, columns, count);
	return rc;
}

void
listing_say(struct call *call, const struct listing *x, enum printed_id none)
{
	say_table(call, x->table, printed(x->language, none));
}

void
say_json(struct call *call, const struct json *value)
{
	struct buf b = { 0 };

	json_write(value, &b);
	buf_byte(&b, '\n');
	say_buf(call, &b);
}

const char *
cli_hex(struct call *call, struct hash h)
{
	char *text = arena_alloc(call->arena, HASH_HEX);

	hash_format(h, text);
	return text;
}

const char *
cli_instant(struct call *call, int64_t seconds)
{
	char *text = arena_alloc(call->arena, INSTANT_TEXT);

	instant_format(seconds, text);
	return text;
}

const char *
cli_date(struct call *call, struct date d)
{
	char *text = arena_alloc(call->arena, DATE_TEXT);

	date_format(d, text);
	return text;
}

static int
compare_places(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

enum rc
cli_refused(const struct findings *f, const char *file, struct err *e)
{
	struct buf b = { 0 };

	qsort(f->items, f->count, sizeof(f->items[0]), compare_places);
	findings_print(f, file, &b);
	if (b.size != 0)
		fwrite(b.data, 1, b.size, stderr);
	buf_free(&b);
	return rc_fail(e, RC_REFUSED, "%s: refused, %zu %s; nothing was recorded", file, f->errors,
		       f->errors == 1 ? "error" : "errors");
}
