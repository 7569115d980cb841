/* world_test.h - what tests over a world share: one ledger a test, statements, replays. */
#ifndef UTFALL_WORLD_TEST_H
#define UTFALL_WORLD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "replay.h"
#include "world.h"

extern struct world *w;		/* of the test in hand */

/* For cmocka_unit_test_setup_teardown(): a ledger with a signed contract. */
int world_set_up(void **state);
int world_tear_down(void **state);

void assert_rc(enum rc rc, enum rc want);
void assert_refused(enum rc rc, const char *text);
/* Body of a contract.amended: these terms from a day on, with this key of the team; NULL: without
 * the team. */
void amendment(const char *terms, const char *from, const struct signing_key *team, struct buf *ret);
/* The contract's next statement, recorded. */
enum rc settle_next(struct statement *ret);
/* Full, from the ledger's file; prints what it finds. */
enum rc replay_ledger(bool from_scratch, struct replay_report *ret);
enum rc replay_from(struct replay_source *source, bool from_scratch, struct replay_report *ret);
/* The files of a bundle, and its folder. */
void remove_bundle(const char *folder);

/* The text with `to` in the place of its first `from`, in the world's arena. */
char *replaced(const char *text, const char *from, const char *to);

/* Adds a participant.enrolled, a milestone.reached to the file in hand. */
void enrol(unsigned person, const char *on);
void milestone(unsigned person, const char *kind, const char *on);
/* Enrols a person for `party` on 2017-02-01 and says that a job began; the start's digest. */
struct hash place_by(enum world_party party, unsigned person, const char *from);
void attest(struct hash event, const char *verdict);

#endif
