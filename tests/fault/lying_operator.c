/* lying_operator.c FOLDER: a ledger, and every lie that its operator can tell with its own keys.
 *
 * The operator holds its submission key and the checkpoint key; of what others sent it has the
 * bytes that they signed. FOLDER/honest holds ledger.db, bundle/, old.checkpoint (25 entries),
 * team.receipt (of entry 28) and operator.vkey; FOLDER/NAME holds one lie: bundle/, and ledger.db
 * where it is a ledger that utfall itself would keep. The names are those of the table in
 * audit/FORMAT.md, which lying_operator.t reads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bundle_write.h"
#include "erasure.h"
#include "file.h"
#include "forge.h"
#include "note.h"
#include "world.h"

enum { DAY = 86400 };

/* Submissions, as the history below makes them. */
enum {
	OPENING, PROPOSAL, SIGNED_CITY, SIGNED_TEAM, SIGNED_SECOND, ENROLMENT, VERDICT, LATE_PARTY,
	SECOND_PERSON, STATEMENT, APPROVAL
};

static const char *folder;

/* The statement as the terms gave it before the verdict was there. */
static struct {
	enum event_type types[4];
	struct json bodies[4];
	size_t count;
} early;

/* What an erasure of the first person takes, at the end of the honest history. */
static struct erasure erasure;

static void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "lying_operator: %s\n", e->text);
	exit(1);
}

static void
put(struct world *w, const char *lie, const char *name, const struct buf *bytes)
{
	must(file_folder(arena_printf(w->arena, "%s/%s", folder, lie), &w->e), &w->e);
	must(file_write(arena_printf(w->arena, "%s/%s/%s", folder, lie, name), bytes->data,
			bytes->size, 0644, &w->e), &w->e);
}

/* ---- histories that utfall itself records ---- */

struct history {
	const char *name;
	bool without_second;		/* the team's second submission is left out */
	bool other_late;		/* the operator's own submission says something else */
	bool swapped;			/* the operator's and the team's in the other order */
	bool unsettled, unapproved;	/* ends before these */
};

static enum rc
keep_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	const struct json *of[] = { line, basis };
	struct world *w = arg;

	(void)e;
	for (size_t i = 0; i < 2 && of[i] != NULL; i++) {
		early.types[early.count] = i == 0 ? EVENT_SETTLEMENT_LINE : EVENT_SETTLEMENT_BASIS;
		early.bodies[early.count++] = json_copy(w->arena, of[i]);
	}
	return RC_OK;
}

static void
compute_early(struct world *w)
{
	const struct json *issued;

	must(ledger_refresh(w->l, &w->e), &w->e);
	must(ledger_settle_dry(w->l, w->contract, DATE_NEVER, keep_line, w, w->arena, &issued,
			       &w->e), &w->e);
	early.types[early.count] = EVENT_SETTLEMENT_ISSUED;
	early.bodies[early.count++] = json_copy(w->arena, issued);
}

static void
first_half(struct world *w, bool honest)
{
	struct hash spell;

	world_open(w);
	world_contract(w);
	w->now += 60 * DAY;
	spell = world_place(w, 1, "2017-02-10");
	must(world_send(w, TEAM), &w->e);
	if (honest)
		compute_early(w);
	world_attest(w, spell, "accepted");
	must(world_send(w, JUDGE), &w->e);
	if (honest) {		/* a receipt ends in the checkpoint */
		const char *note = strstr(w->receipt.data, "\n\n") + 2;
		struct buf text = { 0 };

		buf_text(&text, note);
		put(w, "honest", "old.checkpoint", &text);
		buf_free(&text);
	}
}

