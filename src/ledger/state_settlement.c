/* state_settlement.c - statements, approvals, disputes, payments. */
#include "state_priv.h"

#include "arena.h"
#include "buf.h"
#include "entry.h"
#include "terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t
number_of(const struct json *body, const char *field)
{
	return (uint32_t)json_get_integer(body, field, 0);
}

static struct contract_state *
contract_of(struct state *st, const struct step *x)
{
	return contract_find(st, body_digest(x->event->body, "contract"));
}

/* Are events withheld? Then what is shown may follow on what is not. */
static bool
is_cut(const struct check *c)
{
	return c->st->hidden > 0;
}

/* ---- lines: numbered without a hole, each followed by its basis ---- */

static bool
check_next_statement(struct check *c, uint32_t number)
{
	uint32_t next = (uint32_t)c->contract->pub.statement_count + 1;

	if (number == next || (is_cut(c) && number > next))
		return true;
	refuse_as(c, RC_CONFLICT, "/body/statement", "expected %" PRIu32 ", the contract's next "
		  "statement, found %" PRIu32 ": another settlement came first", next, number);
	return false;
}

void
check_line(struct check *c)
{
	const struct contract_state *k = c->contract;
	uint32_t number = number_of(c->body, "statement"), line = number_of(c->body, "line");

	if (!check_next_statement(c, number) || line == 1 || is_cut(c))
		return;
	if (k->open.number != number || line != k->open.lines + 1)
		refuse(c, "/body/line", "expected %" PRIu32 ", the next line, found %" PRIu32,
		       k->open.number == number ? k->open.lines + 1 : 1, line);
}

void
check_basis(struct check *c)
{
	const struct contract_state *k = c->contract;
	uint32_t number = number_of(c->body, "statement"), line = number_of(c->body, "line");

	if (!is_cut(c) &&
	    (k->open.number != number || line != k->open.lines || k->open.basis))
		refuse(c, "/body/line", "expected a basis right behind its settlement.line, found one "
		       "of line %" PRIu32 " of statement %" PRIu32, line, number);
}

void
apply_line(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_of(st, x);
	uint32_t line = number_of(x->event->body, "line");

	(void)sender;
	if (k == NULL)
		return;
	if (line == 1)
		k->open.first = x->seq;
	k->open.number = number_of(x->event->body, "statement");
	k->open.lines = line;
	k->open.basis = false;
}

void
apply_basis(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_of(st, x);

	(void)sender;
	if (k != NULL)
		k->open.basis = true;
}

/* ---- settlement.issued ---- */

static bool
is_boundary(const struct state *st, uint64_t size)
{
	return size <= st->submissions[st->submission_count - 1].seq &&
		state_submission_of(st, size) == size;
}

static bool
check_previous(struct check *c)
{
	const struct contract *k = &c->contract->pub;
	struct hash previous = body_digest(c->body, "previous");
	const struct statement *last = NULL;
	char hex[HASH_HEX];
	uint32_t number = number_of(c->body, "number");

	if (is_cut(c) && number > k->statement_count)
		return true;
	if (k->statement_count > 0)
		last = &k->statements[k->statement_count - 1];
	if (last != NULL && !hash_equal(previous, last->issued)) {
		hash_format(last->issued, hex);
		refuse_as(c, RC_CONFLICT, "/body/previous", "expected %s, the contract's latest "
			  "statement: another settlement came first", hex);
	} else if (last == NULL && !hash_is_zero(previous)) {
		refuse_as(c, RC_CONFLICT, "/body/previous", "expected none before the first statement");
	} else if (number != k->statement_count + 1) {
		refuse_as(c, RC_CONFLICT, "/body/number", "expected %zu, found %" PRIu32,
			  k->statement_count + 1, number);
	}
	return c->rc == RC_OK;
}

