/* fuzz_tlog_proof.c - proof files: what is read comes out the same; whatever path a stranger
 * sends is checked without reading beyond it. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "fuzz.h"
#include "note.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *arena = arena_new();
	struct buf again = { 0 };
	struct tlog_proof p;
	struct checkpoint c = { .size = 0 };
	struct hash leaf, root;
	struct note n;
	struct err e;

	if (tlog_proof_parse((const char *)bytes, size, arena, &p, &e) == RC_OK) {
		tlog_proof_format(&p, &again);
		if (again.size != size || memcmp(again.data, bytes, size) != 0)
			abort();
		if (note_parse(p.checkpoint, p.checkpoint_size, arena, &n, &e) != RC_OK ||
		    checkpoint_parse(n.text, n.text_size, &c, &e) != RC_OK)
			c.size = p.index + 1 + p.extra_size;
		leaf = hash_leaf(p.extra, p.extra_size);
		root = c.root;
		if (merkle_check_inclusion(p.index, c.size, leaf, &p.path, root, &e) == RC_OK &&
		    p.path.count > 0)
			p.path.hashes[0].bytes[0] ^= 1;
		(void)(merkle_check_consistency(p.index, leaf, c.size, root, &p.path, &e) == RC_OK);
	}
	buf_free(&again);
	arena_free(arena);
	return 0;
}
