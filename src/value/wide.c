/* wide.c - schoolbook arithmetic on 256 bits. Rare, hence plain rather than quick. */
#include "wide.h"

#include <assert.h>

struct wide
wide_mul(u128 a, u128 b)
{
	u128 a1 = a >> 64, a0 = (uint64_t)a, b1 = b >> 64, b0 = (uint64_t)b;
	u128 low = a0 * b0, cross = a1 * b0 + (low >> 64), other = a0 * b1 + (uint64_t)cross;
	u128 high = a1 * b1 + (cross >> 64) + (other >> 64);

	return (struct wide){ high, other << 64 | (uint64_t)low };
}

struct wide
wide_add(struct wide a, struct wide b)
{
	u128 low = a.low + b.low;

	return (struct wide){ a.high + b.high + (low < a.low), low };
}

struct wide
wide_sub(struct wide a, struct wide b)
{
	return (struct wide){ a.high - b.high - (a.low < b.low), a.low - b.low };
}

int
wide_compare(struct wide a, struct wide b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

static struct wide
divide(struct wide a, u128 d, u128 *ret_rest)
{
	struct wide q = { a.high / d, 0 };
	u128 rest = a.high % d;

	assert(d > 0 && d >> 127 == 0);
	if (rest == 0) {
		q.low = a.low / d;
		*ret_rest = a.low % d;
		return q;
	}
	for (int bit = 127; bit >= 0; bit--) {
		rest = rest << 1 | (a.low >> bit & 1);
		q.low <<= 1;
		if (rest >= d) {
			rest -= d;
			q.low |= 1;
		}
	}
	*ret_rest = rest;
	return q;
}

struct wide
wide_div(struct wide a, u128 d)
{
	u128 rest;

	return divide(a, d, &rest);
}

u128
wide_rest(struct wide a, u128 d)
{
	u128 rest;

	(void)divide(a, d, &rest);
	return rest;
}
