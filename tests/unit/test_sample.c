/* test_sample.c - the draw, and verdicts on what was not drawn: refused, and found by a replay.
 *
 * The order of the seven keys was computed by python3's hashlib:
 * sorted(keys, key=sha256("utfall/sample/v1\n" + root + "\n" + key)) gives b e g a f c d.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "forge.h"
#include "ledger.h"
#include "sample.h"
#include "world_test.h"

static const char *
drawn_of(const char *names, int64_t num, int64_t den, char ret[16])
{
	struct ratio share = { num, den };
	struct hash keys[8];
	bool drawn[8];
	size_t n = strlen(names), used = 0;

	for (size_t i = 0; i < n; i++)
		keys[i] = hash_bytes(names + i, 1);
	sample_draw(hash_bytes("root", 4), share, keys, n, drawn);
	for (size_t i = 0; i < n; i++)
		if (drawn[i])
			ret[used++] = names[i];
	ret[used] = '\0';
	return ret;
}

static void
the_share_that_comes_first_is_drawn(void **state)
{
	static const struct { const char *names; int64_t num, den; const char *want; } cases[] = {
		{ "abcdefg", 0, 1, "" },
		{ "abcdefg", 1, 1000, "b" },		/* rounded up */
		{ "abcdefg", 1, 7, "b" },
		{ "abcdefg", 2, 7, "be" },
		{ "abcdefg", 1, 4, "be" },		/* 1.75 */
		{ "abcdefg", 1, 2, "abeg" },		/* 3.5 */
		{ "abcdefg", 6, 7, "abcefg" },
		{ "abcdefg", 1, 1, "abcdefg" },
		{ "gfedcba", 1, 4, "eb" },		/* whatever the order of lines */
		{ "d", 1, 4, "d" },
		{ "", 1, 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[16];

		assert_string_equal(drawn_of(cases[i].names, cases[i].num, cases[i].den, got),
				    cases[i].want);
	}
}

/* ---- verdicts ---- */

enum { PEOPLE = 4 };

static struct hash jobs[PEOPLE];
static bool is_drawn[PEOPLE];

/* What the provider says counts at once; half of it is checked afterwards. */
static int
sampled_world(void **state)
{
	const char *before = strstr(world_terms(), "'accept':'attested','accepted_by':['verifier']");

	(void)state;
	assert_non_null(before);
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	w->terms = arena_printf(w->arena, "%.*s'accept':'none','sample':{'share':'0.5','of':"
				"'settled_period','seed':'next_checkpoint'}%s",
				(int)(before - world_terms()), world_terms(),
				before + strlen("'accept':'attested','accepted_by':['verifier']"));
	world_contract(w);
	for (unsigned i = 0; i < PEOPLE; i++)
		jobs[i] = place_by(TEAM, i + 1, "2017-02-10");
	w->now = 1492300800;
	return 0;
}

static enum rc
verdict_on(struct hash event, struct hash population)
{
	(void)world_addf(w, "claim.attested", "{'contract':'%s','events':['%s'],'method':'visit',"
			 "'population':'%s','verdict':'accepted'}", w->contract_hex,
			 world_hex(w, event), world_hex(w, population));
	return world_send(w, JUDGE);
}

/* Whose job is drawn: the basis of each drawn line lists it. */
static void
read_draw(const struct statement *s)
{
	struct sample sample;
	struct event basis;

	assert_rc(ledger_sample(w->l, w->contract, s->number, &sample, &w->e), RC_OK);
	assert_int_equal(sample.count, PEOPLE);
	for (size_t i = 0; i < sample.count; i++) {
		const struct json *events;

		assert_rc(ledger_event(w->l, s->first + 2 * (sample.keys[i].line - 1) + 1, w->arena,
				       &basis, &w->e), RC_OK);
		events = json_get(basis.body, "events");
		for (uint32_t k = 0; k < events->count; k++)
			for (size_t p = 0; p < PEOPLE; p++)
				if (strcmp(events->items[k].string, world_hex(w, jobs[p])) == 0)
					is_drawn[p] = sample.keys[i].drawn;
	}
	sample_free(&sample);
}

