/* world.c - a ledger in a folder. Keys come from seeds, salts and ids from a counter: bytes repeat. */
#include "world.h"

#include "arena.h"
#include "event.h"
#include "store.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const world_names[WORLD_PARTIES] = {
	"operator", "city", "team", "second_team", "judge", "register"
};

static const char terms[] =
	"{'terms':1,'semantics':'1','contract':'small','version':1,'unit':'SEK','parties':{"
	"'city':{'roles':['funder']},'team':{'roles':['provider']},"
	"'second_team':{'roles':['provider']},'judge':{'roles':['verifier','resolver']},"
	"'register':{'roles':['source'],'source':['earnings.reported','feed.completed',"
	"'participant.assigned','participants.joined']}},"
	"'dates':{'placed_until':'2018-12-31'},"
	"'proofs':{'attested':{'by':['provider'],'accept':'attested','accepted_by':['verifier']}},"
	"'calendars':{'day':{'unit':'day','from':'grid'},'quarter':{'unit':'quarter','from':'grid'}},"
	"'groups':{'participants':{'of':'enrolment','as_of':'enrolled'}},"
	"'values':{'extent':{'of':'spell','where':{'is':['fact.kind','employment']},'take':'extent',"
	"'per':'day','within':'sum','overlap':'add','open':'confirmed','silence':'none',"
	"'proof':'attested'},"
	"'works':{'is':{'ge':['extent',25]},'per':'day'}},"
	"'outcomes':{'placed':{'for':'participants','per':'day','count':'works',"
	"'reach':{'to':1,'of':'ever'},'from':'enrolment.start','until':'placed_until',"
	"'times':{'max':1,'per':'person'},'show':['group','proof','until','times']}},"
	"'payments':{'placed_pay':{'for':'placed','price':3000000,'round':'half_up','from':'city',"
	"'to':'team','ended':'achieved'}},"
	"'settlement':{'from':'2017-01-01','enrol_until':'2018-09-30','outcome_until':'2019-12-31',"
	"'record_until':'2020-03-31','final':'2020-06-30','offset':'+01:00','periods':'quarter',"
	"'cut_off':{'n':15,'calendar':'day'},'negative':'carry',"
	"'dispute_until':{'n':30,'calendar':'day'},'terminate':[]}}";

const char *
world_terms(void)
{
	return terms;
}

static void
must(enum rc rc, const struct err *e)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "world: %s\n", e->text);
	abort();
}

struct signing_key *
world_key(const char *name, unsigned number)
{
	struct signing_key *key;
	uint8_t seed[32];
	struct err e;
	char text[240];
	struct hash h;
	int n = snprintf(text, sizeof(text), "%s %u", name, number);

	h = hash_bytes(text, (size_t)n);
	memcpy(seed, h.bytes, 32);
	must(signing_key_from_seed(name, KEY_ED25519, seed, &key, &e), &e);
	return key;
}

const char *
world_person(unsigned number)
{
	static char text[8][27];
	static unsigned turn;
	struct hash h = hash_bytes(&number, sizeof(number));
	char *ret = text[turn++ % 8];

	pseudonym_format(h.bytes, ret);
	return ret;
}

static uint64_t drawn_at_random;

enum rc
world_add_line(void *arg, const struct json *line, const struct json *basis, struct err *e)
{
	(void)e;
	json_write(line, arg);
	json_write(basis, arg);
	return RC_OK;
}

void
world_random(void *ret, size_t size)
{
	struct hash h = hash_bytes(&drawn_at_random, sizeof(drawn_at_random));

	drawn_at_random++;
	memcpy(ret, h.bytes, size);
}

char *
world_hex(struct world *w, struct hash h)
{
	char *ret = arena_alloc(w->arena, HASH_HEX);

	hash_format(h, ret);
	return ret;
}

