/* test_ledger.c - appending: what is recorded, what is answered, what opening reads. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "entry.h"
#include "note.h"
#include "store.h"
#include "world_test.h"

/* The receipt is a proof that verifies offline: entry, path and the checkpoint of that append. */
static void
test_receipt(void **state)
{
	struct tlog_proof p;
	struct note note;
	struct checkpoint c;
	struct store_head head;

	(void)state;
	enrol(1, "2017-02-01");
	enrol(2, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	assert_false(w->result.again);
	assert_rc(tlog_proof_parse(w->receipt.data, w->receipt.size, w->arena, &p, &w->e), RC_OK);
	assert_true(p.index == w->result.seq);
	assert_rc(note_parse(p.checkpoint, p.checkpoint_size, w->arena, &note, &w->e), RC_OK);
	assert_rc(note_verify(&note, signing_key_verifier(w->checkpoint), NULL, &w->e), RC_OK);
	assert_rc(checkpoint_parse(note.text, note.text_size, &c, &w->e), RC_OK);
	assert_rc(merkle_check_inclusion(p.index, c.size, hash_leaf(p.extra, p.extra_size), &p.path,
					 c.root, &w->e), RC_OK);
	assert_rc(store_head(ledger_store(w->l), &head, NULL, &w->e), RC_OK);
	assert_true(head.size == c.size && hash_equal(head.root, c.root));
	assert_true(c.size == w->result.seq + 3);
}

/* The same file again is answered with the first receipt, also when its key has been revoked. */
static void
test_again(void **state)
{
	struct buf file = { 0 }, first = { 0 };
	struct hash before;
	char key[KEY_TEXT];

	(void)state;
	enrol(1, "2017-02-01");
	world_file(w, w->keys[TEAM], &file);
	assert_rc(world_append(w, file.data, file.size), RC_OK);
	buf_add(&first, w->receipt.data, w->receipt.size);
	verifier_key_format(signing_key_verifier(w->keys[TEAM]), key);
	world_addf(w, "key.revoked", "{'key':'%s'}", key);
	assert_rc(world_send(w, OPERATOR), RC_OK);
	before = world_print(w);
	assert_rc(world_append(w, file.data, file.size), RC_OK);
	assert_true(w->result.again);
	assert_int_equal(w->receipt.size, first.size);
	assert_memory_equal(w->receipt.data, first.data, first.size);
	assert_true(hash_equal(world_print(w), before));
	buf_free(&file);
	buf_free(&first);
}

/* A handle reads from caches what it would read from the record. */
static void
test_caches(void **state)
{
	struct buf kept = { 0 }, made = { 0 };
	struct ledger *l;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		enrol(i, "2017-02-01");
		assert_rc(world_send(w, TEAM), RC_OK);
	}
	state_dump(ledger_state(w->l), &made);
	assert_rc(ledger_open_read(w->path, &l, &w->e), RC_OK);
	state_dump(ledger_state(l), &kept);
	assert_string_equal(kept.data, made.data);
	ledger_close(l);
	assert_rc(ledger_append_rebuild(w->l, &w->e), RC_OK);
	buf_clear(&kept);
	state_dump(ledger_state(w->l), &kept);
	assert_string_equal(kept.data, made.data);
	enrol(39, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_REFUSED);
	buf_free(&kept);
	buf_free(&made);
}

/* Another process appends in between: this one takes its turn behind. */
static void
test_two_writers(void **state)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_args args = { .now = w->now, .checkpoint_keys = signers,
				    .checkpoint_key_count = 1 };
	struct append_result result;
	struct ledger *other;
	struct buf file = { 0 }, receipt = { 0 };

	(void)state;
	assert_rc(ledger_append_open(w->path, &other, &w->e), RC_OK);
	enrol(1, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	enrol(2, "2017-02-01");
	world_file(w, w->keys[TEAM], &file);
	args.bytes = file.data;
	args.size = file.size;
	assert_rc(ledger_append(other, &args, &w->f, &receipt, &result, &w->e), RC_OK);
	assert_true(result.seq == w->result.seq + 2);
	enrol(2, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_REFUSED);
	enrol(3, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	ledger_close(other);
	buf_free(&file);
	buf_free(&receipt);
}

static void
test_proofs(void **state)
{
	struct ledger_facts facts;
	struct tlog_proof p;
	struct buf proof = { 0 };

	(void)state;
	for (unsigned i = 0; i < 600; i++)
		enrol(i, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
	state_facts(ledger_state(w->l), &facts);
	for (uint64_t seq = 0; seq < facts.size; seq += 7) {
		struct buf entry = { 0 };

		buf_clear(&proof);
		assert_rc(ledger_prove(w->l, seq, &proof, &w->e), RC_OK);
		assert_rc(tlog_proof_parse(proof.data, proof.size, w->arena, &p, &w->e), RC_OK);
		assert_rc(store_entry(ledger_store(w->l), seq, &entry, &w->e), RC_OK);
		assert_rc(merkle_check_inclusion(seq, facts.size, hash_leaf(entry.data, entry.size),
						 &p.path, facts.root, &w->e), RC_OK);
		assert_memory_equal(p.extra, entry.data, entry.size);
		buf_free(&entry);
	}
	buf_free(&proof);
}

static void
spoil(size_t i)
{
	static const char bytes[] = "{\"body\":{},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA\"}";

	w->events[i].bytes = bytes;
	w->events[i].size = sizeof(bytes) - 1;
}

/* Events are read in batches, on every core: what is listed is the same as if there were one. */
static void
test_batches(void **state)
{
	static const struct {
		size_t unreadable[5];	/* numbers of events, from 1 */
		size_t twice[3];	/* says what the event before says */
		const char *error;
		size_t lines[5];
	} rows[] = {
		{ { 0 }, { 700 }, "event 700: this participant.enrolled says what event 699 of the same file says", { 701 } },
		{ { 0 }, { 2, 1000 }, "event 2: this participant.enrolled says what event 1 of the same file says",
		  { 3, 1001 } },
		{ { 900 }, { 300 }, "event 900: expected the member \"type\", found none", { 901 } },
		{ { 1 }, { 2 }, "event 1: expected the member \"type\", found none", { 2 } },
		{ { 64, 65, 257, 1000 }, { 256, 999 },
		  "event 64: expected the member \"type\", found none", { 65, 66, 258, 1001 } },
	};
	struct hash before = world_print(w);

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		size_t count = 0;

		for (unsigned i = 0; i < 1000; i++) {
			bool twice = i + 1 == rows[r].twice[0] || i + 1 == rows[r].twice[1];

			enrol(twice ? i - 1 : i, "2017-02-01");
		}
		for (size_t i = 0; rows[r].unreadable[i] > 0; i++)
			spoil(rows[r].unreadable[i] - 1);
		assert_rc(world_send(w, TEAM), RC_REFUSED);
		assert_memory_equal(w->e.text, rows[r].error, strlen(rows[r].error));
		while (rows[r].lines[count] > 0)
			count++;
		assert_int_equal(w->f.count, count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(w->f.items[i].line, rows[r].lines[i]);
		assert_true(hash_equal(world_print(w), before));
	}
	for (unsigned i = 0; i < 1000; i++)
		enrol(i, "2017-02-01");
	assert_rc(world_send(w, TEAM), RC_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_receipt, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_again, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_caches, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_two_writers, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_proofs, world_set_up, world_tear_down),
		cmocka_unit_test_setup_teardown(test_batches, world_set_up, world_tear_down),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
