/* explain_text.c - expressions, values and facts as short text. */
#include "settle_priv.h"

#include <stdarg.h>
#include <stdio.h>

#include "buf.h"

#define LINES_MAX 60		/* sentences under one heading */

static bool
is_date(const char *text, size_t left)
{
	static const char shape[] = "0000-00-00";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (i >= left || (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9'))
			return false;
	return true;
}

/* FNV-1a of the text without its dates: what was read alike on many days is told for the first. */
static uint64_t
sense_of(const struct buf *block)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < block->size; i++) {
		if (is_date(block->data + i, block->size - i)) {
			i += 9;
			continue;
		}
		h = (h ^ (unsigned char)block->data[i]) * 1099511628211u;
	}
	return h;
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
			buf_text(t->out, "  (and more)\n");
		if (t->lines < LINES_MAX)
			buf_add(t->out, t->block.data, t->block.size);
	}
	buf_clear(&t->block);
}

void
trace_heading(struct trace *t, const char *text)
{
	tell_block(t);
	buf_printf(t->out, "\n%s\n", text);
	t->lines = 0;
	t->told_count = 0;
}

void
trace_end(struct trace *t)
{
	tell_block(t);
	buf_free(&t->block);
}

/* A sentence that begins with a blank belongs to the one before it. */
void
trace_say(struct trace *t, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (text[0] != ' ')
		tell_block(t);
	buf_printf(&t->block, "  %s\n", text);
}

struct text {
	char *at;
	size_t left;
};

static void say(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
say(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->at, t->left, fmt, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = t->left > 0 ? (int)t->left - 1 : 0;
	t->at += n;
	t->left -= (size_t)n;
}

static void
say_x(struct text *t, const struct terms_x *x)
{
	static const struct { enum terms_op op; const char *text; } infix[] = {
		{ OP_ADD, " + " }, { OP_SUB, " - " }, { OP_MUL, " times " }, { OP_DIV, " / " },
		{ OP_LT, " < " }, { OP_LE, " <= " }, { OP_EQ, " = " }, { OP_GE, " >= " },
		{ OP_GT, " > " }, { OP_ALL, " and " }, { OP_ANY, " or " },
	};
	char text[RATIO_TEXT];

	switch ((int)x->op) {
	case OP_NUMBER:
		ratio_format(x->number, text);
		say(t, "%s", text);
		return;
	case OP_TRUTH:
		say(t, "%s", x->truth ? "true" : "false");
		return;
	case OP_DAY:
		date_format(x->day, text);
		say(t, "%s", text);
		return;
	case OP_WORD:
		say(t, "%s", x->word);
		return;
	case OP_VALUE:
		say(t, "%s", x->value->name);
		return;
	case OP_DATE_NAME:
		say(t, "%s", x->named->name);
		return;
	case OP_OUTCOME:
		say(t, "times %s was reached", x->outcome->name);
		return;
	case OP_REF:
		say(t, "%s%s", terms_ref_name(x->ref),
		    x->ref == REF_FACT_FIELD || x->ref == REF_PERSON_ATTRIBUTE ||
				    x->ref == REF_ENROLMENT_ATTRIBUTE ? x->word : "");
		return;
	case OP_DATE_OF:
		say(t, "date of %s", x->date_of.outcome != NULL ? x->date_of.outcome->name
								: x->date_of.value->name);
		return;
	case OP_OVER:
		say(t, "a statistic over %s", x->over.group->name);
		return;
	case OP_LOOK:
		say(t, "%s", x->look.table->name);
		return;
	case OP_IN:
		say(t, "in %s", x->group->name);
		return;
	}
	for (size_t i = 0; i < LENGTH(infix); i++) {
		if (infix[i].op != x->op)
			continue;
		for (size_t k = 0; k < x->count; k++) {
			say(t, "%s", k == 0 ? "" : infix[i].text);
			say_x(t, x->args[k]);
		}
		return;
	}
	say(t, "%s(", terms_op_name(x->op));
	for (size_t k = 0; k < x->count; k++) {
		say(t, "%s", k == 0 ? "" : ", ");
		say_x(t, x->args[k]);
	}
	say(t, ")");
}

void
x_text(const struct terms_x *x, char *ret, size_t size)
{
	struct text t = { ret, size };

	ret[0] = '\0';
	say_x(&t, x);
}

void
xval_text(struct xval v, char *ret, size_t size)
{
	char text[RATIO_TEXT];

	switch (v.kind) {
	case X_UNKNOWN:
		(void)snprintf(ret, size, "unknown");
		return;
	case X_NEVER:
		(void)snprintf(ret, size, "never");
		return;
	case X_NUMBER:
		ratio_format(v.number, text);
		(void)snprintf(ret, size, "%s", text);
		return;
	case X_TRUTH:
		(void)snprintf(ret, size, "%s", v.truth ? "true" : "false");
		return;
	case X_DATE:
		if (v.day == NEVER) {
			(void)snprintf(ret, size, "never");
			return;
		}
		date_format((struct date){ v.day }, text);
		(void)snprintf(ret, size, "%s", text);
		return;
	case X_WORD:
		(void)snprintf(ret, size, "%s", v.word);
		return;
	}
}

void
fact_text(const struct settlement *s, const struct fact *f, char *ret, size_t size)
{
	const struct event_row *ev = event_at(s, f->event);
	char hex[HASH_HEX], recorded[DATE_TEXT], from[DATE_TEXT] = "", to[DATE_TEXT + 4] = "";

	hash_format(ev->digest, hex);
	date_format((struct date){ ev->day }, recorded);
	if (f->from != NEVER)
		date_format((struct date){ f->from }, from);
	if (f->to != NEVER) {
		memcpy(to, " to ", 4);
		date_format((struct date){ f->to }, to + 4);
	}
	(void)snprintf(ret, size, "%s%s%s%s%s, sent by %s, recorded %s, event %.16s",
		       event_info((enum event_type)f->type)->name,
		       (f->flags & FACT_CORRECTS) != 0 ? " (corrected)" : "",
		       from[0] != '\0' ? " of " : "", from, to,
		       name_text(&s->names, f->sender), recorded, hex);
}
