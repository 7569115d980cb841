/* settle_case_statement.c - statements of a case: worked out by every way there is, checked, said as
 * text, recorded. */
#include "settle_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"
#include "json.h"
#include "settle_case_priv.h"

struct drafts {
	struct settle_case *c;
	struct arena *arena;
	struct json *bodies;
	size_t count, capacity;
	struct buf bytes;
	bool keep;
};

static enum rc
draft(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct drafts *d = arg;

	(void)e;
	json_write(line, &d->bytes);
	buf_byte(&d->bytes, '\n');
	json_write(basis, &d->bytes);
	buf_byte(&d->bytes, '\n');
	if (!d->keep)
		return RC_OK;
	d->bodies = mem_room(d->bodies, d->count, &d->capacity, sizeof(*d->bodies));
	d->bodies[d->count++] = json_copy(d->arena, line);
	d->bodies = mem_room(d->bodies, d->count, &d->capacity, sizeof(*d->bodies));
	d->bodies[d->count++] = json_copy(d->arena, basis);
	return RC_OK;
}

static const char *
or_none(const struct json *body, const char *name)
{
	const char *text = json_get_string(body, name);

	return text == NULL ? "" : text;
}

static const char *
person_name(const char *text, char ret[8])
{
	char other[27];

	for (unsigned n = 1; n < 100; n++) {
		case_pseudonym(n, other);
		if (strcmp(other, text) == 0) {
			(void)snprintf(ret, 8, "p%u", n);
			return ret;
		}
	}
	return text;
}

static void
say_changed(struct settle_case *c, const struct json *basis)
{
	const struct json *list = json_get(basis, "changed");

	for (size_t l = 0; list != NULL && l < c->label_count; l++)
		for (uint32_t i = 0; i < list->count; i++) {
			char hex[HASH_HEX];

			case_label_hex(c->labels[l], strlen(c->labels[l]), hex);
			if (strcmp(hex, list->items[i].string) == 0)
				buf_printf(&c->said, " ~%s", c->labels[l]);
		}
}

static void
say_line(struct settle_case *c, const struct json *line, const struct json *basis)
{
	const char *who = json_get_string(basis, "participant");
	char name[8];

	who = who == NULL ? json_get_string(basis, "site") : person_name(who, name);
	buf_printf(&c->said, "%lld %s>%s %s%s%s %s%s%s %lld %s%s%s%s%s",
		   (long long)json_get_integer(line, "statement", 0), or_none(line, "payer"),
		   or_none(line, "payee"), or_none(line, "payment"),
		   json_get(line, "outcome") == NULL ? "" : "/", or_none(line, "outcome"),
		   who == NULL ? "-" : who, json_get(basis, "occurrence") == NULL ? "" : "#",
		   or_none(basis, "occurrence"), (long long)json_get_integer(line, "amount", 0),
		   or_none(line, "reason"), json_get(line, "tax") == NULL ? "" : " tax ",
		   or_none(line, "tax"), c->achieved ? " " : "",
		   c->achieved ? or_none(basis, "achieved") : "");
	if (c->changed)
		say_changed(c, basis);
	buf_byte(&c->said, '\n');
}

static void
check_bodies(const struct json *line, const struct json *basis)
{
	struct arena *arena = arena_new();
	struct findings f = { .arena = arena };

	if (!event_body_check(EVENT_SETTLEMENT_LINE, line, "/body", &f) ||
	    !event_body_check(EVENT_SETTLEMENT_BASIS, basis, "/body", &f))
		fail_msg("a body of a wrong shape: %s: %s", f.items[0].pointer, f.items[0].text);
	arena_free(arena);
}

/* ---- sums ---- */

void
case_add_amount(void *arg, const struct settle_amount *a)
{
	struct case_sums *all = arg;

	for (size_t i = 0; i < all->count; i++) {
		struct settle_amount *have = &all->items[i];

		if (hash_equal(have->key, a->key) &&
		    strcmp(have->posting.payer, a->posting.payer) == 0 &&
		    strcmp(have->posting.payee, a->posting.payee) == 0 &&
		    strcmp(have->posting.unit, a->posting.unit) == 0 &&
		    strcmp(have->posting.tax, a->posting.tax) == 0 &&
		    hash_equal(have->posting.version, a->posting.version) &&
		    have->posting.year == a->posting.year) {
			have->amount += a->amount;
			return;
		}
	}
	all->items = mem_room(all->items, all->count, &all->capacity, sizeof(*all->items));
	all->items[all->count++] = *a;
}

