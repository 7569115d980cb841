/* replay_differ.c - statements that are not what their terms give, once all that is said is read.
 *
 * What was settled wrongly stays recorded. Where all who signed the contract have acknowledged the
 * statement, it is listed, and the next one has healed it by difference; else it is the finding.
 */
#include "replay_priv.h"

/* The first statement that nobody, or not everybody, has acknowledged; NULL for none. */
static const struct statement *
first_open(const struct replay_run *r)
{
	const struct state *st = r->world->state;
	const struct statement *first = NULL;

	for (size_t i = 0; i < state_contract_count(st); i++) {
		const struct contract *k = state_contract_at(st, i);

		for (size_t j = 0; j < k->statement_count; j++) {
			const struct statement *s = &k->statements[j];

			if (s->differs == NULL)
				continue;
			if (state_is_acknowledged(k, s)) {
				r->report->acknowledged++;
				r->report->acknowledged_lines += s->lines;
			} else if (first == NULL || s->differs->seq < first->differs->seq) {
				first = s;
			}
		}
	}
	return first;
}

enum rc
replay_differences(struct replay_run *r, enum rc rc)
{
	const struct statement *s;

	if (r->world->state == NULL || (rc != RC_OK && rc != RC_NO))
		return rc;
	s = first_open(r);
	if (s == NULL)
		return rc;
	r->seq = s->differs->seq;
	return replay_find(r, FINDING_STATEMENT, s->differs->field, s->differs->expected, "%s",
			   s->differs->found);
}
