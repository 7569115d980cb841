/* cmd_witness.c - witness: cosigns the heads of logs that only grow. */
#include "commands.h"

#ifdef HAVE_MICROHTTPD

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "http.h"
#include "key.h"
#include "text.h"
#include "trust.h"
#include "witness.h"
#include "witness_server.h"

#define DEFAULT_LISTEN "127.0.0.1:8082"

static enum rc
read_cosigning_key(struct call *call, struct signing_key **ret, struct err *e)
{
	const char *path, *text = call_option(call, "passphrase-fd");
	struct passphrase passphrase = { 0 };
	int64_t fd = STDIN_FILENO;
	bool needs = false;
	enum rc rc = call_need(call, "key", &path, e);

	if (rc == RC_OK && text != NULL &&
	    (!integer_parse(text, strlen(text), &fd) || fd < 0 || fd > INT32_MAX))
		rc = rc_fail(e, RC_USAGE, "--passphrase-fd %s: expected the number of an open file",
			     text);
	if (rc == RC_OK)
		rc = key_file_needs_passphrase(path, &needs, e);
	if (rc == RC_OK && needs)
		rc = passphrase_read((int)fd, "passphrase of the key: ", &passphrase, e);
	if (rc == RC_OK)
		rc = key_file_read(path, needs ? &passphrase : NULL, ret, e);
	passphrase_free(&passphrase);
	if (rc == RC_OK && signing_key_verifier(*ret)->type != KEY_COSIGNATURE) {
		signing_key_free(*ret);
		*ret = NULL;
		rc = rc_fail(e, RC_REFUSED, "%s: expected a cosigning key; "
			     "`utfall key new NAME --use cosigning` makes one", path);
	}
	return rc;
}

/* Serves until SIGINT or SIGTERM. */
static enum rc
serve(struct call *call, struct witness_server *w, struct err *e)
{
	const char *listen = call_option(call, "listen");
	struct http_options options = { .listen = listen != NULL ? listen : DEFAULT_LISTEN,
		.threads = 2, .connections_max = 200, .per_client_max = 50, .timeout_seconds = 10,
		.body_max = WITNESS_REQUEST_BYTES, .handler = witness_server_handle, .arg = w };
	struct http_server *server;
	sigset_t set;
	int signal;
	enum rc rc;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);	/* before the server's threads start */
	rc = http_start(&options, &server, e);
	if (rc != RC_OK)
		return rc;
	if (http_port(server) != 0)
		fprintf(call->out, "witness listens on port %u\n", http_port(server));
	else
		fprintf(call->out, "witness listens on %s\n", options.listen);
	fflush(call->out);
	(void)sigwait(&set, &signal);
	http_stop(server);
	return RC_OK;
}

enum rc
audit_witness(struct call *call, struct err *e)
{
	struct clock clock = { 0 };
	struct witness_options options = { .clock = &clock };
	struct witness_server *server = NULL;
	struct signing_key *key = NULL;
	const char *logs;
	enum rc rc = call_need(call, "state", &options.folder, e);

	if (rc == RC_OK)
		rc = call_need(call, "log", &logs, e);
	if (rc == RC_OK)
		rc = trust_read_keys(call, logs, &options.logs, &options.log_count, e);
	if (rc == RC_OK)
		rc = read_cosigning_key(call, &key, e);
	options.key = key;
	if (rc == RC_OK)
		rc = witness_server_open(&options, &server, e);
	if (rc == RC_OK)
		rc = serve(call, server, e);
	witness_server_close(server);
	signing_key_free(key);
	return rc;
}

#endif
