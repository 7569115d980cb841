/* serve_stats.c - the access log, counters for Prometheus, and the bound on one client's rate. */
#include "serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"

/* ---- counters ---- */

#define ROUTES_MAX 64
#define BUCKETS 10

static const struct {
	uint64_t microseconds;
	const char *seconds;
} buckets[BUCKETS] = {
	{ 100, "0.0001" }, { 500, "0.0005" }, { 1000, "0.001" }, { 5000, "0.005" },
	{ 10000, "0.01" }, { 50000, "0.05" }, { 100000, "0.1" }, { 500000, "0.5" },
	{ 1000000, "1" }, { 5000000, "5" },
};

static const unsigned statuses[] = { 200, 304, 400, 401, 404, 405, 406, 429, 500, 503, 0 };
#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

struct route_stats {
	_Atomic uint64_t status[STATUSES], bucket[BUCKETS + 1], microseconds, bytes;
};

struct serve_stats {
	struct route_stats routes[ROUTES_MAX + 1];	/* the first: no route of ours */
	pthread_mutex_t lock;
	struct buf log;
};

struct serve_stats *
stats_new(void)
{
	struct serve_stats *st = mem_alloc(sizeof(*st));

	memset(st, 0, sizeof(*st));
	pthread_mutex_init(&st->lock, NULL);
	return st;
}

void
stats_free(struct serve_stats *st)
{
	pthread_mutex_destroy(&st->lock);
	buf_free(&st->log);
	free(st);
}

static void
bump(_Atomic uint64_t *n, uint64_t by)
{
	atomic_fetch_add_explicit(n, by, memory_order_relaxed);
}

static unsigned
tag_route(unsigned tag)
{
	unsigned route = tag & 0xff;

	return route > serve_route_count || route > ROUTES_MAX ? 0 : route;
}

static const char *
route_name(unsigned route)
{
	return route == 0 ? "" : serve_routes[route - 1].pattern;
}

unsigned
ask_tag(const struct ask *a)
{
	unsigned route = a->route == NULL ? 0 : (unsigned)(a->route - serve_routes) + 1;

	return route | (unsigned)a->as << 8;
}

static void
stats_add(struct serve_stats *st, const struct http_done *d)
{
	struct route_stats *r = &st->routes[tag_route(d->tag)];
	size_t i = 0;

	while (statuses[i] != d->status && statuses[i] != 0)
		i++;
	bump(&r->status[i], 1);
	bump(&r->microseconds, d->microseconds);
	bump(&r->bytes, d->method == HTTP_HEAD ? 0 : d->bytes);
	for (i = 0; i < BUCKETS && d->microseconds > buckets[i].microseconds;)
		i++;
	bump(&r->bucket[i], 1);
}

static void
print_requests(const struct serve_stats *st, struct buf *ret)
{
	buf_text(ret, "# HELP utfall_http_requests_total Requests answered.\n"
		 "# TYPE utfall_http_requests_total counter\n");
	for (unsigned i = 0; i <= serve_route_count; i++)
		for (size_t k = 0; k < STATUSES; k++) {
			uint64_t n = atomic_load(&st->routes[i].status[k]);
			char status[12] = "other";

			if (n == 0)
				continue;
			if (statuses[k] != 0)
				(void)snprintf(status, sizeof(status), "%u", statuses[k]);
			buf_printf(ret, "utfall_http_requests_total{route=\"%s\",status=\"%s\"} "
				   "%llu\n", route_name(i), status, (unsigned long long)n);
		}
}

static void
print_durations(const struct serve_stats *st, struct buf *ret)
{
	buf_text(ret, "# HELP utfall_http_request_duration_seconds From the request's line to the "
		 "answer's last byte.\n# TYPE utfall_http_request_duration_seconds histogram\n");
	for (unsigned i = 0; i <= serve_route_count; i++) {
		const struct route_stats *r = &st->routes[i];
		uint64_t count = 0, us = atomic_load(&r->microseconds);
		struct buf lines = { 0 };

		for (size_t k = 0; k <= BUCKETS; k++) {
			count += atomic_load(&r->bucket[k]);
			buf_printf(&lines, "utfall_http_request_duration_seconds_bucket{route=\"%s\","
				   "le=\"%s\"} %llu\n", route_name(i),
				   k < BUCKETS ? buckets[k].seconds : "+Inf",
				   (unsigned long long)count);
		}
		if (count > 0) {
			buf_add(ret, lines.data, lines.size);
			buf_printf(ret, "utfall_http_request_duration_seconds_sum{route=\"%s\"} "
				   "%llu.%06llu\n", route_name(i), (unsigned long long)(us / 1000000),
				   (unsigned long long)(us % 1000000));
			buf_printf(ret, "utfall_http_request_duration_seconds_count{route=\"%s\"} "
				   "%llu\n", route_name(i), (unsigned long long)count);
		}
		buf_free(&lines);
	}
}

