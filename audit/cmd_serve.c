/* cmd_serve.c - serve: the read-only API and its console. */
#include "commands.h"

#ifdef HAVE_MICROHTTPD

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "embed.h"
#include "file.h"
#include "http.h"
#include "limits_utfall.h"
#include "serve.h"
#include "trust.h"

#define DEFAULT_LISTEN "127.0.0.1:8080"
#define DEFAULT_RATE 200
#define DEFAULT_CONNECTIONS 12000
#define SPARE_FILES 64		/* descriptors for the ledger, logs and the like */
#define TIMEOUT_SECONDS 15
#define SEND_SECONDS 60

static enum rc
read_token_key(struct call *call, struct serve_options *o, struct err *e)
{
	const char *path = call_option(call, "token-key");
	const struct verifier_key *keys;
	size_t count;
	enum rc rc;

	if (path == NULL)
		return RC_OK;
	rc = trust_read_keys(call, path, &keys, &count, e);
	if (rc == RC_OK && count != 1)
		rc = rc_fail(e, RC_REFUSED, "%s: expected one verifier key, found %zu", path, count);
	if (rc == RC_OK)
		o->token_key = &keys[0];
	return rc;
}

static enum rc
read_pem(struct call *call, const char *option, const char **ret, struct err *e)
{
	const char *path = call_option(call, option);
	struct buf bytes = { 0 };
	enum rc rc;

	if (path == NULL)
		return RC_OK;
	rc = file_read(path, LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		*ret = arena_string(call->arena, bytes.data, bytes.size);
	buf_free(&bytes);
	return rc;
}

static enum rc
read_certificate(struct call *call, struct http_options *o, struct err *e)
{
	enum rc rc = read_pem(call, "certificate", &o->certificate, e);

	if (rc == RC_OK)
		rc = read_pem(call, "certificate-key", &o->certificate_key, e);
	if (rc == RC_OK && (o->certificate == NULL) != (o->certificate_key == NULL))
		rc = rc_fail(e, RC_USAGE, "--certificate and --certificate-key: expected both or "
			     "neither");
	return rc;
}

static enum rc
open_log(struct call *call, int *ret, struct err *e)
{
	const char *path = call_option(call, "access-log");

	*ret = -1;
	if (path == NULL)
		return RC_OK;
	*ret = strcmp(path, "-") == 0 ? STDOUT_FILENO
		: open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	return *ret >= 0 ? RC_OK : rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
}

/* As many connections as the machine gives descriptors for. */
static unsigned
bound_connections(int64_t wanted)
{
	struct rlimit limit;
	rlim_t need = (rlim_t)wanted + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 256;
	if (limit.rlim_cur < need) {
		limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur < need)
		wanted = (int64_t)limit.rlim_cur - SPARE_FILES;
	return wanted < 16 ? 16 : (unsigned)wanted;
}

static bool
is_near(const char *listen)
{
	return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]", 5) == 0 ||
	       strncmp(listen, "unix:", 5) == 0;
}

static enum rc
read_options(struct call *call, struct serve_options *o, struct http_options *h, struct err *e)
{
	const char *listen = call_option(call, "listen");
	int64_t rate, threads, connections, per_client;
	enum rc rc = call_need(call, "ledger", &o->ledger, e);

	h->listen = listen != NULL ? listen : DEFAULT_LISTEN;
	o->replay = call_option(call, "replay");
	if (rc == RC_OK)
		rc = number_option(call, "rate", 0, 1000000, DEFAULT_RATE, &rate, e);
	if (rc == RC_OK)
		rc = number_option(call, "threads", 1, 64, 2, &threads, e);
	if (rc == RC_OK)
		rc = number_option(call, "connections", 16, 100000, DEFAULT_CONNECTIONS,
				   &connections, e);
	/* behind a proxy every client has one address */
	if (rc == RC_OK)
		rc = number_option(call, "per-client", 0, 100000, is_near(h->listen) ? 0 : 100,
				   &per_client, e);
	if (rc == RC_OK)
		rc = read_token_key(call, o, e);
	if (rc == RC_OK)
		rc = read_certificate(call, h, e);
	if (rc == RC_OK)
		rc = open_log(call, &o->log_fd, e);
	if (rc != RC_OK)
		return rc;
	o->rate = (uint64_t)rate;
	o->handles = 1 + (unsigned)threads < HANDLES_MAX ? 1 + (unsigned)threads : HANDLES_MAX;
	h->threads = h->workers = (unsigned)threads;
	h->connections_max = bound_connections(connections);
	h->per_client_max = (unsigned)per_client;
	h->timeout_seconds = TIMEOUT_SECONDS;
	h->send_seconds = SEND_SECONDS;
	return RC_OK;
}

static void
say_started(struct call *call, const struct http_options *h, const struct http_server *server)
{
	const char *scheme = h->certificate != NULL ? "https" : "http", *colon;

	if (embed_console_count == 0)
		fprintf(stderr, "utfall-audit: built without the console: only the API is served\n");
	if (!is_near(h->listen) && h->certificate == NULL)
		fprintf(stderr, "utfall-audit: %s is not this machine alone and there is no "
			"certificate: tokens travel readable\n", h->listen);
	colon = strrchr(h->listen, ':');
	if (http_port(server) == 0)
		fprintf(call->out, "serving on %s\n", h->listen);
	else
		fprintf(call->out, "serving on %s://%.*s:%u/\n", scheme, (int)(colon - h->listen),
			h->listen, http_port(server));
	fflush(call->out);
}

enum rc
audit_serve(struct call *call, struct err *e)
{
	struct clock clock = { 0 };
	struct serve_options o = { .clock = &clock, .log_fd = -1 };
	struct http_options h = { .handler = serve_handle, .quick = serve_quick, .log = serve_log };
	struct http_server *server = NULL;
	struct serve *s = NULL;
	sigset_t set;
	int signal;
	enum rc rc = read_options(call, &o, &h, e);

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);	/* before any thread starts */
	sigdelset(&set, SIGPIPE);
	if (rc == RC_OK)
		rc = serve_open(&o, &s, e);
	h.arg = s;
	if (rc == RC_OK)
		rc = http_start(&h, &server, e);
	if (rc == RC_OK) {
		say_started(call, &h, server);
		(void)sigwait(&set, &signal);
	}
	http_stop(server);
	serve_close(s);
	if (o.log_fd > STDERR_FILENO)
		(void)close(o.log_fd);
	return rc;
}

#endif