/* A party that the operator registers, and two more people of the team's: made on one day. */
static void
second_half(struct world *w, const struct history *h)
{
	struct signing_key *late = world_key("late", h->other_late ? 2 : 1);
	struct buf files[2] = { { 0 }, { 0 } };
	char text[KEY_TEXT];
	int64_t now = w->now += 4 * DAY;

	verifier_key_format(signing_key_verifier(late), text);
	(void)world_add(w, "party.registered", "{'party':'late'}");
	(void)world_addf(w, "key.registered", "{'party':'late','use':'submissions','key':'%s'}",
			 text);
	world_file(w, w->keys[OPERATOR], &files[0]);
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-03-01',"
			 "'participant':'%s'}", w->contract_hex, world_person(2));
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-03-02',"
			 "'participant':'%s'}", w->contract_hex, world_person(3));
	world_file(w, w->keys[TEAM], &files[1]);
	for (int i = 0; i < 2; i++) {
		int which = h->swapped ? 1 - i : i;

		if (which == 1 && h->without_second)
			continue;
		w->now = now + i * 60;
		must(world_append(w, files[which].data, files[which].size), &w->e);
		if (which == 1)
			put(w, h->name, "team.receipt", &w->receipt);
	}
	signing_key_free(late);
	buf_free(&files[0]);
	buf_free(&files[1]);
}

static void
settle_it(struct world *w, const struct history *h)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = 1492300800, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement s;

	must(ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e), &w->e);
	w->now = args.now + DAY;
	if (h->unapproved)
		return;
	(void)world_say(w, CITY, "settlement.approved", arena_printf(w->arena,
			"{'contract':'%%C','statement':'%s'}", world_hex(w, s.issued)));
}

static void
keep_erasure(struct world *w)
{
	const char *person = world_person(1);

	must(erasure_find(w->l, &person, 1, w->arena, &erasure, &w->e), &w->e);
}

/* Leaves FOLDER/NAME/bundle and ledger.db. */
static void
tell(struct world *w, const struct history *h)
{
	struct bundle_counts counts;
	struct bundle_args args = { .path = NULL };

	first_half(w, strcmp(h->name, "honest") == 0);
	second_half(w, h);
	if (!h->unsettled)
		settle_it(w, h);
	args.path = arena_printf(w->arena, "%s/%s/bundle", folder, h->name);
	must(file_folder(arena_printf(w->arena, "%s/%s", folder, h->name), &w->e), &w->e);
	must(ledger_refresh(w->l, &w->e), &w->e);
	if (strcmp(h->name, "honest") == 0)
		keep_erasure(w);
	must(bundle_write(w->l, &args, &counts, &w->e), &w->e);
	ledger_close(w->l);
	w->l = NULL;
	if (rename(w->path, arena_printf(w->arena, "%s/%s/ledger.db", folder, h->name)) != 0)
		abort();
}

static const struct history histories[] = {
	{ .name = "split-view", .without_second = true, .unapproved = true },
	{ .name = "omitted-submission", .without_second = true, .unapproved = true },
	{ .name = "replaced-entry", .other_late = true, .unapproved = true },
	{ .name = "reordered-submissions", .swapped = true, .unapproved = true },
	{ .name = "stale-head", .unsettled = true },
	{ .name = "truncated-tail", .unapproved = true },
};

/* ---- histories that only a liar writes ---- */

static void
replaced_event(struct forge *f, struct world *w)
{
	(void)w;
	forge_edit(f, ENROLMENT, 1, "\"extent\":\"50\"", "\"extent\":\"80\"");
}

static void
replaced_event_and_root(struct forge *f, struct world *w)
{
	replaced_event(f, w);
	forge_root_of(f, ENROLMENT);
}

static void
resigned_event(struct forge *f, struct world *w)
{
	struct signing_key *own = world_key("team", 99);

	replaced_event(f, w);
	forge_sign(f, ENROLMENT, own);
	signing_key_free(own);
}

static void
removed_event(struct forge *f, struct world *w)
{
	(void)w;
	f->said[ENROLMENT].count--;
}

static void
reordered_events(struct forge *f, struct world *w)
{
	struct forge_said *x = &f->said[SECOND_PERSON];
	struct forge_event kept = x->events[0];

	(void)w;
	x->events[0] = x->events[1];
	x->events[1] = kept;
}

