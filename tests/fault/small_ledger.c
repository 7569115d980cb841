/* small_ledger.c FOLDER: a ledger with a little of everything, and what is needed to go on with it.
 *
 * ledger.db and bundle/ (witnessed, and a rotation of the checkpoint key), operator.key and
 * checkpoint.key to append with, operator.vkey and witness.vkey to check with. One statement is
 * recorded and paid in part, what the next one says is there: a correction, a retraction, a person
 * more. Bytes repeat.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bundle_write.h"
#include "file.h"
#include "store_write.h"
#include "world.h"

enum { DAY = 86400, SETTLED = 1492300800 };	/* 2017-04-16 */

static struct world w;
static const char *folder;

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "small_ledger: %s\n", w.e.text);
	exit(1);
}

static const char *
path_of(const char *name)
{
	return arena_printf(w.arena, "%s/%s", folder, name);
}

static void
write_key(const char *name, const struct verifier_key *key)
{
	char text[KEY_TEXT];
	struct buf b = { 0 };

	verifier_key_format(key, text);
	buf_printf(&b, "%s\n", text);
	must(file_write(path_of(name), b.data, b.size, 0644, &w.e));
	buf_free(&b);
}

static void
accept(struct hash event)
{
	world_attest(&w, event, "accepted");
	must(world_send(&w, JUDGE));
	w.now += DAY;
}

static void
append_with(const struct signing_key *const *keys, size_t count)
{
	struct append_args args = { .now = w.now, .checkpoint_keys = keys,
				    .checkpoint_key_count = count };
	struct findings f = { .arena = w.arena };
	struct buf file = { 0 };

	world_file(&w, w.keys[OPERATOR], &file);
	args.bytes = file.data;
	args.size = file.size;
	must(ledger_append(w.l, &args, &f, &w.receipt, &w.result, &w.e));
	buf_free(&file);
}

/* The auditor holds the first key; the head is signed by the second, which the first vouched for. */
static void
rotate(void)
{
	struct signing_key *old = w.checkpoint, *next = world_key(w.origin, 2);
	const struct signing_key *both[] = { old, next };
	char text[KEY_TEXT], first[KEY_TEXT];

	write_key("operator.vkey", signing_key_verifier(old));
	verifier_key_format(signing_key_verifier(next), text);
	verifier_key_format(signing_key_verifier(old), first);
	(void)world_addf(&w, "key.registered", "{'key':'%s','party':'operator','use':'checkpoints'}",
			 text);
	append_with(both, 2);
	(void)world_addf(&w, "key.revoked", "{'key':'%s'}", first);
	append_with(both + 1, 1);
	w.checkpoint = next;
	signing_key_free(old);
}

static enum rc
add_line(struct store *s, void *arg, struct err *e)
{
	static const uint8_t seed[32] = { 77 };
	struct signing_key *witness = arg;
	struct buf note = { 0 };
	struct store_head head;
	size_t text;
	enum rc rc = signing_key_from_seed("witness.example/w1", KEY_COSIGNATURE, seed, &witness, e);

	if (rc == RC_OK)
		rc = store_head(s, &head, &note, e);
	if (rc != RC_OK)
		return rc;
	write_key("witness.vkey", signing_key_verifier(witness));
	text = (size_t)(strstr(note.data, "\n\n") + 1 - note.data);
	rc = note_sign_line(note.data, text, witness, (uint64_t)w.now, &note, e);
	if (rc == RC_OK)
		rc = store_cosign(s, head.size, note.data, note.size, e);
	buf_free(&note);
	signing_key_free(witness);
	return rc;
}

static void
settle_first(void)
{
	const struct signing_key *signers[] = { w.checkpoint };
	struct append_settle_args args = { .contract = w.contract, .through = DATE_NEVER,
		.now = SETTLED, .key = w.keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement s;
	const char *statement;

	must(ledger_append_statement(w.l, &args, &w.receipt, &s, &w.e));
	w.now = SETTLED + DAY;
	statement = world_hex(&w, s.issued);
	must(store_transaction(ledger_store(w.l), add_line, NULL, &w.e));
	(void)world_addf(&w, "settlement.approved", "{'contract':'%s','statement':'%s'}",
			 w.contract_hex, statement);
	(void)world_addf(&w, "payment.made", "{'amount':1000000,'contract':'%s','on':'2017-04-20',"
			 "'payee':'team','ref':'1','unit':'SEK'}", w.contract_hex);
	must(world_send(&w, CITY));
}

static void
make_history(void)
{
	struct hash one, two;

	world_open(&w);
	world_contract(&w);
	w.now += 60 * DAY;
	one = world_place(&w, 1, "2017-02-10");
	must(world_send(&w, TEAM));
	accept(one);
	rotate();
	settle_first();
	(void)world_addf(&w, "event.corrected", "{'body':{'contract':'%s','extent':'40','from':"
			 "'2017-02-11','kind':'employment','participant':'%s'},'contract':'%s',"
			 "'event':'%s'}", w.contract_hex, world_person(1), w.contract_hex,
			 world_hex(&w, one));
	two = world_place(&w, 2, "2017-05-01");
	(void)world_place(&w, 3, "2017-05-02");
	must(world_send(&w, TEAM));
	accept(two);
}

int
main(int argc, char **argv)
{
	struct bundle_counts counts;

	if (argc != 2)
		return 2;
	folder = argv[1];
	must(file_folder(folder, &w.e));
	make_history();
	must(key_file_write(path_of("operator.key"), w.keys[OPERATOR], NULL, &w.e));
	must(key_file_write(path_of("checkpoint.key"), w.checkpoint, NULL, &w.e));
	must(ledger_refresh(w.l, &w.e));
	must(bundle_write(w.l, &(struct bundle_args){ .path = path_of("bundle") }, &counts, &w.e));
	ledger_close(w.l);
	w.l = NULL;
	if (rename(w.path, path_of("ledger.db")) != 0)
		abort();
	world_close(&w);
	return 0;
}
