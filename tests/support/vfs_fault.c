/* vfs_fault.c - writes, syncs and deletions are counted, refused, or lost with the power. */
#include "vfs_fault.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "random.h"

#define SECTOR 512
#define FILES 8
#define PATH_MAX_BYTES 600

enum sector { CLEAN, DIRTY, DOOMED };	/* DOOMED: a sync failed, later ones skip it */

/* What the platters hold of one file. */
struct image {
	char path[PATH_MAX_BYTES];
	bool exists;			/* a directory entry that survives */
	unsigned char *bytes;
	sqlite3_int64 size;
	unsigned char *sectors;		/* enum sector, for the file as programs see it */
	size_t sector_count;
	sqlite3_int64 seen_size;	/* of the file as programs see it */
	bool cut;			/* truncated since the last sync, */
	sqlite3_int64 cut_size;		/* at least to this */
	bool deleted;			/* as programs see it */
};

struct fault_file {
	sqlite3_file base;
	struct image *image;		/* NULL: a temporary file, never at risk */
	sqlite3_file *real;		/* behind this struct */
};

static sqlite3_vfs *real_vfs;
static struct image images[FILES];
static enum fault armed;
static uint64_t countdown, operations;
static bool happened, no_power;

/* ---- when ---- */

/* Called for each operation: is it the one that fails? */
static enum fault
due(void)
{
	operations++;
	if (armed == FAULT_NONE)
		return FAULT_NONE;
	if (no_power)
		return FAULT_POWER;
	if (operations < countdown)
		return FAULT_NONE;
	return armed;
}

static void
strike(void)
{
	happened = true;
	if (armed == FAULT_POWER)
		no_power = true;
	else if (armed != FAULT_FULL)
		armed = FAULT_NONE;
}

void
vfs_fault_arm(enum fault what, uint64_t operation)
{
	armed = what;
	countdown = operation;
	operations = 0;
	happened = no_power = false;
}

bool
vfs_fault_happened(void)
{
	return happened;
}

/* ---- images ---- */

static struct image *
image_of(const char *path)
{
	for (size_t i = 0; i < FILES; i++)
		if (strcmp(images[i].path, path) == 0)
			return &images[i];
	for (size_t i = 0; i < FILES; i++)
		if (images[i].path[0] == '\0') {
			assert(strlen(path) < PATH_MAX_BYTES);
			(void)snprintf(images[i].path, PATH_MAX_BYTES, "%s", path);
			return &images[i];
		}
	abort();
}

/* What lies there when the disk first sees the file has survived already. */
static void
image_load(struct image *m, bool existed)
{
	FILE *f = existed ? fopen(m->path, "rb") : NULL;

	m->exists = existed;
	m->size = 0;
	if (f != NULL) {
		(void)fseek(f, 0, SEEK_END);
		m->size = ftell(f);
		(void)fseek(f, 0, SEEK_SET);
		m->bytes = realloc(m->bytes, (size_t)m->size + 1);
		if (fread(m->bytes, 1, (size_t)m->size, f) != (size_t)m->size)
			abort();
		(void)fclose(f);
	}
	m->seen_size = m->size;
}

static void
mark(struct image *m, sqlite3_int64 from, sqlite3_int64 to)
{
	size_t end = (size_t)((to + SECTOR - 1) / SECTOR);

	if (end > m->sector_count) {
		m->sectors = realloc(m->sectors, end);
		memset(m->sectors + m->sector_count, CLEAN, end - m->sector_count);
		m->sector_count = end;
	}
	for (size_t i = (size_t)(from / SECTOR); i < end; i++)
		m->sectors[i] = DIRTY;
}

static void
image_resize(struct image *m, sqlite3_int64 size)
{
	if (size > m->size) {
		m->bytes = realloc(m->bytes, (size_t)size);
		memset(m->bytes + m->size, 0, (size_t)(size - m->size));
	}
	m->size = size;
}

/* The sectors for which `keep` says so become as the file has them now. */
static void
image_take(struct image *m, sqlite3_file *real, bool (*keep)(enum sector))
{
	for (size_t i = 0; i < m->sector_count; i++) {
		sqlite3_int64 at = (sqlite3_int64)i * SECTOR;
		sqlite3_int64 end = at + SECTOR < m->size ? at + SECTOR : m->size;

		if (m->sectors[i] == CLEAN || !keep((enum sector)m->sectors[i]))
			continue;
		if (at < end && real->pMethods->xRead(real, m->bytes + at, (int)(end - at), at)
		    != SQLITE_OK)
			abort();
		m->sectors[i] = CLEAN;
	}
}

static bool
is_dirty(enum sector s)
{
	return s == DIRTY;
}

static void
image_sync(struct image *m, sqlite3_file *real)
{
	m->exists = true;
	m->cut = false;
	image_resize(m, m->seen_size);
	image_take(m, real, is_dirty);
}

/* ---- the methods of a file ---- */

