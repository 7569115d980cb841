/* serve.h - the read-only API: who asks, for what, and what they may see of it.
 *
 * Layer 6. One request is one struct ask on one snapshot. Read next: serve_routes.c
 * (every endpoint, one row), serve_access.c (who may see what, one table), then one
 * serve_*.c for each kind of answer.
 */
#ifndef UTFALL_SERVE_H
#define UTFALL_SERVE_H

#include <pthread.h>
#include <stdatomic.h>

#include "http.h"
#include "json.h"
#include "key.h"
#include "ledger.h"
#include "request.h"
#include "see.h"
#include "state.h"
#include "token.h"
#include "view.h"

struct arena;
struct clock;
struct forecasts;
struct replies;
struct serve_stats;
struct limiter;
struct lines;
struct nodes;
struct tokens;
struct statement_view;

/* ---- who asks ---- */

enum asker {
	AS_PUBLIC, AS_FUNDER, AS_PROVIDER, AS_VERIFIER, AS_AUDITOR, AS_OPERATOR, AS_MAX
};
const char *asker_name(enum asker a);

/* What the access table speaks of. */
enum thing {
	THING_PUBLIC, THING_PROOF, THING_REPLAY, THING_FINDING, THING_BUNDLE, THING_RECEIPT,
	THING_EVENT,
	THING_CONTRACT, THING_TERMS, THING_LIMIT, THING_BALANCE, THING_DISPUTE, THING_COUNTS,
	THING_OUTCOME, THING_OUTLOOK, THING_PARTICIPANT, THING_PERSON_OUTLOOK, THING_STATEMENT,
	THING_LINE, THING_EXPLANATION, THING_EVIDENCE, THING_FORECAST, THING_MAX
};

struct ask;
struct tokens *tokens_new(void);
void tokens_free(struct tokens *t);

bool may_see(const struct ask *a, enum thing thing, enum relation relation);
/* Could it see some such thing of a contract that it has its role under? */
bool may_see_some(const struct ask *a, enum thing thing);

/* ---- the server ---- */

struct handle {
	pthread_mutex_t lock;
	struct ledger *ledger;
	uint64_t size;
	unsigned opened;	/* as serve.opened was then */
};

#define HEAD_TEXT 120
#define HANDLES_MAX 16
#define TOKEN_KEYS_MAX 16

struct serve_options {
	const char *ledger;			/* URL */
	const char *replay;			/* file with the last replay's report; or NULL */
	const struct verifier_key *token_key;	/* NULL: found in the ledger */
	const struct clock *clock;
	unsigned handles;
	uint64_t rate;				/* requests a second of one client; 0: no bound */
	int log_fd;				/* access log; -1: none */
};

struct serve {
	struct serve_options options;
	struct store *watch;		/* for the head alone */
	pthread_mutex_t watch_lock;
	_Atomic unsigned opened;	/* counts how often all handles had to be opened anew */
	_Atomic uint64_t looked;	/* when the head was last looked at: microseconds */
	_Atomic bool behind;		/* what was seen then */
	struct handle handles[HANDLES_MAX];	/* the first is for settlement engines */
	_Atomic unsigned turn;
	pthread_mutex_t view_gate;
	pthread_rwlock_t view_lock;
	struct view *view;
	char head[HEAD_TEXT];		/* of the view, for the header; under view_lock */
	_Atomic uint64_t view_size;	/* of the view, as last seen; 0 before it was made */
	uint8_t secret[16];		/* of this process: nobody can make an ETag of ours */
	char origin[ORIGIN_MAX + 1], operator_id[41];
	struct verifier_key token_keys[TOKEN_KEYS_MAX];	/* under view_lock */
	size_t token_key_count;
	struct replies *replies;
	struct forecasts *forecasts;
	struct tokens *tokens;
	struct nodes *nodes;
	struct lines *lines;
	struct serve_stats *stats;
	struct limiter *limiter;
	pthread_t thread;
	bool watching;
	_Atomic bool stop;
	_Atomic unsigned bundles;	/* being sent */
};

