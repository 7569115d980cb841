/* buf.h - a growing row of bytes, for building what will be hashed, stored or printed.
 *
 * Layer 0. Zero-initialise, add, buf_free(). A NUL always stands behind `data`
 * once anything was added; it is not counted in `size`.
 */
#ifndef UTFALL_BUF_H
#define UTFALL_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t size, capacity;
};

void buf_free(struct buf *b);
void buf_reserve(struct buf *b, size_t size);	/* so that as many bytes more stay where they are */
void buf_clear(struct buf *b);		/* empties, keeps the memory */
void buf_add(struct buf *b, const void *bytes, size_t size);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, char byte);
void buf_integer(struct buf *b, int64_t value);	/* decimal */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
