/* serve.c - requests a second of the read-only API, as percent of what libmicrohttpd does with a
 * constant body of the same size in the same run. The load generator runs beside the server.
 *
 * The ledger has 1,000,000 entries (ENTRIES=N for another number) and a statement of 240 lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <microhttpd.h>

#include "clock.h"
#include "measure.h"

#define CLIENTS 32
#define ROUND_MICROSECONDS 300000
#define ROUNDS 10		/* of each, in turn: what else the machine does hits both */
#define FILE_EVENTS 100000

static char folder[] = "/tmp/utfall-bench-serve.XXXXXX";

static void
stop(const char *what)
{
	fprintf(stderr, "bench: serve: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- programs ---- */

static pid_t
start(char *const argv[], int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (out >= 0 && dup2(out, STDOUT_FILENO) < 0)
			_exit(126);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0)
		stop("fork");
	return pid;
}

static void
run(char *const argv[])
{
	int status, out = open("/dev/null", O_WRONLY);

	if (waitpid(start(argv, out), &status, 0) < 0 || status != 0)
		stop(argv[0]);
	close(out);
}

static void
end(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	(void)waitpid(pid, &status, 0);
}

static char *
text(const char *a, const char *b)
{
	char *s = malloc(1000);

	if (s == NULL)
		stop("memory");
	(void)snprintf(s, 1000, "%s%s", a, b);
	return s;
}

/* ---- the load ---- */

struct client {
	int fd;
	size_t got, want;	/* bytes of the answer; want 0 before its length is known */
	char head[2048];
};

struct load {
	uint16_t port;
	void (*request)(char *ret, size_t size, uint64_t n);
	uint64_t sent, answers;
	size_t body;
	struct client clients[CLIENTS];
};

static int
dial(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		stop("connect");
	return fd;
}

static void
ask(struct load *l, struct client *c)
{
	char request[2048];
	size_t size;

	l->request(request, sizeof(request), l->sent++);
	size = strlen(request);
	if (write(c->fd, request, size) != (ssize_t)size)
		stop("write");
	c->got = c->want = 0;
}

/* Head and length of an answer that has begun to come. */
static void
look(struct load *l, struct client *c)
{
	const char *end_of_head, *length;

	if (strncmp(c->head, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "bench: serve: %.200s\n", c->head);
		exit(1);
	}
	end_of_head = strstr(c->head, "\r\n\r\n");
	length = strstr(c->head, "Content-Length: ");
	if (end_of_head == NULL || length == NULL)
		return;
	l->body = strtoul(length + 16, NULL, 10);
	c->want = (size_t)(end_of_head - c->head) + 4 + l->body;
}

static void
take(struct load *l, struct client *c)
{
	static char rest[1 << 16];
	size_t room = sizeof(c->head) - 1 - c->got;
	bool heading = c->want == 0;
	ssize_t n = read(c->fd, heading ? c->head + c->got : rest, heading ? room : sizeof(rest));

	if (n <= 0)
		stop("read");
	c->got += (size_t)n;
	if (heading) {
		c->head[c->got] = '\0';
		look(l, c);
	}
	if (c->want == 0 || c->got < c->want)
		return;
	l->answers++;
	ask(l, c);
}

/* Answers in one round. */
static uint64_t
load(struct load *l)
{
	uint64_t began = clock_elapsed(), took;
	int poll = epoll_create1(0);

	l->answers = 0;
	for (size_t i = 0; i < CLIENTS; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = &l->clients[i] };

		l->clients[i].fd = dial(l->port);
		if (epoll_ctl(poll, EPOLL_CTL_ADD, l->clients[i].fd, &e) != 0)
			stop("epoll");
		ask(l, &l->clients[i]);
	}
	while ((took = clock_elapsed() - began) < ROUND_MICROSECONDS) {
		struct epoll_event ready[CLIENTS];
		int n = epoll_wait(poll, ready, CLIENTS, 100);

		for (int i = 0; i < n; i++)
			take(l, ready[i].data.ptr);
	}
	for (size_t i = 0; i < CLIENTS; i++)
		close(l->clients[i].fd);
	close(poll);
	return l->answers * 1000000 / took;
}

/* ---- what libmicrohttpd does alone ---- */

static struct MHD_Response *constant;

static enum MHD_Result
answer(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *upload, size_t *size, void **state)
{
	static int seen;

	(void)cls, (void)url, (void)method, (void)version, (void)upload, (void)size;
	if (*state == NULL) {
		*state = &seen;
		return MHD_YES;
	}
	return MHD_queue_response(connection, 200, constant);
}