static struct hash
job_that_is(bool drawn)
{
	size_t i = 0;

	while (i < PEOPLE && is_drawn[i] != drawn)
		i++;
	assert_true(i < PEOPLE);
	return jobs[i];
}

static const char not_drawn[] = "/body/events/0: expected an event that a drawn line of statement 1 "
	"rests on, found a spell.started, not drawn: 'utfall sample 1' lists what was; a verdict beside "
	"the sample names no population";

static void
refused(struct hash event, struct hash population, const char *text)
{
	struct hash before = world_print(w);

	assert_rc(verdict_on(event, population), RC_REFUSED);
	assert_string_equal(w->e.text, arena_printf(w->arena, "event 1: %s", text));
	assert_true(hash_equal(world_print(w), before));
}

static void
only_what_was_drawn_takes_a_verdict(void **state)
{
	struct statement s;

	(void)state;
	assert_rc(settle_next(&s), RC_OK);
	/* the verdict's own submission would be the seed */
	refused(jobs[0], s.issued, "/body/population: statement 1 has no seed yet: the tree after the "
		"next submission is its seed, and nothing has been recorded since");
	(void)world_say(w, TEAM, "padding.added", "{}");
	read_draw(&s);
	assert_int_equal(is_drawn[0] + is_drawn[1] + is_drawn[2] + is_drawn[3], PEOPLE / 2);
	for (size_t i = 0; i < PEOPLE; i++) {
		if (is_drawn[i])
			assert_rc(verdict_on(jobs[i], s.issued), RC_OK);
		else
			refused(jobs[i], s.issued, not_drawn);
		(void)world_say(w, TEAM, "padding.added", "{}");	/* changes no draw */
	}
	attest(job_that_is(false), "rejected");		/* without a population: as ever */
	/* a second statement takes one of them back: it pays nothing, so nothing of it is drawn */
	w->now = 1500163200;
	assert_rc(settle_next(&s), RC_OK);
	(void)world_say(w, TEAM, "padding.added", "{}");
	refused(jobs[0], s.issued, "/body/population: statement 2 pays nothing that the terms check by "
		"sample: a proof with 'sample' says what is");
}

/* The verifier itself signs a verdict on what was not drawn, and the operator lets it in. */
static void
a_replay_finds_a_verdict_on_what_was_not_drawn(void **state)
{
	char *folder = arena_printf(w->arena, "%s/bundle", w->folder), *from, *to;
	static struct replay_report report;
	struct forge f = { .arena = w->arena, .origin = w->origin, .checkpoint = w->checkpoint };
	struct replay_source *source;
	struct statement s;
	size_t last;

	(void)state;
	assert_rc(settle_next(&s), RC_OK);
	(void)world_say(w, TEAM, "padding.added", "{}");
	read_draw(&s);
	assert_rc(verdict_on(job_that_is(true), s.issued), RC_OK);
	assert_rc(replay_ledger(true, &report), RC_OK);
	forge_read(&f, arena_printf(w->arena, "%s", w->path));
	last = f.count - 1;
	from = world_hex(w, job_that_is(true));
	to = world_hex(w, job_that_is(false));
	forge_edit(&f, last, 0, from, to);
	forge_sign(&f, last, w->keys[JUDGE]);
	forge_bundle(&f, folder);
	assert_rc(replay_source_bundle(folder, &source, &w->e), RC_OK);
	assert_rc(replay_from(source, false, &report), RC_NO);
	replay_source_free(source);
	assert_int_equal(report.finding.kind, FINDING_RULE);
	assert_string_equal(report.finding.field, "/body/events/0");
	remove_bundle(folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_share_that_comes_first_is_drawn),
		cmocka_unit_test_setup_teardown(only_what_was_drawn_takes_a_verdict, sampled_world,
						world_tear_down),
		cmocka_unit_test_setup_teardown(a_replay_finds_a_verdict_on_what_was_not_drawn,
						sampled_world, world_tear_down),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
