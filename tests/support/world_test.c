/* world_test.c - the ledger that a test program shares, and what is asserted of it. */
#include "world_test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "bundle.h"
#include "store.h"

struct world *w;

int
world_set_up(void **state)
{
	(void)state;
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	world_contract(w);
	return 0;
}

int
world_tear_down(void **state)
{
	(void)state;
	world_close(w);
	free(w);
	return 0;
}

void
assert_rc(enum rc rc, enum rc want)
{
	if (rc != want)
		print_message("# %s: %s\n", rc_name(rc), rc == RC_OK ? "" : w->e.text);
	assert_int_equal(rc, want);
}

void
assert_refused(enum rc rc, const char *text)
{
	assert_rc(rc, RC_REFUSED);
	assert_string_equal(w->e.text, text);
}

void
amendment(const char *terms, const char *from, const struct signing_key *team, struct buf *ret)
{
	static const int sorted[] = { CITY, JUDGE, REGISTER, SECOND_TEAM, TEAM };
	char key[KEY_TEXT];

	buf_printf(ret, "{'contract':'%%C','from':'%s','parties':[", from);
	for (size_t i = 0; i < (team == NULL ? 4 : 5); i++) {
		verifier_key_format(signing_key_verifier(sorted[i] == TEAM ? team :
							 w->keys[sorted[i]]), key);
		buf_printf(ret, "%s{'party':'%s','keys':['%s']}", i == 0 ? "" : ",",
			   world_names[sorted[i]], key);
	}
	buf_printf(ret, "],'replaces':'%%C','terms':%s}", terms);
}

void
remove_bundle(const char *folder)
{
	for (int i = 0; i < BUNDLE_FILE_MAX; i++)
		(void)unlink(arena_printf(w->arena, "%s/%s", folder,
					  bundle_file_name((enum bundle_file)i)));
	(void)unlink(arena_printf(w->arena, "%s/%s", folder, BUNDLE_MANIFEST));
	assert_int_equal(rmdir(folder), 0);
}

enum rc
settle_next(struct statement *ret)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = w->now, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };

	buf_clear(&w->receipt);
	return ledger_append_statement(w->l, &args, &w->receipt, ret, &w->e);
}

enum rc
replay_from(struct replay_source *source, bool from_scratch, struct replay_report *ret)
{
	struct replay_args args = { .full = true, .from_scratch = from_scratch,
		.trusted = signing_key_verifier(w->checkpoint), .trusted_count = 1 };
	enum rc rc = replay(source, &args, ret, NULL, &w->e);

	if (rc == RC_NO)
		print_message("# %s at %u: %s: expected %s, found %s\n",
			      finding_kind_name(ret->finding.kind), (unsigned)ret->finding.seq,
			      ret->finding.field, ret->finding.expected, ret->finding.found);
	return rc;
}

enum rc
replay_ledger(bool from_scratch, struct replay_report *ret)
{
	struct replay_source *source;
	struct store *s;
	enum rc rc;

	assert_rc(store_open_read(w->path, &s, &w->e), RC_OK);
	assert_rc(replay_source_store(s, &source, &w->e), RC_OK);
	rc = replay_from(source, from_scratch, ret);
	replay_source_free(source);
	store_close(s);
	return rc;
}

char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return arena_printf(w->arena, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

void
enrol(unsigned person, const char *on)
{
	(void)world_addf(w, "participant.enrolled", "{'contract':'%s','on':'%s','participant':'%s'}",
			 w->contract_hex, on, world_person(person));
}

void
milestone(unsigned person, const char *kind, const char *on)
{
	(void)world_addf(w, "milestone.reached", "{'contract':'%s','kind':'%s','on':'%s',"
			 "'participant':'%s'}", w->contract_hex, kind, on, world_person(person));
}

struct hash
place_by(enum world_party party, unsigned person, const char *from)
{
	struct hash start = world_place(w, person, from);

	assert_rc(world_send(w, party), RC_OK);
	return start;
}

void
attest(struct hash event, const char *verdict)
{
	world_attest(w, event, verdict);
	assert_rc(world_send(w, JUDGE), RC_OK);
}
