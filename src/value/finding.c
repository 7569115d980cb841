/* finding.c - what is wrong with a document, as a list for people. */
#include "finding.h"
#include "arena.h"
#include "buf.h"
#include "limits_utfall.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* In the arena, without what could steer a terminal: findings repeat bytes of hostile files. */
static const char *
harmless(struct arena *arena, const char *text)
{
	char *ret = arena_string(arena, text, strlen(text));

	for (unsigned char *c = (unsigned char *)ret; *c != '\0'; c++) {
		if (*c < 0x20 || *c == 0x7f)
			*c = '?';
		if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';	/* U+0080 to U+009F */
	}
	return ret;
}

static struct finding *
next_place(struct findings *f)
{
	f->items = arena_room(f->arena, f->items, f->count, &f->capacity, sizeof(*f->items));
	return &f->items[f->count++];
}

void
finding_add(struct findings *f, enum severity severity, size_t line, size_t column,
	    const char *pointer, const char *fmt, ...)
{
	char text[1000];
	va_list args;

	if (severity == SEVERITY_ERROR)
		f->errors++;
	else
		f->warnings++;
	if (f->count == LIMIT_FINDINGS)
		return;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	*next_place(f) = (struct finding){
		.severity = severity,
		.line = line,
		.column = column,
		.pointer = pointer == NULL ? NULL : harmless(f->arena, pointer),
		.text = harmless(f->arena, text),
	};
}

void
findings_print(const struct findings *f, const char *file, struct buf *ret)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct finding *it = &f->items[i];

		buf_text(ret, file);
		if (it->line > 0)
			buf_printf(ret, ":%zu", it->line);
		if (it->line > 0 && it->column > 0)
			buf_printf(ret, ":%zu", it->column);
		buf_text(ret, it->severity == SEVERITY_ERROR ? ": error" : ": warning");
		if (it->pointer != NULL && it->pointer[0] != '\0')
			buf_printf(ret, " at %s", it->pointer);
		buf_printf(ret, ": %s\n", it->text);
	}
	if (f->errors + f->warnings > f->count)
		buf_printf(ret, "%s: %zu more, not listed\n", file,
			   f->errors + f->warnings - f->count);
}
