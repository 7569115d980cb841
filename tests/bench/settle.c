/* settle.c - what a statement costs: with few people touched, with ten times the events, in bytes.
 *
 * A ledger's knowledge without the ledger: events of many people straight into the engine, under
 * the terms of contracts/jonkoping (a target over a cohort, caps per person and per year) and under
 * the same with caps over everybody that bite, amended, and with a person erased.
 * UTFALL_BENCH_PEOPLE: how many people, 1,000,000 where it is not said. UTFALL_BENCH_ROW: one kind
 * of terms alone, such as _floor. Times are of the processor.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "arena.h"
#include "json.h"
#include "measure.h"
#include "settle.h"
#include "terms_case.h"
#include "text.h"

#define SALT "AAAAAAAAAAAAAAAAAAAAAA"
enum { VERDICT = 500 };		/* events that one verdict names */

struct ledger {
	struct terms_case terms, amended;
	struct settlement *s;
	struct arena *arena;		/* for one event */
	uint64_t seq;
	uint32_t people;
	int64_t at;			/* instant of what is recorded */
	struct hash judged[VERDICT];	/* for the next verdict */
	size_t judged_count;
	uint32_t lines;			/* of the last statement */
	int64_t total;			/* of all statements */
	char contract[HASH_HEX];
};

/* ---- events ---- */

static struct hash
digest_of(uint64_t seq)
{
	struct hash ret = { { 0 } };
	uint64_t x = seq * 0x9e3779b97f4a7c15u;

	x ^= x >> 29;
	memcpy(ret.bytes, &x, sizeof(x));
	memcpy(ret.bytes + 8, &seq, sizeof(seq));
	return ret;
}

static uint64_t
record(struct ledger *l, enum event_type type, const char *sender, const struct json *body)
{
	struct settle_record r = { .seq = l->seq, .digest = digest_of(l->seq), .type = type,
				   .body = body, .salt = SALT, .sender = sender, .at = l->at };
	struct err e;

	must(settle_record(l->s, &r, &e), &e);
	return l->seq++;
}

static struct json
body_of(struct ledger *l, uint32_t person, const char *day_name, const char *day)
{
	uint8_t id[16] = { 0 };
	char who[27];
	struct json o = json_object();
	uint32_t mixed = person * 2654435761u;

	memcpy(id, &mixed, sizeof(mixed));
	memcpy(id + 4, &person, sizeof(person));
	pseudonym_format(id, who);
	json_set(l->arena, &o, "contract", json_string(l->contract));
	json_set(l->arena, &o, "participant", json_string(arena_string(l->arena, who, 26)));
	json_set(l->arena, &o, day_name, json_string(day));
	return o;
}

static const char *
day_text(struct ledger *l, int month, uint32_t day)
{
	return arena_printf(l->arena, "%04d-%02d-%02u", 2017 + (month - 1) / 12,
			    (month - 1) % 12 + 1, day % 28 + 1);
}

static void
enrol(struct ledger *l, uint32_t person)
{
	static const char *const towns[] = { "habo", "jonkoping", "mullsjo", "vaggeryd" };
	struct json o = body_of(l, person, "on", day_text(l, 1, person)), a = json_object();

	json_set(l->arena, &a, "clinic_contact", json_boolean(true));
	json_set(l->arena, &a, "municipality", json_string(towns[person % 4]));
	json_set(l->arena, &a, "wants_work", json_boolean(person % 50 != 0));
	json_set(l->arena, &o, "attributes", a);
	(void)record(l, EVENT_PARTICIPANT_ENROLLED, "ips_team", &o);
	arena_reset(l->arena);
}

static uint64_t
support(struct ledger *l, uint32_t person, int month, uint32_t day)
{
	struct json o = body_of(l, person, "on", day_text(l, month, day));
	uint64_t ret;

	json_set(l->arena, &o, "hours", json_string(day % 2 == 0 ? "1.5" : "2"));
	json_set(l->arena, &o, "kind", json_string("ips_support"));
	json_set(l->arena, &o, "ref", json_string(arena_printf(l->arena, "r%" PRIu64, l->seq)));
	ret = record(l, EVENT_ACTIVITY_LOGGED, "ips_team", &o);
	arena_reset(l->arena);
	return ret;
}

