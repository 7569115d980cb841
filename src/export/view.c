/* view.c - names, people and entitlements, found again by hash. Read next: view_grow.c. */
#include "view_priv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

/* ---- one table from hashes to (kind, number), open addressing ---- */

static uint64_t
mix(uint64_t h, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < size; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

static uint64_t
hash_of(const struct view *v, enum find_kind kind, uint32_t scope, const void *bytes, size_t size)
{
	uint64_t h = v->find->seed;

	h = mix(h, &kind, sizeof(kind));
	h = mix(h, &scope, sizeof(scope));
	h = mix(h, bytes, size);
	h ^= h >> 32;
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static bool
slot_is(const struct view *v, const struct find_slot *s, enum find_kind kind, uint32_t scope,
	const void *bytes, size_t size)
{
	if (s->kind != kind)
		return false;
	switch (kind) {
	case FIND_NAME:
		return strlen(v->names[s->number]) == size &&
		       memcmp(v->names[s->number], bytes, size) == 0;
	case FIND_PERSON:
		return v->people[s->number - 1].contract == scope &&
		       strcmp(v->people[s->number - 1].pseudonym, bytes) == 0;
	case FIND_KEY:
		return v->keys[s->number].payee == scope &&
		       memcmp(v->keys[s->number].key.bytes, bytes, size) == 0;
	case FIND_KEY_ANY:
		return memcmp(v->keys[s->number].key.bytes, bytes, size) == 0;
	case FIND_CONTRACT:
		return memcmp(v->contracts[s->number - 1].bytes, bytes, size) == 0;
	case FIND_NOTHING:
		break;
	}
	return false;
}

bool
view_find(const struct view *v, enum find_kind kind, uint32_t scope, const void *bytes,
	  size_t size, uint32_t *ret)
{
	const struct view_find *f = v->find;
	uint64_t h = hash_of(v, kind, scope, bytes, size);

	for (size_t i = h & (f->capacity - 1);; i = (i + 1) & (f->capacity - 1)) {
		const struct find_slot *s = &f->slots[i];

		if (s->kind == FIND_NOTHING)
			return false;
		if (s->hash == (uint32_t)h && slot_is(v, s, kind, scope, bytes, size)) {
			*ret = s->number;
			return true;
		}
	}
}

static void
put(struct view_find *f, uint64_t h, struct find_slot slot)
{
	size_t i = h & (f->capacity - 1);

	while (f->slots[i].kind != FIND_NOTHING)
		i = (i + 1) & (f->capacity - 1);
	slot.hash = (uint32_t)h;
	slot.high = (uint32_t)(h >> 32);
	f->slots[i] = slot;
	f->count++;
}

static void
widen(struct view_find *f)
{
	struct find_slot *old = f->slots;
	size_t count = f->capacity;

	f->capacity = count == 0 ? 1024 : 2 * count;
	f->count = 0;
	f->slots = mem_alloc(f->capacity * sizeof(f->slots[0]));
	memset(f->slots, 0, f->capacity * sizeof(f->slots[0]));
	for (size_t i = 0; i < count; i++)
		if (old[i].kind != FIND_NOTHING)
			put(f, (uint64_t)old[i].high << 32 | old[i].hash, old[i]);
	free(old);
}

void
view_put(struct view *v, enum find_kind kind, uint32_t scope, const void *bytes, size_t size,
	 uint32_t number)
{
	struct view_find *f = v->find;

	if (2 * (f->count + 1) > f->capacity)
		widen(f);
	put(f, hash_of(v, kind, scope, bytes, size),
	    (struct find_slot){ .number = number, .kind = kind });
}

/* ---- the view ---- */

struct view *
view_new(void)
{
	struct view *v = mem_alloc(sizeof(*v));

	memset(v, 0, sizeof(*v));
	v->find = mem_alloc(sizeof(*v->find));
	memset(v->find, 0, sizeof(*v->find));
	v->find->seed = (uint64_t)(uintptr_t)v * UINT64_C(0x9e3779b97f4a7c15);
	widen(v->find);
	(void)view_name_make(v, "");	/* number 0 */
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->name_count; i++)
		free(v->names[i]);
	free(v->names);
	free(v->rows);
	free(v->people);
	free(v->keys);
	free(v->steps);
	free(v->revoked);
	free(v->contracts);
	free(v->lines);
	free(v->find->slots);
	free(v->find);
	free(v);
}

uint16_t
view_name_make(struct view *v, const char *name)
{
	size_t size = name == NULL ? 0 : strlen(name);
	uint32_t found;

	if (name == NULL)
		return 0;
	if (view_find(v, FIND_NAME, 0, name, size, &found))
		return (uint16_t)found;
	if (v->name_count == UINT16_MAX)
		return 0;	/* a ledger of 65,000 names: later ones stay unnamed */
	v->names = mem_room(v->names, v->name_count, &v->name_capacity, sizeof(v->names[0]));
	v->names[v->name_count] = mem_alloc(size + 1);
	memcpy(v->names[v->name_count], name, size + 1);
	view_put(v, FIND_NAME, 0, name, size, (uint32_t)v->name_count);
	return (uint16_t)v->name_count++;
}

uint16_t
view_name_of(const struct view *v, const char *name)
{
	uint32_t found;

	return view_find(v, FIND_NAME, 0, name, strlen(name), &found) ? (uint16_t)found : 0;
}

const char *
view_name(const struct view *v, uint16_t n)
{
	return v->names[n];
}

uint32_t
view_contract_of(const struct view *v, struct hash digest)
{
	uint32_t found;

	return view_find(v, FIND_CONTRACT, 0, digest.bytes, sizeof(digest.bytes), &found) ? found : 0;
}

uint32_t
view_person_of(const struct view *v, uint32_t contract, const char *pseudonym)
{
	uint32_t found;

	return view_find(v, FIND_PERSON, contract, pseudonym, strlen(pseudonym), &found) ? found : 0;
}