MUST_CHECK enum rc serve_open(const struct serve_options *o, struct serve **ret, struct err *e);
void serve_close(struct serve *s);	/* NULL is allowed */
void serve_handle(void *arg, const struct http_request *r, struct http_response *ret);
bool serve_quick(void *arg, const struct http_request *r, struct http_response *ret);
void serve_log(void *arg, const struct http_done *d);

/* ---- one request ---- */

struct route;

struct ask {
	struct serve *s;
	const struct http_request *request;
	struct arena *arena;
	const struct route *route;
	struct path_parts path;
	struct query query;
	enum media media;
	enum language language;
	enum asker as;
	struct token token;		/* where `as` is not AS_PUBLIC */
	uint16_t party;			/* its name in the view; 0: unknown there */
	struct ledger *ledger;		/* of the handle; NULL in quick answers */
	struct handle *handle;
	uint64_t size;			/* the head that the answer is computed from */
	struct hash root;
	bool waits;			/* for a forecast: it is asked again when that has ended */
	uint64_t key_hash;		/* see ask_key() */
	size_t key_size;		/* 0: too long to be kept */
	char key[1600 + 8];
	char head_text[HEAD_TEXT];
};

/* Fills a->ledger with a snapshot of the view's head, and holds the view for reading. `deep`:
 * settlement engines will be asked. */
MUST_CHECK enum rc ask_open(struct ask *a, bool deep, struct err *e);
void ask_close(struct ask *a);
/* The answer is of another head than the view's. */
void ask_at_head(struct ask *a, uint64_t size, struct hash root);
/* Only size and root, and the view held for reading. */
void ask_peek(struct ask *a);
void ask_peeked(struct ask *a);
/* Is the ledger's head another than the view's? Looks at most once a millisecond. */
bool serve_moved(struct serve *s);
bool serve_ready(const struct serve *s);	/* the whole record was read once */

/* ---- pages ---- */

#define PAGE_DEFAULT 100
#define PAGE_MAX 1000
#define PAGE_WORK 20000		/* rows looked at for one page */

struct page {
	uint64_t from;		/* position that the cursor names; 0 at the start */
	size_t limit, count, work;
	struct buf out;		/* items in the ask's media type; freed by whoever made the page */
	bool more;		/* `next` is set */
	uint64_t next;
};

/* Adds an item of position `at`; true when the page is full: return then. */
bool page_add(struct ask *a, struct page *p, uint64_t at, struct json item);
/* The same by hand, not for CSV: begin (false: the page is full), canonical JSON to p->out, end;
 * or undo where nothing was added. */
bool page_begin(const struct ask *a, struct page *p);
void page_end(const struct ask *a, struct page *p);
void page_undo(const struct ask *a, struct page *p);
/* Another row was looked at: true when it is enough; the next page begins at `at`. */
bool page_worked(struct page *p, uint64_t at);

typedef enum rc list_fn(struct ask *a, struct page *p, struct err *e);
typedef enum rc one_fn(struct ask *a, struct json *ret, struct err *e);
typedef enum rc raw_fn(struct ask *a, struct buf *ret, struct err *e);
typedef enum rc reply_fn(struct ask *a, struct http_response *ret, struct err *e);

enum life { LIFE_NONE, LIFE_HEAD, LIFE_SHORT, LIFE_FOREVER };	/* of caches */

struct route {
	const char *pattern;
	const char *query;	/* parameters, blanks between */
	const char *columns;	/* MEDIA_CSV: members; "amount:unit" is printed as a decimal */
	bool (*quick)(struct ask *a, struct http_response *ret);	/* at once, from memory; or NULL */
	list_fn *list;		/* one of these: a list, */
	one_fn *one;		/* one object, */
	raw_fn *raw;		/* bytes, */
	reply_fn *reply;	/* or a whole answer */
	raw_fn *text;		/* MEDIA_TEXT of the same */
	enum thing thing;
	unsigned media;		/* MEDIA_BITs */
	unsigned languages;	/* LANGUAGE_BITs of its sentences; 0: it has none */
	enum life life;
	bool deep;		/* asks settlement engines */
	bool knows;		/* public, and looks at a token where there is one */
	bool server;		/* says nothing of the ledger: `reply` without one */
};