static void
judge(struct ledger *l)
{
	struct json o = json_object(), list = json_array(l->arena, l->judged_count);
	char hex[HASH_HEX];

	if (l->judged_count == 0)
		return;
	qsort(l->judged, l->judged_count, sizeof(l->judged[0]), hash_order);
	for (size_t i = 0; i < l->judged_count; i++) {
		hash_format(l->judged[i], hex);
		json_add(l->arena, &list, json_string(arena_string(l->arena, hex, HASH_HEX - 1)));
	}
	json_set(l->arena, &o, "contract", json_string(l->contract));
	json_set(l->arena, &o, "events", list);
	json_set(l->arena, &o, "method", json_string("letter"));
	json_set(l->arena, &o, "verdict", json_string("accepted"));
	(void)record(l, EVENT_CLAIM_ATTESTED, "sodra_vatterbygden", &o);
	arena_reset(l->arena);
	l->judged_count = 0;
}

static void
to_be_judged(struct ledger *l, uint64_t event)
{
	l->judged[l->judged_count++] = digest_of(event);
	if (l->judged_count == VERDICT)
		judge(l);
}

static void
job(struct ledger *l, uint32_t person, int month)
{
	struct json o = body_of(l, person, "from", day_text(l, month, person / 3));
	char hex[HASH_HEX];
	uint64_t start;

	json_set(l->arena, &o, "extent", json_string(person % 9 == 0 ? "20" : "50"));
	json_set(l->arena, &o, "kind", json_string("employment"));
	start = record(l, EVENT_SPELL_STARTED, "ips_team", &o);
	arena_reset(l->arena);
	to_be_judged(l, start);
	if (person % 32 != 0)
		return;
	o = body_of(l, person, "on", day_text(l, month + 7, person / 3));
	hash_format(digest_of(start), hex);
	json_set(l->arena, &o, "spell", json_string(hex));
	to_be_judged(l, record(l, EVENT_SPELL_CONFIRMED, "ips_team", &o));
	arena_reset(l->arena);
}

static void
retract(struct ledger *l, uint64_t event)
{
	struct json o = json_object();
	char hex[HASH_HEX];

	hash_format(digest_of(event), hex);
	json_set(l->arena, &o, "contract", json_string(l->contract));
	json_set(l->arena, &o, "event", json_string(hex));
	(void)record(l, EVENT_EVENT_RETRACTED, "ips_team", &o);
	arena_reset(l->arena);
}

/* ---- a ledger ---- */

static int64_t
instant(const char *text)
{
	int64_t ret;

	return instant_parse(text, strlen(text), &ret) ? ret : 0;
}

/* Jonkoping's with `patches`, ' for ", <n> or <n/d> for so much for each of the people. */
static void
read_terms(struct terms_case *t, const char *patches, uint32_t people)
{
	char text[1200];
	size_t n = 0;

	while (*patches != '\0' && n + 24 < sizeof(text)) {
		char *end;
		uint64_t each;

		if (*patches != '<') {
			text[n++] = *patches == '\'' ? '"' : *patches;
			patches++;
			continue;
		}
		each = people * strtoull(patches + 1, &end, 10);
		if (*end == '/')
			each /= strtoull(end + 1, &end, 10);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%" PRIu64, each);
		patches = end + 1;
	}
	text[n] = '\0';
	case_terms(t, "contracts/jonkoping/terms.json", text);
	if (t->terms == NULL) {
		fprintf(stderr, "bench: terms refused: %s\n", case_findings(t, SEVERITY_ERROR));
		exit(1);
	}
}