static struct fault_file *
file_of(sqlite3_file *f)
{
	return (struct fault_file *)(void *)f;
}

static int
file_write(sqlite3_file *f, const void *bytes, int size, sqlite3_int64 at)
{
	struct fault_file *file = file_of(f);
	enum fault fault = file->image == NULL ? FAULT_NONE : due();
	int done = size, rc;

	if (fault == FAULT_ERROR || fault == FAULT_FULL || (fault == FAULT_POWER && !no_power))
		done = (int)random_below((uint64_t)size + 1);
	if (fault == FAULT_POWER && no_power)
		return SQLITE_IOERR_WRITE;
	rc = file->real->pMethods->xWrite(file->real, bytes, done, at);
	if (file->image != NULL && done > 0) {
		mark(file->image, at < file->image->seen_size ? at : file->image->seen_size,
		     at + done);
		if (at + done > file->image->seen_size)
			file->image->seen_size = at + done;
	}
	if (fault == FAULT_NONE || fault == FAULT_SYNC)
		return rc;
	strike();
	return fault == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static void
note_size(struct image *m, sqlite3_int64 size)
{
	if (size > m->seen_size) {
		mark(m, m->seen_size, size);
	} else {
		mark(m, size, m->seen_size);
		m->cut_size = m->cut && m->cut_size < size ? m->cut_size : size;
		m->cut = true;
	}
	m->seen_size = size;
}

static int
file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct fault_file *file = file_of(f);
	enum fault fault = file->image == NULL ? FAULT_NONE : due();
	int rc = SQLITE_OK;

	if (fault == FAULT_POWER || fault == FAULT_ERROR) {
		strike();
		return SQLITE_IOERR_TRUNCATE;
	}
	rc = file->real->pMethods->xTruncate(file->real, size);
	if (file->image != NULL)
		note_size(file->image, size);
	if (fault != FAULT_LIAR)
		return rc;
	strike();
	return SQLITE_IOERR_TRUNCATE;
}

static int
file_sync(sqlite3_file *f, int flags)
{
	struct fault_file *file = file_of(f);
	struct image *m = file->image;
	enum fault fault = m == NULL ? FAULT_NONE : due();

	(void)flags;
	if (m == NULL || fault == FAULT_NONE || fault == FAULT_FULL) {
		if (m != NULL)
			image_sync(m, file->real);
		return SQLITE_OK;
	}
	strike();
	if (fault == FAULT_LIAR)
		image_sync(m, file->real);
	for (size_t i = 0; i < m->sector_count && fault != FAULT_POWER; i++)
		if (m->sectors[i] == DIRTY)
			m->sectors[i] = DOOMED;
	return SQLITE_IOERR_FSYNC;
}

static int
file_close(sqlite3_file *f)
{
	struct fault_file *file = file_of(f);

	return file->real->pMethods->xClose(file->real);
}

static int
file_read(sqlite3_file *f, void *bytes, int size, sqlite3_int64 at)
{
	return file_of(f)->real->pMethods->xRead(file_of(f)->real, bytes, size, at);
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	return file_of(f)->real->pMethods->xFileSize(file_of(f)->real, ret);
}

static int
file_lock(sqlite3_file *f, int level)
{
	return file_of(f)->real->pMethods->xLock(file_of(f)->real, level);
}

static int
file_unlock(sqlite3_file *f, int level)
{
	return file_of(f)->real->pMethods->xUnlock(file_of(f)->real, level);
}

static int
file_check_lock(sqlite3_file *f, int *ret)
{
	return file_of(f)->real->pMethods->xCheckReservedLock(file_of(f)->real, ret);
}

static int
file_control(sqlite3_file *f, int what, void *arg)
{
	/* A size hint would change the file behind the counter. */
	if (what == SQLITE_FCNTL_SIZE_HINT || what == SQLITE_FCNTL_CHUNK_SIZE)
		return SQLITE_NOTFOUND;
	return file_of(f)->real->pMethods->xFileControl(file_of(f)->real, what, arg);
}

static int
file_sector_size(sqlite3_file *f)
{
	return file_of(f)->real->pMethods->xSectorSize(file_of(f)->real);
}

static int
file_characteristics(sqlite3_file *f)
{
	return file_of(f)->real->pMethods->xDeviceCharacteristics(file_of(f)->real);
}

static int
file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return file_of(f)->real->pMethods->xShmMap(file_of(f)->real, page, size, extend, ret);
}

static int
file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return file_of(f)->real->pMethods->xShmLock(file_of(f)->real, offset, n, flags);
}

static void
file_shm_barrier(sqlite3_file *f)
{
	file_of(f)->real->pMethods->xShmBarrier(file_of(f)->real);
}