void
case_take_amount(void *arg, const struct settle_amount *a)
{
	struct settle_amount minus = *a;

	minus.amount = -a->amount;
	case_add_amount(arg, &minus);
}

/* All lines so far add up to what everybody is entitled to at the last cut-off. */
static void
check_sums(struct settle_case *c, const struct settle_args *args)
{
	struct case_sums all = { NULL, 0, 0 };
	struct settlement *s = c->twin == NULL ? c->s : c->twin;	/* who is carried is not asked */

	settle_sums(s, case_add_amount, &all);
	if (settle_entitlements(s, args, case_take_amount, &all, &c->e) != RC_OK)
		fail_msg("%s", c->e.text);
	for (size_t i = 0; i < all.count; i++)
		if (all.items[i].amount != 0)
			fail_msg("lines and entitlements of %s differ by %lld\n%s",
				 all.items[i].payment, (long long)all.items[i].amount, c->said.data);
	free(all.items);
}

static void
record_statement(struct settle_case *c, struct drafts *d, const struct json *issued)
{
	char label[48], day[DATE_TEXT];
	struct date through;
	uint32_t number = (uint32_t)json_get_integer(issued, "number", 0);

	assert_true(date_parse(or_none(issued, "through"), 10, &through));
	assert_true(date_add_days(through, 20, &through));
	date_format(through, day);
	for (size_t i = 0; i < d->count; i += 2) {
		check_bodies(&d->bodies[i], &d->bodies[i + 1]);
		say_line(c, &d->bodies[i], &d->bodies[i + 1]);
		(void)snprintf(label, sizeof(label), "line_%u_%zu", number, i / 2 + 1);
		case_record(c, day, "operator", EVENT_SETTLEMENT_LINE, label, &d->bodies[i]);
		(void)snprintf(label, sizeof(label), "basis_%u_%zu", number, i / 2 + 1);
		case_record(c, day, "operator", EVENT_SETTLEMENT_BASIS, label, &d->bodies[i + 1]);
	}
	(void)snprintf(label, sizeof(label), "issued_%u", number);
	case_record(c, day, "operator", EVENT_SETTLEMENT_ISSUED, label, issued);
}

/* The same statement once more, by another way: the same bytes. */
static void
settle_again(struct settle_case *c, const struct settle_args *args, const struct drafts *first,
	     const struct json *issued)
{
	struct drafts d = { .c = c, .arena = first->arena };
	const char *how = args->from_scratch ? "from scratch" : "again";
	struct settlement *s = args->from_scratch && c->twin != NULL ? c->twin : c->s;
	const struct json *now;

	buf_text(&d.bytes, "");
	if (settle(s, args, draft, &d, first->arena, &now, &c->e) != RC_OK)
		fail_msg("%s: %s", how, c->e.text);
	if (first->bytes.size != d.bytes.size ||
	    memcmp(first->bytes.data, d.bytes.data, d.bytes.size) != 0)
		fail_msg("%s differs:\n%s\n%s", how, first->bytes.data, d.bytes.data);
	assert_true(json_equal(issued, now));
	buf_free(&d.bytes);
}

enum rc
settle_case_settle(struct settle_case *c)
{
	struct arena *arena = arena_new();
	struct drafts carried = { .c = c, .arena = arena, .keep = true };
	struct settle_args args = { .size = c->seq, .first = c->seq };
	const struct json *issued;
	struct json copy;
	enum rc rc = settle_through(c->s, &args.through, &c->e);

	buf_text(&carried.bytes, "");
	if (rc == RC_OK)
		rc = settle(c->s, &args, draft, &carried, arena, &issued, &c->e);
	if (rc == RC_OK) {
		settle_again(c, &args, &carried, issued);
		if (c->statements % 3 == 2) {
			copy = json_copy(arena, issued);	/* its words are the engine's */
			issued = &copy;
			case_save_and_load(c, false);
			settle_again(c, &args, &carried, issued);
		}
		if (c->twin != NULL || c->statements % 2 == 1) {
			args.from_scratch = true;
			settle_again(c, &args, &carried, issued);
		}
		c->statements++;
		record_statement(c, &carried, issued);
		if (c->statements % 3 == 1)
			case_save_and_load(c, true);
		args.size = c->seq;
		if (!c->erased && !c->moves)
			check_sums(c, &args);
	}
	free(carried.bodies);
	buf_free(&carried.bytes);
	arena_free(arena);
	return rc;
}