/* `each` times four events of support or two and a job: half a year. */
static struct ledger *
ledger_make(const char *patches, uint32_t people, uint32_t each)
{
	struct ledger *l = calloc(1, sizeof(*l));
	struct settle_version v = { .seq = 1 };
	struct err e;

	if (l == NULL)
		exit(1);
	read_terms(&l->terms, patches, people);
	l->s = settlement_new(digest_of(0), SALT);
	hash_format(digest_of(0), l->contract);
	v.digest = digest_of(1);
	v.terms = l->terms.terms;
	v.from = l->terms.terms->settlement.from;
	must(settle_version_add(l->s, &v, &e), &e);
	l->arena = arena_new();
	l->people = people;
	l->seq = 2;
	l->at = instant("2017-04-02T12:00:00Z");
	for (uint32_t i = 0; i < people; i++)
		enrol(l, i);
	for (uint32_t k = 0; k < each; k++)
		for (uint32_t i = 0; i < people; i++) {
			for (uint32_t n = 0; n < (k == 0 && i % 5 < 2 ? 2u : 4u); n++)
				(void)support(l, i, 1 + (int)((n + k) % 6), i + 7 * k + n);
			if (k == 0 && i % 5 < 2)
				job(l, i, 2 + (int)(i % 3));
		}
	judge(l);
	return l;
}

static void
ledger_free(struct ledger *l)
{
	settlement_free(l->s);
	arena_free(l->arena);
	case_free(&l->terms);
	case_free(&l->amended);
	free(l);
}

/* The next version of the terms: people who are enrolled keep the old. */
static void
amend(struct ledger *l, const char *patches)
{
	struct settle_version v = { .seq = l->seq++ };
	struct err e;

	read_terms(&l->amended, patches, l->people);
	v.digest = digest_of(v.seq);
	v.terms = l->amended.terms;
	v.from = (struct date){ l->terms.terms->settlement.from.days + 60 };
	must(settle_version_add(l->s, &v, &e), &e);
}

/* Of the first person: all that was said, and what its lines hold. */
static void
erase(struct ledger *l)
{
	struct settle_args args = { .size = l->seq };
	struct json o = json_object(), list = json_array(l->arena, 1), one = json_object(), held;
	struct arena *arena = arena_new();
	char who[27], hex[HASH_HEX];
	const char *name = who;
	struct err e;

	pseudonym_format((uint8_t[16]){ 0 }, who);
	must(settle_held(l->s, &args, &name, 1, arena, &held, &e), &e);
	hash_format(digest_of(2), hex);
	json_set(l->arena, &one, "event", json_string(hex));
	json_add(l->arena, &list, one);
	json_set(l->arena, &o, "contract", json_string(l->contract));
	json_set(l->arena, &o, "erased", list);
	json_set(l->arena, &o, "held", held);
	(void)record(l, EVENT_DATA_ERASED, "operator", &o);
	arena_reset(l->arena);
	arena_free(arena);
}

/* Events of one in 171: all of them more support, a quarter a job, a quarter take it back, one in 16
 * says late of a job in March, which comes before most others where a limit has an order.
 * With those whose six months are complete without a new event it is one in a hundred. */
static void
touch(struct ledger *l, int month)
{
	for (uint32_t i = (uint32_t)month; i < l->people; i += 171) {
		uint64_t said = support(l, i, month, i);

		if (i / 171 % 4 == 1)
			job(l, i, month);
		if (i / 171 % 4 == 2)
			retract(l, said);
		if (i / 171 % 16 == 3)
			job(l, i, 3);
	}
	judge(l);
}

/* ---- statements ---- */

/* Lines are recorded as they come: the engine has worked out all of them before the first. */
static enum rc
take_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	struct ledger *l = arg;

	(void)e;
	(void)record(l, EVENT_SETTLEMENT_LINE, "operator", line);
	(void)record(l, EVENT_SETTLEMENT_BASIS, "operator", basis);
	return RC_OK;
}

static enum rc
count_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)line;
	(void)basis;
	(void)e;
	((struct ledger *)arg)->lines++;
	return RC_OK;
}

