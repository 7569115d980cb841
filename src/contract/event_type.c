/* event_type.c - what can be asked of the table of event types. */
#include "event_type.h"

#include <string.h>

#include "buf.h"
#include "json.h"

bool
event_type_parse(const char *name, size_t length, enum event_type *ret)
{
	for (int i = 0; length > 0 && i < EVENT_TYPE_MAX; i++) {
		const char *have = event_info((enum event_type)i)->name;

		if (have[0] == name[0] && strncmp(have, name, length) == 0 &&
		    strlen(have) == length) {
			*ret = (enum event_type)i;
			return true;
		}
	}
	return false;
}

/* As strcmp(); most names differ in their first byte, which needs no call. */
static int
order_of(const char *a, const char *b)
{
	int first = (unsigned char)a[0] - (unsigned char)b[0];

	return first != 0 ? first : strcmp(a, b);
}

const struct event_field *
event_field_find(const struct event_info *info, const char *name)
{
	for (const struct event_field *f = info->fields; f->name != NULL; f++)
		if (order_of(f->name, name) == 0)
			return f;
	return NULL;
}

const struct event_field *
event_field_next(const struct event_field **at, const char *name)
{
	for (; (*at)->name != NULL; (*at)++) {
		int order = order_of((*at)->name, name);

		if (order >= 0)
			return order == 0 ? (*at)++ : NULL;
	}
	return NULL;
}

bool
event_has_natural_key(const struct event_info *info)
{
	for (const struct event_field *f = info->fields; f->name != NULL; f++)
		if (f->flags & FIELD_NATURAL)
			return true;
	return false;
}

/* A line each: type, sender, then every natural field's canonical value, empty where absent.
 * Canonical JSON holds no line feed, so two keys are equal only where all parts are. Fields and
 * members are both in ascending order. */
void
event_natural_key(enum event_type type, const struct json *body, const char *sender,
		  struct buf *ret)
{
	const struct event_info *info = event_info(type);
	uint32_t at = 0, count = body->kind == JSON_OBJECT ? body->count : 0;

	buf_text(ret, info->name);
	buf_byte(ret, '\n');
	buf_text(ret, sender);
	buf_byte(ret, '\n');
	for (const struct event_field *f = info->fields; f->name != NULL; f++) {
		int order = 1;

		if (!(f->flags & FIELD_NATURAL))
			continue;
		while (at < count && (order = order_of(body->members[at].key, f->name)) < 0)
			at++;
		if (at < count && order == 0)
			json_write(&body->members[at].value, ret);
		buf_byte(ret, '\n');
	}
}