static void
repeated_submission(struct forge *f, struct world *w)
{
	struct forge_said *x = forge_insert(f, VERDICT + 1);

	(void)w;
	x->s = f->said[ENROLMENT].s;
	x->count = f->said[ENROLMENT].count;
	memcpy(x->events, f->said[ENROLMENT].events, sizeof(x->events));
}

static void
false_key(struct forge *f, struct world *w)
{
	struct signing_key *own = world_key("team", 99);
	char text[KEY_TEXT];

	verifier_key_format(signing_key_verifier(own), text);
	forge_edit(f, LATE_PARTY, 0, "\"party\":\"late\"", "\"party\":\"more\"");
	f->said[LATE_PARTY].events[1].bytes = arena_printf(f->arena, "{\"body\":{\"key\":\"%s\","
		"\"party\":\"team\",\"use\":\"submissions\"},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\","
		"\"type\":\"key.registered\"}", text);
	f->said[LATE_PARTY].events[1].size = strlen(f->said[LATE_PARTY].events[1].bytes);
	forge_sign(f, LATE_PARTY, w->keys[OPERATOR]);
	signing_key_free(own);
}

static void
clock_runs_back(struct forge *f, struct world *w)
{
	(void)w;
	f->said[SECOND_PERSON].at = f->said[VERDICT].at - 3 * DAY;
}

static void
erased_silently(struct forge *f, struct world *w)
{
	(void)w;
	f->said[SECOND_PERSON].events[1].shown = FORGE_ERASED;
}

static void
withheld_from_all(struct forge *f, struct world *w)
{
	(void)w;
	f->said[ENROLMENT].events[1].shown = FORGE_WITHHELD;
}

static void
withheld_from_its_sender(struct forge *f, struct world *w)
{
	f->party = "team";
	withheld_from_all(f, w);
}

/* ---- statements ---- */

/* The last event of the statement closes it: the cut-off's root and the lines' root as they now
 * must be, then the operator's signature. */
static void
close_statement(struct forge *f, struct world *w)
{
	struct forge_said *x = &f->said[STATEMENT];
	struct forge_event *issued = &x->events[x->count - 1];
	struct merkle_frontier lines = { 0 };
	uint64_t size = strtoull(strstr(issued->bytes, "\"size\":") + 7, NULL, 10);
	char hex[HASH_HEX];

	for (size_t i = 0; i + 1 < x->count; i++) {
		const char *body = x->events[i].bytes + strlen("{\"body\":");

		if (strstr(x->events[i].bytes, "\"type\":\"settlement.line\"") != NULL)
			merkle_add(&lines, hash_leaf(body, (size_t)(strstr(body, ",\"salt\":") -
								    body)));
	}
	hash_format(merkle_root(&lines), hex);
	memcpy(strstr(issued->bytes, "\"lines_root\":\"") + 14, hex, HASH_HEX - 1);
	hash_format(forge_root(f, size), hex);
	memcpy(strstr(issued->bytes, "\"root\":\"") + 8, hex, HASH_HEX - 1);
	forge_sign(f, STATEMENT, w->keys[OPERATOR]);
}

static void
other_amount(struct forge *f, struct world *w)
{
	forge_edit(f, STATEMENT, 0, "\"amount\":3000000", "\"amount\":4000000");
	close_statement(f, w);
}

static void
other_amounts_throughout(struct forge *f, struct world *w)
{
	forge_edit(f, STATEMENT, f->said[STATEMENT].count - 1, "\"amount\":3000000",
		   "\"amount\":4000000");
	other_amount(f, w);
}

static void
other_total(struct forge *f, struct world *w)
{
	forge_edit(f, STATEMENT, f->said[STATEMENT].count - 1, "\"amount\":3000000",
		   "\"amount\":2000000");
	close_statement(f, w);
}

static void
other_payee(struct forge *f, struct world *w)
{
	forge_edit(f, STATEMENT, 0, "\"payee\":\"team\"", "\"payee\":\"second_team\"");
	close_statement(f, w);
}