static uint64_t
settle_next(struct ledger *l, bool from_scratch, bool keep)
{
	struct settle_args args = { .size = l->seq, .first = l->seq,
				    .from_scratch = from_scratch };
	struct arena *arena = arena_new();
	const struct json *issued;
	uint64_t start;
	struct err e;

	l->lines = 0;
	must(settle_through(l->s, &args.through, &e), &e);
	start = cpu();
	must(settle(l->s, &args, keep ? take_line : count_line, l, arena, &issued, &e), &e);
	start = cpu() - start;
	if (keep) {
		const struct json *totals = json_get(issued, "totals");

		(void)record(l, EVENT_SETTLEMENT_ISSUED, "operator", issued);
		l->lines = (uint32_t)json_get_integer(issued, "lines", 0);
		for (uint32_t i = 0; totals != NULL && i < totals->count; i++)
			l->total += json_get_integer(&totals->items[i], "amount", 0);
	}
	arena_free(arena);
	return start;
}

static void
say_ratio(const char *name, const char *which, uint64_t part, uint64_t whole)
{
	printf("bench: settle_%s%s %" PRIu64 ".%04" PRIu64 "\n", name, which, part / whole,
	       part % whole * 10000 / whole);
}

struct row {
	const char *which, *patches;
	const char *amended;		/* before the statement that is measured, or NULL */
	bool erased;			/* a person, then */
};

/* Three quarters settled, one person in a hundred touched, the fourth settled: both ways. */
static void
bench_touched(const struct row *k, uint32_t people)
{
	struct ledger *l = ledger_make(k->patches, people, 1);
	struct settle_use use;
	uint64_t first, carried, scratch;
	uint32_t lines;

	first = settle_next(l, false, true);
	first += settle_next(l, false, true);
	touch(l, 7);
	(void)settle_next(l, false, true);
	if (k->amended != NULL)
		amend(l, k->amended);
	if (k->erased)
		erase(l);
	touch(l, 10);
	carried = settle_next(l, false, false);
	lines = l->lines;
	settle_use(l->s, &use);
	scratch = settle_next(l, true, false);
	if (lines != l->lines) {
		fprintf(stderr, "bench: %u lines carried, %u from scratch\n", lines, l->lines);
		exit(1);
	}
	fprintf(stderr, "%s: first %" PRIu64 " ms, carried %" PRIu64 " ms, %" PRIu64
		" evaluated, %" PRIu64 " claimed, scratch %" PRIu64 " ms, %u lines, %" PRIu64
		" events, %" PRId64 " paid\n", k->which, first / 1000000, carried / 1000000,
		use.evaluated, use.claimed, scratch / 1000000, lines, use.events, l->total);
	say_ratio("touched", k->which, use.evaluated, people);
	say_ratio("touched_ratio", k->which, carried, scratch);
	printf("bench: settle_scratch_us%s %" PRIu64 "\n", k->which, scratch / 1000 / people);
	printf("bench: settle_bytes_per_participant%s %" PRIu64 "\n", k->which,
	       use.bytes / people);
	ledger_free(l);
}

static uint64_t
first_statement(uint32_t people, uint32_t each)
{
	struct ledger *l = ledger_make("[]", people, each);
	uint64_t ret = settle_next(l, false, false);

	ledger_free(l);
	return ret;
}

/* Ten times the events: of ten times the people, of the same people. */
static void
bench_growth(uint32_t people)
{
	uint64_t small = first_statement(people / 10, 1), wide = first_statement(people, 1);
	uint64_t deep = first_statement(people / 10, 10);

	say_ratio("growth", "", wide, small);
	say_ratio("growth_each", "", deep, small);
}

#define ALL "'of':['placed_pay','retained_6_pay','retained_12_pay','support_pay']"
#define LOST "'excess':'lost','unused':'lost','freed':'waiting'"
#define HELD "'/payments/placed_pay/hold',{'part':'0.1','until':{'shift':['outcome.date',4,'quarter']}},"
/* In place of the cap of the year; as wide as for the contract's own forty people. */
#define WIDE "'/limits/2/steps/0/to',9000000000000000"
#define CAP(per, to, rules) "'/limits/2',{'name':'its_cap'," ALL ",'per':[" per "],'steps':[{'to':" to            \
	",'rate':'1'}],'along':'amount'," rules "}"
