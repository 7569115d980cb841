/* place.c - tells a bundle, a published folder and a ledger's file apart. */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"

#define ENTRIES "entries.jsonl"

static bool
holds(const char *folder, const char *name)
{
	char path[4096];
	struct stat st;

	return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
	       stat(path, &st) == 0;
}

/* What a tar's first header says of itself; one that is cut short has its name alone. */
static bool
is_tar(const char *path)
{
	const char *end = strrchr(path, '.');
	char magic[5] = "";
	int fd;

	if (end != NULL && strcmp(end, ".tar") == 0)
		return true;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (pread(fd, magic, sizeof(magic), 257) != (ssize_t)sizeof(magic))
		magic[0] = '\0';
	(void)close(fd);
	return memcmp(magic, "ustar", sizeof(magic)) == 0;
}

static enum rc
place_of_folder(const char *path, enum place *ret, struct err *e)
{
	if (holds(path, BUNDLE_MANIFEST))
		*ret = PLACE_BUNDLE;
	else if (holds(path, "tile") || (holds(path, "checkpoint") && !holds(path, ENTRIES)))
		*ret = PLACE_PUBLISHED;
	else if (holds(path, ENTRIES))
		return rc_fail(e, RC_INTEGRITY, "%s: expected a bundle's " BUNDLE_MANIFEST " beside "
			       ENTRIES ", found none", path);
	else
		return rc_fail(e, RC_REFUSED, "%s: expected a folder that 'utfall bundle' or 'utfall "
			       "publish' wrote, found neither " BUNDLE_MANIFEST " nor tile/ in it", path);
	return RC_OK;
}

enum rc
place_of(const char *path, enum place *ret, struct err *e)
{
	struct stat st;

	*ret = PLACE_LEDGER;
	if (strncmp(path, "sqlite:", 7) == 0)
		return RC_OK;
	if (stat(path, &st) != 0)
		return errno == ENOENT
			? rc_fail(e, RC_NOT_FOUND, "%s: expected a bundle, a published folder or a "
				  "ledger's file, found nothing of that name", path)
			: rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return place_of_folder(path, ret, e);
	if (!S_ISREG(st.st_mode))
		return rc_fail(e, RC_REFUSED, "%s: expected a file or a folder, found neither: keep what "
			       "comes through a pipe in a file first", path);
	if (is_tar(path))
		*ret = PLACE_TAR;
	else if (st.st_size == 0)
		return rc_fail(e, RC_REFUSED, "%s: expected a bundle, a published folder or a ledger's "
			       "file, found an empty file", path);
	return RC_OK;
}
