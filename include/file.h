/* file.h - whole files, read with a bound and written so that a crash leaves the old or the new
 * one.
 *
 * Layer 0.
 */
#ifndef UTFALL_FILE_H
#define UTFALL_FILE_H

#include "rc.h"

struct buf;

/* Appends the whole file to `ret`; "-" is standard input. RC_REFUSED beyond `size_max` bytes. */
MUST_CHECK enum rc file_read(const char *path, size_t size_max, struct buf *ret, struct err *e);

/* Temporary file beside `path`, write, fsync, rename, fsync of the directory. `mode` as for
 * chmod. */
MUST_CHECK enum rc file_write(const char *path, const void *bytes, size_t size, unsigned mode,
			      struct err *e);

/* What file_write() would say before it writes: RC_CONFLICT where `path` is a folder, a device or a
 * pipe, which no file takes the place of; RC_NOT_FOUND or RC_SYSTEM where its folder takes none. */
MUST_CHECK enum rc file_check_write(const char *path, struct err *e);

/* As file_write, but RC_CONFLICT where `path` exists already. */
MUST_CHECK enum rc file_create(const char *path, const void *bytes, size_t size, unsigned mode,
			       struct err *e);

/* Makes the folder and those above it where missing. */
MUST_CHECK enum rc file_folder(const char *path, struct err *e);

#endif
