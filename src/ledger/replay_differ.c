/* replay_differ.c - statements that are not what their terms give, once all that is said is read.
 *
 * What was settled wrongly stays recorded. Where all who signed the contract have acknowledged the
 * statement, it is listed, and the next one has healed it by difference; else it is the finding.
 */
#include "replay_priv.h"

#include <string.h>

static void
find_difference(struct replay_run *r, const struct state_difference *d)
{
	bool totals = strcmp(d->field, "/body/totals") == 0;
	struct replay_finding *f;

	r->seq = d->seq;
	if (replay_find(r, totals ? FINDING_BALANCE : FINDING_STATEMENT, d->field, d->expected, "%s",
			d->found) == RC_OK && r->report->finding_count > REPLAY_OTHERS_MAX + 1)
		return;			/* counted only */
	f = replay_last_finding(r);
	f->stake_count = d->stake_count;
	memcpy(f->stakes, d->stakes, sizeof(f->stakes));
}

enum rc
replay_differences(struct replay_run *r, enum rc rc)
{
	const struct state *st = r->world->state;
	uint64_t before = r->report->finding_count;

	if (st == NULL || (rc != RC_OK && rc != RC_NO))
		return rc;
	for (size_t i = 0; i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t j = 0; j < k->statement_count; j++) {
			const struct statement *s = &k->statements[j];

			if (s->differs == NULL)
				continue;
			if (!state_is_acknowledged(k, s)) {
				find_difference(r, s->differs);
				continue;
			}
			r->report->acknowledged++;
			r->report->acknowledged_lines += s->lines;
		}
	}
	return r->report->finding_count > before && !r->args->all ? RC_NO : rc;
}