static void
print_number(struct buf *ret, const char *name, const char *type, const char *help, uint64_t n)
{
	buf_printf(ret, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
		   (unsigned long long)n);
}

void
stats_print(const struct serve *s, struct buf *ret)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i <= ROUTES_MAX; i++)
		bytes += atomic_load(&s->stats->routes[i].bytes);
	print_requests(s->stats, ret);
	print_durations(s->stats, ret);
	print_number(ret, "utfall_http_response_bytes_total", "counter", "Bytes of answers' bodies.",
		     bytes);
	print_number(ret, "utfall_ledger_entries", "gauge", "Size of the head that is served.",
		     atomic_load(&s->view_size));
	print_number(ret, "utfall_ready", "gauge", "1 when the ledger is open and read.",
		     serve_ready(s) ? 1 : 0);
}

/* ---- the access log: no address, no query, no part of a path that names somebody ---- */

static const char *
method_name(enum http_method m)
{
	switch (m) {
	case HTTP_GET:
		return "GET";
	case HTTP_HEAD:
		return "HEAD";
	case HTTP_POST:
		return "POST";
	case HTTP_OTHER:
		break;
	}
	return "other";
}

static void
write_log(struct serve *s, struct buf *b)
{
	size_t at = 0;

	while (at < b->size) {
		ssize_t n = write(s->options.log_fd, b->data + at, b->size - at);

		if (n <= 0)
			break;		/* a log that cannot be written stops nobody */
		at += (size_t)n;
	}
	buf_clear(b);
}

void
log_flush(struct serve *s)
{
	pthread_mutex_lock(&s->stats->lock);
	write_log(s, &s->stats->log);
	pthread_mutex_unlock(&s->stats->lock);
}

static void
log_add(struct serve *s, const struct http_done *d)
{
	unsigned as = d->tag >> 8 & 0xff;
	char at[INSTANT_TEXT];
	struct buf *b = &s->stats->log;

	instant_format(clock_now(s->options.clock), at);
	pthread_mutex_lock(&s->stats->lock);
	buf_printf(b, "{\"at\":\"%s\",\"bytes\":%llu,\"method\":\"%s\",\"role\":\"%s\","
		   "\"route\":\"%s\",\"status\":%u,\"us\":%llu}\n", at, (unsigned long long)d->bytes,
		   method_name(d->method), asker_name(as < AS_MAX ? (enum asker)as : AS_PUBLIC),
		   route_name(tag_route(d->tag)), d->status, (unsigned long long)d->microseconds);
	if (b->size > (64u << 10))
		write_log(s, b);
	pthread_mutex_unlock(&s->stats->lock);
}

void
serve_log(void *arg, const struct http_done *d)
{
	struct serve *s = arg;

	stats_add(s->stats, d);
	if (s->options.log_fd >= 0)
		log_add(s, d);
}

/* ---- rate ---- */

#define CLIENTS 4096

struct limiter {
	pthread_mutex_t lock;
	struct { uint64_t at, left; } clients[CLIENTS];	/* left: in millionths of a request */
};

struct limiter *
limiter_new(void)
{
	struct limiter *l = mem_alloc(sizeof(*l));

	memset(l, 0, sizeof(*l));
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
limiter_free(struct limiter *l)
{
	pthread_mutex_destroy(&l->lock);
	free(l);
}

/* A bucket holds two seconds' worth. Clients that share a slot share what it holds. */
bool
limiter_take(struct limiter *l, uint64_t client, uint64_t rate, uint64_t now)
{
	size_t i = (client * UINT64_C(0x9e3779b97f4a7c15)) >> 52;
	uint64_t full = 2 * rate * 1000000, left;
	bool ok;

	if (rate == 0 || client == 0)
		return true;
	pthread_mutex_lock(&l->lock);
	left = l->clients[i].at == 0 ? full : l->clients[i].left + (now - l->clients[i].at) * rate;
	if (left > full)
		left = full;
	ok = left >= 1000000;
	l->clients[i].left = ok ? left - 1000000 : left;
	l->clients[i].at = now;
	pthread_mutex_unlock(&l->lock);
	return ok;
}
