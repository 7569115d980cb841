/* embed.h - files that are compiled into the programs, as tables of bytes.
 *
 * Layer 0. Made by the Makefile from the files it lists; each table is sorted
 * by name and has a row of zeros behind its last. A NUL stands behind the bytes
 * and is not counted, so that text can be used as a string.
 */
#ifndef UTFALL_EMBED_H
#define UTFALL_EMBED_H

#include <stddef.h>

struct embed {
	const char *name;	/* path below the group's folder: "0001-ledger.sql" */
	const unsigned char *bytes;
	size_t size;
};

extern const struct embed embed_schema[];	/* src/store/schema */
extern const size_t embed_schema_count;
extern const struct embed embed_console[];	/* audit/console/dist */
extern const size_t embed_console_count;
extern const struct embed embed_api[];		/* audit/openapi.json */
extern const size_t embed_api_count;

#endif
