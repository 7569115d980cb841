/* held.c - what the lines of erased people hold: room under limits, members of statistics.
 *
 * Before an erasure it is read off a whole working out, as of the last statement's period, and
 * data.erased carries it. Afterwards it stands where those people stood, and first: nobody
 * else's amounts change because somebody was erased. What a statement has not read yet (a date
 * still to come) is worked out from those who are left. */
#include "held.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "claim.h"
#include "date.h"
#include "expression.h"
#include "fact.h"
#include "hash.h"
#include "item.h"
#include "json.h"
#include "limit_along.h"
#include "limit_priv.h"
#include "limits_utfall.h"
#include "lines.h"
#include "money.h"
#include "ratio.h"
#include "rows.h"
#include "run.h"
#include "scope.h"
#include "settle.h"
#include "settled.h"
#include "settlement.h"
#include "terms.h"

static const char *const kind_names[HELD_KIND_MAX] = {
	[HELD_LIMIT] = "limit", [HELD_LESS] = "less", [HELD_FROM] = "share_from",
	[HELD_TO] = "share_to", [HELD_STATISTIC] = "statistic", [HELD_ITEMS] = "items",
	[HELD_TIMES] = "times",
};

/* ---- rows ---- */

static struct held_row
row_new(enum held_kind kind, uint32_t name)
{
	return (struct held_row){ .kind = kind, .name = name, .version = NONE, .day = NEVER,
				  .from = NEVER, .at = HELD_ANYWHERE, .site = NONE, .payer = NONE, .payee = NONE,
				  .owner = NONE, .sum = ratio_integer(0),
				  .low = ratio_integer(0), .high = ratio_integer(0) };
}

static uint32_t
named(struct settlement *s, const char *text)
{
	return name_number(&s->names, text, strlen(text));
}