extern const struct route serve_routes[];
extern const size_t serve_route_count;
const struct route *route_find(const char *path, struct path_parts *ret);

/* ---- helpers of answers ---- */

struct json json_hash(struct ask *a, struct hash h);
struct json json_instant(struct ask *a, int64_t seconds);
struct json json_date(struct ask *a, struct date d);
/* Sets the member where there is something to say. */
void set_text(struct ask *a, struct json *o, const char *key, const char *text);
void set_count(struct ask *a, struct json *o, const char *key, uint64_t n);
void copy_member(struct ask *a, struct json *o, const struct json *from, const char *key);

/* ---- who may see what: serve_access.c ---- */

/* The contract, where the caller may see something of the route's thing under it. */
MUST_CHECK enum rc ask_contract(struct ask *a, struct hash digest, const struct contract **ret,
				struct err *e);
enum relation contract_relation(const struct ask *a, const struct contract *k);
enum relation whole_relation(const struct ask *a, const struct contract *k);
enum relation person_relation(const struct ask *a, const struct contract *k, uint32_t person);
enum relation payee_relation(const struct ask *a, const struct contract *k, const char *payee);
bool may_see_row(const struct ask *a, uint64_t seq);

/* The one wording there is. */
MUST_CHECK static inline enum rc
not_found(struct err *e)
{
	return rc_fail(e, RC_NOT_FOUND, "it does not exist, or is not for this token");
}

/* Fills as, token, party from the Authorization header; the view is held. RC_REFUSED for anything
 * that does not count, after the same work whatever it is. */
MUST_CHECK enum rc ask_authenticate(struct ask *a, struct err *e);
/* The same from memory: true where this very token counted at this very head. */
bool ask_known(struct ask *a);

/* ---- kept replies: serve_replies.c ---- */

struct replies *replies_new(void);
void replies_free(struct replies *r);
void replies_clear(struct replies *r);	/* there is another head: what was answered may be erased */
/* Everything that decides an answer's bytes; a->as is PUBLIC for what is public. */
void ask_key(struct ask *a);
#define ETAG_TEXT 60
const char *ask_etag(struct ask *a);
uint64_t quick_hash(const struct serve *s, const void *bytes, size_t size);
/* One reference more of the answer kept under the ask's key, and its ETag; or NULL. */
struct http_kept *replies_find(struct ask *a, char ret_etag[ETAG_TEXT]);
void replies_put(struct ask *a, struct http_kept *k);	/* takes one */

/* ---- forecasts: serve_forecast.c ---- */

struct forecasts *forecasts_new(const char *ledger);	/* a URL, borrowed */
void forecasts_free(struct forecasts *f);	/* ends the one in hand */
void forecasts_clear(struct forecasts *f);	/* something was erased: the same, and none is kept */
/* Until the one in hand has ended, but not long. */
void forecasts_wait(struct forecasts *f, bool briefly);

/* ---- answers: serve_answer.c, serve_list.c ---- */

void answer_problem(struct ask *a, struct http_response *ret, unsigned status,
		    const char *detail);
/* Cache-Control, ETag, Vary, Utfall-Head, and what every answer carries. */
void answer_headers(struct ask *a, struct http_response *ret);
MUST_CHECK enum rc answer_list(struct ask *a, struct http_response *ret, struct err *e);

/* ---- statistics: serve_stats.c ---- */

struct serve_stats *stats_new(void);
void stats_free(struct serve_stats *st);
unsigned ask_tag(const struct ask *a);	/* http_response.tag: route and role */
void stats_print(const struct serve *s, struct buf *ret);
void log_flush(struct serve *s);
struct limiter *limiter_new(void);
void limiter_free(struct limiter *l);
/* False: this client has asked too often. `now` in microseconds. */
bool limiter_take(struct limiter *l, uint64_t client, uint64_t rate, uint64_t now);

#endif
