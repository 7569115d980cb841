/* entry.c - the two forms of an entry. Both follow from their values: reading is comparing. */
#include "entry.h"
#include "scan.h"

#include "buf.h"
#include "date.h"
#include "limits_utfall.h"

#include <string.h>

/* {"at":"…Z","event":"<digest>","prev":"<hex>","seq":42,"v":1} and the same with "submission". */
enum rc
entry_parse(const char *bytes, size_t size, struct entry *ret, struct err *e)
{
	struct scan s = { bytes, bytes, bytes + size };
	struct entry x = { .kind = ENTRY_SUBMISSION };

	if (size > LIMIT_EVENT_BYTES)
		return rc_fail(e, RC_REFUSED, "expected at most %d bytes, found %zu",
			       LIMIT_EVENT_BYTES, size);
	if (!SCAN_TEXT(&s, "{\"at\":\"") || !scan_instant(&s, &x.at))
		return scan_refuse(&s, "{\"at\":\"YYYY-MM-DDThh:mm:ssZ\"", e);
	if (SCAN_TEXT(&s, "\",\"event\":\"")) {
		x.kind = ENTRY_EVENT;
		if (!scan_hash(&s, &x.event))
			return scan_refuse(&s, "a digest of 64 hexadecimal digits", e);
	}
	if (!SCAN_TEXT(&s, "\",\"prev\":\"") || !scan_hash(&s, &x.prev))
		return scan_refuse(&s, "\"prev\":\"64 hexadecimal digits\"", e);
	if (!SCAN_TEXT(&s, "\",\"seq\":") || !scan_integer(&s, &x.seq))
		return scan_refuse(&s, "\"seq\":a whole number", e);
	if (x.kind == ENTRY_SUBMISSION) {
		static const char tail[] = ",\"v\":1}";

		if (!SCAN_TEXT(&s, ",\"submission\":") || s.at == s.end || *s.at != '{' ||
		    (size_t)(s.end - s.at) < sizeof(tail))
			return scan_refuse(&s, "\"submission\":{...}", e);
		x.submission = s.at;
		x.submission_size = (size_t)(s.end - s.at) - (sizeof(tail) - 1);
		s.at += x.submission_size;
	}
	if (!SCAN_TEXT(&s, ",\"v\":1}") || s.at != s.end)
		return scan_refuse(&s, "\"v\":1} and the end", e);
	*ret = x;
	return RC_OK;
}

void
entry_format(const struct entry *x, struct buf *ret)
{
	char at[INSTANT_TEXT], prev[HASH_HEX], event[HASH_HEX];

	instant_format(x->at, at);
	hash_format(x->prev, prev);
	buf_add(ret, "{\"at\":\"", 7);
	buf_add(ret, at, INSTANT_TEXT - 1);
	if (x->kind == ENTRY_EVENT) {
		hash_format(x->event, event);
		buf_add(ret, "\",\"event\":\"", 11);
		buf_add(ret, event, HASH_HEX - 1);
	}
	buf_add(ret, "\",\"prev\":\"", 10);
	buf_add(ret, prev, HASH_HEX - 1);
	buf_add(ret, "\",\"seq\":", 8);
	buf_integer(ret, (int64_t)x->seq);
	if (x->kind == ENTRY_SUBMISSION) {
		buf_text(ret, ",\"submission\":");
		buf_add(ret, x->submission, x->submission_size);
	}
	buf_add(ret, ",\"v\":1}", 7);
}
