/* tile_path.c - the paths of C2SP tlog-tiles: one spelling for each tile. */
#include "merkle.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LEVEL_MAX = 63, LEVEL_ENTRIES = -1 };

void
tile_path(int level, uint64_t index, unsigned width, char ret[TILE_PATH])
{
	uint64_t scale = 1;
	size_t n;

	assert(level >= LEVEL_ENTRIES && level <= LEVEL_MAX && width >= 1 && width <= TILE_WIDTH);
	if (level == LEVEL_ENTRIES)
		n = (size_t)snprintf(ret, TILE_PATH, "tile/entries/");
	else
		n = (size_t)snprintf(ret, TILE_PATH, "tile/%d/", level);
	while (index / scale >= 1000)
		scale *= 1000;
	for (; scale > 1; scale /= 1000)
		n += (size_t)snprintf(ret + n, TILE_PATH - n, "x%03" PRIu64 "/",
				      index / scale % 1000);
	n += (size_t)snprintf(ret + n, TILE_PATH - n, "%03" PRIu64, index % 1000);
	if (width < TILE_WIDTH)
		n += (size_t)snprintf(ret + n, TILE_PATH - n, ".p/%u", width);
	assert(n < TILE_PATH);
}

/* Up to `digits_max` decimal digits, no leading zero; NULL if there are none. */
static const char *
number(const char *at, unsigned digits_max, unsigned *ret)
{
	unsigned value = 0, digits = 0;

	while (at[digits] >= '0' && at[digits] <= '9' && digits < digits_max)
		value = 10 * value + (unsigned)(at[digits++] - '0');
	if (digits == 0 || (at[0] == '0' && digits > 1))
		return NULL;
	*ret = value;
	return at + digits;
}

static const char *
level_parse(const char *at, int *ret)
{
	unsigned level;

	if (strncmp(at, "entries/", 8) == 0) {
		*ret = LEVEL_ENTRIES;
		return at + 8;
	}
	at = number(at, 2, &level);
	if (at == NULL || *at != '/' || level > LEVEL_MAX)
		return NULL;
	*ret = (int)level;
	return at + 1;
}

/* Groups of three digits; all but the last begin with x and the first is not x000. */
static const char *
index_parse(const char *at, uint64_t *ret)
{
	uint64_t index = 0;

	for (;;) {
		bool more = *at == 'x';
		uint64_t group = 0;

		at += more;
		for (int i = 0; i < 3; i++, at++) {
			if (*at < '0' || *at > '9')
				return NULL;
			group = 10 * group + (uint64_t)(*at - '0');
		}
		if (more && index == 0 && group == 0)
			return NULL;
		if (__builtin_mul_overflow(index, 1000, &index) ||
		    __builtin_add_overflow(index, group, &index))
			return NULL;
		if (!more)
			break;
		if (*at++ != '/')
			return NULL;
	}
	*ret = index;
	return at;
}

bool
tile_path_parse(const char *path, int *ret_level, uint64_t *ret_index, unsigned *ret_width)
{
	unsigned width = TILE_WIDTH;
	uint64_t index;
	int level;

	if (strncmp(path, "tile/", 5) != 0)
		return false;
	path = level_parse(path + 5, &level);
	if (path == NULL)
		return false;
	path = index_parse(path, &index);
	if (path == NULL)
		return false;
	if (strncmp(path, ".p/", 3) == 0) {
		path = number(path + 3, 3, &width);
		if (path == NULL || width == 0 || width >= TILE_WIDTH)
			return false;
	}
	if (*path != '\0')
		return false;
	*ret_level = level;
	*ret_index = index;
	*ret_width = width;
	return true;
}
