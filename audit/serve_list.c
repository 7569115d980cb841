/* serve_list.c - lists: one page as JSON; everything from the cursor on as CSV or NDJSON. */
#include "serve.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "csv.h"
#include "money.h"
#include "text.h"

/* ---- rows of CSV ---- */

/* "amount:unit": the member, and the one that names its unit. */
static void
csv_cell(struct buf *b, const struct json *item, const char *column, size_t length)
{
	char name[41], unit[41] = "", text[64];
	size_t n = strcspn(column, ": ");
	const struct json *value;

	memcpy(name, column, n);
	name[n] = '\0';
	if (n < length) {
		memcpy(unit, column + n + 1, length - n - 1);
		unit[length - n - 1] = '\0';
	}
	value = json_get(item, name);
	if (value == NULL)
		csv_field(b, "");
	else if (value->kind == JSON_STRING)
		csv_field(b, value->string);
	else if (value->kind == JSON_TRUE || value->kind == JSON_FALSE)
		csv_field(b, value->kind == JSON_TRUE ? "true" : "false");
	else if (value->kind == JSON_INTEGER && unit[0] != '\0' &&
		 json_get_string(item, unit) != NULL) {
		money_plain(value->integer, json_get_string(item, unit), text);
		csv_field(b, text);
	} else if (value->kind == JSON_INTEGER) {
		struct buf n_text = { 0 };

		buf_integer(&n_text, value->integer);
		csv_field(b, n_text.data);
		buf_free(&n_text);
	} else {
		csv_field(b, "");
	}
}

static void
csv_row(struct buf *b, const char *columns, const struct json *item)
{
	while (*columns != '\0') {
		size_t length = strcspn(columns, " ");
		char name[41];

		if (item != NULL) {
			csv_cell(b, item, columns, length);
		} else {
			size_t n = strcspn(columns, ": ");

			memcpy(name, columns, n);
			name[n] = '\0';
			csv_field(b, name);
		}
		columns += length + (columns[length] == ' ');
	}
	csv_end(b);
}

/* ---- pages ---- */

bool
page_begin(const struct ask *a, struct page *p)
{
	if (p->count == p->limit)
		return false;
	if (a->media == MEDIA_JSON && p->count > 0)
		buf_byte(&p->out, ',');
	return true;
}

void
page_end(const struct ask *a, struct page *p)
{
	if (a->media == MEDIA_NDJSON)
		buf_byte(&p->out, '\n');
	p->count++;
}

void
page_undo(const struct ask *a, struct page *p)
{
	if (a->media == MEDIA_JSON && p->count > 0)
		p->out.size--;
}

bool
page_add(struct ask *a, struct page *p, uint64_t at, struct json item)
{
	if (!page_begin(a, p)) {
		p->more = true;
		p->next = at;
		return true;
	}
	if (a->media == MEDIA_CSV)
		csv_row(&p->out, a->route->columns, &item);
	else
		json_write(&item, &p->out);
	page_end(a, p);
	return false;
}

bool
page_worked(struct page *p, uint64_t at)
{
	if (++p->work <= PAGE_WORK)
		return false;
	p->more = true;
	p->next = at;
	return true;
}

static enum rc
read_cursor(const struct query *q, uint64_t *ret, struct err *e)
{
	const char *text = query_get(q, "cursor");
	int64_t n;

	if (text == NULL)
		return RC_OK;
	if (text[0] != 'n' || !integer_parse(text + 1, strlen(text + 1), &n) || n < 0)
		return rc_fail(e, RC_USAGE, "cursor: expected the 'next' of the page before, found "
			       "'%.40s'", text);
	*ret = (uint64_t)n;
	return RC_OK;
}

/* ---- one page of JSON ---- */

static void
add_escaped(struct buf *b, const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
		if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= '0' && *c <= '9') || strchr("-._~", *c) != NULL)
			buf_byte(b, (char)*c);
		else
			buf_printf(b, "%%%02X", *c);
}

static const char *
next_link(struct ask *a, const char *cursor)
{
	struct buf b = { 0 };
	const char *ret;

	buf_printf(&b, "<%s?", a->request->path);
	for (size_t i = 0; i < a->query.count; i++) {
		if (strcmp(a->query.items[i].name, "cursor") == 0)
			continue;
		buf_printf(&b, "%s=", a->query.items[i].name);
		add_escaped(&b, a->query.items[i].value);
		buf_byte(&b, '&');
	}
	buf_printf(&b, "cursor=%s>; rel=\"next\"", cursor);
	ret = arena_string(a->arena, b.data, b.size);
	buf_free(&b);
	return ret;
}