static void
line_left_out(struct forge *f, struct world *w)
{
	struct forge_said *x = &f->said[STATEMENT];

	x->events[0] = x->events[x->count - 1];
	x->count = 1;
	forge_edit(f, STATEMENT, 0, "\"lines\":1", "\"lines\":0");
	close_statement(f, w);
}

/* The same line once more, with its basis, under the next number. */
static void
line_added(struct forge *f, struct world *w)
{
	struct forge_said *x = &f->said[STATEMENT];

	memmove(&x->events[2], &x->events[0], x->count * sizeof(x->events[0]));
	x->count += 2;
	forge_edit(f, STATEMENT, 2, "\"line\":1", "\"line\":2");
	forge_edit(f, STATEMENT, 3, "\"line\":1", "\"line\":2");
	forge_edit(f, STATEMENT, x->count - 1, "\"lines\":1", "\"lines\":2");
	close_statement(f, w);
}

/* What the terms give where the verdict is not there yet, with everything that such a statement
 * says of its place. */
static void
early_cut_off(struct forge *f, struct world *w)
{
	struct forge_said *x = &f->said[STATEMENT];

	x->count = early.count;
	json_set(f->arena, &early.bodies[early.count - 1], "first",
		 json_integer((int64_t)forge_entries_before(f, STATEMENT) + 1));
	for (size_t i = 0; i < early.count; i++) {
		struct buf b = { 0 };

		event_format(early.types[i], &early.bodies[i], "AAAAAAAAAAAAAAAAAAAAAA", &b);
		x->events[i].bytes = arena_string(f->arena, b.data, b.size);
		x->events[i].size = b.size;
		buf_free(&b);
	}
	forge_sign(f, STATEMENT, w->keys[OPERATOR]);
}

static void
say_as(struct forge *f, const char *party, const struct signing_key *key, const char *type,
       const char *body)
{
	struct forge_said *x = forge_insert(f, f->count);
	unsigned number = (unsigned)f->count;

	x->s = f->said[LATE_PARTY].s;
	(void)snprintf(x->s.party, sizeof(x->s.party), "%s", party);
	(void)snprintf(x->s.id, sizeof(x->s.id), "01BA651X00KETQJ8PW3ADA7H%02u", number);
	x->count = 1;
	x->events[0].bytes = arena_printf(f->arena, "{\"body\":%s,\"salt\":"
		"\"AAAAAAAAAAAAAAAAAAA%02uA\",\"type\":\"%s\"}", body, number, type);
	x->events[0].size = strlen(x->events[0].bytes);
	forge_sign(f, f->count - 1, key);
}

static char *
key_body(struct forge *f, const struct signing_key *key, const char *recovery)
{
	char text[KEY_TEXT];

	verifier_key_format(signing_key_verifier(key), text);
	return arena_printf(f->arena, "{\"key\":\"%s\",\"party\":\"team\",%s\"use\":\"submissions\"}",
			    text, recovery);
}

static char *
enrolment_body(struct forge *f, const struct world *w)
{
	return arena_printf(f->arena, "{\"contract\":\"%s\",\"on\":\"2017-03-03\",\"participant\":"
			    "\"%s\"}", w->contract_hex, world_person(4));
}

/* A key of its own, for a party that has lost none; then that speaks for the party. */
static void
recovered_key(struct forge *f, struct world *w)
{
	struct signing_key *own = world_key("team", 98);

	say_as(f, "operator", w->keys[OPERATOR], "key.registered",
	       key_body(f, own, "\"recovery\":true,"));
	say_as(f, "team", own, "participant.enrolled", enrolment_body(f, w));
	signing_key_free(own);
}

/* Or a further key, which that registers as the party would. */
static void
key_under_recovered(struct forge *f, struct world *w)
{
	struct signing_key *own = world_key("team", 98), *next = world_key("team", 99);

	say_as(f, "operator", w->keys[OPERATOR], "key.registered",
	       key_body(f, own, "\"recovery\":true,"));
	say_as(f, "team", own, "key.registered", key_body(f, next, ""));
	say_as(f, "team", next, "participant.enrolled", enrolment_body(f, w));
	signing_key_free(own);
	signing_key_free(next);
}

