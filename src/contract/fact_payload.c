/* fact_payload.c - an event's other members, packed: name, kind, value, as short as they come. */
#include "fact.h"

#include <string.h>

#include "arena.h"
#include "date.h"
#include "event_type.h"
#include "json.h"
#include "ratio.h"
#include "rows.h"
#include "settlement.h"
#include "text.h"
#include "xval.h"

enum packed { PACKED_WORD, PACKED_DECIMAL, PACKED_DATE, PACKED_TRUE, PACKED_BYTES };
#define PACKED_ATTRIBUTE 0x40
#define PACKED_EVIDENCE 0x80

struct packer {
	uint8_t bytes[65536];
	size_t size;
	uint32_t count;
};

static void
put_number(struct packer *p, uint64_t v)
{
	while (v >= 0x80) {
		p->bytes[p->size++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p->bytes[p->size++] = (uint8_t)v;
}

static uint64_t
get_number(const uint8_t **at)
{
	uint64_t v = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t b = *(*at)++;

		v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return v;
	}
}

static uint64_t
zigzag(int64_t v)
{
	return ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
}

static int64_t
unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* "-12.50": mantissa -1250, 2 places. Its shape was checked when it was recorded. */
static void
put_decimal(struct packer *p, const char *text)
{
	bool minus = *text == '-', point = false;
	int64_t mantissa = 0;
	uint8_t places = 0;

	for (text += minus; *text != '\0'; text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		mantissa = mantissa * 10 + (*text - '0');
		places = (uint8_t)(places + point);
	}
	p->bytes[p->size++] = places;
	put_number(p, zigzag(minus ? -mantissa : mantissa));
}

static bool
is_decimal(const char *text, size_t length)
{
	struct ratio ignored;

	return ratio_parse(text, length, &ignored);
}

static void
put_string(struct settlement *s, struct packer *p, unsigned flags, const struct json *v)
{
	bool letter = v->string[0] >= 'a' && v->string[0] <= 'z';
	struct date d;

	if (letter) {	/* neither a date nor a decimal: most words */
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_WORD);
		put_number(p, name_number(&s->names, v->string, v->count));
	} else if (date_parse(v->string, v->count, &d)) {
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_DATE);
		put_number(p, zigzag(d.days));
	} else if (is_decimal(v->string, v->count)) {
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_DECIMAL);
		put_decimal(p, v->string);
	} else {
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_WORD);
		put_number(p, name_number(&s->names, v->string, v->count));
	}
}

static void
put_member(struct settlement *s, struct packer *p, unsigned flags, const char *name, size_t length,
	   const struct json *v)
{
	if (p->size + 64 > sizeof(p->bytes))
		return;		/* cannot be: an event holds less */
	put_number(p, name_number(&s->names, name, length));
	p->count++;
	switch (v->kind) {
	case JSON_STRING:
		put_string(s, p, flags, v);
		return;
	case JSON_INTEGER:
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_DECIMAL);
		p->bytes[p->size++] = 0;
		put_number(p, zigzag(v->integer));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		p->bytes[p->size++] = (uint8_t)(flags | PACKED_TRUE);
		p->bytes[p->size++] = v->kind == JSON_TRUE;
		return;
	case JSON_OBJECT:
	case JSON_ARRAY:
		break;
	}
	p->bytes[p->size++] = (uint8_t)(flags | PACKED_TRUE);
	p->bytes[p->size++] = 1;
}

/* Dates are in the fact itself; digests, pseudonyms of people and record numbers are not read. */
static bool
is_kept(const struct event_field *f)
{
	if (f->kind == FIELD_PSEUDONYM)
		return strcmp(f->name, "participant") != 0;
	return f->kind != FIELD_DATE && f->kind != FIELD_MONTH && f->kind != FIELD_DIGEST &&
	       f->kind != FIELD_DIGESTS && f->kind != FIELD_REF && f->kind != FIELD_PSEUDONYMS;
}

static void
put_attributes(struct settlement *s, struct packer *p, const struct json *attributes)
{
	for (uint32_t i = 0; i < attributes->count; i++) {
		const struct json_member *m = &attributes->members[i];

		put_member(s, p, PACKED_ATTRIBUTE, m->key, m->key_length, &m->value);
	}
}

static void
put_evidence(struct settlement *s, struct packer *p, const struct json *evidence)
{
	for (uint32_t i = 0; i < evidence->count; i++) {
		const struct json *kind = json_get(&evidence->items[i], "kind");

		if (kind != NULL && kind->kind == JSON_STRING)
			put_member(s, p, PACKED_EVIDENCE, "evidence", 8, kind);
	}
}

static void
put_body(struct settlement *s, struct packer *p, const struct event_info *info,
	 const struct json *body)
{
	const struct event_field *at = info->fields;

	for (uint32_t i = 0; i < body->count; i++) {
		const struct json_member *m = &body->members[i];
		const struct event_field *field = event_field_next(&at, m->key);

		if (field == NULL)
			continue;
		if (field->kind == FIELD_ATTRIBUTES && m->value.kind == JSON_OBJECT)
			put_attributes(s, p, &m->value);
		else if (field->kind == FIELD_EVIDENCE && m->value.kind == JSON_ARRAY)
			put_evidence(s, p, &m->value);
		else if (is_kept(field))
			put_member(s, p, 0, m->key, m->key_length, &m->value);
	}
}