#define FLOOR(per, level, on) "'/limits/2',{'name':'its_floor'," ALL ",'per':[" per "],'order':'settled','floor':" \
	level ",'on':" on ",'from':'sodra_vatterbygden','to':'ips_team'}"
#define RATES(per, along, steps, rules) "'/limits/2',{'name':'rates'," ALL ",'per':[" per "],'steps':[" steps     \
	"],'along':" along ",'order':'achieved'," rules "}"
#define THREE(first, second) "{'to':" first ",'rate':'1'},{'to':" second ",'rate':'0.5'},{'rate':'0.25'}"
#define TWO(first) "{'to':" first ",'rate':'1'},{'rate':'0.25'}"
#define TRANCHES(first) "'/shares/turns',{'tranches':[{'to':" first ",'parts':[{'party':'habo','weight':1}]},"     \
	"{'parts':[{'party':'mullsjo','weight':1}]}],'order':'achieved','residual':'largest','none':'unknown'},"  \
	"'/payments/placed_pay/from','turns','/payments/support_pay/from','turns'"
/* So much a quarter since the contract began; so much for each who is enrolled by a June to come. */
#define ROOM "'/values/room',{'is':{'mul':[{'add':[1,{'span':['contract.start','period.end','quarter']}]},"       \
	"<200000>]},'per':'quarter','subject':'contract'},"
#define ENROLLED(each) "{'mul':[{'at':[{'over':{'group':'participants','do':'count'}},'2017-06-30']}," each "]}"
#define PLACED(each) "{'mul':[{'over':{'group':'participants','do':'count','where':{'ge':['placed',1]}}}," each "]}"
/* For who enrols from March on: nobody does. */
#define DEARER "'/version',2,'/applies',{'to':'enrolled','from':'2017-03-01','settled':'keep'},"                  \
	"'/payments/placed_pay/price',3100000,"
/* For everybody, but for what is settled. */
#define KEPT "'/version',2,'/applies',{'to':'all','from':'2017-03-01','settled':'keep'},"                         \
	"'/payments/placed_pay/price',3100000,"
/* A price that is a value's, which is a table's. */
#define INDEXED(price) "'/tables/yearly',{'rows':[{'from':'2016-01-01','then':3000000},{'from':'2017-03-01','then':" \
	price "}],'kind':'steps','missing':'unknown'},'/values/yearly_price',{'is':{'look':{'table':'yearly','at':" \
	"'period.end'}},'per':'day','subject':'contract'},'/payments/placed_pay/price','yearly_price',"
#define NEXT_YEAR "'/version',2,'/applies',{'to':'all','from':'2017-03-01','settled':'keep'},'/parties/region',"     \
	"{'roles':['funder']},'/payments/support_pay/from','region',"
#define ACHIEVED "'order':'achieved'," LOST
#define BITES CAP("'contract'", "<800000>", ACHIEVED)
#define GOES_ON "'excess':'lost','unused':'next','freed':'waiting'"
#define OWED "'order':'achieved','excess':{'payer':'guarantor'},'unused':'lost','freed':'waiting'"
#define GUARANTOR "'/parties/guarantor',{'roles':['guarantor']},"

