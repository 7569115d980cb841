/* extreme.c - the most of one thing that a hostile party can hand in: seconds, or a refusal.
 *
 * One person with very many facts of a kind, terms at the loader's bounds, a contract of century.
 * Each in a process of its own, which is given up after UTFALL_BENCH_SECONDS (300). Arguments: names
 * of rows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "json.h"
#include "limits_utfall.h"
#include "many.h"
#include "measure.h"

struct row {
	const char *name;
	const char *terms;		/* a row of growth.json whose terms and events these are */
	uint32_t people, facts;
	uint32_t versions;
};

static const struct row rows[] = {
	{ "activities", "metered", 1, 16667, 1 },
	{ "activities_of_one_day", "paid_days", 1, 16667, 1 },
	{ "activities_ever", "ever_daily", 1, 3000, 1 },
	{ "spells", "plain", 1, 10000, 1 },
	{ "spells_windows", "window_daily", 1, 10000, 1 },
	{ "changes_of_a_spell", "changes", 1, 25000, 1 },
	{ "pauses", "pauses", 1, 10000, 1 },
	{ "stopped_clock", "stopped_clock", 1, 10000, 1 },
	{ "stopped_months", "stopped_months", 1, 10000, 1 },
	{ "measurements", "measured_person", 1, 25000, 1 },
	{ "site_measurements", "site_of_person", 1, 25000, 1 },
	{ "changes", "where_attribute", 1, 10000, 1 },
	{ "changes_in_a_group", "group_period_daily", 1, 10000, 1 },
	{ "consents", "consent", 1, 25000, 1 },
	{ "transfers", "transfers", 1, 25000, 1 },
	{ "claims", "proof_claim", 1, 25000, 1 },
	{ "claims_daily", "proof_claim_daily", 1, 10000, 1 },
	{ "flows", "return", 1, 50000, 1 },
	{ "verdicts", "proof_verdicts", 1, 10000, 1 },
	{ "corrections", "chain", 1, 20000, 1 },
	{ "enrolments", "many_enrolments", 1, 200, 1 },
	{ "enrolments_times_person", "times_person", 1, 1000, 1 },
	{ "joined", "joined_only", 1, 10000, 1 },
	{ "century", "century", 10, 1, 1 },
	{ "century_paid", "century_paid", 10, 1, 1 },
	{ "versions", "metered", 10, 1, 50 },
	{ "versions_times", "times_contract", 10, 1, 50 },
};

static const struct json *
find_row(const struct json *all, const char *name)
{
	for (uint32_t i = 0; i < all->count; i++)
		if (strcmp(json_get_string(&all->items[i], "name"), name) == 0)
			return &all->items[i];
	fprintf(stderr, "bench: growth.json has no row %s\n", name);
	exit(1);
}

static void
settle_row(const struct row *k, const struct json *of)
{
	const struct many_size size = { k->people, k->facts, 10 };
	const struct many_terms terms = { json_get(of, "patches"), NULL, 10 };
	uint64_t start = cpu();
	struct rusage use;
	struct many *m;
	char why[MANY_WHY] = "";
	struct err e = { 0 };
	enum rc rc;

	m = many_begin(MANY_TERMS, &terms, k->versions, why);
	if (m == NULL) {
		printf("bench: extreme_%s refused: %s\n", k->name, why);
		return;
	}
	many_made(m, json_get(of, "says"), &size);
	rc = many_settle_all(m, "2020-01-01", &e);
	(void)getrusage(RUSAGE_SELF, &use);
	printf("bench: extreme_%s ms %" PRIu64 ", statements %" PRIu64 ", from scratch %" PRIu64
	       ", rss_mib %ld, lines %u%s%s\n", k->name, (cpu() - start) / 1000000,
	       m->carried / 1000000, m->scratch / 1000000, use.ru_maxrss / 1024, m->lines,
	       rc == RC_OK ? "" : ": ", rc == RC_OK ? "" : e.text);
}

static void
measure(const struct row *k, const struct json *of, unsigned seconds)
{
	pid_t child = fork();
	int status = 0;

	if (child < 0)
		exit(1);
	if (child == 0) {
		(void)alarm(seconds);
		settle_row(k, of);
		(void)fflush(stdout);
		_exit(0);
	}
	(void)waitpid(child, &status, 0);
	if (status != 0)
		printf("bench: extreme_%s given up after %u s\n", k->name, seconds);
}

static const char *const meanings[] = {
	"extreme: the most of one thing. ms: of the processor, all; its statements; one from",
	"scratch. rss_mib: memory of the process.",
};

int
main(int argc, char **argv)
{
	unsigned seconds = (unsigned)asked("UTFALL_BENCH_SECONDS", 300);
	struct arena *a = arena_new();
	const struct json *all = case_file(a, "tests/bench/growth.json");

	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (is_asked_for(rows[i].name, argv + 1, argc - 1))
			measure(&rows[i], find_row(all, rows[i].terms), seconds);
	arena_free(a);
	return 0;
}
