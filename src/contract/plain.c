/* plain.c - terms as sentences that can be read beside the signed paper: the parts in order. */
#include "plain_priv.h"

#include <string.h>

#include "arena.h"
#include "buf.h"

/* A sentence behind the ones before in its paragraph. */
void
plain_say(struct plain *p, const char *sentence)
{
	if (p->out->size > 0 && p->out->data[p->out->size - 1] != '\n')
		buf_byte(p->out, ' ');
	buf_text(p->out, sentence);
}

void
plain_head(struct plain *p, enum plain_id id, size_t count)
{
	if (count > 0)
		buf_printf(p->out, "\n\n%s", plain_text(p->language, id));
}

void
plain_clause(struct plain *p, const char *name)
{
	buf_printf(p->out, "\n\n  %s.", name);
}

const char *
plain_title(struct plain *p, const char *name, const char *title)
{
	return strcmp(name, title) == 0 ? name : plain_fill(p, P_TITLED, title, NULL);
}

void
plain_titled_clause(struct plain *p, const char *name, const char *title)
{
	const char *said = plain_title(p, name, title);

	plain_clause(p, said == name ? name : plain_fill(p, P_TITLED_NAME, name, said, NULL));
}

static const char *
text_of_number(struct plain *p, int64_t n)
{
	return arena_printf(p->arena, "%lld", (long long)n);
}

static void
say_settlement(struct plain *p)
{
	const struct terms_settlement *s = &p->t->settlement;
	int off = s->offset_minutes, minutes = off < 0 ? -off : off;
	const char *offset = arena_printf(p->arena, "%c%02d:%02d", off < 0 ? '-' : '+',
					  minutes / 60, minutes % 60);
	const char **names = arena_array(p->arena, s->terminate_count + 1, sizeof(*names));

	plain_say(p, plain_fill(p, P_RUNS, plain_day(p, s->from), NULL));
	plain_say(p, plain_fill(p, P_ENROL, plain_day(p, s->enrol_until), NULL));
	plain_say(p, plain_fill(p, P_UNTIL, plain_day(p, s->outcome_until), NULL));
	plain_say(p, plain_fill(p, P_RECORD, plain_day(p, s->record_until), NULL));
	plain_say(p, plain_fill(p, P_FINAL, plain_day(p, s->final), NULL));
	plain_say(p, plain_fill(p, P_STATEMENTS, plain_period(p, s->periods), offset, NULL));
	plain_say(p, plain_fill(p, P_CUT_OFF, plain_periods(p, s->cut_off_n,
				s->cut_off_calendar), NULL));
	plain_say(p, plain_fill(p, s->negative_carry ? P_CARRY : P_REPAY, NULL));
	if (s->dispute_calendar != NULL)
		plain_say(p, plain_fill(p, P_DISPUTE, plain_periods(p, s->dispute_n,
					s->dispute_calendar), NULL));
	for (size_t i = 0; i < s->terminate_count; i++)
		names[i] = s->terminate[i]->name;
	plain_say(p, plain_fill(p, s->terminate_count > 0 ? P_TERMINATE_BY : P_TERMINATE_ALL,
				plain_list(p, names, s->terminate_count, P_OR), NULL));
}

const char *
terms_role_word(enum language l, enum terms_role role)
{
	static const enum plain_id ids[ROLE_MAX] = {
		[ROLE_FUNDER] = P_ROLE_FUNDER, [ROLE_PROVIDER] = P_ROLE_PROVIDER,
		[ROLE_VERIFIER] = P_ROLE_VERIFIER, [ROLE_EVALUATOR] = P_ROLE_EVALUATOR,
		[ROLE_RESOLVER] = P_ROLE_RESOLVER, [ROLE_INVESTOR] = P_ROLE_INVESTOR,
		[ROLE_GUARANTOR] = P_ROLE_GUARANTOR, [ROLE_SOURCE] = P_ROLE_SOURCE };

	return plain_text(l, ids[role]);
}

static const char *
text_of_roles(struct plain *p, unsigned roles)
{
	const char *names[ROLE_MAX];
	size_t n = 0;

	for (int i = 0; i < ROLE_MAX; i++)
		if (roles & ROLE_BIT(i))
			names[n++] = terms_role_word(p->language, (enum terms_role)i);
	return plain_list(p, names, n, P_COMMA);
}

static const char *
text_of_who(struct plain *p, const struct terms_who *who)
{
	const char **names = arena_array(p->arena, who->count + 1, sizeof(*names));
	size_t n = 0;

	if (who->roles != 0)
		names[n++] = text_of_roles(p, who->roles);
	for (size_t i = 0; i < who->count; i++)
		names[n++] = who->parties[i]->name;
	return plain_list(p, names, n, P_OR);
}

