/* test_replay.c - a bundle changed anywhere is found out, and the finding says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arena.h"
#include "bundle.h"
#include "bundle_write.h"
#include "file.h"
#include "random.h"
#include "replay.h"
#include "store.h"
#include "world.h"

enum { FLIPS = 400 };

static struct world *w;
static char folder[100];
static const enum bundle_file kinds[] = { BUNDLE_ENTRIES, BUNDLE_EVENTS, BUNDLE_CHECKPOINT };
static struct buf parts[3];		/* as the ledger wrote them */
static struct buf kept_files[2];	/* by a replay of the history's first part: store, bundle */
static uint64_t kept_size;
static struct bundle_manifest manifest;

static char *
path_of(const char *name)
{
	static char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
must(enum rc rc)
{
	if (rc != RC_OK)
		print_message("# %s\n", w->e.text);
	assert_int_equal(rc, RC_OK);
}

static void
remove_bundle(void)
{
	for (int i = 0; i < BUNDLE_FILE_MAX; i++)
		(void)unlink(path_of(bundle_file_name((enum bundle_file)i)));
	(void)unlink(path_of(BUNDLE_MANIFEST));
	(void)rmdir(folder);
}

static void
keep_of(struct replay_source *source, struct buf *ret)
{
	char path[120];
	struct replay_args args = { .full = true, .keep = path };
	struct replay_report report;

	(void)snprintf(path, sizeof(path), "%s/kept", w->folder);
	must(replay(source, &args, &report, NULL, &w->e));
	assert_true(report.kept);
	replay_source_free(source);
	must(file_read(path, 1 << 24, ret, &w->e));
	(void)unlink(path);
	kept_size = report.size;
}

/* Replays what there is so far, for those who go on from there. */
static void
keep_first_part(void)
{
	struct bundle_counts counts;
	struct replay_source *source;
	struct store *s;

	must(store_open_read(w->path, &s, &w->e));
	must(replay_source_store(s, &source, &w->e));
	keep_of(source, &kept_files[0]);
	store_close(s);
	must(ledger_refresh(w->l, &w->e));
	must(bundle_write(w->l, &(struct bundle_args){ .path = folder }, &counts, &w->e));
	must(replay_source_bundle(folder, &source, &w->e));
	keep_of(source, &kept_files[1]);
	remove_bundle();
}

/* A little of everything, settled once, and a rotation of the checkpoint key. */
static void
make_history(void)
{
	const struct signing_key *signers[] = { w->checkpoint };
	struct append_settle_args args = { .contract = w->contract, .through = DATE_NEVER,
		.now = 1492300800, .key = w->keys[OPERATOR], .checkpoint_keys = signers,
		.checkpoint_key_count = 1, .random = world_random };
	struct statement s;
	struct hash spell;

	spell = world_place(w, 1, "2017-02-10");
	must(world_send(w, TEAM));
	keep_first_part();
	world_attest(w, spell, "accepted");
	must(world_send(w, JUDGE));
	must(ledger_append_statement(w->l, &args, &w->receipt, &s, &w->e));
	w->now = args.now;
	(void)world_say(w, CITY, "settlement.approved", arena_printf(w->arena,
			"{'contract':'%%C','statement':'%s'}", world_hex(w, s.issued)));
}

static int
set_up(void **state)
{
	struct bundle_counts counts;
	struct buf text = { 0 };

	(void)state;
	random_start("replay");
	w = malloc(sizeof(*w));
	if (w == NULL)
		abort();
	world_open(w);
	world_contract(w);
	(void)snprintf(folder, sizeof(folder), "%s/bundle", w->folder);
	make_history();
	must(ledger_refresh(w->l, &w->e));
	must(bundle_write(w->l, &(struct bundle_args){ .path = folder }, &counts, &w->e));
	for (size_t i = 0; i < 3; i++)
		must(file_read(path_of(bundle_file_name(kinds[i])), 1 << 24, &parts[i], &w->e));
	must(file_read(path_of(BUNDLE_MANIFEST), 1 << 16, &text, &w->e));
	must(bundle_manifest_parse(text.data, text.size, &manifest, &w->e));
	buf_free(&text);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_bundle();
	for (size_t i = 0; i < 3; i++)
		buf_free(&parts[i]);
	for (size_t i = 0; i < 2; i++)
		buf_free(&kept_files[i]);
	world_close(w);
	free(w);
	return 0;
}

static enum rc
replay_with(unsigned threads, const char *keep, struct replay_report *ret)
{
	struct replay_args args = { .full = true, .threads = threads, .keep = keep,
		.trusted = signing_key_verifier(w->checkpoint), .trusted_count = 1 };
	struct replay_source *source;
	enum rc rc = replay_source_bundle(folder, &source, &w->e);

	memset(ret, 0, sizeof(*ret));
	if (rc != RC_OK)
		return rc;
	rc = replay(source, &args, ret, NULL, &w->e);
	replay_source_free(source);
	return rc;
}

/* All findings: those after the first are further ones, and the first is the same. */
static void
replay_all(const struct replay_report *first)
{
	static struct replay_report report;
	struct replay_args args = { .full = true, .threads = 1, .all = true,
		.trusted = signing_key_verifier(w->checkpoint), .trusted_count = 1 };
	struct replay_source *source;

	must(replay_source_bundle(folder, &source, &w->e));
	assert_int_equal(replay(source, &args, &report, NULL, &w->e), RC_NO);
	replay_source_free(source);
	assert_true(report.finding_count >= 1 && report.other_count < report.finding_count);
	if (first->finding.has_seq)
		assert_true(report.finding.has_seq && report.finding.seq <= first->finding.seq);
	else
		assert_false(report.other_count == 0 && report.finding.has_seq);
}

static void
write_kept(const char *path, const struct buf *kept, size_t size)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(kept->data, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

/* From the first part on: what is wrong in it shows as well, and what is right is the same. Where
 * an earlier bundle was the first part, one with another first part is replayed whole. */
static void
replay_resumed(const struct buf *kept, enum rc expected, const struct replay_report *from_scratch)
{
	static struct replay_report report;
	char path[120];
	enum rc rc;

	(void)snprintf(path, sizeof(path), "%s/kept", w->folder);
	write_kept(path, kept, kept->size);
	rc = replay_with(1, path, &report);
	(void)unlink(path);
	if (expected != RC_OK) {
		if (rc != RC_NO && rc != RC_REFUSED)
			print_message("# resumed: %s %s\n", rc_name(rc), w->e.text);
		assert_true(rc == RC_NO || rc == RC_REFUSED);
		assert_true(rc == RC_REFUSED || report.has_finding);
		return;
	}
	must(rc);
	assert_int_equal(report.resumed, kept_size);
	assert_true(report.kept);
	report.resumed = 0;
	report.kept = false;
	assert_memory_equal(&report, from_scratch, sizeof(report));
}

/* Without waiting for the disk: it is done 180,000 times. */
static void
put_file(const char *name, const struct buf *bytes)
{
	FILE *f = fopen(path_of(name), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes->data, 1, bytes->size, f), bytes->size);
	assert_int_equal(fclose(f), 0);
}

/* Writes the three files, with a manifest that fits them, and replays; now and then with several
 * threads too, which must find the same, and from an earlier replay on. */
static enum rc
replay_parts(const struct buf changed[3], struct replay_report *ret)
{
	static struct replay_report other;
	static unsigned turn;
	struct bundle_manifest m = manifest;
	struct buf text = { 0 };
	enum rc rc;

	for (size_t i = 0; i < 3; i++) {
		put_file(bundle_file_name(kinds[i]), &changed[i]);
		m.files[kinds[i]].size = changed[i].size;
		m.files[kinds[i]].sha256 = hash_bytes(changed[i].data, changed[i].size);
	}
	bundle_manifest_format(&m, &text);
	put_file(BUNDLE_MANIFEST, &text);
	buf_free(&text);
	rc = replay_with(1, NULL, ret);
	if (rc != RC_OK && turn % 8 == 2)
		replay_all(ret);
	if (turn % 8 == 0) {
		assert_int_equal(replay_with(2 + turn % 5, NULL, &other), rc);
		assert_memory_equal(&other, ret, sizeof(other));
	}
	if (turn % 8 == 4 || rc == RC_OK)
		replay_resumed(&kept_files[0], rc, ret);
	if (turn++ % 8 == 6 || rc == RC_OK)
		replay_resumed(&kept_files[1], rc, ret);
	return rc;
}

static void
test_whole(void **state)
{
	struct replay_report report;

	(void)state;
	must(replay_parts(parts, &report));
	assert_int_equal(report.statements, 1);
	assert_int_equal(report.lines, 1);
	assert_true(report.simulated);
	assert_true(verifier_key_equal(&report.signed_by, signing_key_verifier(w->checkpoint)));
}

/* The same bundle as one file; cut anywhere, it is no bundle. */
static void
test_tar(void **state)
{
	struct replay_args args = { .full = true };
	struct bundle_counts counts;
	struct replay_source *source;
	struct replay_report report;
	char path[120];
	struct buf whole = { 0 };

	(void)state;
	(void)snprintf(path, sizeof(path), "%s.tar", folder);
	must(bundle_write(w->l, &(struct bundle_args){ .path = path, .tar = true }, &counts, &w->e));
	must(replay_source_bundle(path, &source, &w->e));
	must(replay(source, &args, &report, NULL, &w->e));
	assert_int_equal(report.statements, 1);
	replay_source_free(source);
	must(file_read(path, 1 << 24, &whole, &w->e));
	for (size_t size = 0; size + 1024 < whole.size; size += 997) {
		must(file_write(path, whole.data, size, 0644, &w->e));
		if (replay_source_bundle(path, &source, &w->e) == RC_OK) {
			assert_int_equal(replay(source, &args, &report, NULL, &w->e), RC_NO);
			assert_int_equal(report.finding.kind, FINDING_FILE);
			replay_source_free(source);
		} else {
			assert_int_equal(w->e.rc, RC_INTEGRITY);
		}
	}
	(void)unlink(path);
	buf_free(&whole);
}

/* The auditor's own file: any bit of it, and every length. */
static void
test_kept(void **state)
{
	static struct replay_report report;
	struct buf *kept = &kept_files[1];
	char path[120];

	(void)state;
	must(replay_parts(parts, &report));
	(void)snprintf(path, sizeof(path), "%s/kept", w->folder);
	for (int i = 0; i < 60; i++) {
		size_t size = i % 3 == 0 ? (size_t)random_below(kept->size) : kept->size;
		size_t at = (size_t)random_below(kept->size);
		char was = kept->data[at];

		kept->data[at] = (char)(was ^ (i % 3 == 0 ? 0 : 1 << random_below(8)));
		write_kept(path, kept, size);
		kept->data[at] = was;
		assert_int_equal(replay_with(1, path, &report), RC_REFUSED);
		assert_non_null(strstr(w->e.text, "expected what an earlier replay kept, found "
				       "something else or a damaged file: remove it"));
	}
	(void)unlink(path);
}

/* Bytes with a sum that fits them: whoever wrote them, they are refused or gone on with. */
static void
test_kept_hostile(void **state)
{
	static struct replay_report report;
	char path[120];

	(void)state;
	must(replay_parts(parts, &report));
	(void)snprintf(path, sizeof(path), "%s/kept", w->folder);
	for (int i = 0; i < 300; i++) {
		struct buf *kept = &kept_files[i % 2];
		size_t end = kept->size - sizeof(struct hash), at = (size_t)random_below(end);
		char was = kept->data[at];
		struct hash sum, own;
		enum rc rc;

		memcpy(&own, kept->data + end, sizeof(own));
		kept->data[at] = (char)(was ^ 1 << random_below(8));
		sum = hash_bytes(kept->data, end);
		memcpy(kept->data + end, &sum, sizeof(sum));
		write_kept(path, kept, kept->size);
		kept->data[at] = was;
		memcpy(kept->data + end, &own, sizeof(own));
		rc = replay_with(1, path, &report);
		if (rc != RC_OK && rc != RC_NO && rc != RC_REFUSED && rc != RC_INTEGRITY)
			fail_msg("byte %zu: %s: %s", at, rc_name(rc), w->e.text);
	}
	(void)unlink(path);
}

/* The manifest's own word: a file that is not the one it names is refused before anything else. */
static void
test_manifest(void **state)
{
	struct replay_report report;
	FILE *f;

	(void)state;
	must(replay_parts(parts, &report));
	f = fopen(path_of("events.jsonl"), "ab");
	assert_non_null(f);
	assert_int_equal(fputs("\n", f) < 0, 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(replay_with(1, NULL, &report), RC_NO);
	assert_int_equal(report.finding.kind, FINDING_FILE);
	assert_string_equal(report.finding.field, "events.jsonl");
}

static void
flip(size_t which, size_t at, unsigned bit)
{
	struct replay_report report;
	char kept = parts[which].data[at];
	enum rc rc;

	parts[which].data[at] = (char)(kept ^ 1 << bit);
	rc = replay_parts(parts, &report);
	parts[which].data[at] = kept;
	if (rc != RC_NO)
		print_message("# %s byte %zu bit %u: %s %s\n", bundle_file_name(kinds[which]), at, bit,
			      rc_name(rc), w->e.text);
	assert_int_equal(rc, RC_NO);
	assert_true(report.has_finding);
	assert_true(report.finding.expected[0] != '\0');
}

/* One bit, anywhere in the three files; UTFALL_FLIPS=n: that many, 0: each bit of each byte. */
static void
test_flips(void **state)
{
	const char *text = getenv("UTFALL_FLIPS");
	unsigned long count = text == NULL ? FLIPS : strtoul(text, NULL, 10);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t which = i < count / 10 ? 2 : (size_t)random_below(2);

		flip(which, (size_t)random_below(parts[which].size), (unsigned)random_below(8));
	}
	for (size_t which = 0; which < 3 && count == 0; which++)
		for (size_t bit = 0; bit < parts[which].size * 8; bit++)
			flip(which, bit / 8, (unsigned)(bit % 8));
	print_message("# %zu of %zu bits of entries, events and checkpoint flipped, each was found\n",
		      count == 0 ? 8 * (parts[0].size + parts[1].size + parts[2].size) : count,
		      8 * (parts[0].size + parts[1].size + parts[2].size));
}

/* ---- whole lines ---- */

static size_t
line_start(const struct buf *b, size_t number)
{
	size_t at = 0;

	for (size_t i = 0; i < number && at < b->size; at++)
		i += b->data[at] == '\n';
	return at;
}

static size_t
line_count(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->size; i++)
		n += b->data[i] == '\n';
	return n;
}

