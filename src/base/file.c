/* file.c - whole files. A reader sees the old bytes or the new ones, after a crash too. */
#include "file.h"
#include "buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "PATH: REASON" by errno. */
static enum rc
refuse(const char *path, const char *doing, struct err *e)
{
	return rc_fail(e, errno == ENOENT ? RC_NOT_FOUND : RC_SYSTEM, "%s: %s: %s", path, doing,
		       strerror(errno));
}

static enum rc
read_all(int fd, const char *path, size_t size_max, struct buf *ret, struct err *e)
{
	char block[1 << 16];
	size_t left = size_max;

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EISDIR)
			return rc_fail(e, RC_REFUSED, "%s: expected a file, found a folder", path);
		if (n < 0)
			return refuse(path, "read", e);
		if (n == 0)
			return RC_OK;
		if ((size_t)n > left)
			return rc_fail(e, RC_REFUSED, "%s: more than %zu bytes", path, size_max);
		left -= (size_t)n;
		buf_add(ret, block, (size_t)n);
	}
}

enum rc
file_read(const char *path, size_t size_max, struct buf *ret, struct err *e)
{
	bool standard_input = strcmp(path, "-") == 0;
	size_t before = ret->size;
	enum rc rc;
	int fd;

	fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return refuse(path, "open", e);
	rc = read_all(fd, standard_input ? "standard input" : path, size_max, ret, e);
	if (!standard_input)
		(void)close(fd);
	if (rc != RC_OK && ret->data != NULL) {
		ret->size = before;
		ret->data[before] = '\0';
	} else if (ret->data == NULL) {
		buf_add(ret, "", 0);	/* a NUL even behind nothing */
	}
	return rc;
}

static enum rc
write_all(int fd, const char *path, const char *bytes, size_t size, struct err *e)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refuse(path, "write", e);
		bytes += n;
		size -= (size_t)n;
	}
	return RC_OK;
}

/* Its folder, into `ret`: what stands before the last slash. */
static void
folder_of(const char *path, struct buf *ret)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		buf_text(ret, ".");
	else
		buf_add(ret, path, slash == path ? 1 : (size_t)(slash - path));
}

/* A new name is durable once its folder is. */
static enum rc
sync_folder(const char *path, struct err *e)
{
	struct buf folder = { 0 };
	enum rc rc = RC_OK;
	int fd;

	folder_of(path, &folder);
	fd = open(folder.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		rc = refuse(folder.data, "sync", e);
	if (fd >= 0)
		(void)close(fd);
	buf_free(&folder);
	return rc;
}

/* Makes the temporary file, whole and on disk; its name is in `temporary`. */
static enum rc
write_temporary(struct buf *temporary, const char *path, const void *bytes, size_t size,
		unsigned mode, struct err *e)
{
	enum rc rc;
	int fd;

	buf_printf(temporary, "%s.XXXXXX", path);
	fd = mkstemp(temporary->data);
	if (fd < 0)
		return refuse(path, "create", e);
	rc = write_all(fd, path, bytes, size, e);
	if (rc == RC_OK && (fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0))
		rc = refuse(path, "sync", e);
	if (close(fd) != 0 && rc == RC_OK)
		rc = refuse(path, "close", e);
	if (rc != RC_OK)
		(void)unlink(temporary->data);
	return rc;
}

enum rc
file_check_write(const char *path, struct err *e)
{
	struct buf folder = { 0 };
	struct stat st;
	int taken;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return rc_fail(e, RC_CONFLICT, "%s: exists already and is no ordinary file; name another "
			       "file", path);
	folder_of(path, &folder);
	taken = access(folder.data, W_OK | X_OK);
	buf_free(&folder);
	return taken == 0 ? RC_OK : refuse(path, "create", e);
}

enum rc
file_write(const char *path, const void *bytes, size_t size, unsigned mode, struct err *e)
{
	struct buf temporary = { 0 };
	enum rc rc = file_check_write(path, e);

	if (rc == RC_OK)
		rc = write_temporary(&temporary, path, bytes, size, mode, e);
	if (rc == RC_OK && rename(temporary.data, path) != 0) {
		rc = refuse(path, "rename", e);
		(void)unlink(temporary.data);
	}
	buf_free(&temporary);
	return rc == RC_OK ? sync_folder(path, e) : rc;
}

/* link() refuses a name that is taken, whoever takes it meanwhile. */
enum rc
file_create(const char *path, const void *bytes, size_t size, unsigned mode, struct err *e)
{
	struct buf temporary = { 0 };
	enum rc rc = write_temporary(&temporary, path, bytes, size, mode, e);

	if (rc == RC_OK) {
		if (link(temporary.data, path) != 0)
			rc = errno == EEXIST ? rc_fail(e, RC_CONFLICT, "%s: exists already; "
							     "name another file", path)
					     : refuse(path, "create", e);
		(void)unlink(temporary.data);
	}
	buf_free(&temporary);
	return rc == RC_OK ? sync_folder(path, e) : rc;
}

static enum rc
make_folder(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) == 0)	/* first: a read-only place above ours may refuse mkdir */
		return S_ISDIR(st.st_mode) ? RC_OK
					   : rc_fail(e, RC_SYSTEM, "%s: exists and is not a folder", path);
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return RC_OK;	/* or someone else just made it */
	return refuse(path, "create the folder", e);
}

enum rc
file_folder(const char *path, struct err *e)
{
	struct buf prefix = { 0 };
	enum rc rc = RC_OK;

	for (const char *at = path; *at != '\0' && rc == RC_OK; ) {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		buf_clear(&prefix);
		buf_add(&prefix, path, (size_t)(at - path));
		rc = make_folder(prefix.data, e);
	}
	buf_free(&prefix);
	return rc;
}