static pid_t
start_constant(size_t body, uint16_t *ret_port)
{
	int ports[2];
	pid_t pid;

	if (pipe(ports) != 0)
		stop("pipe");
	pid = fork();
	if (pid == 0) {
		char *bytes = calloc(1, body + 1);
		struct MHD_Daemon *d;
		uint16_t port;

		memset(bytes, 'x', body);
		constant = MHD_create_response_from_buffer(body, bytes, MHD_RESPMEM_MUST_FREE);
		MHD_add_response_header(constant, "Content-Type", "application/json");
		d = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL,
				     answer, NULL, MHD_OPTION_THREAD_POOL_SIZE, 2u, MHD_OPTION_END);
		if (d == NULL)
			_exit(1);
		port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
		if (write(ports[1], &port, sizeof(port)) != sizeof(port))
			_exit(1);
		for (;;)
			pause();
	}
	if (pid < 0 || read(ports[0], ret_port, sizeof(*ret_port)) != sizeof(*ret_port))
		stop("the constant server");
	close(ports[0]);
	close(ports[1]);
	return pid;
}

/* ---- what is asked ---- */

static char token[1200], statement[80];
static uint64_t entries, first_line;

static void
get(char *ret, size_t size, const char *path)
{
	(void)snprintf(ret, size, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n",
		       path, token);
}

static uint64_t
scatter(uint64_t n, uint64_t below)
{
	return (n * UINT64_C(0x9e3779b97f4a7c15) >> 20) % below;
}

static void
ask_head(char *ret, size_t size, uint64_t n)
{
	(void)n;
	get(ret, size, "/v1/head");
}

static void
ask_tile(char *ret, size_t size, uint64_t n)
{
	(void)n;
	get(ret, size, entries > 256 ? "/tile/0/000" : "/tile/0/000.p/100");
}

static void
ask_proof(char *ret, size_t size, uint64_t n)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "/v1/proofs/inclusion?seq=%" PRIu64,
		       scatter(n, entries));
	get(ret, size, path);
}

static void
ask_page(char *ret, size_t size, uint64_t n)
{
	char path[200];

	(void)n;
	(void)snprintf(path, sizeof(path), "/v1/statements/%s/lines?limit=100", statement);
	get(ret, size, path);
}

/* A page that nobody asked for before: a cursor anywhere before the first line gives the same. */
static void
ask_fresh_page(char *ret, size_t size, uint64_t n)
{
	char path[400];

	(void)snprintf(path, sizeof(path), "/v1/statements/%s/lines?limit=100&cursor=n%" PRIu64
		       "&payer=a_city%.*s", statement, n % first_line, (int)(n / first_line % 100),
		       "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&");
	get(ret, size, path);
}

/* ---- the ledger ---- */

/* The value of "NAME":"..." in the answer to one request. */
static void
fetch(uint16_t port, const char *path, const char *name, char *ret, size_t size)
{
	static char answer_text[1 << 16];
	char request[2048];
	size_t got = 0;
	ssize_t n;
	char *at;
	int fd = dial(port);

	(void)snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		       "Authorization: Bearer %s\r\n\r\n", path, token);
	if (write(fd, request, strlen(request)) < 0)
		stop("write");
	while (got < sizeof(answer_text) - 1 &&
	       (n = read(fd, answer_text + got, sizeof(answer_text) - 1 - got)) > 0)
		got += (size_t)n;
	answer_text[got] = '\0';
	close(fd);
	at = strstr(answer_text, name);
	if (at == NULL)
		stop(answer_text);
	at += strlen(name);
	(void)snprintf(ret, size, "%.*s", (int)strcspn(at, "\","), at);
}

static void
pad(const char *utfall, const char *key, const char *checkpoint_key)
{
	char *path = text(folder, "/pad.json");
	FILE *f = fopen(path, "w");
	uint64_t files = entries / FILE_EVENTS;

	if (f == NULL)
		stop(path);
	for (int i = 0; i < FILE_EVENTS; i++)
		fprintf(f, "{\"type\":\"padding.added\",\"body\":{}}\n");
	if (fclose(f) != 0)
		stop(path);
	for (uint64_t i = 0; i < files; i++) {
		char *argv[] = { text(utfall, ""), text("submit", ""), path,
				 text("--key", ""), text(key, ""),
				 text("--checkpoint-key", ""), text(checkpoint_key, ""),
				 text("--at", ""), text("2018-06-01T00:00:00Z", ""),
				 NULL };

		run(argv);
	}
}

static void
make_ledger(const char *utfall)
{
	char *world = text(folder, "/world");
	char *python[] = { text("python3", ""), text("tests/serve/world.py", ""),
			   world, NULL };

	if (setenv("PEOPLE", "60", 1) != 0)
		stop("setenv");
	run(python);
	if (setenv("UTFALL_LEDGER", text(world, "/ledger.db"), 1) != 0)
		stop("setenv");
	pad(utfall, text(world, "/keys/a_city.key"),
	    text(world, "/keys/checkpoint.key"));
}

