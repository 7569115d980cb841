/* buf.c - a growing row of bytes; grows by doubling. */
#include "buf.h"
#include "arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `size` more bytes and the NUL behind them. */
static void
make_room(struct buf *b, size_t size)
{
	size_t need, capacity = b->capacity == 0 ? 64 : b->capacity;

	if (__builtin_add_overflow(b->size, size, &need) || __builtin_add_overflow(need, 1, &need))
		abort();	/* more than the address space */
	if (need <= b->capacity)
		return;
	while (capacity < need)
		capacity = capacity > SIZE_MAX / 2 ? need : 2 * capacity;
	b->data = mem_grow(b->data, capacity, 1);
	b->capacity = capacity;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}

void
buf_reserve(struct buf *b, size_t size)
{
	make_room(b, size);
}

void
buf_clear(struct buf *b)
{
	b->size = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_add(struct buf *b, const void *bytes, size_t size)
{
	if (b->capacity - b->size <= size)
		make_room(b, size);
	if (size > 0)
		memcpy(b->data + b->size, bytes, size);
	b->size += size;
	b->data[b->size] = '\0';
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_byte(struct buf *b, char byte)
{
	if (b->capacity - b->size <= 1)
		make_room(b, 1);
	b->data[b->size++] = byte;
	b->data[b->size] = '\0';
}

void
buf_integer(struct buf *b, int64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (value < 0)
		digits[--at] = '-';
	buf_add(b, digits + at, sizeof(digits) - at);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	int n;

	make_room(b, 128);
	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(b->data + b->size, b->capacity - b->size, fmt, args);
	va_end(args);
	assert(n >= 0);
	if ((size_t)n >= b->capacity - b->size) {
		make_room(b, (size_t)n);
		(void)vsnprintf(b->data + b->size, b->capacity - b->size, fmt, again);
	}
	va_end(again);
	b->size += (size_t)n;
}