static void
say_party(struct plain *p, const struct terms_party *party)
{
	const char *names[EVENT_TYPE_MAX];
	size_t n = 0;

	plain_clause(p, party->name);
	plain_say(p, plain_fill(p, P_PARTY, text_of_roles(p, party->roles), NULL));
	if (party->site_count > 0)
		plain_say(p, plain_fill(p, P_PARTY_SITES, plain_list(p, party->sites,
					party->site_count, P_AND), NULL));
	for (int i = 0; i < EVENT_TYPE_MAX; i++)
		if (party->sources & EVENT_BIT(i))
			names[n++] = event_info((enum event_type)i)->name;
	if (n > 0)
		plain_say(p, plain_fill(p, P_PARTY_SOURCE, plain_list(p, names, n, P_AND), NULL));
	if (party->attests_own)
		plain_say(p, plain_text(p->language, P_PARTY_ATTESTS_OWN));
	if (party->resolves_own)
		plain_say(p, plain_text(p->language, P_PARTY_RESOLVES_OWN));
}

static void
say_proof(struct plain *p, const struct terms_proof *proof)
{
	static const enum plain_id ids[] = { P_PROOF_ATTESTED, P_PROOF_FEED, P_PROOF_NONE };

	plain_clause(p, proof->name);
	plain_say(p, plain_fill(p, ids[proof->accept], text_of_who(p, &proof->by),
				text_of_who(p, &proof->accepted_by), NULL));
	if (proof->need_count > 0)
		plain_say(p, plain_fill(p, P_PROOF_NEEDS, plain_list(p, proof->needs,
					proof->need_count, P_AND), NULL));
	if (proof->until != NULL)
		plain_say(p, plain_fill(p, P_PROOF_UNTIL, plain_x(p, proof->until), NULL));
	if (proof->opens != NULL)
		plain_say(p, plain_fill(p, P_PROOF_OPENS, plain_x(p, proof->opens), NULL));
	if (proof->closes != NULL)
		plain_say(p, plain_fill(p, P_PROOF_CLOSES, plain_x(p, proof->closes), NULL));
	if (proof->sampled)
		plain_say(p, plain_fill(p, P_PROOF_SAMPLE, plain_number(p, proof->sample_share), NULL));
}

static const char *
text_of_weekdays(struct plain *p, unsigned bits)
{
	static const enum plain_id ids[] = { P_WEEKDAY_1, P_WEEKDAY_2, P_WEEKDAY_3, P_WEEKDAY_4,
					     P_WEEKDAY_5, P_WEEKDAY_6, P_WEEKDAY_7 };
	const char *names[7];
	size_t n = 0;

	for (int i = 1; i <= 7; i++)
		if (bits & (1u << i))
			names[n++] = plain_text(p->language, ids[i - 1]);
	return plain_list(p, names, n, P_AND);
}

static void
say_calendar(struct plain *p, const struct terms_calendar *c)
{
	plain_clause(p, c->name);
	if (c->from == NULL) {
		plain_say(p, plain_fill(p, P_CALENDAR_GRID,
					plain_text(p->language, plain_unit(c->unit)), NULL));
	} else {
		plain_say(p, plain_fill(p, P_CALENDAR_BLOCKS, plain_units(p, c->n, c->unit),
					plain_x(p, c->from), NULL));
		plain_say(p, plain_text(p->language, c->first_counts ? P_CALENDAR_FIRST : P_CALENDAR_NEXT));
	}
	if (c->skip_weekdays != 0)
		plain_say(p, plain_fill(p, P_CALENDAR_WEEKDAYS,
					text_of_weekdays(p, c->skip_weekdays), NULL));
	if (c->skip_days != NULL)
		plain_say(p, plain_fill(p, P_CALENDAR_DAYS, c->skip_days->name, NULL));
	if (c->stop != NULL)
		plain_say(p, plain_fill(p, P_CALENDAR_STOP, plain_truth(p, c->stop), NULL));
}

static void
say_row(struct plain *p, const struct terms_table *t, const struct terms_row *row)
{
	const char *what = plain_list(p, row->is, t->word_count, P_COMMA);
	const char *number = NULL;

	if (t->argument == ARGUMENT_NUMBER)
		number = plain_number(p, row->from);
	else if (t->argument == ARGUMENT_DATE)
		number = plain_day(p, row->from_day);
	if (number != NULL)
		what = arena_printf(p->arena, "%s%s%s", what, *what == '\0' ? "" : " ",
				    plain_fill(p, P_TABLE_ROW_FROM, number, NULL));
	buf_printf(p->out, "\n    %s", plain_fill(p, P_TABLE_ROW, what,
						  plain_sum(p, row->then, t->unit), NULL));
}

