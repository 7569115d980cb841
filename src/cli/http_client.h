/* http_client.h - one POST to a witness; the only module that knows libcurl.
 *
 * Layer 6.
 */
#ifndef UTFALL_HTTP_CLIENT_H
#define UTFALL_HTTP_CLIENT_H

#include "rc.h"

struct buf;

/* http and https only, no redirects, 10 seconds, an answer of at most 64 KiB (RC_REFUSED where it
 * is longer). RC_SYSTEM where there is no answer; any status is an answer. */
MUST_CHECK enum rc http_post(const char *url, const void *body, size_t size, long *ret_status,
			     struct buf *ret_answer, struct err *e);

#endif
