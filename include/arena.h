/* arena.h - memory that is freed all at once: one per command, file or request.
 *
 * Layer 0. Out of memory aborts: a transaction that is not committed is lost
 * by design, and the limits on input put exhaustion out of a stranger's reach.
 */
#ifndef UTFALL_ARENA_H
#define UTFALL_ARENA_H

#include <stddef.h>

struct arena;	/* opaque; belongs to whoever made it */

struct arena *arena_new(void);
void arena_free(struct arena *a);	/* NULL is allowed */
void arena_reset(struct arena *a);	/* forgets everything, keeps one block for reuse */

void *arena_alloc(struct arena *a, size_t size);	/* zeroed, aligned for any type */
/* aborts if count * size overflows */
void *arena_array(struct arena *a, size_t count, size_t size);
char *arena_string(struct arena *a, const char *bytes, size_t size);	/* copy with a NUL behind */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Doubles `array` (of `size`-byte items) when `count` has reached `*capacity`; the old one stays
 * until the arena goes. */
void *arena_room(struct arena *a, void *array, size_t count, size_t *capacity, size_t size);
size_t arena_used(const struct arena *a);	/* bytes handed out */

/* Heap with the same rule: never NULL. Free with free(). */
void *mem_alloc(size_t size);
void *mem_grow(void *old, size_t count, size_t size);

/* Doubles `array` (of `size`-byte items) when `count` has reached `*capacity`. */
void *mem_room(void *array, size_t count, size_t *capacity, size_t size);

#endif
