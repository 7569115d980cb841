/* json_priv.h - what the three sources of json share. */
#ifndef UTFALL_JSON_PRIV_H
#define UTFALL_JSON_PRIV_H

#include "json.h"

/* An array's items have a hidden slot in front: `count` is their capacity,
 * `offset` how many of them are taken. A reader's array has no capacity to give. */
struct json *json_new_items(struct arena *arena, uint32_t capacity);

int json_key_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