static int
file_shm_unmap(sqlite3_file *f, int delete)
{
	return file_of(f)->real->pMethods->xShmUnmap(file_of(f)->real, delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector_size,
	.xDeviceCharacteristics = file_characteristics,
	.xShmMap = file_shm_map,
	.xShmLock = file_shm_lock,
	.xShmBarrier = file_shm_barrier,
	.xShmUnmap = file_shm_unmap,
};

/* ---- the methods of the VFS ---- */

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	struct fault_file *file = file_of(f);
	bool existed = name != NULL && access(name, F_OK) == 0;
	int rc;

	(void)vfs;
	memset(file, 0, sizeof(*file));
	file->real = (sqlite3_file *)(void *)(file + 1);
	rc = real_vfs->xOpen(real_vfs, name, file->real, flags, ret_flags);
	if (rc != SQLITE_OK)
		return rc;
	file->base.pMethods = &methods;
	if (name != NULL && (flags & SQLITE_OPEN_DELETEONCLOSE) == 0) {
		struct image *m = image_of(name);

		if (!m->exists && !m->deleted && m->sector_count == 0)
			image_load(m, existed);
		if (m->deleted && !existed) {	/* another file of the same name */
			m->exists = false;
			m->cut = false;
			m->size = m->seen_size = 0;
			m->sector_count = 0;
		}
		m->deleted = false;
		file->image = m;
	}
	return SQLITE_OK;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	struct image *m = image_of(name);
	enum fault fault = due();
	int rc;

	(void)vfs;
	if (fault == FAULT_POWER || fault == FAULT_ERROR) {
		strike();
		return SQLITE_IOERR_DELETE;
	}
	rc = real_vfs->xDelete(real_vfs, name, 0);
	if (rc == SQLITE_OK) {
		m->deleted = true;
		m->seen_size = 0;
		if (m->sector_count != 0)
			memset(m->sectors, CLEAN, m->sector_count);
		if (sync_folder) {
			m->exists = false;
			m->size = 0;
		}
	}
	if (fault != FAULT_LIAR)
		return rc;
	strike();
	return SQLITE_IOERR_DELETE;
}

void
vfs_fault_install(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "fault";
	vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.pNext = NULL;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		abort();
}

/* ---- losing ---- */

/* A file system does what changes a size in order: where a truncation is lost, so is what came
 * after it; where it is not, the sectors behind it are new ones, zero until written. */
static void
lose_sectors(struct image *m, unsigned char *seen)
{
	sqlite3_int64 size = m->size;

	if (m->cut && random_below(2) == 0)
		return;
	if (m->cut && m->cut_size < m->size)
		image_resize(m, size = m->cut_size);
	if (m->seen_size > size && random_below(3) != 0)
		size = random_below(2) == 0 ? m->seen_size
			: size + (m->seen_size - size) * (sqlite3_int64)random_below(8) / 8;
	image_resize(m, size);
	for (size_t i = 0; i < m->sector_count; i++) {
		sqlite3_int64 at = (sqlite3_int64)i * SECTOR, end = at + SECTOR;

		if (m->sectors[i] == CLEAN || random_below(2) == 0)
			continue;
		end = end < m->size ? end : m->size;
		end = end < m->seen_size ? end : m->seen_size;
		if (at < end)
			memcpy(m->bytes + at, seen + at, (size_t)(end - at));
	}
}

static void
reboot_file(struct image *m)
{
	struct image seen = { .seen_size = 0 };
	bool there = access(m->path, F_OK) == 0;
	bool changed = m->seen_size != m->size;
	FILE *f;

	for (size_t i = 0; i < m->sector_count; i++)
		changed |= m->sectors[i] != CLEAN;
	if (!there && (!m->exists || random_below(2) == 0))
		return;		/* gone for good */
	if (there && !m->exists && random_below(2) == 0) {
		(void)unlink(m->path);
		return;
	}
	if (there) {
		memcpy(seen.path, m->path, sizeof(seen.path));
		image_load(&seen, true);
		if (changed)
			lose_sectors(m, seen.bytes);
		free(seen.bytes);
	}
	f = fopen(m->path, "r+b");
	if (f == NULL)
		f = fopen(m->path, "w+b");
	if (f == NULL || (m->size > 0 && fwrite(m->bytes, 1, (size_t)m->size, f)
			  != (size_t)m->size)
	    || fflush(f) != 0 || ftruncate(fileno(f), m->size) != 0 || fclose(f) != 0)
		abort();
}

void
vfs_fault_forget(void)
{
	for (size_t i = 0; i < FILES; i++) {
		free(images[i].bytes);
		free(images[i].sectors);
		memset(&images[i], 0, sizeof(images[i]));
	}
}

void
vfs_fault_reboot(void)
{
	char shm[PATH_MAX_BYTES + 8];

	for (size_t i = 0; i < FILES; i++) {
		if (images[i].path[0] == '\0')
			continue;
		reboot_file(&images[i]);
		(void)snprintf(shm, sizeof(shm), "%.*s-shm", PATH_MAX_BYTES - 1,
			       images[i].path);
		(void)unlink(shm);
	}
	vfs_fault_forget();
	vfs_fault_arm(FAULT_NONE, 0);
}
