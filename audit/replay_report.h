/* replay_report.h - what a replay found, for people and as JSON. */
#ifndef UTFALL_AUDIT_REPLAY_REPORT_H
#define UTFALL_AUDIT_REPLAY_REPORT_H

#include "command.h"
#include "replay.h"

/* A verdict without a finding. */
void replay_report_verified(struct call *call, const struct replay_report *r,
			    struct replay_state *state, const struct replay_args *args);
/* One with; returns the reason: RC_NO where it diverged, else RC_INTEGRITY. */
MUST_CHECK enum rc replay_report_finding(struct call *call, const struct replay_report *r,
					 struct err *e);

#endif