enum change { REMOVED, DOUBLED, SWAPPED, CUT_HERE, EMPTIED, CHANGE_MAX };

static void
change_line(const struct buf *from, size_t number, enum change how, struct buf *ret)
{
	size_t start = line_start(from, number), end = line_start(from, number + 1);
	size_t after = line_start(from, number + 2);

	buf_clear(ret);
	buf_add(ret, from->data, start);
	if (how == CUT_HERE)
		return;
	if (how == SWAPPED)
		buf_add(ret, from->data + end, after - end);
	if (how == EMPTIED)
		buf_byte(ret, '\n');
	if (how == DOUBLED || how == SWAPPED)
		buf_add(ret, from->data + start, end - start);
	if (how == DOUBLED)
		buf_add(ret, from->data + start, end - start);
	if (how == SWAPPED)
		end = after;
	buf_add(ret, from->data + end, from->size - end);
}

static void
test_lines(void **state)
{
	struct replay_report report;
	struct buf kept, changed = { 0 };

	(void)state;
	for (size_t which = 0; which < 2; which++)
		for (size_t line = 0; line < line_count(&parts[which]); line++)
			for (int how = 0; how < CHANGE_MAX; how++) {
				if (how == SWAPPED && line + 1 == line_count(&parts[which]))
					continue;
				change_line(&parts[which], line, (enum change)how, &changed);
				kept = parts[which];
				parts[which] = changed;
				if (replay_parts(parts, &report) != RC_NO) {
					print_message("# %s line %zu change %d\n",
						      bundle_file_name(kinds[which]), line, how);
					assert_true(false);
				}
				parts[which] = kept;
			}
	buf_free(&changed);
}

