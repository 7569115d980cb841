/* sample.h - which lines of a statement are drawn to be checked afterwards.
 *
 * Layer 3. Pure: whoever knows a statement's keys and the seed comes to the same
 * draw. The seed is the root of the tree after the first submission behind the
 * statement: nobody knew it when the lines were settled.
 */
#ifndef UTFALL_SAMPLE_H
#define UTFALL_SAMPLE_H

#include "hash.h"
#include "ratio.h"
#include "rc.h"

struct terms;
struct terms_payment;
struct terms_proof;

/* The proof that has what this payment rests on checked by sample: that of an outcome's claim, else
 * the first by name of the facts that it counts. NULL where nothing is sampled. */
const struct terms_proof *sample_proof(const struct terms *t, const struct terms_payment *p);

/* Of `count` keys the share, rounded up, that comes first by
 * SHA-256("utfall/sample/v1" LF root LF key), root and key in hexadecimal. */
void sample_draw(struct hash root, struct ratio share, const struct hash *keys, size_t count,
		 bool *ret_drawn);

#endif
