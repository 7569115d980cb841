/* hash.h - SHA-256 (FIPS 180-4), the ledger's only hash. The provider is chosen here and nowhere
 * else.
 *
 * Layer 1. Values are copied. The hasher is one per thread of use.
 */
#ifndef UTFALL_HASH_H
#define UTFALL_HASH_H

#include "rc.h"

struct hash {
	uint8_t bytes[32];
};

#define HASH_HEX 65	/* characters of the hexadecimal form, NUL included */

struct hash hash_bytes(const void *bytes, size_t size);
/* SHA-256(prefix byte, a, b): leaf 0x00 and node 0x01 of RFC 6962 section 2.1. */
struct hash hash_leaf(const void *bytes, size_t size);
struct hash hash_node(struct hash left, struct hash right);

/* For what does not lie in one piece. */
struct hasher;
struct hasher *hasher_new(void);
void hasher_free(struct hasher *h);
void hasher_add(struct hasher *h, const void *bytes, size_t size);
struct hash hasher_end(struct hasher *h);	/* and starts again */

/* One that can be laid aside and gone on with in another process. A value: copied as it is. */
struct hash_part {
	_Alignas(8) unsigned char state[112];
};
struct hash_part hash_part_begin(void);
void hash_part_add(struct hash_part *p, const void *bytes, size_t size);
struct hash hash_part_end(struct hash_part p);	/* of what was added so far */
/* Could it be one of so many bytes? Of one that comes out of a file. */
bool hash_part_is_of(const struct hash_part *p, uint64_t size);

bool hash_equal(struct hash a, struct hash b);
int hash_compare(struct hash a, struct hash b);	/* as memcmp */
int hash_order(const void *a, const void *b);	/* of two that begin with a hash: for qsort */
bool hash_is_zero(struct hash a);
void hash_format(struct hash a, char ret[HASH_HEX]);	/* lowercase */
MUST_CHECK bool hash_parse(const char *text, size_t length, struct hash *ret);

#endif
