/* growth.c - what ten times as much costs: of people, facts, statements, versions, sites.
 *
 * Each contract of contracts/ with its own events said of many people, and one row of growth.json
 * for each part of the language, with events that are made up. 10 is linear. Each reading has a
 * process of its own, so that its memory can be told. UTFALL_BENCH_GROWTH: milliseconds that the
 * smaller of two readings lasts at least (5); UTFALL_BENCH_DIMENSION: one of
 * people, facts, statements, versions, sites alone; arguments: names of rows.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "json.h"
#include "many.h"
#include "measure.h"

enum dimension { PEOPLE, FACTS, STATEMENTS, VERSIONS, SITES, DIMENSIONS };

static const char *const dimension_names[] = { "people", "facts", "statements", "versions",
					       "sites" };

struct size {
	uint32_t of[DIMENSIONS];
};

struct row {
	const char *name;
	const char *path;		/* of terms */
	const char *last;		/* settled until this day */
	const struct json *events;	/* a contract's own, or NULL: */
	const struct json *says;	/* ... kinds of events that are made up */
	const struct json *patches;	/* or NULL */
};

struct reading {
	uint64_t carried, scratch;	/* nanoseconds */
	uint32_t statements, lines;
	uint64_t bytes, peak;		/* of the engine; of the process beyond what it began with */
};

/* ---- one reading ---- */

static struct many_terms
terms_of(const struct row *k, const struct size *size)
{
	struct many_terms ret = { k->patches, NULL, k->events == NULL ? size->of[SITES] : 0 };

	if (size->of[STATEMENTS] > 0)
		ret.unit = size->of[STATEMENTS] > 1 ? "month" : "year";
	return ret;
}

static uint64_t
resident(void)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use);
	return (uint64_t)use.ru_maxrss * 1024;
}

static struct reading
settle_row(const struct row *k, const struct size *size)
{
	const struct many_terms terms = terms_of(k, size);
	const struct many_size much = { size->of[PEOPLE], size->of[FACTS], size->of[SITES] };
	uint64_t before = resident();
	struct many *m;
	struct settle_use use;
	char why[MANY_WHY] = "";
	struct err e;
	enum rc rc;

	m = many_begin(k->path, &terms, size->of[VERSIONS], why);
	if (m == NULL) {
		fprintf(stderr, "bench: growth %s: %s\n", k->name, why);
		exit(1);
	}
	if (k->events == NULL)
		many_made(m, k->says, &much);
	else
		many_copies(m, k->events, &much);
	rc = many_settle_all(m, k->last, &e);
	if (rc != RC_OK && rc != RC_NO)
		fprintf(stderr, "bench: growth %s: %s\n", k->name, e.text);
	settle_use(m->s, &use);
	return (struct reading){ m->carried, m->scratch, m->statements, m->lines, use.bytes,
				 resident() - before };
}

/* In a process of its own. */
static struct reading
reading_of(const struct row *k, const struct size *size)
{
	struct reading ret = { 0 };
	int ends[2], status;
	pid_t child;

	if (pipe(ends) != 0 || (child = fork()) < 0)
		exit(1);
	if (child == 0) {
		(void)alarm(120);
		ret = settle_row(k, size);
		_exit(write(ends[1], &ret, sizeof(ret)) == (ssize_t)sizeof(ret) ? 0 : 1);
	}
	(void)close(ends[1]);
	if (read(ends[0], &ret, sizeof(ret)) != (ssize_t)sizeof(ret)) {
		fprintf(stderr, "bench: growth %s: no answer\n", k->name);
		ret = (struct reading){ 0 };
	}
	(void)close(ends[0]);
	(void)waitpid(child, &status, 0);
	return ret;
}

/* ---- growth ---- */

static uint64_t
all_of(const struct reading *r)
{
	return r->carried + r->scratch;
}

/* Tenths: how much more, where there is ten times as much; `more`: how much more there is. */
static uint64_t
growth(uint64_t small, uint64_t large, uint64_t more)
{
	return small == 0 || more == 0 ? 0 : large * 100 / small / more;
}