const struct json *
world_json(struct world *w, const char *text)
{
	const struct json *ret;
	struct buf b = { 0 };
	struct err e;

	for (const char *p = text; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 'C') {
			buf_text(&b, w->contract_hex);
			p++;
		} else {
			buf_byte(&b, *p == '\'' ? '"' : *p);
		}
	}
	must(json_read(b.data, b.size, JSON_RELAXED, w->arena, &ret, NULL, &e), &e);
	buf_free(&b);
	return ret;
}

struct hash
world_add(struct world *w, const char *type, const char *body)
{
	struct event_bytes *x = &w->events[w->event_count++];
	struct buf b = { 0 };
	enum event_type t;
	struct hash h = hash_bytes(&w->drawn, sizeof(w->drawn));
	char salt[SALT_TEXT];

	w->drawn++;
	base64url_format(h.bytes, SALT_BYTES, salt);
	if (!event_type_parse(type, strlen(type), &t))
		abort();
	event_format(t, world_json(w, body), salt, &b);
	x->bytes = arena_string(w->arena, b.data, b.size);
	x->size = b.size;
	x->digest = hash_leaf(x->bytes, x->size);
	buf_free(&b);
	return x->digest;
}

struct hash
world_addf(struct world *w, const char *type, const char *fmt, ...)
{
	static char text[70000];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return world_add(w, type, text);
}

struct hash
world_place(struct world *w, unsigned person, const char *from)
{
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'2017-02-01',"
			 "'participant':'%s'}", w->contract_hex, world_person(person));
	return world_addf(w, "spell.started", "{'contract':'%s','extent':'50','from':'%s','kind':"
			  "'employment','participant':'%s'}", w->contract_hex, from,
			  world_person(person));
}

void
world_attest(struct world *w, struct hash event, const char *verdict)
{
	(void)world_addf(w, "claim.attested", "{'contract':'%s','events':['%s'],'method':'letter',"
			 "'verdict':'%s'}", w->contract_hex, world_hex(w, event), verdict);
}

void
world_file(struct world *w, const struct signing_key *key, struct buf *ret)
{
	struct hash h = hash_bytes(&w->drawn, sizeof(w->drawn));
	char id[ULID_TEXT];
	struct submission_args args = { .ledger = w->origin, .id = id, .submitted_at = w->now,
					.key = key, .events = w->events, .count = w->event_count };
	struct err e;

	w->drawn++;
	ulid_format((uint64_t)w->now * 1000, h.bytes, id);
	must(submission_file_make(&args, ret, &e), &e);
	w->event_count = 0;
}

enum rc
world_append(struct world *w, const char *bytes, size_t size)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_args args = { .bytes = bytes, .size = size, .now = w->now,
				    .checkpoint_keys = signers, .checkpoint_key_count = 1 };

	memset(&w->f, 0, sizeof(w->f));
	w->f.arena = w->arena;
	buf_clear(&w->receipt);
	if (w->l == NULL)
		return ledger_append_first(w->path, &args, &w->f, &w->receipt, &w->l, &w->e);
	return ledger_append(w->l, &args, &w->f, &w->receipt, &w->result, &w->e);
}

enum rc
world_send_key(struct world *w, const struct signing_key *key)
{
	struct buf file = { 0 };
	enum rc rc;

	world_file(w, key, &file);
	rc = world_append(w, file.data, file.size);
	buf_free(&file);
	return rc;
}

enum rc
world_send(struct world *w, enum world_party party)
{
	return world_send_key(w, w->keys[party]);
}

struct hash
world_say(struct world *w, enum world_party party, const char *type, const char *body)
{
	struct hash h = world_add(w, type, body);

	must(world_send(w, party), &w->e);
	return h;
}

static void
make_keys(struct world *w)
{
	for (int i = 0; i < WORLD_PARTIES; i++)
		w->keys[i] = world_key(world_names[i], 1);
	w->checkpoint = world_key(w->origin, 1);
}

