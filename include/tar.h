/* tar.h - plain files of one folder as a POSIX ustar archive, the same bytes for the same files.
 *
 * Layer 0. Modes 0644, owner 0, time 0; names of at most 99 bytes.
 */
#ifndef UTFALL_TAR_H
#define UTFALL_TAR_H

#include "rc.h"

/* Never over a file: RC_CONFLICT. */
MUST_CHECK enum rc tar_write(const char *path, const char *folder, const char *const *names,
			     size_t count, struct err *e);

#define TAR_BLOCK 512

/* The block before a file's bytes, which are filled up with zeros to whole blocks; two blocks of
 * zeros end an archive. */
void tar_header(const char *name, uint64_t size, char ret[TAR_BLOCK]);

#endif
