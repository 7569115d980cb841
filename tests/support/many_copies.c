/* many_copies.c - a contract's own events, said of many people and many times. */
#include "many.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "json.h"

static uint64_t
id_of(const char *name, uint32_t copy, uint32_t again)
{
	uint64_t h = 1469598103934665603u + copy;

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 1099511628211u;
	return (h ^ again) * 1099511628211u & UINT64_MAX >> 2;
}

struct copying {
	struct many *m;
	uint32_t copy, again;
};

static bool
is_once(const struct json *event)
{
	return strncmp(json_get_string(event, "type"), "participant", 11) == 0;
}

static const struct json *
event_named(const struct json *events, const char *id)
{
	for (uint32_t i = 0; i < events->count; i++) {
		const char *own = json_get_string(&events->items[i], "id");

		if (own != NULL && strcmp(own, id) == 0)
			return &events->items[i];
	}
	return NULL;
}

/* Does it name a person, or an event that does? */
static bool
is_about_somebody(const struct json *events, const struct json *event)
{
	const struct json *body = json_get(event, "body"), *list = json_get(body, "events");
	const char *target = json_get_string(body, "event");

	if (json_get(body, "participant") != NULL || json_get(body, "participants") != NULL ||
	    json_get(event, "people") != NULL)
		return true;
	if (target == NULL && list != NULL && list->count > 0)
		target = list->items[0].string;
	return target != NULL && target[0] == '@' && event_named(events, target + 1) != NULL &&
	       is_about_somebody(events, event_named(events, target + 1));
}

static struct json
copied(struct copying *c, const struct json *events, const char *key, const struct json *v)
{
	struct arena *a = c->m->arena;
	struct json ret = *v;

	if (v->kind == JSON_OBJECT) {
		ret = json_object();
		for (uint32_t i = 0; i < v->count; i++)
			json_set(a, &ret, v->members[i].key,
				 copied(c, events, v->members[i].key, &v->members[i].value));
		if (strcmp(key, "body") == 0)
			json_set(a, &ret, "contract", json_string(c->m->contract));
	} else if (v->kind == JSON_ARRAY) {
		ret = json_array(a, v->count);
		for (uint32_t i = 0; i < v->count; i++)
			json_add(a, &ret, copied(c, events, key, &v->items[i]));
	} else if (v->kind == JSON_STRING && v->string[0] == '@') {
		const struct json *of = event_named(events, v->string + 1);
		bool once = of == NULL || is_once(of);

		ret = json_string(many_hex(c->m, id_of(v->string + 1, c->copy,
						       once ? 0 : c->again)));
	} else if (v->kind == JSON_STRING && (strcmp(key, "participant") == 0 ||
					      strcmp(key, "participants") == 0)) {
		ret = json_string(many_person(c->m, (uint32_t)id_of(v->string, c->copy, 0)));
	}
	return ret;
}

static void
say_copy(struct many *m, const struct json *events, uint32_t i, uint32_t copy, uint32_t again)
{
	const struct json *event = &events->items[i];
	const char *type = json_get_string(event, "type"), *id = json_get_string(event, "id");
	struct copying c = { .m = m, .copy = copy, .again = again };
	struct json body;
	char own[20];

	/* What is about nobody is said once. */
	if (type == NULL || (again > 0 && is_once(event)) ||
	    (copy + again > 0 && !is_about_somebody(events, event)))
		return;
	body = copied(&c, events, "", json_get(event, "body"));
	if (json_get(event, "people") != NULL)
		json_set(m->arena, &body, "participant", json_string(many_person(m, copy)));
	(void)snprintf(own, sizeof(own), "#%u", i);
	many_say(m, id_of(id == NULL ? own : id, copy, again), json_get_string(event, "sender"),
		 type, &body);
}

void
many_copies(struct many *m, const struct json *events, const struct many_size *size)
{
	for (uint32_t again = 0; again < size->facts; again++)
		for (uint32_t copy = 0; copy < size->people; copy++)
			for (uint32_t i = 0; i < events->count; i++)
				say_copy(m, events, i, copy, again);
}