void
world_open(struct world *w)
{
	char text[KEY_TEXT], other[KEY_TEXT];

	memset(w, 0, sizeof(*w));
	must(secrets_init(&w->e), &w->e);
	w->arena = arena_new();
	w->origin = "example.org/small";
	w->now = 1483228800;	/* 2017-01-01T00:00:00Z */
	snprintf(w->folder, sizeof(w->folder), "/tmp/utfall-test-XXXXXX");
	if (mkdtemp(w->folder) == NULL)
		abort();
	snprintf(w->path, sizeof(w->path), "%s/ledger.db", w->folder);
	make_keys(w);
	verifier_key_format(signing_key_verifier(w->keys[OPERATOR]), text);
	verifier_key_format(signing_key_verifier(w->checkpoint), other);
	world_addf(w, "ledger.opened", "{'origin':'%s','operator':'operator','operator_key':'%s',"
		   "'checkpoint_key':'%s','format':1,'simulated':true}", w->origin, text, other);
	for (int i = 1; i < WORLD_PARTIES; i++) {
		verifier_key_format(signing_key_verifier(w->keys[i]), text);
		world_addf(w, "party.registered", "{'party':'%s'}", world_names[i]);
		world_addf(w, "key.registered", "{'party':'%s','use':'submissions','key':'%s'}",
			   world_names[i], text);
	}
	must(world_send(w, OPERATOR), &w->e);
}

void
world_contract(struct world *w)
{
	struct buf parties = { 0 };
	char text[KEY_TEXT];
	static const int sorted[] = { CITY, JUDGE, REGISTER, SECOND_TEAM, TEAM };

	for (size_t i = 0; i < sizeof(sorted) / sizeof(sorted[0]); i++) {
		verifier_key_format(signing_key_verifier(w->keys[sorted[i]]), text);
		buf_printf(&parties, "%s{'party':'%s','keys':['%s']}", i == 0 ? "" : ",",
			   world_names[sorted[i]], text);
	}
	w->contract = world_addf(w, "contract.proposed", "{'parties':[%s],'terms':%s}",
				 parties.data, w->terms == NULL ? terms : w->terms);
	hash_format(w->contract, w->contract_hex);
	buf_free(&parties);
	must(world_send(w, OPERATOR), &w->e);
	world_say(w, CITY, "contract.signed", "{'contract':'%C','version':'%C'}");
	world_say(w, TEAM, "contract.signed", "{'contract':'%C','version':'%C'}");
	world_say(w, SECOND_TEAM, "contract.signed", "{'contract':'%C','version':'%C'}");
}

void
world_close(struct world *w)
{
	static const char *const behind[] = { "", "-wal", "-shm" };
	char path[100];

	ledger_close(w->l);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", w->path, behind[i]);
		unlink(path);
	}
	rmdir(w->folder);
	for (int i = 0; i < WORLD_PARTIES; i++)
		signing_key_free(w->keys[i]);
	signing_key_free(w->checkpoint);
	buf_free(&w->receipt);
	arena_free(w->arena);
}

static enum rc
add_row(void *arg, const struct store_row *row, struct err *e)
{
	struct hasher *h = arg;

	(void)e;
	hasher_add(h, row->entry, row->entry_size);
	if (row->event != NULL)
		hasher_add(h, row->event, row->event_size);
	return RC_OK;
}

static enum rc
add_cache(void *arg, uint64_t number, const void *bytes, size_t size, struct err *e)
{
	(void)e;
	hasher_add(arg, &number, sizeof(number));
	hasher_add(arg, bytes, size);
	return RC_OK;
}

struct hash
world_print(struct world *w)
{
	struct hasher *h = hasher_new();
	struct buf note = { 0 };
	struct store_head head;
	struct store *s;
	struct hash ret;
	struct err e;

	must(store_open_read(w->path, &s, &e), &e);
	must(store_head(s, &head, &note, &e), &e);
	must(store_scan(s, 0, head.size + 1000, add_row, h, &e), &e);
	hasher_add(h, note.data, note.size);
	for (int kind = 1; kind < CACHE_KIND_MAX; kind++)
		must(store_cache_scan(s, (enum cache_kind)kind, add_cache, h, &e), &e);
	store_close(s);
	buf_free(&note);
	ret = hasher_end(h);
	hasher_free(h);
	return ret;
}
