/* wide.h - unsigned 256-bit intermediates of ratio.c; nothing else uses them. */
#ifndef UTFALL_WIDE_H
#define UTFALL_WIDE_H

#include <stdint.h>

__extension__ typedef unsigned __int128 u128;

struct wide {
	u128 high, low;
};

struct wide wide_mul(u128 a, u128 b);
struct wide wide_add(struct wide a, struct wide b);	/* the sum fits */
struct wide wide_sub(struct wide a, struct wide b);	/* a >= b */
int wide_compare(struct wide a, struct wide b);
/* By d > 0, d < 2^127: long division, one bit at a time. */
struct wide wide_div(struct wide a, u128 d);
u128 wide_rest(struct wide a, u128 d);

#endif