static enum rc
answer_page(struct ask *a, struct page *p, struct http_response *ret, struct err *e)
{
	enum rc rc;

	buf_text(&p->out, "{\"items\":[");
	rc = a->route->list(a, p, e);
	if (rc != RC_OK)
		return rc;
	buf_byte(&p->out, ']');
	if (p->more) {
		char *cursor = arena_printf(a->arena, "n%llu", (unsigned long long)p->next);

		buf_printf(&p->out, ",\"next\":\"%s\"", cursor);
		http_set(ret, "Link", next_link(a, cursor));
	}
	buf_text(&p->out, "}\n");
	if (p->out.capacity > 2 * p->out.size) {
		buf_add(&ret->body, p->out.data, p->out.size);	/* it may be kept: no idle room */
		return RC_OK;
	}
	ret->body = p->out;
	p->out = (struct buf){ 0 };
	return RC_OK;
}

/* ---- streams ---- */

struct stream {
	struct arena *arena;	/* of what the request said */
	struct ask ask;		/* without handle; each block opens one */
	struct buf out;
	size_t sent;
	uint64_t from;
	bool done;
};

/* The next block, of the ledger as it was when the request came. */
static enum rc
next_block(struct stream *s, struct err *e)
{
	struct ask a = s->ask;
	struct page p = { .from = s->from, .limit = a.route->deep ? SIZE_MAX : PAGE_MAX };
	enum rc rc;

	a.arena = arena_new();
	rc = ask_open(&a, a.route->deep, e);
	if (rc == RC_OK) {
		a.size = s->ask.size;
		rc = a.route->list(&a, &p, e);
		ask_close(&a);
	}
	if (rc == RC_OK) {
		buf_free(&s->out);
		s->out = p.out;
		s->sent = 0;
		s->from = p.next;
		s->done = !p.more;
	} else {
		buf_free(&p.out);
	}
	arena_free(a.arena);
	return rc;
}

static ptrdiff_t
stream_read(void *arg, uint64_t position, char *ret, size_t size_max)
{
	struct stream *s = arg;
	struct err e = { 0 };

	(void)position;
	while (s->sent == s->out.size && !s->done)
		if (next_block(s, &e) != RC_OK)
			return -1;
	return http_hand_out(&s->out, &s->sent, ret, size_max);
}

static void
stream_free(void *arg)
{
	struct stream *s = arg;

	buf_free(&s->out);
	arena_free(s->arena);
	free(s);
}

/* What the request said outlives it. The first block is made now: a refusal is still a problem. */
static enum rc
answer_stream(struct ask *a, const struct page *p, struct http_response *ret, struct err *e)
{
	struct stream *s = mem_alloc(sizeof(*s));
	struct page first = *p;
	enum rc rc;

	memset(s, 0, sizeof(*s));
	s->arena = arena_new();
	s->ask = *a;
	s->ask.handle = NULL;
	s->ask.ledger = NULL;
	s->ask.request = NULL;
	for (size_t i = 0; i < a->query.count; i++) {
		s->ask.query.items[i].name = arena_printf(s->arena, "%s", a->query.items[i].name);
		s->ask.query.items[i].value = arena_printf(s->arena, "%s", a->query.items[i].value);
	}
	first.limit = a->route->deep ? SIZE_MAX : PAGE_MAX;
	if (a->media == MEDIA_CSV)
		csv_row(&first.out, a->route->columns, NULL);
	rc = a->route->list(a, &first, e);
	s->out = first.out;
	if (rc != RC_OK) {
		stream_free(s);
		return rc;
	}
	s->from = first.next;
	s->done = !first.more;
	ret->read = stream_read;
	ret->read_free = stream_free;
	ret->read_arg = s;
	return RC_OK;
}

enum rc
answer_list(struct ask *a, struct http_response *ret, struct err *e)
{
	struct page p = { .limit = PAGE_DEFAULT };
	uint64_t limit = PAGE_DEFAULT;
	enum rc rc = read_cursor(&a->query, &p.from, e);

	if (rc == RC_OK)
		rc = query_number(&a->query, "limit", 1, PAGE_MAX, &limit, e);
	if (rc != RC_OK)
		return rc;
	p.limit = (size_t)limit;
	if (a->media != MEDIA_JSON)
		return answer_stream(a, &p, ret, e);
	rc = answer_page(a, &p, ret, e);
	buf_free(&p.out);
	return rc;
}