/* The cut-off is the size at the beginning of a submission, not after the first line's. */
static void
check_cut_off(struct check *c)
{
	struct state *st = c->st;
	const struct contract *k = &c->contract->pub;
	uint64_t size = (uint64_t)json_get_integer(c->body, "size", 0);
	uint64_t first = c->contract->open.number == number_of(c->body, "number") ?
		c->contract->open.first : c->x->seq;
	struct hash root;
	char hex[HASH_HEX];

	if (!is_boundary(st, size) || size > state_submission_of(st, first)) {
		refuse(c, "/body/size", "expected the tree's size before a submission, at most %"
		       PRIu64 ", found %" PRIu64, state_submission_of(st, first), size);
		return;
	}
	if (k->statement_count > 0 && size < k->statements[k->statement_count - 1].size)
		refuse(c, "/body/size", "expected a cut-off not before the last one, %" PRIu64
		       ", found %" PRIu64, k->statements[k->statement_count - 1].size, size);
	if (!went_on(c, st->source.root(st->source.arg, size, &root, c->e)))
		return;
	if (!hash_equal(root, body_digest(c->body, "root"))) {
		hash_format(root, hex);
		refuse(c, "/body/root", "expected %s, the tree's root at %" PRIu64 ", found %s", hex,
		       size, json_get_string(c->body, "root"));
	}
}

/* `n` periods of a calendar after a day; false beyond every date. Days of a calendar that do not
 * exist count here all the same. */
static bool
day_after(struct date from, int64_t n, const struct terms_calendar *calendar, struct date *ret)
{
	static const int months[] = { [TIME_MONTH] = 1, [TIME_QUARTER] = 3, [TIME_HALF_YEAR] = 6,
				      [TIME_YEAR] = 12 };

	n *= calendar->n;
	switch (calendar->unit) {
	case TIME_DAY:
		return date_add_days(from, n, ret);
	case TIME_WEEK:
	case TIME_ISO_WEEK:
		return date_add_days(from, 7 * n, ret);
	case TIME_MONTH:
	case TIME_QUARTER:
	case TIME_HALF_YEAR:
	case TIME_YEAR:
		return date_add_months(from, n * months[calendar->unit], ret);
	}
	return false;
}

/* A statement leaves time for late facts: the terms say how long after its period's end. */
static void
check_not_early(struct check *c)
{
	const struct terms_settlement *s = c->terms != NULL ? &c->terms->settlement : NULL;
	const char *text = json_get_string(c->body, "through");
	struct date through, first, today;
	char expected[DATE_TEXT], found[DATE_TEXT];

	if (s == NULL || text == NULL || !date_parse(text, strlen(text), &through) ||
	    !day_after(through, s->cut_off_n, s->cut_off_calendar, &first))
		return;
	today = instant_date(c->x->at, s->offset_minutes);
	if (date_compare(today, first) >= 0)
		return;
	date_format(first, expected);
	date_format(today, found);
	refuse(c, "/body/through", "expected to be settled on or after %s, as the terms' cut_off "
	       "asks, found %s: wait, or settle a period that has ended", expected, found);
}

void
check_issued(struct check *c)
{
	if (!check_previous(c))
		return;
	check_not_early(c);
	if (c->st->left != 1)
		refuse(c, "", "settlement.issued stands last in its submission, found %" PRIu64
		       " events behind it", c->st->left - 1);
	check_cut_off(c);
	if (c->rc == RC_OK && !c->stopped && c->st->source.engine != NULL)
		check_statement(c);
}

/* The names go into the contract's arena: they live as long as the statement. */
static void
keep_taken(const struct taking *t, struct arena *arena, struct statement *ret)
{
	struct taken_line *lines = arena_array(arena, t->count + 1, sizeof(*lines));

	for (size_t i = 0; i < t->count; i++) {
		struct taken_line *x = &lines[i];

		*x = t->lines[i];
		x->payer = arena_string(arena, x->payer, strlen(x->payer));
		x->payee = arena_string(arena, x->payee, strlen(x->payee));
		x->unit = arena_string(arena, x->unit, strlen(x->unit));
		x->payment = arena_string(arena, x->payment, strlen(x->payment));
	}
	ret->taken_lines = lines;
	ret->taken_count = t->count;
}