static void
say_table(struct plain *p, const struct terms_table *t)
{
	static const enum plain_id kinds[] = { P_TABLE_EXACT, P_TABLE_STEPS, P_TABLE_LINEAR };
	static const enum plain_id missing[] = { P_MISSING_UNKNOWN, P_MISSING_PREVIOUS,
						 P_MISSING_ERROR, P_MISSING_VALUE };

	plain_clause(p, t->name);
	if (t->measured != NULL) {
		plain_say(p, plain_fill(p, P_TABLE_MEASURED, t->measured, text_of_who(p, &t->by),
					NULL));
		plain_say(p, plain_text(p->language, t->latest ? P_REVISED_LATEST : P_REVISED_FIRST));
	} else {
		plain_say(p, plain_fill(p, P_TABLE_ROWS,
					text_of_number(p, (int64_t)t->row_count), NULL));
	}
	plain_say(p, plain_text(p->language, kinds[t->kind]));
	plain_say(p, plain_fill(p, missing[t->missing],
				t->otherwise == NULL ? NULL : plain_sum(p, t->otherwise, t->unit),
				NULL));
	for (size_t i = 0; i < t->row_count; i++)
		say_row(p, t, &t->rows[i]);
}

static void
say_group(struct plain *p, const struct terms_group *g)
{
	static const enum plain_id days[] = { P_GROUP_ENROLLED, P_GROUP_ASSIGNED, P_GROUP_DAY,
					      P_GROUP_PERIOD };

	plain_titled_clause(p, g->name, g->title);
	plain_say(p, plain_fill(p, P_GROUP,
				plain_text(p->language, plain_subjects[g->of]), NULL));
	if (g->within != NULL)
		buf_text(p->out, plain_fill(p, P_GROUP_IN, plain_named(p, g->within), NULL));
	if (g->where != NULL)
		buf_text(p->out, plain_fill(p, P_GROUP_WHERE, plain_truth(p, g->where), NULL));
	buf_text(p->out, plain_fill(p, days[g->as_of],
				    g->day == NULL ? NULL : plain_x(p, g->day), NULL));
}

static void
say_shared(struct plain *p)
{
	const struct terms *t = p->t;

	plain_head(p, P_HEAD_PARTIES, t->party_count);
	for (size_t i = 0; i < t->party_count; i++)
		say_party(p, &t->parties[i]);
	plain_head(p, P_HEAD_DATES, t->date_count);
	for (size_t i = 0; i < t->date_count; i++) {
		plain_clause(p, t->dates[i].name);
		plain_say(p, plain_fill(p, P_DATE, plain_x(p, t->dates[i].is), NULL));
	}
	plain_head(p, P_HEAD_PROOFS, t->proof_count);
	for (size_t i = 0; i < t->proof_count; i++)
		say_proof(p, &t->proofs[i]);
	plain_head(p, P_HEAD_CALENDARS, t->calendar_count);
	for (size_t i = 0; i < t->calendar_count; i++)
		if (!t->calendars[i].ever)
			say_calendar(p, &t->calendars[i]);
	plain_head(p, P_HEAD_TABLES, t->table_count);
	for (size_t i = 0; i < t->table_count; i++)
		say_table(p, &t->tables[i]);
	plain_head(p, P_HEAD_GROUPS, t->group_count);
	for (size_t i = 0; i < t->group_count; i++)
		say_group(p, &t->groups[i]);
}

static void
say_version(struct plain *p)
{
	static const enum plain_id applies[] = { P_APPLIES_ALL, P_APPLIES_ENROLLED,
						 P_APPLIES_ACHIEVED };
	const struct terms *t = p->t;

	buf_text(p->out, plain_fill(p, P_TITLE, t->contract, text_of_number(p, t->version), t->unit,
				    NULL));
	if (t->version == 1)
		return;
	plain_say(p, plain_fill(p, applies[t->applies], plain_day(p, t->applies_from), NULL));
	plain_say(p, plain_text(p->language, t->reprice ? P_REPRICE : P_KEEP));
}

void
terms_plain(const struct terms *t, enum language l, struct buf *ret)
{
	struct plain p = { .language = l, .t = t, .arena = arena_new(), .out = ret };

	say_version(&p);
	say_settlement(&p);
	say_shared(&p);
	plain_outcomes(&p);
	plain_money(&p);
	plain_head(&p, P_HEAD_NOTES, t->note_count);
	for (size_t i = 0; i < t->note_count; i++)
		buf_printf(ret, "\n\n  %s", plain_fill(&p, P_NOTE, t->notes[i].at,
			   t->notes[i].source, t->notes[i].reading, NULL));
	buf_byte(ret, '\n');
	arena_free(p.arena);
}
