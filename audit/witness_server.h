/* witness_server.h - a C2SP tlog-witness: keeps one head per log and never sees an entry.
 *
 * Layer 6. The state is a folder (witness_state.h). A head is on disk before its
 * cosignature leaves; one lock makes check and store one act.
 */
#ifndef UTFALL_WITNESS_SERVER_H
#define UTFALL_WITNESS_SERVER_H

#include "http.h"
#include "key.h"
#include "rc.h"

struct clock;
struct witness_server;	/* opaque; belongs to whoever opened it */

struct witness_options {
	const char *folder;			/* made where missing */
	const struct verifier_key *logs;	/* trusted keys; their names are the origins */
	size_t log_count;
	const struct signing_key *key;		/* of type KEY_COSIGNATURE */
	const struct clock *clock;
};

/* RC_CONFLICT where another process uses the folder. Everything in `o` is borrowed. */
MUST_CHECK enum rc witness_server_open(const struct witness_options *o,
				       struct witness_server **ret, struct err *e);
void witness_server_close(struct witness_server *w);

/* An http_handler: `arg` is the server. */
void witness_server_handle(void *arg, const struct http_request *r, struct http_response *ret);

#endif
