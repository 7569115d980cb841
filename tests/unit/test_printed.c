/* test_printed.c - what is printed for people in three languages: one table, no row without a
 * language, the same arguments in each; and no word of another language on the page. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "forecast_view.h"
#include "language_rows.h"
#include "printed.h"
#include "statement.h"
#include "world_test.h"

static const char *
row(enum language l, int id)
{
	return printed(l, (enum printed_id)id);
}

static void
every_row_speaks_every_language(void **state)
{
	(void)state;
	language_rows(row, PRINT_NOTHING + 1, PRINT_MAX);
}

/* Does `text` stand on the page, not as a part of a longer word? */
static bool
stands_on(const char *page, const char *text)
{
	size_t size = strlen(text);

	for (const char *at = strstr(page, text); at != NULL; at = strstr(at + 1, text)) {
		char before = at == page ? ' ' : at[-1], behind = at[size];

		if (isspace((unsigned char)before) &&
		    (isspace((unsigned char)behind) || behind == '\0' || behind == ',' || behind == ':'))
			return true;
	}
	return false;
}

static void
check_page(const struct buf *page, enum language l)
{
	assert_null(strchr(page->data, '{'));
	assert_null(strstr(page->data, "(null)"));
	for (int id = PRINT_NOTHING + 1; id < PRINT_MAX; id++)
		for (int other = 0; other < LANGUAGE_MAX; other++) {
			const char *text = printed((enum language)other, (enum printed_id)id);
			bool is_ours = false;

			for (int k = 0; k < PRINT_MAX; k++)
				is_ours = is_ours || strcmp(text, printed(l, (enum printed_id)k)) == 0;
			/* short words may be part of a sentence of another language */
			if (!is_ours && strlen(text) > 5 && stands_on(page->data, text))
				fail_msg("in %s the page says \"%s\":\n%s", language_code(l), text,
					 page->data);
		}
}

static void
pages_keep_to_one_language(void **state)
{
	static const char *const through[] = { "through   2017-03-31", "till och med  31 mars 2017",
		"til og med  31. marts 2017" };
	static const char *const amount[] = { "30 000.00 SEK", "30 000,00 SEK", "30.000,00 SEK" };
	const struct contract *k;
	struct forecast_view forecast;
	struct statement_view v;
	struct statement s;
	struct date until;

	(void)state;
	attest(place_by(TEAM, 1, "2017-02-10"), "accepted");
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	k = state_contract(ledger_state(w->l), w->contract);
	assert_rc(statement_load(w->l, k, 1, w->arena, &v, &w->e), RC_OK);
	assert_true(date_parse("2017-12-31", 10, &until));
	assert_rc(forecast_read(w->l, k, until, NULL, w->arena, &forecast, &w->e), RC_OK);
	for (int l = 0; l < LANGUAGE_MAX; l++) {
		struct forecast_asked asked = { .arena = w->arena, .language = (enum language)l,
						.contract = "small" };
		struct buf page = { 0 };

		v.language = (enum language)l;
		statement_text(&v, &page);
		assert_non_null(strstr(page.data, amount[l]));
		if (strstr(page.data, through[l]) == NULL)
			fail_msg("no \"%s\" in\n%s", through[l], page.data);
		assert_rc(statement_evidence(w->l, &v, 1, &page, &w->e), RC_OK);
		forecast_text(&forecast, &asked, &page);
		check_page(&page, (enum language)l);
		buf_free(&page);
	}
}

/* Lines by payer, payee and payment, and what they are for: in one order, the terms'. */
static void
payments_stand_in_one_order(void **state)
{
	static const char *const bodies[] = {
		"{'amount':7,'line':1,'payee':'t','payer':'a','payment':'zeal','reason':'reached','unit':'SEK'}",
		"{'amount':2,'line':2,'payee':'t','payer':'a','payment':'care','reason':'reached','unit':'SEK'}",
		"{'amount':0,'line':3,'payee':'t','payer':'b','payment':'care','reason':'limit','unit':'SEK'}",
		"{'amount':9007199254740991,'line':4,'payee':'t','payer':'a','payment':'lots','reason':'reached',"
		"'unit':'SEK'}",
		"{'amount':9007199254740991,'line':5,'payee':'t','payer':'b','payment':'lots','reason':'reached',"
		"'unit':'SEK'}",
	};
	static const char *const said[] = {	/* one behind the other */
		"payment  lines  of which 0               amount\n"
		"care         2           1             0.02 SEK\n"
		"lots         2           0  beyond every amount\n"
		"zeal         1           0             0.07 SEK\n",
		"a pays t, care: 0.02 SEK\n", "a pays t, lots: ", "a pays t, zeal: 0.07 SEK\n",
		"b pays t, care: 0.00 SEK\n", "b pays t, lots: ",
	};
	struct statement_row rows[5];
	const char *at;
	struct buf page = { 0 };
	struct statement_view v;
	struct statement s;

	(void)state;
	w->now = 1492300800;
	assert_rc(settle_next(&s), RC_OK);
	assert_rc(statement_load(w->l, state_contract(ledger_state(w->l), w->contract), 1, w->arena, &v,
				 &w->e), RC_OK);
	for (size_t i = 0; i < 5; i++) {
		char *text = arena_string(w->arena, bodies[i], strlen(bodies[i]));
		const struct json *line;

		for (char *p = text; *p != '\0'; p++)
			*p = *p == '\'' ? '"' : *p;
		assert_rc(json_read(text, strlen(text), JSON_CANONICAL, w->arena, &line, NULL, &w->e), RC_OK);
		rows[i] = (struct statement_row){ .line = line };
	}
	v.rows = rows;
	v.count = 5;
	statement_text(&v, &page);
	at = page.data;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		const char *found = strstr(at, said[i]);

		if (found == NULL)
			fail_msg("no \"%s\" behind what is before it:\n%s", said[i], page.data);
		at = found;
	}
	buf_free(&page);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_speaks_every_language),
		cmocka_unit_test_setup_teardown(pages_keep_to_one_language, world_set_up,
						world_tear_down),
		cmocka_unit_test_setup_teardown(payments_stand_in_one_order, world_set_up,
						world_tear_down),
	};

	return cmocka_run_group_tests_name("printed", tests, NULL, NULL);
}