/* ---- erasure ---- */

static const char *
digest_of(struct forge *f, size_t said, size_t event)
{
	const struct forge_event *x = &f->said[said].events[event];
	char *hex = arena_alloc(f->arena, HASH_HEX);

	hash_format(hash_leaf(x->bytes, x->size), hex);
	return hex;
}

/* The city disputes the statement's line, the person's; number of that submission. */
static size_t
dispute_line(struct forge *f, struct world *w)
{
	say_as(f, "city", w->keys[CITY], "dispute.opened", arena_printf(f->arena, "{\"contract\":"
		"\"%s\",\"line\":\"%s\",\"reason\":\"wrong\"}", w->contract_hex,
		digest_of(f, STATEMENT, 0)));
	return f->count - 1;
}

static void
resolve(struct forge *f, struct world *w, size_t dispute, const char *how)
{
	say_as(f, "judge", w->keys[JUDGE], "dispute.resolved", arena_printf(f->arena, "{%s\"contract\":"
		"\"%s\",\"dispute\":\"%s\"%s}", how[0] == 'a' ? "\"amount\":0," : "",
		w->contract_hex, digest_of(f, dispute, 0), how[0] == 's' ? ",\"stands\":true" : ""));
}

/* As utfall would record it: what the person's events were is gone, data.erased names them. */
static void
erase_person(struct forge *f, struct world *w)
{
	struct buf body = { 0 };

	for (size_t i = 0; i < f->count; i++)
		for (size_t n = 0; n < f->said[i].count; n++)
			for (size_t k = 0; k < erasure.person.event_count; k++)
				if (erasure.person.events[k].seq == forge_entries_before(f, i) + 1 + n)
					f->said[i].events[n].shown = FORGE_ERASED;
	json_set(w->arena, &erasure.bodies[0], "authority", json_string("decision 12"));
	json_write(&erasure.bodies[0], &body);
	say_as(f, "operator", w->keys[OPERATOR], "data.erased",
	       arena_string(f->arena, body.data, body.size));
	buf_free(&body);
}

/* No lie: what was disputed before the erasure stands. */
static void
erased(struct forge *f, struct world *w)
{
	size_t dispute = dispute_line(f, w);

	erase_person(f, w);
	resolve(f, w, dispute, "stands");
}

static void
amount_for_the_erased(struct forge *f, struct world *w)
{
	size_t dispute = dispute_line(f, w);

	erase_person(f, w);
	resolve(f, w, dispute, "amount");
}

static void
dispute_of_the_erased(struct forge *f, struct world *w)
{
	erase_person(f, w);
	(void)dispute_line(f, w);
}

static void
goes_on_after_closing(struct forge *f, struct world *w)
{
	say_as(f, "operator", w->keys[OPERATOR], "ledger.closed", "{}");
	say_as(f, "operator", w->keys[OPERATOR], "padding.added", "{}");
}

/* The team's second submission, as if it had come a day after the operator's, in time for what
 * the terms ask for by then; its sender signed another day. */
static void
back_dated(struct forge *f, struct world *w)
{
	f->said[LATE_PARTY].at -= 3 * DAY;
	f->said[LATE_PARTY].s.submitted_at -= 3 * DAY;
	forge_sign(f, LATE_PARTY, w->keys[OPERATOR]);
	f->said[SECOND_PERSON].at -= 2 * DAY;
	close_statement(f, w);
}

/* ---- heads ---- */

static void
invented_cosignature(struct forge *f, struct world *w)
{
	static const uint8_t seed[32] = { 99 };

	must(signing_key_from_seed("witness.example/w1", KEY_COSIGNATURE, seed, &f->cosigner,
				   &w->e), &w->e);
}

static void
other_origin(struct forge *f, struct world *w)
{
	f->origin = "example.org/other";
	f->checkpoint = world_key(f->origin, 1);
	(void)w;
}

