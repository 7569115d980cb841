/* forecast_priv.h - what the sources of the forecast share. */
#ifndef UTFALL_FORECAST_PRIV_H
#define UTFALL_FORECAST_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "forecast.h"
#include "json.h"
#include "rc.h"

struct arena;
struct settlement;
struct terms;

struct going_on {		/* a spell, or earnings of one kind from one employer */
	uint32_t fact;		/* the spell's start; the latest month */
	int32_t last;		/* last reported day */
};

struct forecasting {
	struct settlement *s;
	const struct terms *terms;	/* the latest version's */
	enum forecast_future future;
	struct arena *arena;
	struct going_on *items;		/* as of the beginning */
	size_t count, capacity;
	struct json verdicts;		/* digests that a verifier would accept now */
	int32_t known, since;		/* last day known; what is older is not reported any more */
	int32_t done;			/* facts are told up to this day */
	struct forecast_result *ret;
	struct err *e;
	enum rc rc;
};

/* What is still going on as of the last day known. */
void forecast_collect(struct forecasting *f);
/* Tells what would be said of the days up to `through`. */
void forecast_period(struct forecasting *f, int32_t through);

#endif