static void
say_growth(const struct row *k, enum dimension d, struct size size, const struct reading *small)
{
	struct reading large;
	uint64_t more = 10, carried, scratch;

	size.of[d] *= 10;
	large = reading_of(k, &size);
	if (d == STATEMENTS && small->statements > 0)
		more = (large.statements + 1) / (small->statements + 1);
	carried = growth(small->carried, large.carried, more);
	scratch = growth(small->scratch, large.scratch, d == STATEMENTS ? 10 : more);
	printf("bench: growth_%s_%s all %" PRIu64 ".%" PRIu64 " scratch %" PRIu64 ".%" PRIu64
	       " ms %" PRIu64 "+%" PRIu64 " to %" PRIu64 "+%" PRIu64 " bytes %" PRIu64 "+%" PRIu64
	       " to %" PRIu64 "+%" PRIu64 " people %u lines %u to %u%s\n", k->name,
	       dimension_names[d], carried / 10, carried % 10, scratch / 10, scratch % 10,
	       small->carried / 1000000, small->scratch / 1000000, large.carried / 1000000,
	       large.scratch / 1000000, small->bytes / (size.of[PEOPLE] / (d == PEOPLE ? 10 : 1)),
	       small->peak / (size.of[PEOPLE] / (d == PEOPLE ? 10 : 1)),
	       large.bytes / size.of[PEOPLE], large.peak / size.of[PEOPLE],
	       size.of[PEOPLE] / (d == PEOPLE ? 10 : 1), small->lines, large.lines,
	       carried > 150 || scratch > 150 ? " ABOVE" : "");
}

static bool
is_wanted(enum dimension d)
{
	const char *only = getenv("UTFALL_BENCH_DIMENSION");

	return only == NULL || strcmp(only, dimension_names[d]) == 0;
}

/* As much as it takes to last long enough, of people; then each other thing of fewer people. */
static void
measure(const struct row *k, uint64_t least)
{
	struct size size = { .of = { 64, 1, 0, 1, 10 } };
	struct reading r = reading_of(k, &size);

	while (all_of(&r) < least && size.of[PEOPLE] < 4096 && r.bytes > 0) {
		size.of[PEOPLE] *= 2;
		r = reading_of(k, &size);
	}
	if (r.bytes == 0)
		return;
	if (is_wanted(PEOPLE))
		say_growth(k, PEOPLE, size, &r);
	for (int d = FACTS; d < (k->events == NULL ? DIMENSIONS : VERSIONS); d++) {
		struct size own = size;

		if (!is_wanted((enum dimension)d))
			continue;
		own.of[d] = d == FACTS ? 20 : d == SITES ? 10 : d == VERSIONS ? 3 : 1;
		own.of[PEOPLE] /= d == FACTS || d == VERSIONS ? 16 : 1;
		r = reading_of(k, &own);
		say_growth(k, (enum dimension)d, own, &r);
	}
}

/* ---- the rows ---- */

/* Lines of JSON as a list; the day behind the last of them. */
static const struct json *
read_events(struct arena *a, const char *path, const char **ret_last)
{
	struct buf bytes = { 0 };
	struct json *list = arena_alloc(a, sizeof(*list));
	struct err e;

	must(file_read(path, 1 << 20, &bytes, &e), &e);
	*list = json_array(a, 64);
	for (char *at = bytes.data, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		const char *said;

		*end = '\0';
		json_add(a, list, *case_json(a, at));
		said = json_get_string(&list->items[list->count - 1], "at");
		if (*ret_last == NULL || strncmp(said, *ret_last, 10) > 0)
			*ret_last = arena_string(a, said, 10);
	}
	buf_free(&bytes);
	return list;
}

static void
measure_contract(const char *name, uint64_t least, char **names, int count)
{
	struct arena *a = arena_new();
	struct row k = { .name = name };
	const char *path = arena_printf(a, "contracts/%s/events.jsonl", name);

	if (is_asked_for(name, names, count) && access(path, R_OK) == 0) {
		k.path = arena_printf(a, "contracts/%s/terms.json", name);
		k.events = read_events(a, path, &k.last);
		measure(&k, least);
	}
	arena_free(a);
}

static void
measure_contracts(uint64_t least, char **names, int count)
{
	struct dirent **list;
	int n = scandir("contracts", &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			measure_contract(list[i]->d_name, least, names, count);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

static const char *const meanings[] = {
	"growth: ten times as much of one thing; 10 is linear. all: processor time of all",
	"statements with what is carried, scratch: of one more from scratch; ms: the two, of",
	"the smaller and of the larger reading; statements: all is per statement, scratch",
	"of one with twelve times as many before it. bytes: per participant, of the engine and",
	"of the whole process at its peak. ABOVE: more than 15.",
};

int
main(int argc, char **argv)
{
	uint64_t least = asked("UTFALL_BENCH_GROWTH", 5) * 1000000;
	struct arena *a = arena_new();
	const struct json *rows = case_file(a, "tests/bench/growth.json");

	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (uint32_t i = 0; i < rows->count; i++) {
		const struct json *row = &rows->items[i];
		struct row k = { .name = json_get_string(row, "name"), .path = MANY_TERMS,
				 .last = "2020-01-01", .says = json_get(row, "says"),
				 .patches = json_get(row, "patches") };

		if (is_asked_for(k.name, argv + 1, argc - 1))
			measure(&k, least);
	}
	measure_contracts(least, argv + 1, argc - 1);
	arena_free(a);
	return 0;
}