void
apply_issued(struct state *st, const struct step *x, const struct party *sender)
{
	const struct json *body = x->event->body;
	const char *through = json_get_string(body, "through");
	struct contract_state *k = contract_of(st, x);
	struct statement s = { .number = number_of(body, "number"), .issued = x->digest,
		.seq = x->seq, .first = x->seq, .at = x->at, .size = (uint64_t)json_get_integer(body, "size", 0),
		.lines = number_of(body, "lines"), .taken = st->taken };

	(void)sender;
	if (k == NULL || !date_parse(through, strlen(through), &s.through))
		return;
	if (s.lines > 0)
		s.first = (uint64_t)json_get_integer(body, "first", (int64_t)x->seq);
	if (st->taking.count > 0)
		keep_taken(&st->taking, k->arena, &s);
	k->pub.statements = mem_room(k->pub.statements, k->pub.statement_count,
				     &k->statement_capacity, sizeof(*k->pub.statements));
	k->pub.statements[k->pub.statement_count++] = s;
	if (st->differs) {
		struct statement *kept = &k->pub.statements[k->pub.statement_count - 1];

		kept->differs = mem_alloc(sizeof(*kept->differs));
		*kept->differs = st->difference;
	}
	memset(&k->open, 0, sizeof(k->open));
}

/* ---- approvals and acknowledgements ---- */

static struct statement *
statement_of(struct contract_state *k, struct hash issued)
{
	for (size_t i = k->pub.statement_count; i > 0; i--)
		if (hash_equal(k->pub.statements[i - 1].issued, issued))
			return &k->pub.statements[i - 1];
	return NULL;
}

static bool
is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

void
check_approved(struct check *c)
{
	const struct statement *s = statement_of(c->contract, body_digest(c->body, "statement"));
	bool approval = c->type == EVENT_SETTLEMENT_APPROVED;

	if (s == NULL && is_cut(c))
		return;
	if (s == NULL)
		refuse(c, "/body/statement", "expected a statement of this contract, found %s",
		       json_get_string(c->body, "statement"));
	else if (approval && is_among(s->approved, s->approved_count, c->sender->id))
		refuse(c, "/body/statement", "%s has approved statement %" PRIu32 " already",
		       c->sender->id, s->number);
	else if (!approval && is_among(s->acknowledged, s->acknowledged_count, c->sender->id))
		refuse(c, "/body/statement", "%s has acknowledged statement %" PRIu32 " already",
		       c->sender->id, s->number);
}

bool
state_is_acknowledged(const struct contract *k, const struct statement *s)
{
	for (size_t i = 0; k->current != NULL && i < k->current->signer_count; i++)
		if (!is_among(s->acknowledged, s->acknowledged_count, k->current->signers[i]))
			return false;
	return k->current != NULL;
}

static void
add_name(const char ***names, size_t *count, const char *name)
{
	const char **grown = mem_grow((void *)*names, *count + 1, sizeof(*grown));

	grown[(*count)++] = name;
	*names = grown;
}

void
apply_approved(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_of(st, x);
	struct statement *s;

	if (k == NULL || sender == NULL)
		return;
	s = statement_of(k, body_digest(x->event->body, "statement"));
	if (s == NULL)
		return;
	if (x->event->type == EVENT_SETTLEMENT_APPROVED)
		add_name(&s->approved, &s->approved_count, sender->id);
	else
		add_name(&s->acknowledged, &s->acknowledged_count, sender->id);
}

/* ---- disputes: hold one key and payer ---- */