static pid_t
start_server(const char *audit, uint16_t *ret_port)
{
	char *argv[] = { text(audit, ""), text("serve", ""),
			 text("--listen", ""), text("127.0.0.1:0", ""),
			 text("--rate", ""), text("0", ""), NULL };
	char line[200];
	int out[2];
	FILE *f;
	pid_t pid;

	if (pipe(out) != 0)
		stop("pipe");
	pid = start(argv, out[1]);
	close(out[1]);
	f = fdopen(out[0], "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL || strstr(line, "127.0.0.1:") == NULL)
		stop("the server");
	*ret_port = (uint16_t)strtoul(strstr(line, "127.0.0.1:") + 10, NULL, 10);
	return pid;
}

static void
mint(const char *utfall)
{
	char *argv[] = { text(utfall, ""), text("token", ""), text("mint", ""),
			 text("bench", ""), text("--role", ""),
			 text("auditor", ""), text("--origin", ""),
			 text("serve.example/world", ""), text("--expires", ""),
			 text("2099-01-01T00:00:00Z", ""), text("--key", ""),
			 text(folder, "/world/keys/tokens.key"), NULL };
	int out[2], status;
	ssize_t n;

	if (pipe(out) != 0 || waitpid(start(argv, out[1]), &status, 0) < 0 || status != 0)
		stop("token mint");
	n = read(out[0], token, sizeof(token) - 1);
	token[n > 0 ? n - 1 : 0] = '\0';
	close(out[0]);
	close(out[1]);
}

/* ---- the figures ---- */

/* Clock ticks of processor time that a process has used. */
static uint64_t
ticks(pid_t pid)
{
	char path[64], stat[1024], *at;
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	n = fread(stat, 1, sizeof(stat) - 1, f);
	fclose(f);
	stat[n] = '\0';
	at = strrchr(stat, ')');
	for (int field = 2; at != NULL && field < 14; field++)
		at = strchr(at + 1, ' ');
	return at == NULL ? 0 : strtoull(at, &at, 10) + strtoull(at, NULL, 10);
}

struct total {
	uint64_t answers, ticks;
};

static void
add_round(struct load *l, pid_t pid, struct total *t)
{
	uint64_t before = ticks(pid);

	t->answers += load(l);
	t->ticks += ticks(pid) - before;
}

static void
compare(const char *name, uint16_t port, pid_t server,
	void (*request)(char *, size_t, uint64_t), unsigned least)
{
	static struct load ours, theirs;
	static uint64_t sent;		/* no request of a kind is made twice */
	struct total a = { 0 }, b = { 0 };
	pid_t pid;

	ours = (struct load){ .port = port, .request = request, .sent = sent };
	theirs = (struct load){ .request = ask_head };
	for (int i = 0; i < ROUNDS; i++)
		(void)load(&ours);	/* warms up, and finds the size */
	pid = start_constant(ours.body, &theirs.port);
	for (int i = 0; i < ROUNDS; i++) {
		add_round(&ours, server, &a);
		add_round(&theirs, pid, &b);
	}
	end(pid);
	sent = ours.sent;
	printf("bench: serve_%s_percent %" PRIu64 "\n", name, a.answers * 100 / b.answers);
	printf("# %s: %" PRIu64 " a second, constant body of %zu bytes %" PRIu64 "; at least %u%%; "
	       "by processor time %" PRIu64 "%%\n", name, a.answers / ROUNDS, ours.body,
	       b.answers / ROUNDS, least,
	       b.ticks * a.answers * 100 / (a.ticks == 0 ? 1 : a.ticks) / b.answers);
	fflush(stdout);
}

static const char *const meanings[] = {
	"serve: answers a second, as percent of what libmicrohttpd gives with a constant body",
	"of the same size, in turn in this run: 100 is the limit. fresh_page: one that nobody",
	"asked for before.",
};

int
main(void)
{
	const char *utfall = getenv("UTFALL"), *audit = getenv("UTFALL_AUDIT");
	const char *wanted = getenv("ENTRIES");
	char number[40];
	uint16_t port;
	pid_t pid;

	entries = wanted == NULL ? 1000000 : strtoull(wanted, NULL, 10);
	if (utfall == NULL || audit == NULL || mkdtemp(folder) == NULL)
		stop("UTFALL and UTFALL_AUDIT name the programs");
	ABOUT(meanings);
	make_ledger(utfall);
	mint(utfall);
	pid = start_server(audit, &port);
	fetch(port, "/v1/statements", "\"statement\":\"", statement, sizeof(statement));
	fetch(port, "/v1/statements", "\"seq\":", number, sizeof(number));
	first_line = strtoull(number, NULL, 10) - 480;	/* lines, each with its basis */
	compare("head", port, pid, ask_head, 80);
	compare("tile", port, pid, ask_tile, 80);
	compare("proof", port, pid, ask_proof, 50);
	compare("page", port, pid, ask_page, 25);
	compare("fresh_page", port, pid, ask_fresh_page, 25);
	end(pid);
	char *argv[] = { text("rm", ""), text("-rf", ""), folder, NULL };

	run(argv);
	return 0;
}