/* 0 where there is nothing to keep. */
uint32_t
payload_write(struct settlement *s, enum event_type type, const struct json *body)
{
	struct packer p;
	uint8_t head[8];
	size_t head_size = 0;
	uint64_t n;
	uint32_t at;

	p.size = 0;
	p.count = 0;
	put_body(s, &p, event_info(type), body);
	if (p.count == 0)
		return 0;
	for (n = p.count; n >= 0x80; n >>= 7)
		head[head_size++] = (uint8_t)(n | 0x80);
	head[head_size++] = (uint8_t)n;
	if (s->payload_chunk_count == 0 || s->payload_used + p.size + head_size > PAYLOAD_CHUNK) {
		s->payload_chunks = mem_room(s->payload_chunks, s->payload_chunk_count,
					     &s->payload_chunk_capacity, sizeof(char *));
		s->payload_chunks[s->payload_chunk_count++] = mem_alloc(PAYLOAD_CHUNK);
		s->payload_used = s->payload_chunk_count == 1;
	}
	at = ((uint32_t)(s->payload_chunk_count - 1) << PAYLOAD_BITS) | s->payload_used;
	memcpy(s->payload_chunks[at >> PAYLOAD_BITS] + s->payload_used, head, head_size);
	memcpy(s->payload_chunks[at >> PAYLOAD_BITS] + s->payload_used + head_size, p.bytes, p.size);
	s->payload_used += (uint32_t)(p.size + head_size);
	return at;
}

static struct xval
get_value(const struct settlement *s, const uint8_t **at, unsigned kind)
{
	static const int64_t tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
					100000000, 1000000000 };
	struct ratio r;
	unsigned places;
	int64_t v;

	switch ((enum packed)(kind & 0x3f)) {
	case PACKED_WORD:
		return x_word(name_text(&s->names, (uint32_t)get_number(at)));
	case PACKED_DECIMAL:
		places = *(*at)++;
		v = unzigzag(get_number(at));
		return ratio_make(v, tens[places > 9 ? 9 : places], &r) ? x_number(r) : x_unknown();
	case PACKED_DATE:
		return x_day((int32_t)unzigzag(get_number(at)));
	case PACKED_TRUE:
		return x_truth(*(*at)++ != 0);
	case PACKED_BYTES:
		break;
	}
	return x_unknown();
}

static struct xval
payload_find(const struct settlement *s, const struct fact *f, const char *name, unsigned flags,
	     const char *word)
{
	const uint8_t *at;

	if (f->payload == 0)
		return x_unknown();
	at = (const uint8_t *)s->payload_chunks[f->payload >> PAYLOAD_BITS] +
	     (f->payload & (PAYLOAD_CHUNK - 1));
	for (uint64_t n = get_number(&at); n > 0; n--) {
		uint32_t number = (uint32_t)get_number(&at);
		unsigned kind = *at++;
		struct xval v = get_value(s, &at, kind);

		if ((kind & 0xc0) == flags && strcmp(name_text(&s->names, number), name) == 0 &&
		    (word == NULL || (v.kind == X_WORD && strcmp(v.word, word) == 0)))
			return v;
	}
	return x_unknown();
}

static struct xval
fact_date(const struct fact *f, const char *name)
{
	if (strcmp(name, "to") == 0)
		return f->to == NEVER ? x_unknown() : x_day(f->to);
	return x_day(f->from);
}

struct xval
fact_field(const struct settlement *s, const struct fact *f, const char *name)
{
	const struct event_field *field =
		event_field_find(event_info((enum event_type)f->type), name);

	if (field != NULL && (field->kind == FIELD_DATE || field->kind == FIELD_MONTH))
		return fact_date(f, name);
	return payload_find(s, f, name, 0, NULL);
}

struct xval
fact_attribute(const struct settlement *s, const struct fact *f, const char *name)
{
	return payload_find(s, f, name, PACKED_ATTRIBUTE, NULL);
}

bool
fact_has_evidence(const struct settlement *s, const struct fact *f, const char *kind)
{
	return payload_find(s, f, "evidence", PACKED_EVIDENCE, kind).kind == X_WORD;
}

/* ---- of bytes that were kept ---- */

struct walk {
	const uint8_t *at, *end;
	bool good;
};

static uint64_t
walk_number(struct walk *w)
{
	uint64_t v = 0;

	for (unsigned shift = 0; w->at < w->end && shift < 64; shift += 7) {
		uint8_t b = *w->at++;

		v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return v;
	}
	w->good = false;
	return 0;
}

static void
walk_value(struct walk *w, const struct settlement *s)
{
	uint8_t kind = 0;

	if (w->at < w->end)
		kind = *w->at++;
	else
		w->good = false;
	switch (kind & 0x3f) {
	case PACKED_WORD:
		w->good = walk_number(w) < s->names.count && w->good;
		return;
	case PACKED_DECIMAL:
	case PACKED_TRUE:
		w->good = w->good && w->at < w->end;
		w->at += w->good ? 1 : 0;
		if ((kind & 0x3f) == PACKED_DECIMAL)
			w->good = unzigzag(walk_number(w)) != INT64_MIN && w->good;
		return;
	case PACKED_DATE:
		w->good = walk_number(w) <= (uint64_t)2 * NEVER && w->good;
		return;
	default:
		w->good = false;
	}
}

bool
payload_is_sound(const struct settlement *s, uint32_t payload)
{
	uint32_t chunk = payload >> PAYLOAD_BITS, at = payload & (PAYLOAD_CHUNK - 1);
	struct walk w = { .good = true };

	if (payload == 0)
		return true;
	if (chunk >= s->payload_chunk_count)
		return false;
	w.at = (const uint8_t *)s->payload_chunks[chunk];
	w.end = w.at + (chunk + 1 == s->payload_chunk_count ? s->payload_used : PAYLOAD_CHUNK);
	w.at += at;
	for (uint64_t n = walk_number(&w); n > 0 && w.good; n--) {
		w.good = walk_number(&w) < s->names.count && w.good;
		walk_value(&w, s);
	}
	return w.good;
}
