/* event.c - an event's bytes, read and written. */
#include "event.h"

#include "arena.h"
#include "buf.h"
#include "finding.h"
#include "json.h"
#include "limits_utfall.h"
#include "text.h"

#include <string.h>

void
event_format(enum event_type type, const struct json *body, const char *salt, struct buf *ret)
{
	buf_text(ret, "{\"body\":");
	json_write(body, ret);
	buf_printf(ret, ",\"salt\":\"%s\",\"type\":\"%s\"}", salt, event_info(type)->name);
}

struct hash
event_natural(const struct event *event, const char *sender)
{
	const struct event_info *info = event_info(event->type);
	struct buf key = { 0 };
	struct hash ret = { { 0 } };

	if (event->type == EVENT_EVENT_CORRECTED || event->type == EVENT_EVENT_RETRACTED ||
	    !event_has_natural_key(info) || event_field_find(info, "spell") != NULL)
		return ret;
	buf_reserve(&key, 250);
	event_natural_key(event->type, event->body, sender, &key);
	ret = hash_bytes(key.data, key.size);
	buf_free(&key);
	return ret;
}

bool
event_peek_type(const char *bytes, size_t size, enum event_type *ret)
{
	static const char before[] = ",\"type\":\"";
	const char *end = bytes + size - 2, *at = end;

	if (size < sizeof(before) + 2 || memcmp(end, "\"}", 2) != 0)
		return false;
	while (at > bytes && at[-1] != '"')
		at--;
	if ((size_t)(at - bytes) < sizeof(before) - 1 ||
	    memcmp(at - (sizeof(before) - 1), before, sizeof(before) - 1) != 0)
		return false;
	return event_type_parse(at, (size_t)(end - at), ret);
}

static void
check_envelope(const struct json *outer, struct findings *f)
{
	static const char *const names[] = { "body", "salt", "type" };

	if (outer->kind != JSON_OBJECT) {
		finding_add(f, SEVERITY_ERROR, 0, 0, "", "expected an object with the members "
			    "body, salt and type");
		return;
	}
	for (size_t i = 0; i < 3; i++)
		if (json_get(outer, names[i]) == NULL)
			finding_add(f, SEVERITY_ERROR, 0, 0, "", "expected the member \"%s\", "
				    "found none", names[i]);
	for (uint32_t i = 0; i < outer->count; i++)
		if (strcmp(outer->members[i].key, "body") != 0 &&
		    strcmp(outer->members[i].key, "salt") != 0 &&
		    strcmp(outer->members[i].key, "type") != 0)
			finding_add(f, SEVERITY_ERROR, 0, 0, "", "expected only body, salt and "
				    "type, found \"%s\": leave it out", outer->members[i].key);
}

/* Body, salt and type, and nothing else, stand in this order. */
static bool
is_envelope(const struct json *outer)
{
	return outer->kind == JSON_OBJECT && outer->count == 3 &&
		strcmp(outer->members[0].key, "body") == 0 &&
		strcmp(outer->members[1].key, "salt") == 0 &&
		strcmp(outer->members[2].key, "type") == 0;
}

static void
look_up(struct event *event)
{
	const char *contract = json_get_string(event->body, "contract");

	if (contract != NULL && !hash_parse(contract, strlen(contract), &event->contract))
		event->contract = (struct hash){ { 0 } };
	event->participant = json_get_string(event->body, "participant");
	event->site = json_get_string(event->body, "site");
}

/* True if nothing was found. */
static bool
check_event(const struct json *outer, struct findings *f, struct event *ret)
{
	const struct json *salt, *type, *body;
	size_t before = f->errors;
	uint8_t bytes[SALT_BYTES];
	bool known;

	if (!is_envelope(outer)) {
		check_envelope(outer, f);
		return false;
	}
	body = &outer->members[0].value;
	salt = &outer->members[1].value;
	type = &outer->members[2].value;
	if (salt->kind != JSON_STRING ||
	    !base64url_parse(salt->string, salt->count, bytes, SALT_BYTES))
		finding_add(f, SEVERITY_ERROR, 0, 0, "/salt", "expected 22 characters of base64url "
			    "with unused bits zero, found %s",
			    salt->kind == JSON_STRING ? "another string" : "no string");
	known = type->kind == JSON_STRING &&
		event_type_parse(type->string, type->count, &ret->type);
	if (!known)
		finding_add(f, SEVERITY_ERROR, 0, 0, "/type", "expected a type of event, found %s%s",
			    type->kind == JSON_STRING ? "no such one: " : "no string",
			    type->kind == JSON_STRING ? type->string : "");
	else if (event_body_check(ret->type, body, "/body", f) && f->errors == before) {
		ret->salt = salt->string;
		ret->body = body;
		look_up(ret);
		return true;
	}
	return false;
}

/* The first error of those from `first` on, or that there were some. */
static enum rc
report(const struct findings *f, size_t first, struct err *e)
{
	const struct finding *x;

	if (first >= f->count)
		return rc_fail(e, RC_REFUSED, "an event is not as its type asks");
	x = &f->items[first];
	if (x->pointer == NULL || x->pointer[0] == '\0')
		return rc_fail(e, RC_REFUSED, "%s", x->text);
	return rc_fail(e, RC_REFUSED, "%s: %s", x->pointer, x->text);
}

enum rc
event_parse(const char *bytes, size_t size, struct arena *arena, size_t line, struct findings *f,
	    struct event *ret, struct err *e)
{
	struct event x;
	enum rc rc = event_read(bytes, size, arena, line, f, &x, e);

	if (rc != RC_OK)
		return rc;
	x.digest = hash_leaf(bytes, size);
	*ret = x;
	return RC_OK;
}

enum rc
event_read(const char *bytes, size_t size, struct arena *arena, size_t line, struct findings *f,
	   struct event *ret, struct err *e)
{
	struct findings own = { .arena = arena };
	struct json_fault fault = { 0 };
	struct event x = { .digest = { { 0 } } };
	const struct json *outer;
	struct err inner;
	size_t before;

	if (f == NULL)
		f = &own;
	before = f->count;
	if (size > LIMIT_EVENT_BYTES) {
		finding_add(f, SEVERITY_ERROR, line, 0, "", "expected an event of at most %d bytes, "
			    "found %zu", LIMIT_EVENT_BYTES, size);
		return report(f, before, e);
	}
	if (json_read(bytes, size, JSON_CANONICAL, arena, &outer, &fault, &inner) != RC_OK) {
		finding_add(f, SEVERITY_ERROR, line, fault.column, fault.pointer, "%s", inner.text);
		return report(f, before, e);
	}
	if (!check_event(outer, f, &x)) {
		for (size_t i = before; i < f->count; i++)
			f->items[i].line = line;
		return report(f, before, e);
	}
	*ret = x;
	return RC_OK;
}
