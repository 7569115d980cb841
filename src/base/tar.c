/* tar.c - a ustar archive: headers of 512 bytes, contents filled up to 512, two empty blocks. */
#include "tar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK TAR_BLOCK

/* IEEE Std 1003.1 pax, ustar interchange format. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type, link[100];
	char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

static void
header_make(const char *name, uint64_t size, struct header *ret)
{
	const unsigned char *bytes = (const unsigned char *)ret;
	unsigned sum = 0;

	memset(ret, 0, sizeof(*ret));
	(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
	(void)snprintf(ret->mode, sizeof(ret->mode), "%07o", 0644u);
	(void)snprintf(ret->uid, sizeof(ret->uid), "%07o", 0u);
	(void)snprintf(ret->gid, sizeof(ret->gid), "%07o", 0u);
	(void)snprintf(ret->size, sizeof(ret->size), "%011llo", (unsigned long long)size);
	(void)snprintf(ret->mtime, sizeof(ret->mtime), "%011o", 0u);
	memset(ret->sum, ' ', sizeof(ret->sum));
	ret->type = '0';
	memcpy(ret->magic, "ustar", 6);
	memcpy(ret->version, "00", 2);
	for (size_t i = 0; i < sizeof(*ret); i++)
		sum += bytes[i];
	(void)snprintf(ret->sum, sizeof(ret->sum), "%06o", sum);
}

void
tar_header(const char *name, uint64_t size, char ret[TAR_BLOCK])
{
	struct header header;

	header_make(name, size, &header);
	memcpy(ret, &header, sizeof(header));
}

static enum rc
put(FILE *out, const void *bytes, size_t size, struct err *e)
{
	if (fwrite(bytes, 1, size, out) == size)
		return RC_OK;
	return rc_fail(e, RC_SYSTEM, "tar: %s", strerror(errno));
}

static enum rc
copy_file(FILE *out, FILE *in, uint64_t size, struct err *e)
{
	static const char zeros[BLOCK];
	char piece[1 << 16];
	uint64_t done = 0;
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), in)) > 0) {
		enum rc rc = put(out, piece, n, e);

		if (rc != RC_OK)
			return rc;
		done += n;
	}
	if (ferror(in) || done != size)
		return rc_fail(e, RC_SYSTEM, "tar: a file changed while it was read");
	return put(out, zeros, (BLOCK - size % BLOCK) % BLOCK, e);
}

static enum rc
add_file(FILE *out, const char *folder, const char *name, struct err *e)
{
	char path[4096];
	struct header header;
	struct stat st;
	FILE *in;
	enum rc rc;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return rc_fail(e, RC_SYSTEM, "%s: the path is too long", folder);
	in = fopen(path, "rb");
	if (in == NULL || fstat(fileno(in), &st) != 0) {
		rc = rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	} else {
		header_make(name, (uint64_t)st.st_size, &header);
		rc = put(out, &header, sizeof(header), e);
		if (rc == RC_OK)
			rc = copy_file(out, in, (uint64_t)st.st_size, e);
	}
	if (in != NULL)
		(void)fclose(in);
	return rc;
}

enum rc
tar_write(const char *path, const char *folder, const char *const *names, size_t count,
	  struct err *e)
{
	static const char zeros[2 * BLOCK];
	FILE *out;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	enum rc rc = RC_OK;

	if (fd < 0)
		return rc_fail(e, errno == EEXIST ? RC_CONFLICT : RC_SYSTEM, "%s: %s", path,
			       strerror(errno));
	out = fdopen(fd, "wb");
	if (out == NULL) {
		(void)close(fd);
		return rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	}
	for (size_t i = 0; rc == RC_OK && i < count; i++)
		rc = add_file(out, folder, names[i], e);
	if (rc == RC_OK)
		rc = put(out, zeros, sizeof(zeros), e);
	if (rc == RC_OK && (fflush(out) != 0 || fsync(fd) != 0))
		rc = rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	if (fclose(out) != 0 && rc == RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "%s: %s", path, strerror(errno));
	if (rc != RC_OK)
		(void)unlink(path);
	return rc;
}