/* Key, payer and payee of the line that a dispute names, into the scratch. */
static enum rc
read_line(struct state *st, struct hash digest, struct err *e)
{
	struct scratch *scratch = &st->scratch;
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	struct event line = { .type = EVENT_PADDING_ADDED };
	bool missing = false;
	enum rc rc;

	scratch->line_payer[0] = scratch->line_payee[0] = '\0';
	rc = record_find(st, digest, &scratch->line, e);
	if (rc == RC_OK)
		rc = st->source.fetch(st->source.arg, scratch->line.seq, NULL, &bytes, &missing, e);
	if (rc == RC_OK && !missing)
		rc = event_parse(bytes.data, bytes.size, arena, 0, NULL, &line, e);
	if (rc == RC_OK && !missing && line.type == EVENT_SETTLEMENT_LINE) {
		scratch->line_key = body_digest(line.body, "key");
		snprintf(scratch->line_payer, sizeof(scratch->line_payer), "%s",
			 json_get_string(line.body, "payer"));
		snprintf(scratch->line_payee, sizeof(scratch->line_payee), "%s",
			 json_get_string(line.body, "payee"));
	}
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

/* The statement whose lines hold entry `seq`; NULL where none has closed it. */
static const struct statement *
statement_holding(const struct contract *k, uint64_t seq)
{
	for (size_t i = 0; i < k->statement_count; i++)
		if (seq >= k->statements[i].first && seq < k->statements[i].seq)
			return &k->statements[i];
	return NULL;
}

static bool
has_left(const struct check *c)
{
	const struct terms_party *me = terms_party(c->terms, c->sender->id);

	return me == NULL || !terms_must_sign(me);
}

/* Of a line whose basis, the event behind it, a data.erased names; `ret_by` is its entry. */
static enum rc
is_frozen(struct state *st, uint64_t line, bool *ret, uint64_t *ret_by, struct err *e)
{
	uint64_t seq = line + 1;
	struct buf bytes = { 0 };
	struct entry x;
	enum rc rc;

	*ret = false;
	if (st->erased_count == 0)
		return RC_OK;
	if (state_submission_of(st, seq) == seq)
		seq++;		/* a submission's own entry */
	rc = st->source.fetch(st->source.arg, seq, &bytes, NULL, NULL, e);
	if (rc == RC_OK)
		rc = entry_parse(bytes.data, bytes.size, &x, e);
	if (rc == RC_OK)
		*ret = x.kind == ENTRY_EVENT && erased_by(st, x.event, ret_by);
	buf_free(&bytes);
	return rc;
}

/* A line can be disputed within dispute_until of the civil day its statement was recorded on. */
static void
check_dispute_until(struct check *c, const struct statement *of)
{
	const struct terms_settlement *s = &c->terms->settlement;
	struct date today = instant_date(c->x->at, s->offset_minutes), last;
	char expected[DATE_TEXT], found[DATE_TEXT];

	if (s->dispute_calendar == NULL ||
	    !day_after(instant_date(of->at, s->offset_minutes), s->dispute_n, s->dispute_calendar,
		       &last) || date_compare(today, last) <= 0)
		return;
	date_format(last, expected);
	date_format(today, found);
	refuse(c, "/body/line", "expected to be disputed on or before %s, as the terms' dispute_until "
	       "says for statement %" PRIu32 ", found %s: a later line of the same key can "
	       "be disputed; what the parties agree on besides is paid and recorded as a payment",
	       expected, of->number, found);
}

void
check_dispute_opened(struct check *c)
{
	const struct contract *k = &c->contract->pub;
	const struct scratch *s = &c->st->scratch;
	const struct statement *of;
	bool frozen = false;
	uint64_t by;

	if (!went_on(c, read_line(c->st, body_digest(c->body, "line"), c->e)))
		return;
	of = statement_holding(k, s->line.seq);
	if (of == NULL && !is_cut(c)) {
		refuse(c, "/body/line", "expected a line of an issued statement, found one that no "
		       "settlement.issued has closed");
		return;
	}
	if (of != NULL && c->terms != NULL)
		check_dispute_until(c, of);
	if (of != NULL && went_on(c, is_frozen(c->st, s->line.seq, &frozen, &by, c->e)) && frozen)
		refuse(c, "/body/line", "expected a line that can still be decided on, found one about a "
		       "person whom entry %" PRIu64 " erased: what was settled of it stands; what the "
		       "parties agree on besides is paid and recorded as a payment", by);
	if (has_left(c) && strcmp(s->line_payer, c->sender->id) != 0 &&
	    strcmp(s->line_payee, c->sender->id) != 0 && !s->line.missing)
		refuse(c, "/body/line", "%s is no funder or provider of the version in force: expected a "
		       "line that it pays or is paid by, found one of %s to %s", c->sender->id,
		       s->line_payer, s->line_payee);
	for (size_t i = 0; i < k->dispute_count; i++)
		if (k->disputes[i].resolved == SEQ_NEVER &&
		    hash_equal(k->disputes[i].key, s->line_key) &&
		    strcmp(k->disputes[i].payer, s->line_payer) == 0)
			refuse(c, "/body/line", "a dispute about this key and payer is open already, "
			       "by entry %" PRIu64, k->disputes[i].seq);
}

void
apply_dispute_opened(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_of(st, x);
	struct dispute d = { .digest = x->digest, .seq = x->seq, .resolved = SEQ_NEVER };
	struct err e;

	if (k == NULL || sender == NULL ||
	    read_line(st, body_digest(x->event->body, "line"), &e) != RC_OK)
		return;
	d.party = sender->id;
	d.key = st->scratch.line_key;
	d.line = st->scratch.line.seq;
	d.payer = arena_string(k->arena, st->scratch.line_payer, strlen(st->scratch.line_payer));
	d.payee = arena_string(k->arena, st->scratch.line_payee, strlen(st->scratch.line_payee));
	k->pub.disputes = mem_room(k->pub.disputes, k->pub.dispute_count, &k->dispute_capacity,
				   sizeof(*k->pub.disputes));
	k->pub.disputes[k->pub.dispute_count++] = d;
}

static struct dispute *
dispute_of(struct contract_state *k, struct hash digest)
{
	for (size_t i = 0; i < k->pub.dispute_count; i++)
		if (hash_equal(k->pub.disputes[i].digest, digest))
			return &k->pub.disputes[i];
	return NULL;
}

void
check_dispute_resolved(struct check *c)
{
	const struct dispute *d = dispute_of(c->contract, body_digest(c->body, "dispute"));
	const struct terms_party *me = terms_party(c->terms, c->sender->id);
	bool stands = json_get_true(c->body, "stands"), frozen = false;
	uint64_t by;

	if (stands == (json_get(c->body, "amount") != NULL))
		refuse(c, "/body", "expected either stands or an amount, found %s",
		       stands ? "both" : "neither");
	if (d == NULL)
		return;		/* its bytes are missing */
	if (d->resolved != SEQ_NEVER)
		refuse(c, "/body/dispute", "this dispute is resolved already, by entry %" PRIu64,
		       d->resolved);
	if ((me == NULL || !me->resolves_own) &&
	    (strcmp(d->party, c->sender->id) == 0 || strcmp(d->payer, c->sender->id) == 0 ||
	     strcmp(d->payee, c->sender->id) == 0))
		refuse(c, "/body/dispute", "%s is party to this dispute: nobody resolves its own "
		       "unless the terms say so", c->sender->id);
	if (!stands && went_on(c, is_frozen(c->st, d->line, &frozen, &by, c->e)) && frozen)
		refuse(c, "/body/amount", "expected stands, as entry %" PRIu64 " erased the person that "
		       "the line is about: what was settled of it stands, an amount would change "
		       "nothing; what the parties agree on besides is paid and recorded as a payment",
		       by);
}

void
apply_dispute_resolved(struct state *st, const struct step *x, const struct party *sender)
{
	struct contract_state *k = contract_of(st, x);
	struct dispute *d;

	(void)sender;
	d = k == NULL ? NULL : dispute_of(k, body_digest(x->event->body, "dispute"));
	if (d != NULL)
		d->resolved = x->seq;
}

/* ---- payments: from a payer to a payee, or back where negative totals are repaid ---- */

/* Under the version in force or one that was: what was settled under it is paid, whoever left. */
static bool
may_pay(const struct contract *k, const char *payer, const char *payee)
{
	for (size_t i = 0; i < k->version_count; i++) {
		const struct terms *t = k->versions[i].terms;

		if (k->versions[i].in_force == SEQ_NEVER)
			continue;
		if (terms_pays(t, payer) && terms_is_paid(t, payee))
			return true;
		if (!t->settlement.negative_carry && terms_is_paid(t, payer) && terms_pays(t, payee))
			return true;
	}
	return false;
}

void
check_payment(struct check *c)
{
	bool made = c->type == EVENT_PAYMENT_MADE;
	const char *other = json_get_string(c->body, made ? "payee" : "payer");
	const char *payer = made ? c->sender->id : other;
	const char *payee = made ? other : c->sender->id;

	if (!may_pay(&c->contract->pub, payer, payee))
		refuse(c, made ? "/body/payee" : "/body/payer", "expected a payment from a party that "
		       "pays under the terms to one that is paid, found %s to %s", payer, payee);
}
