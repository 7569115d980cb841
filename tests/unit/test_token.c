/* PASETO v4.public: the specification's vectors, and every way a token can be no token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "text.h"
#include "token.h"

#define LEDGER "ledger.example/outcomes"
#define NOON 1542369600		/* 2018-11-16T12:00:00Z */

static struct signing_key *published, *operator_key, *other;

/* paseto-standard/test-vectors v4.json, 4-S-1 and 4-S-2. */
static void
published_vectors(void **state)
{
	static const char message[] =
		"{\"data\":\"this is a signed message\",\"exp\":\"2022-01-01T00:00:00+00:00\"}";
	static const struct { const char *footer, *token; } cases[] = {
		{ "", "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMV"
		  "QwMDowMDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZDcA"
		  "xFaSeef1QlXEFtkqxT1ciiQEDA" },
		{ "{\"kid\":\"zVhMiPBP9fRf2snEcT7gFTioeA9COcNy9DfgL1W60haN\"}",
		  "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMD"
		  "owMDowMCswMDowMCJ9v3Jt8mx_TdM2ceTGoqwrh4yDFn0XsHvvV_D0DtwQxVrJEBMl0F2caAdgnpKlt4p7"
		  "xBnx1HcO-SPo8FPp214HDw.eyJraWQiOiJ6VmhNaVBCUDlmUmYyc25FY1Q3Z0ZUaW9lQTlDT2NOeTlEZmdM"
		  "MVc2MGhhTiJ9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf made = { 0 }, opened = { 0 };
		struct err e = { 0 };

		assert_int_equal(paseto_sign(message, strlen(message), cases[i].footer,
					     published, &made, &e), RC_OK);
		assert_string_equal(made.data, cases[i].token);
		assert_true(paseto_open(cases[i].token, strlen(cases[i].token), cases[i].footer,
					signing_key_verifier(published), &opened));
		assert_string_equal(opened.data, message);
		buf_free(&made);
		buf_free(&opened);
	}
}

static struct token
sample(void)
{
	struct token t = { .ledger = LEDGER, .party = "region", .role = "funder",
			   .id = "AQEBAQEBAQEBAQEBAQEBAQ", .issued = NOON, .expires = NOON + 3600 };

	return t;
}

static enum rc
check(const struct buf *text, int64_t now, const char *ledger, struct err *e)
{
	struct token got;

	return token_check(text->data, text->size, signing_key_verifier(operator_key), ledger, now,
			   &got, e);
}

static void
what_was_minted_comes_back(void **state)
{
	struct token t = sample(), got;
	struct buf text = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(token_mint(&t, operator_key, &text, &e), RC_OK);
	assert_int_equal(token_check(text.data, text.size, signing_key_verifier(operator_key),
				     LEDGER, NOON + 1, &got, &e), RC_OK);
	assert_string_equal(got.party, "region");
	assert_string_equal(got.role, "funder");
	assert_string_equal(got.id, t.id);
	assert_true(got.issued == t.issued && got.expires == t.expires);
	buf_free(&text);
}

static void
time_and_ledger_bind(void **state)
{
	static const struct { const char *name, *ledger; int64_t now; enum rc rc; } cases[] = {
		{ "a second early", LEDGER, NOON - 1, RC_REFUSED },
		{ "at once", LEDGER, NOON, RC_OK },
		{ "last second", LEDGER, NOON + 3599, RC_OK },
		{ "expired", LEDGER, NOON + 3600, RC_REFUSED },
		{ "another ledger", "ledger.example/other", NOON, RC_REFUSED },
	};
	struct token t = sample();
	struct buf text = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(token_mint(&t, operator_key, &text, &e), RC_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (check(&text, cases[i].now, cases[i].ledger, &e) != cases[i].rc)
			fail_msg("%s", cases[i].name);
	buf_free(&text);
}

static void
every_changed_byte_is_refused_alike(void **state)
{
	static const char want[] = "the token is missing, expired, forged or not for this ledger; "
				   "the operator mints one with `utfall token mint`";
	struct token t = sample();
	struct buf text = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(token_mint(&t, operator_key, &text, &e), RC_OK);
	for (size_t i = 0; i < text.size; i++) {
		char kept = text.data[i];

		text.data[i] = kept == 'A' ? 'B' : 'A';
		if (check(&text, NOON, LEDGER, &e) != RC_REFUSED || strcmp(e.text, want) != 0)
			fail_msg("byte %zu: %s", i, e.text);
		text.data[i] = kept;
	}
	for (size_t n = 0; n < text.size; n++) {
		struct buf cut = { .data = text.data, .size = n };

		assert_int_equal(check(&cut, NOON, LEDGER, &e), RC_REFUSED);
	}
	buf_clear(&text);
	assert_int_equal(token_mint(&t, other, &text, &e), RC_OK);
	assert_int_equal(check(&text, NOON, LEDGER, &e), RC_REFUSED);
	assert_string_equal(e.text, want);
	buf_free(&text);
}

static int
set_up(void **state)
{
	static const char hex[] = "b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774";
	static const uint8_t seed[32] = { 1 }, seed2[32] = { 2 };
	uint8_t secret[32];
	struct err e = { 0 };

	(void)state;
	return secrets_init(&e) != RC_OK || !hex_parse(hex, 64, secret, 32) ||
	       signing_key_from_seed("vector", KEY_ED25519, secret, &published, &e) != RC_OK ||
	       signing_key_from_seed("operator", KEY_ED25519, seed, &operator_key, &e) != RC_OK ||
	       signing_key_from_seed("operator", KEY_ED25519, seed2, &other, &e) != RC_OK;
}

static int
tear_down(void **state)
{
	(void)state;
	signing_key_free(published);
	signing_key_free(operator_key);
	signing_key_free(other);
	return 0;
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors),
		cmocka_unit_test(time_and_ledger_bind),
		cmocka_unit_test(every_changed_byte_is_refused_alike),
		cmocka_unit_test(what_was_minted_comes_back),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
