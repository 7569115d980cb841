/* publish.c - the public files of a ledger: tiles first, then the checkpoint that needs them. */
#include "publish.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "ledger.h"
#include "limits_utfall.h"
#include "merkle.h"
#include "note.h"
#include "store.h"

#define ENTRIES (-1)		/* tile_path's level for entry bundles */

enum rc
publish_tile(struct ledger *l, unsigned level, uint64_t index, unsigned width, struct buf *ret,
	     struct err *e)
{
	for (unsigned i = 0; i < width; i++) {
		struct hash node;
		enum rc rc = ledger_node(l, 8 * level, index * TILE_WIDTH + i, &node, e);

		if (rc != RC_OK)
			return rc;
		buf_add(ret, node.bytes, sizeof(node.bytes));
	}
	return RC_OK;
}

enum rc
publish_entries(struct ledger *l, uint64_t index, unsigned width, struct buf *ret, struct err *e)
{
	for (unsigned i = 0; i < width; i++) {
		size_t mark = ret->size;
		enum rc rc;

		buf_add(ret, "\0\0", 2);
		rc = store_entry(ledger_store(l), index * TILE_WIDTH + i, ret, e);
		if (rc != RC_OK)
			return rc;
		size_t size = ret->size - mark - 2;

		ret->data[mark] = (char)(size >> 8);
		ret->data[mark + 1] = (char)(size & 0xff);
	}
	return RC_OK;
}

/* One resource to its file; a file that is there already is left alone: it can only be the same. */
static enum rc
write_tile(struct ledger *l, const char *folder, int level, uint64_t index, unsigned width,
	   struct publish_report *report, struct err *e)
{
	struct arena *arena = arena_new();
	struct buf bytes = { 0 };
	char name[TILE_PATH], *path, *slash;
	enum rc rc = RC_OK;

	tile_path(level, index, width, name);
	path = arena_printf(arena, "%s/%s", folder, name);
	if (access(path, F_OK) != 0) {
		slash = strrchr(path, '/');
		*slash = '\0';
		rc = file_folder(path, e);
		*slash = '/';
		if (rc == RC_OK)
			rc = level == ENTRIES
				? publish_entries(l, index, width, &bytes, e)
				: publish_tile(l, (unsigned)level, index, width, &bytes, e);
		if (rc == RC_OK)
			rc = file_write(path, bytes.data, bytes.size, 0644, e);
		if (rc == RC_OK)
			report->files++;
	}
	buf_free(&bytes);
	arena_free(arena);
	return rc;
}

/* Tiles `level` of a tree whose row of hashes has `count` there, from the first that was not
 * full when it had `old_count`. */
static enum rc
write_level(struct ledger *l, const char *folder, int level, uint64_t old_count, uint64_t count,
	    struct publish_report *report, struct err *e)
{
	enum rc rc = RC_OK;

	for (uint64_t i = old_count / TILE_WIDTH; rc == RC_OK && i < count / TILE_WIDTH; i++)
		rc = write_tile(l, folder, level, i, TILE_WIDTH, report, e);
	if (rc == RC_OK && count % TILE_WIDTH != 0)
		rc = write_tile(l, folder, level, count / TILE_WIDTH,
				(unsigned)(count % TILE_WIDTH), report, e);
	return rc;
}

/* The checkpoint that stands in the folder must be a prefix of this ledger. */
static enum rc
check_published(struct ledger *l, const char *path, const struct checkpoint *mine,
		uint64_t *ret_size, struct err *e)
{
	struct arena *arena = arena_new();
	struct checkpoint old = { .size = 0 };
	struct buf bytes = { 0 };
	struct note note;
	struct hash root;
	enum rc rc = RC_OK;

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		arena_free(arena);
		*ret_size = 0;
		return RC_OK;
	}
	rc = file_read(path, LIMIT_NOTE_BYTES, &bytes, e);
	if (rc == RC_OK)
		rc = note_parse(bytes.data, bytes.size, arena, &note, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, &old, e);
	if (rc == RC_OK && strcmp(old.origin, mine->origin) != 0)
		rc = rc_fail(e, RC_CONFLICT, "%s is of '%s', this ledger is '%s'; publish into a "
			     "folder of its own", path, old.origin, mine->origin);
	if (rc == RC_OK && old.size > mine->size)
		rc = rc_fail(e, RC_CONFLICT, "%s has size %" PRIu64 ", this ledger only %" PRIu64
			     "; it is not the ledger that was published", path, old.size,
			     mine->size);
	if (rc == RC_OK)
		rc = ledger_root(l, old.size, &root, e);
	if (rc == RC_OK && !hash_equal(root, old.root))
		rc = rc_fail(e, RC_CONFLICT, "%s has another root at size %" PRIu64 " than this "
			     "ledger; it is not the ledger that was published", path, old.size);
	buf_free(&bytes);
	arena_free(arena);
	if (rc == RC_OK)
		*ret_size = old.size;
	return rc;
}

static enum rc
write_levels(struct ledger *l, const char *folder, struct publish_report *report, struct err *e)
{
	uint64_t old_count = report->old_size, count = report->size;
	enum rc rc = write_level(l, folder, ENTRIES, old_count, count, report, e);

	for (int level = 0; rc == RC_OK && count > 0; level++) {
		rc = write_level(l, folder, level, old_count, count, report, e);
		old_count /= TILE_WIDTH;
		count /= TILE_WIDTH;
	}
	return rc;
}

enum rc
publish(struct ledger *l, const char *folder, struct publish_report *ret, struct err *e)
{
	struct arena *arena = arena_new();
	const char *path = arena_printf(arena, "%s/checkpoint", folder);
	struct publish_report report = { 0 };
	struct store_head head;
	struct checkpoint mine;
	struct buf bytes = { 0 };
	struct note note;
	enum rc rc = store_head(ledger_store(l), &head, &bytes, e);

	if (rc == RC_OK)
		rc = note_parse(bytes.data, bytes.size, arena, &note, e);
	if (rc == RC_OK)
		rc = checkpoint_parse(note.text, note.text_size, &mine, e);
	if (rc == RC_OK)
		rc = check_published(l, path, &mine, &report.old_size, e);
	if (rc == RC_OK) {
		report.size = mine.size;
		rc = file_folder(folder, e);
	}
	if (rc == RC_OK)
		rc = write_levels(l, folder, &report, e);
	if (rc == RC_OK)
		rc = file_write(path, bytes.data, bytes.size, 0644, e);
	buf_free(&bytes);
	arena_free(arena);
	if (rc == RC_OK)
		*ret = report;
	return rc;
}