/* Caps let about half of what is asked pass. */
static const struct row rows[] = {
	{ "", "[" WIDE "]", NULL, false },
	{ "_achieved", "[" BITES "]", NULL, false },
	{ "_settled", "[" CAP("'contract'", "<800000>", "'order':'settled'," LOST) "]", NULL, false },
	{ "_year", "['/limits/2/steps/0/to',<800000>]", NULL, false },
	{ "_payer", "[" CAP("'payer'", "<300000>", ACHIEVED) "]", NULL, false },
	{ "_held", "[" HELD CAP("'contract'", "<800000>", "'order':'settled'," LOST) "]", NULL, false },
	{ "_freed", "[" CAP("'contract'", "<800000>", "'order':'settled','excess':'lost','unused':'lost',"
			    "'freed':'lost'") "]", NULL, false },
	{ "_owed", "[" GUARANTOR CAP("'contract'", "<800000>", OWED) "]", NULL, false },
	{ "_unused", "[" CAP("{'achieved':'quarter'}", "<300000>", "'order':'achieved'," GOES_ON) "]", NULL,
	  false },
	{ "_floor", "[" FLOOR("{'achieved':'quarter'}", "<3000000>", "'2017-09-30'") "]", NULL, false },
	{ "_facts", "[" ROOM CAP("'contract'", "'room'", ACHIEVED) "]", NULL, false },
	{ "_ladder", "[" RATES("'contract'", "'amount'", THREE("<400000>", "<800000>"), LOST) "]", NULL, false },
	{ "_count", "[" RATES("'contract'", "'count'", THREE("<1/10>", "<1/5>"), LOST) "]", NULL, false },
	{ "_places", "[" RATES("'contract'", "'count'", TWO(ENROLLED("'0.1'")), LOST) "]", NULL, false },
	{ "_ladder_facts", "[" ROOM RATES("'contract'", "'amount'", TWO("'room'"), LOST) "]", NULL, false },
	{ "_ladder_unused", "[" RATES("{'achieved':'quarter'}", "'amount'", "{'to':<100000>,'rate':'1'},{'to':"
	  "<300000>,'rate':'0.5'}", GOES_ON) "]", NULL, false },
	{ "_tranche", "[" TRANCHES("<600000>") "," WIDE "]", NULL, false },
	{ "_tranche_places", "[" TRANCHES(ENROLLED("600000")) "," WIDE "]", NULL, false },
	{ "_tranche_owed", "[" GUARANTOR TRANCHES("<600000>") "," CAP("'contract'", "<800000>", OWED) "]", NULL,
	  false },
	{ "_tranche_each", "[" TRANCHES("<600000>") "," FLOOR("'person'", "100000", "'2017-06-30'") "]", NULL,
	  false },
	{ "_stat", "[" CAP("'contract'", PLACED("2000000"), ACHIEVED) "]", NULL, false },
	{ "_amended", "[" BITES "]", "[" DEARER BITES "]", false },
	{ "_amended_all", "[" BITES "]", "[" KEPT BITES "]", false },
	{ "_amended_index", "[" INDEXED("3000000") BITES "]", "[" NEXT_YEAR INDEXED("3100000") BITES "]", false },
	{ "_erased", "[" BITES "]", NULL, true },
};

static const char *const meanings[] = {
	"settle: times are of the processor. Each row is one kind of terms: without an ending",
	"the cap of a year is wide; else a cap bites, and the ending says in which order, for",
	"whom or what becomes of the excess; floor: a floor tops up instead; facts: the end is",
	"read on each day; ladder, count: rates along amounts, along counts; places: up to as many",
	"as there are by a day to come; tranche: another payer after so much; unused: room goes on; owed:",
	"another owes the excess; each: each person's floor; stat: the end is a statistic on each",
	"day; amended: a second version, for new people or (all) for what is not settled, or of",
	"a table that prices read, with another payer (index); erased: somebody is.",
	"touched: share of the people that the next statement reads again; touched_ratio:",
	"that statement / the same from scratch; its limit is touched. scratch_us:",
	"microseconds a person from scratch. bytes_per_participant: memory of the engine.",
	"growth: the first statement of all / of a tenth of the people: 10 is linear;",
	"growth_each: with ten times the events of each of that tenth, 10 is linear. rss_mib:",
	"memory of the process.",
};

int
main(void)
{
	const char *only = getenv("UTFALL_BENCH_ROW");
	uint32_t people = (uint32_t)asked("UTFALL_BENCH_PEOPLE", 1000000);
	struct rusage use;

	ABOUT(meanings);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (only == NULL || strcmp(only, rows[i].which) == 0)
			bench_touched(&rows[i], people);
	if (only == NULL)
		bench_growth(people);
	(void)getrusage(RUSAGE_SELF, &use);
	printf("bench: settle_rss_mib %ld\n", use.ru_maxrss / 1024);
	return 0;
}
