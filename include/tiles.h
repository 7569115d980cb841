/* tiles.h - a tree kept as C2SP hash tiles: reading nodes from them, making them as it grows.
 *
 * Layer 2. A tile is up to 256 hashes of nodes at level 8 * L; where tiles are
 * kept is the caller's. A proof over n leaves reads at most about
 * 2 * log256(n) tiles and hashes at most 255 times for each.
 */
#ifndef UTFALL_TILES_H
#define UTFALL_TILES_H

#include "hash.h"
#include "merkle.h"
#include "rc.h"

/* Hands out exactly `width` hashes, the first ones of tile (level, index). */
typedef enum rc tile_read_fn(void *arg, unsigned level, uint64_t index, unsigned width,
			     struct hash *ret, struct err *e);
/* Keeps a tile; a partial one (width < 256) takes the place of a narrower one. */
typedef enum rc tile_write_fn(void *arg, unsigned level, uint64_t index, unsigned width,
			      const struct hash *hashes, struct err *e);

/* Hashes that tile (level, index) has in a tree of `size` leaves: 0..256. */
unsigned tile_width(uint64_t size, unsigned level, uint64_t index);

/* ---- reading ---- */

struct tile_reader;	/* opaque: a few tiles of one tree; belongs to whoever made it */

struct tile_reader *tile_reader_new(uint64_t size, tile_read_fn *read, void *arg);
void tile_reader_free(struct tile_reader *r);	/* NULL is allowed */
uint64_t tile_reader_count(const struct tile_reader *r);	/* tiles read so far */
/* A merkle_node_fn whose `arg` is the reader. RC_NOT_FOUND for a node the tree does not have. */
MUST_CHECK enum rc tile_node(void *reader, unsigned level, uint64_t index, struct hash *ret,
			     struct err *e);

/* ---- growing ---- */

struct tile_maker;	/* opaque: the right edge of a tree; belongs to whoever made it */

/* Reads the partial tiles of a tree of `size` leaves. */
MUST_CHECK enum rc tile_maker_open(uint64_t size, tile_read_fn *read, tile_write_fn *write,
				   void *arg, struct tile_maker **ret, struct err *e);
void tile_maker_free(struct tile_maker *m);	/* NULL is allowed */
/* Writes each tile that becomes full. After a failure the maker is only good for freeing. */
MUST_CHECK enum rc tile_maker_add(struct tile_maker *m, struct hash leaf, struct err *e);
/* Writes the partial tiles that changed; may be called again after more leaves. */
MUST_CHECK enum rc tile_maker_flush(struct tile_maker *m, struct err *e);
void tile_maker_frontier(const struct tile_maker *m, struct merkle_frontier *ret);

#endif
