/* http_priv.h - the parts of the HTTP server: answers (http.c), sockets (http_listen.c), slow
 * clients and workers (http_guard.c). */
#ifndef UTFALL_HTTP_PRIV_H
#define UTFALL_HTTP_PRIV_H

#include "http.h"

#include <pthread.h>
#include <stdatomic.h>

struct MHD_Connection;
struct MHD_Daemon;
struct exchange;

enum link_state { LINK_READING, LINK_BUSY, LINK_SENDING };

struct link {			/* one connection */
	struct link *next, *before;
	int fd;
	uint64_t client;
	_Atomic int state;		/* enum link_state */
	_Atomic uint64_t since;		/* microseconds: when it came into that state */
	_Atomic uint64_t seconds;	/* it may stay there; 0: for ever */
};

struct guard {			/* ends connections that take too long */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct link *first;
	unsigned count;
	bool stop;
};

struct workers {		/* run the handler beside the threads that move bytes */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t *threads;
	unsigned count;
	struct exchange *first, *last;
	bool stop;
};

struct http_server {
	struct MHD_Daemon *daemon;
	struct http_options options;
	char *path;		/* of a unix socket, removed at the end */
	unsigned port;
	struct guard guard;
	struct workers workers;
};

struct exchange {		/* one request on its way */
	struct exchange *next;	/* in the workers' queue */
	struct http_server *server;
	struct link *link;
	struct MHD_Connection *connection;
	struct arena *arena;
	struct http_request request;
	struct http_response response;
	struct buf body;
	unsigned status;
	uint64_t bytes, started;
	bool seen, too_large, answered, sent;
	char line[];		/* path and query */
};

/* http_listen.c */
MUST_CHECK enum rc http_listen(struct http_server *s, const char *text, int *ret, struct err *e);

/* http_guard.c */
MUST_CHECK enum rc guard_start(struct http_server *s, struct err *e);
void guard_stop(struct http_server *s);
struct link *guard_add(struct http_server *s, int fd, uint64_t client);
void guard_remove(struct http_server *s, struct link *l);
void link_enter(struct link *l, enum link_state state, uint64_t seconds);

MUST_CHECK enum rc workers_start(struct http_server *s, struct err *e);
/* Answers what waits, then ends. */
void workers_stop(struct http_server *s);
/* False where there are none, or they stop: the caller answers itself. */
bool workers_take(struct http_server *s, struct exchange *x);
void exchange_resume(struct exchange *x);	/* http.c: the response is ready */

#endif
