/* found.c - names what stood in the document, cut to what fits a refusal. */
#include "found.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "text.h"

/* At most 60 bytes of the string, cut between characters. */
static void
found_string(const struct json *value, char ret[FOUND_TEXT])
{
	size_t length = value->count, cut = 0, step;
	uint32_t point;

	while (cut < length && cut < 60) {
		step = utf8_next(value->string + cut, length - cut, &point);
		if (step == 0 || cut + step > 60)
			break;
		cut += step;
	}
	(void)snprintf(ret, FOUND_TEXT, "\"%.*s%s\"", (int)cut, value->string,
		       cut < length ? "..." : "");
}

const char *
found(const struct json *value, char ret[FOUND_TEXT])
{
	switch (value->kind) {
	case JSON_OBJECT:
		(void)snprintf(ret, FOUND_TEXT, "an object");
		break;
	case JSON_ARRAY:
		(void)snprintf(ret, FOUND_TEXT, "a list of %" PRIu32, value->count);
		break;
	case JSON_STRING:
		found_string(value, ret);
		break;
	case JSON_INTEGER:
		(void)snprintf(ret, FOUND_TEXT, "%" PRId64, value->integer);
		break;
	case JSON_FALSE:
		(void)snprintf(ret, FOUND_TEXT, "false");
		break;
	case JSON_TRUE:
		(void)snprintf(ret, FOUND_TEXT, "true");
		break;
	}
	return ret;
}