/* Of those that are one row, 0. */
static int
row_order(const void *one, const void *other)
{
	const struct held_row *a = one, *b = other;
	const int64_t x[] = { a->kind, a->name, a->version, a->day, a->from, a->site, a->payer,
			      a->payee, a->at };
	const int64_t y[] = { b->kind, b->name, b->version, b->day, b->from, b->site, b->payer,
			      b->payee, b->at };

	for (size_t i = 0; i < LENGTH(x); i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static struct held_row *
row_add(struct held_rows *h, const struct held_row *row)
{
	h->items = mem_room(h->items, h->count, &h->capacity, sizeof(*h->items));
	h->items[h->count] = *row;
	return &h->items[h->count++];
}

/* ---- reading it off ---- */

bool
held_is_leaving(const struct run *r, uint32_t owner)
{
	const struct holding *h = r->s->holding;

	return h != NULL && owner < h->owner_count && h->leaving[owner];
}

static int32_t
earlier(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

void
holding_limit(struct applying *a, const struct entry *e, enum held_kind kind, int64_t amount,
	      int64_t at)
{
	const struct claim *c = e->claim;
	struct settlement *s = a->run->s;
	struct held_row row = row_new(kind, NONE);
	size_t n = 0;

	row.stays = kind == HELD_LESS || a->limit->kind == LIMIT_FLOOR || a->limit->unused_next;
	if (s->holding == NULL || !held_is_leaving(a->run, c->item->owner) || c->key == NULL ||
	    (amount <= 0 && !row.stays))
		return;
	row.name = named(s, a->limit->name);
	for (size_t i = 0; i < a->limit->per_count && n < DIMENSIONS_MAX; i++) {
		enum terms_dimension what = a->limit->per[i].what;

		if (what == PER_PERSON || what == PER_ENROLMENT)
			return;		/* nobody else's room */
		if (what == PER_ACHIEVED || what == PER_SETTLED)
			row.day = e->period_end;
		else if (what == PER_ENROLLED)
			row.from = earlier(row.from, (int32_t)e->dims[n++]);	/* the shortest says most */
		else if (what == PER_SITE)
			row.site = e->dims[n++];
		else if (what == PER_PAYER)
			row.payer = e->dims[n++];
		else if (what == PER_PAYEE)
			row.payee = e->dims[n++];
	}
	row.amount = amount;
	row.at = at;
	row.count = 1;
	row.claim = c;
	(void)row_add(&s->holding->rows, &row);
}

void
holding_share(struct run *r, const struct terms_share *share, bool payers, const struct claim *c)
{
	struct held_row row = row_new(payers ? HELD_FROM : HELD_TO, NONE);
	uint32_t owner = c->item != NULL ? c->item->owner : c->floor_owner;

	if (r->s->holding == NULL || owner == NONE || !held_is_leaving(r, owner) ||
	    c->key == NULL || c->amount <= 0)
		return;
	row.name = named(r->s, share->name);
	row.amount = c->amount;
	row.at = payers ? c->through_from : c->through_to;
	row.count = 1;
	row.claim = c;
	(void)row_add(&r->s->holding->rows, &row);
}

/* A row of a reading on a day; NULL where no statement read it yet, or it is kept already. */
static struct held_row *
reading_row(struct scope *sc, enum held_kind kind, const struct terms_x *x, uint32_t owner)
{
	struct settlement *s = sc->run->s;
	struct held_row row = row_new(kind, NONE);

	if (!held_is_leaving(sc->run, owner) || (sc->ahead && sc->day > s->holding->through))
		return NULL;
	row.name = named(s, x->pointer);
	row.version = (uint32_t)(sc->version - s->versions);
	row.day = sc->day;
	row.owner = owner;
	if (sc->has_period)
		row.from = sc->period.start;
	for (size_t i = 0; i < s->holding->rows.count; i++)
		if (row_order(&s->holding->rows.items[i], &row) == 0 &&
		    s->holding->rows.items[i].owner == owner)
			return NULL;
	return row_add(&s->holding->rows, &row);
}

void
holding_stat(struct scope *sc, const struct terms_x *x, uint32_t owner, const struct stat *st)
{
	struct held_row *row = st->count == 0 ? NULL : reading_row(sc, HELD_STATISTIC, x, owner);

	if (row == NULL)
		return;
	row->count = st->count;
	row->sum = st->sum;
	row->low = st->low;
	row->high = st->high;
}

void
holding_items(struct scope *sc, const struct terms_x *x, uint32_t owner, int64_t count, int64_t sum)
{
	struct held_row *row = count == 0 ? NULL : reading_row(sc, HELD_ITEMS, x, owner);

	if (row == NULL)
		return;
	row->count = count;
	row->amount = sum;
}

void
holding_times(struct run *r, const struct terms_outcome *o, uint32_t owner, uint32_t site,
	      int32_t achieved)
{
	struct held_row row = row_new(HELD_TIMES, NONE);

	if (!held_is_leaving(r, owner) || achieved > r->s->holding->through)
		return;
	row.name = named(r->s, o->name);
	row.site = site == 0 ? NONE : site - 1;
	row.count = 1;
	(void)row_add(&r->s->holding->rows, &row);
}

/* ---- as data.erased carries it ---- */

static void
set_name(struct run *r, struct arena *arena, struct json *o, const char *key, uint32_t number)
{
	const char *text = number == NONE ? NULL : name_text(&r->s->names, number);

	if (text != NULL)
		json_set(arena, o, key, json_string(arena_string(arena, text, strlen(text))));
}

static void
set_day(struct arena *arena, struct json *o, const char *key, int32_t day)
{
	char text[DATE_TEXT];

	if (day == NEVER)
		return;
	date_format((struct date){ day }, text);
	json_set(arena, o, key, json_string(arena_string(arena, text, strlen(text))));
}

static void
set_ratio(struct arena *arena, struct json *o, const char *key, struct ratio v)
{
	char text[RATIO_TEXT];

	ratio_format(v, text);
	json_set(arena, o, key, json_string(arena_string(arena, text, strlen(text))));
}

static struct json
row_json(struct run *r, struct arena *arena, const struct held_row *row)
{
	struct json o = json_object();
	char hex[HASH_HEX];

	if (row->kind != HELD_STATISTIC && row->kind != HELD_TIMES)
		json_set(arena, &o, "amount", json_integer(row->amount));
	if (row->at != HELD_ANYWHERE)
		json_set(arena, &o, "at", json_integer(row->at));
	json_set(arena, &o, "count", json_integer(row->count));
	set_day(arena, &o, "day", row->day);
	set_day(arena, &o, "from", row->from);
	json_set(arena, &o, "kind", json_string(kind_names[row->kind]));
	set_name(r, arena, &o, "name", row->name);
	set_name(r, arena, &o, "payee", row->payee);
	set_name(r, arena, &o, "payer", row->payer);
	set_name(r, arena, &o, "site", row->site);
	if (row->kind == HELD_STATISTIC) {
		set_ratio(arena, &o, "high", row->high);
		set_ratio(arena, &o, "low", row->low);
		set_ratio(arena, &o, "sum", row->sum);
	}
	if (row->version != NONE) {
		hash_format(r->s->versions[row->version].said.digest, hex);
		json_set(arena, &o, "version",
			 json_string(arena_string(arena, hex, HASH_HEX - 1)));
	}
	return o;
}

/* What was paid in part only holds no more than that. */
static int64_t
settled_part(const struct held_row *row)
{
	const struct claim *c = row->claim;
	int64_t most;

	if (c == NULL || (held_given(c) >= c->hold && held_given(c) - c->hold <= c->open))
		return row->amount;
	most = c->peak > c->hold + c->open ? c->peak : c->hold + c->open;
	if (row->amount <= most)
		return row->amount;
	return most > 0 ? most : 0;
}

static bool
merge(struct held_row *into, const struct held_row *row)
{
	if (ratio_compare(row->low, into->low) < 0)
		into->low = row->low;
	if (ratio_compare(row->high, into->high) > 0)
		into->high = row->high;
	into->count += row->count;
	return money_add(into->amount, row->amount, &into->amount) &&
	       ratio_add(into->sum, row->sum, &into->sum);
}

/* One row of all that are one, in any order; what holds nothing is none. */
static bool
merge_rows(struct held_rows *rows)
{
	size_t n = 0;

	if (rows->count > 0)
		qsort(rows->items, rows->count, sizeof(*rows->items), row_order);
	for (size_t i = 0; i < rows->count; i++) {
		struct held_row row = rows->items[i];

		row.amount = settled_part(&row);
		if (row.claim != NULL && row.amount == 0) {
			row.count = 0;		/* on a ladder of counts, too, nobody stands there */
			if (!row.stays)
				continue;
		}
		if (n == 0 || row_order(&rows->items[n - 1], &row) != 0)
			rows->items[n++] = row;
		else if (!merge(&rows->items[n - 1], &row))
			return false;
	}
	rows->count = n;
	return true;
}

struct written {		/* a row, and its bytes */
	struct json row;
	struct buf text;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct buf *x = &((const struct written *)a)->text;
	const struct buf *y = &((const struct written *)b)->text;
	int order = memcmp(x->data, y->data, x->size < y->size ? x->size : y->size);

	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

enum rc
held_rows_json(struct run *r, struct held_rows *rows, struct arena *arena, struct json *ret,
	       struct err *e)
{
	struct written *written;

	if (!merge_rows(rows))
		return rc_fail(e, RC_RANGE, "what the lines of this person hold is beyond every "
			       "amount");
	written = mem_alloc((rows->count + 1) * sizeof(*written));
	for (size_t i = 0; i < rows->count; i++) {
		written[i] = (struct written){ .row = row_json(r, arena, &rows->items[i]) };
		json_write(&written[i].row, &written[i].text);
	}
	if (rows->count > 0)
		qsort(written, rows->count, sizeof(*written), by_bytes);
	*ret = json_array(arena, rows->count);
	for (size_t i = 0; i < rows->count; i++) {
		json_add(arena, ret, written[i].row);
		buf_free(&written[i].text);
	}
	free(written);
	return RC_OK;
}

/* ---- taken in again ---- */

static int32_t
read_day(const struct json *one, const char *key)
{
	const char *text = json_get_string(one, key);
	struct date d;

	return text != NULL && date_parse(text, strlen(text), &d) ? d.days : NEVER;
}

static uint32_t
read_name(struct settlement *s, const struct json *one, const char *key)
{
	const char *text = json_get_string(one, key);

	return text == NULL ? NONE : named(s, text);
}

static uint32_t
read_version(const struct settlement *s, const struct json *one)
{
	const char *text = json_get_string(one, "version");
	struct hash digest;

	if (text == NULL || !hash_parse(text, strlen(text), &digest))
		return NONE;
	for (size_t i = 0; i < s->version_count; i++)
		if (hash_equal(s->versions[i].said.digest, digest))
			return (uint32_t)i;
	return NONE;
}

static void
read_ratio(const struct json *one, const char *key, struct ratio *ret)
{
	const char *text = json_get_string(one, key);

	if (text == NULL || !ratio_read(text, strlen(text), ret))
		*ret = ratio_integer(0);
}

void
held_record(struct settlement *s, const struct json *list, uint64_t seq)
{
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct json *one = &list->items[i];
		struct held_row row = row_new(HELD_KIND_MAX, read_name(s, one, "name"));

		for (int k = 0; k < HELD_KIND_MAX; k++)
			if (json_is(json_get(one, "kind"), kind_names[k]))
				row.kind = (enum held_kind)k;
		row.seq = seq;
		row.amount = json_get_integer(one, "amount", 0);
		row.at = json_get_integer(one, "at", HELD_ANYWHERE);
		row.count = json_get_integer(one, "count", 0);
		row.day = read_day(one, "day");
		row.from = read_day(one, "from");
		row.site = read_name(s, one, "site");
		row.payer = read_name(s, one, "payer");
		row.payee = read_name(s, one, "payee");
		row.version = read_version(s, one);
		read_ratio(one, "sum", &row.sum);
		read_ratio(one, "low", &row.low);
		read_ratio(one, "high", &row.high);
		(void)row_add(&s->held, &row);
	}
}

/* ---- where those people stood ---- */

static bool
is_per_alike(const struct terms_per *a, const struct terms_per *b)
{
	return a->what == b->what && (a->calendar == NULL) == (b->calendar == NULL) &&
	       (a->group == NULL) == (b->group == NULL) &&
	       (a->calendar == NULL || strcmp(a->calendar->name, b->calendar->name) == 0) &&
	       (a->group == NULL || strcmp(a->group->name, b->group->name) == 0);
}

/* Is a place under the one the same under the other? A cap has none. */
static bool
has_same_places(const struct terms_limit *a, const struct terms_limit *b)
{
	bool ret = a->along_count == b->along_count && a->per_count == b->per_count &&
		   !limit_is_cap(a) && !limit_is_cap(b);

	for (size_t i = 0; ret && i < a->per_count; i++)
		ret = is_per_alike(&a->per[i], &b->per[i]);
	return ret;
}

/* Where it stood, by the limit as it was when they left. */
static int64_t
place_of(const struct run *r, const struct held_row *row, const struct terms_limit *l)
{
	const struct terms_limit *was = NULL;

	for (size_t v = 0; v < r->version_count && r->s->versions[v].said.seq < row->seq; v++) {
		const struct terms_limit *one = terms_limit(r->s->versions[v].terms, l->name);

		was = one != NULL ? one : was;
	}
	return was != NULL && has_same_places(was, l) ? row->at : HELD_ANYWHERE;
}

static bool
is_of_each(const struct terms_limit *l)
{
	for (size_t i = 0; i < l->per_count; i++)
		if (l->per[i].what == PER_PERSON || l->per[i].what == PER_ENROLMENT)
			return true;
	return false;
}

static void
add_claim(struct run *r, struct claims *claims, const struct held_row *row,
	  const struct terms_limit *l, uint32_t version, int64_t amount)
{
	struct item *it = arena_alloc(r->arena, sizeof(*it));
	struct claim *c = claim_add(claims);
	uint32_t site = row->site == NONE ? NONE : site_find(r->s, row->site);

	it->payment = row->kind == HELD_LESS ? l->less[0] : l->of[0];
	it->version = version;
	it->owner = site == NONE ? OWNER_OF_CONTRACT : site;
	it->enrolment = it->of_enrolment = NONE;
	it->achieved = it->counts = it->first = row->day == NEVER ? INT32_MIN : row->day;
	it->start = row->from == NEVER ? INT32_MIN : row->from;	/* of nobody who began then */
	it->site = row->site;
	it->groups = UINT32_MAX;
	it->held_until = INT32_MIN;
	it->fails = QUALIFIER_MAX;
	it->amount = amount;
	c->item = it;
	c->held_by = l->name;
	c->held_at = place_of(r, row, l);
	c->held_less = row->kind == HELD_LESS;
	c->frozen = true;
	c->amount = c->hold = c->peak = amount;		/* first_paid 0: before all others */
	c->floor_owner = NONE;
	c->payer = row->payer;
	c->payee = row->payee;
}

void
held_claims(struct run *r, struct claims *claims, bool after_split)
{
	for (size_t i = 0; i < r->s->held.count; i++) {
		const struct held_row *row = &r->s->held.items[i];
		const struct terms_limit *l;
		size_t version = 0;

		if ((row->kind != HELD_LIMIT && row->kind != HELD_LESS) || row->seq >= r->size)
			continue;
		l = limit_newest(r, name_text(&r->s->names, row->name), &version);
		if (l == NULL || l->after_split != after_split || is_of_each(l) ||
		    (row->kind == HELD_LESS ? l->less_count : l->of_count) == 0)
			continue;
		add_claim(r, claims, row, l, (uint32_t)version,
			  row->kind == HELD_LIMIT && l->along_count ? row->count : row->amount);
	}
}

void
held_share_gaps(struct run *r, const struct terms_share *share, bool payers, struct gaps *ret)
{
	for (size_t i = 0; i < r->s->held.count; i++) {
		const struct held_row *row = &r->s->held.items[i];

		if (row->kind == (payers ? HELD_FROM : HELD_TO) && row->seq < r->size &&
		    strcmp(name_text(&r->s->names, row->name), share->name) == 0)
			gaps_add(r, ret, row->at, row->amount);
	}
	gaps_close(ret);
}

static bool
is_reading(const struct scope *sc, const struct held_row *row, enum held_kind kind,
	   const struct terms_x *x)
{
	const struct run *r = sc->run;

	return row->kind == kind && row->seq < r->size && row->day == sc->day &&
	       row->version == (uint32_t)(sc->version - r->s->versions) &&
	       row->from == (sc->has_period ? sc->period.start : NEVER) &&
	       strcmp(name_text(&r->s->names, row->name), x->pointer) == 0;
}

void
held_stat(const struct scope *sc, const struct terms_x *x, struct stat *st)
{
	for (size_t i = 0; i < sc->run->s->held.count; i++) {
		const struct held_row *row = &sc->run->s->held.items[i];

		if (!is_reading(sc, row, HELD_STATISTIC, x))
			continue;
		if (st->count == 0 || ratio_compare(row->low, st->low) < 0)
			st->low = row->low;
		if (st->count == 0 || ratio_compare(row->high, st->high) > 0)
			st->high = row->high;
		st->count += row->count;
		st->broken = st->broken || !ratio_add(st->sum, row->sum, &st->sum);
	}
}

bool
held_items(const struct scope *sc, const struct terms_x *x, int64_t *count, int64_t *sum)
{
	for (size_t i = 0; i < sc->run->s->held.count; i++) {
		const struct held_row *row = &sc->run->s->held.items[i];

		if (!is_reading(sc, row, HELD_ITEMS, x))
			continue;
		*count += row->count;
		if (!money_add(*sum, row->amount, sum))
			return false;
	}
	return true;
}

/* By site (name number + 1; 0: the contract). */
void
held_times(const struct run *r, const struct terms_outcome *o, held_times_fn *fn, void *arg)
{
	for (size_t i = 0; i < r->s->held.count; i++) {
		const struct held_row *row = &r->s->held.items[i];

		if (row->kind == HELD_TIMES && row->seq < r->size &&
		    strcmp(name_text(&r->s->names, row->name), o->name) == 0)
			fn(arg, row->site == NONE ? 0 : row->site + 1, row->count);
	}
}
