/* explain_priv.h - what the sources that explain share: a trace and its sentences. */
#ifndef UTFALL_EXPLAIN_PRIV_H
#define UTFALL_EXPLAIN_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "plain_priv.h"
#include "xval.h"

struct explain_reader;
struct fact;
struct item;
struct settlement;
struct unit;

enum trace_part { TRACE_READING = 1, TRACE_LIMITS = 2 };

/* Sentences while a reading goes on; nothing happens where run->trace is NULL. */
struct trace {
	struct plain plain;	/* language, arena, where it goes */
	const struct explain_reader *reader;	/* NULL: may see all */
	unsigned parts;		/* what is told: TRACE_ bits */
	const struct unit *subject;	/* whose readings */
	const struct item *item;	/* whose limits */
	const char *unit;
	size_t lines;		/* told since the last heading; beyond some they are only counted */
	struct buf block;	/* a sentence and what is indented under it, not yet told */
	uint64_t told[64];	/* blocks since the heading, without their dates: each is told once */
	size_t told_count;
};
void trace_heading(struct trace *t, const char *text);
void trace_end(struct trace *t);
void trace_say(struct trace *t, const char *sentence);
void trace_more(struct trace *t, const char *sentence);	/* indented under the last one */
void trace_line(struct trace *t, const char *sentence);	/* as it is, at once */
/* Texts in the trace's arena. */
const char *trace_day(struct trace *t, int32_t day);
const char *trace_xval(struct trace *t, struct xval v);
/* "spell.started of 2018-04-01, sent by ips_team, recorded 2018-04-05, event 1a2b3c4d5e6f7a8b" */
bool trace_may_tell(const struct trace *t, const struct settlement *s, const struct fact *f);
const char *trace_fact(struct trace *t, const struct settlement *s, const struct fact *f);

#endif
