/* http_client.c - posts a text and reads a short answer; the only file that includes curl. */
#include "http_client.h"

#include "buf.h"

#ifdef HAVE_LIBCURL

#include <curl/curl.h>

#define ANSWER_MAX (64u << 10)
#define SECONDS 10L

static size_t
take(char *bytes, size_t size, size_t count, void *arg)
{
	struct buf *b = arg;

	if (b->size + size * count > ANSWER_MAX)
		return 0;	/* ends the transfer */
	buf_add(b, bytes, size * count);
	return size * count;
}

enum rc
http_post(const char *url, const void *body, size_t size, long *ret_status, struct buf *ret_answer,
	  struct err *e)
{
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: text/plain");
	CURL *c = curl_easy_init();
	CURLcode code;

	headers = curl_slist_append(headers, "Expect:");
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_TIMEOUT, SECONDS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, ret_answer);
	code = curl_easy_perform(c);
	if (code == CURLE_OK)
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, ret_status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	if (code == CURLE_WRITE_ERROR)
		return rc_fail(e, RC_REFUSED, "%s: expected an answer of at most %u bytes, found more",
			       url, ANSWER_MAX);
	if (code != CURLE_OK)
		return rc_fail(e, RC_SYSTEM, "%s: no answer: %s", url, curl_easy_strerror(code));
	return RC_OK;
}

#else

enum rc
http_post(const char *url, const void *body, size_t size, long *ret_status, struct buf *ret_answer,
	  struct err *e)
{
	(void)body;
	(void)size;
	(void)ret_status;
	(void)ret_answer;
	return rc_fail(e, RC_SYSTEM, "%s: this utfall was built without libcurl; install "
		       "libcurl4-openssl-dev and build again", url);
}

#endif
