/* test_http.c - clients that are too slow, say too much or go away are ended, and what was made for
 * them is freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifdef HAVE_MICROHTTPD

#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "http.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LATE 20
#define PATIENCE 20000		/* milliseconds that anything may take */

static _Atomic int made, freed;
static _Atomic bool ending;		/* the server is about to be stopped */

static ptrdiff_t
endless(void *arg, uint64_t position, char *ret, size_t size)
{
	(void)arg;
	(void)position;
	memset(ret, 'x', size);
	return (ptrdiff_t)size;
}

static void
count_freed(void *arg)
{
	(void)arg;
	atomic_fetch_add(&freed, 1);
}

static void
answer(void *arg, const struct http_request *r, struct http_response *ret)
{
	(void)arg;
	ret->status = 200;
	ret->type = "text/plain";
	while (strcmp(r->path, "/late") == 0 && !atomic_load(&ending))
		(void)sched_yield();
	if (strcmp(r->path, "/endless") == 0 || strcmp(r->path, "/late") == 0) {
		atomic_fetch_add(&made, 1);
		ret->read = endless;
		ret->read_free = count_freed;
	} else if (strcmp(r->path, "/large") == 0) {
		static const char block[1 << 20];	/* cmocka's memory is for one thread */

		for (int i = 0; i < 32; i++)
			buf_add(&ret->body, block, sizeof(block));
	} else {
		buf_text(&ret->body, "ok\n");
	}
}

static struct http_server *
start(unsigned workers)
{
	struct http_options o = { .listen = "127.0.0.1:0", .threads = 1, .workers = workers,
				  .connections_max = 100, .timeout_seconds = 1, .send_seconds = 1,
				  .body_max = 1000, .handler = answer };
	struct http_server *s;
	struct err e = { 0 };

	assert_int_equal(http_start(&o, &s, &e), RC_OK);
	return s;
}

static int
say(const struct http_server *s, const char *request, size_t size)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(s)),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096;

	assert_true(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(send(fd, request, size, MSG_NOSIGNAL), (ssize_t)size);
	return fd;
}

static bool
is_alone(const struct http_server *s)
{
	return http_connections(s) == 0;
}

static bool
all_there(const struct http_server *s)
{
	return http_connections(s) == LATE;
}

static void
wait_until(bool (*done)(const struct http_server *s), const struct http_server *s, const char *what)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int i = 0; i < PATIENCE / 10; i++) {
		if (done(s))
			return;
		(void)nanosleep(&pause, NULL);
	}
	fail_msg("%s: the connection is still there after %d ms", what, PATIENCE);
}

/* The last is accepted when all are. */
static const char *const slow[] = {
	"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /endless HTTP/1.1\r\nHost: x\r\n\r\nGET /endless HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "",
	"GET / HTTP/1.1\r\nHost: x\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX: y",
	"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
	"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n", "G",
};

static void
wait_for_end(int fd)
{
	const struct timeval patience = { .tv_sec = PATIENCE / 1000 };
	ssize_t n;
	char byte;

	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	n = recv(fd, &byte, 1, 0);
	if (n > 0 || (n < 0 && errno == EAGAIN))
		fail_msg("half a request is not ended after %d ms", PATIENCE);
}

/* They never read, and never say more. */
static void
slow_clients(unsigned workers)
{
	struct http_server *s = start(workers);
	int fds[COUNT(slow)];

	for (size_t i = 0; i < COUNT(slow); i++)
		fds[i] = say(s, slow[i], strlen(slow[i]));
	wait_for_end(fds[COUNT(slow) - 1]);
	wait_until(is_alone, s, "slow clients");
	for (size_t i = 0; i < COUNT(slow); i++)
		close(fds[i]);
	http_stop(s);
	assert_int_equal(atomic_load(&made), atomic_load(&freed));
	assert_true(atomic_load(&made) >= 2);
}

static void
test_slow(void **state)
{
	(void)state;
	slow_clients(0);	/* the threads answer */
	slow_clients(2);	/* workers do */
}

static void
test_gone(void **state)
{
	const struct linger reset = { 1, 0 };
	struct http_server *s = start(2);

	(void)state;
	for (size_t i = 0; i < 10 * COUNT(slow); i++) {
		const char *request = slow[i % COUNT(slow)];
		int fd = say(s, request, strlen(request));

		if (i % 3 == 0)
			(void)shutdown(fd, SHUT_WR);
		if (i % 2 == 0)
			(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
	}
	wait_until(is_alone, s, "clients that are gone");
	http_stop(s);
	assert_int_equal(atomic_load(&made), atomic_load(&freed));
}

/* A server that ends frees what it was sending. */
static void
test_stop(void **state)
{
	struct http_server *s = start(2);
	int fds[20];

	(void)state;
	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = say(s, slow[0], strlen(slow[0]));
	http_stop(s);
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
	assert_int_equal(atomic_load(&made), atomic_load(&freed));
}

/* What is made while it ends is freed once, whether or not it can still be handed over. */
static void
test_late(void **state)
{
	static const char late[] = "GET /late HTTP/1.1\r\nHost: x\r\n\r\n";

	(void)state;
	for (int round = 0; round < 20; round++) {
		struct http_server *s = start(2);
		int fds[LATE];

		atomic_store(&ending, false);
		for (size_t i = 0; i < COUNT(fds); i++)
			fds[i] = say(s, late, sizeof(late) - 1);
		wait_until(all_there, s, "clients that ask");
		atomic_store(&ending, true);
		http_stop(s);
		for (size_t i = 0; i < COUNT(fds); i++)
			close(fds[i]);
		assert_int_equal(atomic_load(&made), atomic_load(&freed));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow), cmocka_unit_test(test_gone), cmocka_unit_test(test_stop),
		cmocka_unit_test(test_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int
main(void)
{
	printf("1..0 # SKIP built without libmicrohttpd\n");
	return 0;
}

#endif