static void
origin_throughout(struct forge *f, struct world *w)
{
	char text[KEY_TEXT], old[KEY_TEXT];

	verifier_key_format(signing_key_verifier(w->checkpoint), old);
	other_origin(f, w);
	verifier_key_format(signing_key_verifier(f->checkpoint), text);
	forge_edit(f, OPENING, 0, old, text);
	forge_edit(f, OPENING, 0, w->origin, f->origin);
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->said[i].s.party, "operator") == 0) {
			(void)snprintf(f->said[i].s.ledger, sizeof(f->said[i].s.ledger), "%s",
				       f->origin);
			forge_sign(f, i, w->keys[OPERATOR]);
		}
}

static void
other_checkpoint_key(struct forge *f, struct world *w)
{
	f->checkpoint = world_key(w->origin, 2);
}

static void
verifier_keys(struct world *w)
{
	char text[KEY_TEXT];
	struct buf b = { 0 };

	verifier_key_format(signing_key_verifier(w->checkpoint), text);
	buf_printf(&b, "%s\n", text);
	put(w, "honest", "operator.vkey", &b);
	buf_free(&b);
}

static const struct forgery {
	const char *name;
	void (*make)(struct forge *f, struct world *w);
	bool unapproved;	/* the payer's approval names a statement that is no more */
} forgeries[] = {
	{ "honest-again", NULL, false },
	{ "honest-erased", erased, false },
	{ "replaced-event", replaced_event, false },
	{ "replaced-event-and-root", replaced_event_and_root, false },
	{ "signed-for-a-party", resigned_event, false },
	{ "removed-event", removed_event, false },
	{ "reordered-events", reordered_events, false },
	{ "repeated-submission", repeated_submission, false },
	{ "key-for-a-party", false_key, false },
	{ "recovered-key", recovered_key, false },
	{ "key-under-recovered", key_under_recovered, false },
	{ "clock-runs-back", clock_runs_back, false },
	{ "goes-on-after-closing", goes_on_after_closing, false },
	{ "erased-silently", erased_silently, false },
	{ "dispute-of-the-erased", dispute_of_the_erased, false },
	{ "amount-for-the-erased", amount_for_the_erased, false },
	{ "withheld-from-all", withheld_from_all, false },
	{ "withheld-from-its-sender", withheld_from_its_sender, false },
	{ "other-amount", other_amount, true },
	{ "other-amounts-throughout", other_amounts_throughout, true },
	{ "other-total", other_total, true },
	{ "other-payee", other_payee, true },
	{ "line-left-out", line_left_out, true },
	{ "line-added", line_added, true },
	{ "early-cut-off", early_cut_off, true },
	{ "back-dated-clock", back_dated, true },
	{ "invented-cosignature", invented_cosignature, false },
	{ "other-origin", other_origin, false },
	{ "other-origin-throughout", origin_throughout, false },
	{ "other-checkpoint-key", other_checkpoint_key, false },
};

int
main(int argc, char **argv)
{
	struct world *w = malloc(sizeof(*w));
	struct forge *f = malloc(sizeof(*f));

	if (w == NULL || f == NULL || argc != 2)
		return 2;
	folder = argv[1];
	for (size_t i = 0; i < sizeof(histories) / sizeof(histories[0]); i++) {
		tell(w, &histories[i]);
		world_close(w);
	}
	tell(w, &(struct history){ .name = "honest" });
	for (size_t i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		const struct forgery *x = &forgeries[i];

		memset(f, 0, sizeof(*f));
		f->arena = w->arena;
		f->origin = w->origin;
		f->checkpoint = w->checkpoint;
		forge_read(f, arena_printf(w->arena, "%s/honest/ledger.db", folder));
		if (x->unapproved)
			forge_remove(f, APPROVAL);
		if (x->make != NULL)
			x->make(f, w);
		forge_bundle(f, arena_printf(w->arena, "%s/%s/bundle", folder, x->name));
		if (f->checkpoint != w->checkpoint)
			signing_key_free(f->checkpoint);
		signing_key_free(f->cosigner);
	}
	verifier_keys(w);
	world_close(w);
	free(w);
	free(f);
	return 0;
}
