/* explain_text.c - sentences of a trace: told once each, in the reader's language. */
#include "explain_priv.h"

#include <stdarg.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "date.h"
#include "event_type.h"
#include "explain.h"
#include "fact.h"
#include "hash.h"
#include "plain_priv.h"
#include "rows.h"
#include "settlement.h"
#include "xval.h"

#define LINES_MAX 60		/* sentences under one heading */
#define DATE_BEGINS '\001'	/* around a date until it is printed */
#define DATE_ENDS '\002'

/* FNV-1a of the text without its dates: what was read alike on many days is told for the first. */
static uint64_t
sense_of(const struct buf *block)
{
	uint64_t h = 14695981039346656037u;
	bool in_date = false;

	for (size_t i = 0; i < block->size; i++) {
		if (block->data[i] == DATE_BEGINS)
			in_date = true;
		if (!in_date)
			h = (h ^ (unsigned char)block->data[i]) * 1099511628211u;
		if (block->data[i] == DATE_ENDS)
			in_date = false;
	}
	return h;
}

static void
print(struct buf *out, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] != DATE_BEGINS && text[i] != DATE_ENDS)
			buf_byte(out, text[i]);
}

static bool
is_new(struct trace *t, uint64_t sense)
{
	for (size_t i = 0; i < t->told_count; i++)
		if (t->told[i] == sense)
			return false;
	if (t->told_count < LENGTH(t->told))
		t->told[t->told_count++] = sense;
	return true;
}

static void
tell_block(struct trace *t)
{
	if (t->block.size == 0)
		return;
	if (is_new(t, sense_of(&t->block))) {
		if (++t->lines == LINES_MAX)
			buf_printf(t->plain.out, "  %s\n", plain_text(t->plain.language, P_E_MORE));
		if (t->lines < LINES_MAX)
			print(t->plain.out, t->block.data, t->block.size);
	}
	buf_clear(&t->block);
}

void
trace_heading(struct trace *t, const char *text)
{
	tell_block(t);
	buf_printf(t->plain.out, "\n%s\n", text);
	t->lines = 0;
	t->told_count = 0;
}

void
trace_end(struct trace *t)
{
	tell_block(t);
	buf_free(&t->block);
}

void
trace_say(struct trace *t, const char *sentence)
{
	tell_block(t);
	buf_printf(&t->block, "  %s\n", sentence);
}

void
trace_more(struct trace *t, const char *sentence)
{
	buf_printf(&t->block, "    %s\n", sentence);
}

void
trace_line(struct trace *t, const char *sentence)
{
	print(t->plain.out, sentence, strlen(sentence));
	buf_byte(t->plain.out, '\n');
}

const char *
trace_day(struct trace *t, int32_t day)
{
	if (day == NEVER)
		return plain_text(t->plain.language, P_FALSE);
	return arena_printf(t->plain.arena, "%c%s%c", DATE_BEGINS,
			    plain_day(&t->plain, (struct date){ day }), DATE_ENDS);
}

const char *
trace_xval(struct trace *t, struct xval v)
{
	switch (v.kind) {
	case X_UNKNOWN:
		return plain_text(t->plain.language, P_E_UNKNOWN);
	case X_NEVER:
		return plain_text(t->plain.language, P_FALSE);
	case X_NUMBER:
		return plain_number(&t->plain, v.number);
	case X_TRUTH:
		return plain_text(t->plain.language, v.truth ? P_E_TRUE : P_E_FALSE);
	case X_DATE:
		return trace_day(t, v.day);
	case X_WORD:
		break;
	}
	return v.word;
}

bool
trace_may_tell(const struct trace *t, const struct settlement *s, const struct fact *f)
{
	return t->reader == NULL || t->reader->may_see(t->reader->arg, event_at(s, f->event)->seq);
}

const char *
trace_fact(struct trace *t, const struct settlement *s, const struct fact *f)
{
	struct plain *p = &t->plain;
	const struct event_row *ev = event_at(s, f->event);
	const char *what = event_info((enum event_type)f->type)->name;
	char hex[HASH_HEX];

	hash_format(ev->digest, hex);
	hex[16] = '\0';
	if (!trace_may_tell(t, s, f))
		return plain_fill(p, P_E_HIDDEN, hex, NULL);
	if ((f->flags & FACT_CORRECTS) != 0)
		what = plain_fill(p, P_E_CORRECTED, what, NULL);
	if (f->from != NEVER && f->to != NEVER)
		what = plain_fill(p, P_E_FACT_FROM_TO, what, trace_day(t, f->from),
				  trace_day(t, f->to), NULL);
	else if (f->from != NEVER)
		what = plain_fill(p, P_E_FACT_ON, what, trace_day(t, f->from), NULL);
	return plain_fill(p, P_E_FACT, what, name_text(&s->names, f->sender),
			  trace_day(t, ev->day), hex, NULL);
}