/* ---- findings, each with its kind and place ---- */

struct edit {
	const char *from, *to;		/* first occurrence in the file */
	size_t file;
	enum finding_kind kind;
	uint64_t seq;
	const char *field;
};

static void
test_findings(void **state)
{
	static const struct edit edits[] = {
		{ "\"seq\":5,", "\"seq\":6,", 0, FINDING_SEQUENCE, 5, "/seq" },
		{ "\"v\":1}", "\"v\":2}", 0, FINDING_BYTES, 0, "" },
		{ "{\"at\":\"2017-01-01T00:00:00Z\",\"event\"",
		  "{\"at\":\"2017-01-01T00:00:01Z\",\"event\"", 0, FINDING_TIME, 1, "/at" },
		{ "\"prev\":\"0", "\"prev\":\"1", 0, FINDING_CHAIN, 0, "/prev" },
		{ "\"count\":11", "\"count\":12", 0, FINDING_SIGNATURE, 0,
		  "/submission/signature" },
		{ "simulated\":true", "simulated\":false", 1, FINDING_BYTES, 1,
		  "/body/simulated" },
		{ "\"party\":\"city\"", "\"party\":\"cits\"", 1, FINDING_DIGEST, 2, "/event" },
		{ "example.org/small\n", "example.org/smell\n", 2, FINDING_CHECKPOINT, 0,
		  "checkpoint/origin" },
	};
	struct replay_report report;

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		const struct edit *x = &edits[i];
		struct buf kept = parts[x->file], changed = { 0 };
		const char *at = strstr(kept.data, x->from);
		enum rc rc;

		assert_non_null(at);
		buf_add(&changed, kept.data, (size_t)(at - kept.data));
		buf_text(&changed, x->to);
		buf_text(&changed, at + strlen(x->from));
		parts[x->file] = changed;
		rc = replay_parts(parts, &report);
		parts[x->file] = kept;
		buf_free(&changed);
		assert_int_equal(rc, RC_NO);
		if (report.finding.kind != x->kind || strcmp(report.finding.field, x->field) != 0)
			print_message("# case %zu: %s %s: %s / %s\n", i,
				      finding_kind_name(report.finding.kind), report.finding.field,
				      report.finding.expected, report.finding.found);
		assert_int_equal(report.finding.kind, x->kind);
		assert_string_equal(report.finding.field, x->field);
		if (report.finding.has_seq)
			assert_int_equal(report.finding.seq, x->seq);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_tar),
		cmocka_unit_test(test_kept), cmocka_unit_test(test_kept_hostile),
		cmocka_unit_test(test_manifest),
		cmocka_unit_test(test_flips),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_findings),
	};

	return cmocka_run_group_tests_name("replay", tests, set_up, tear_down);
}
