/* replay_bundle.h - an open bundle's parts: replay_source_bundle.c reads them, replay_source_open.c
 * finds them. */
#ifndef UTFALL_REPLAY_BUNDLE_H
#define UTFALL_REPLAY_BUNDLE_H

#include "bundle.h"
#include "replay_priv.h"

#define BUNDLE_CHUNK (1u << 20)

struct lines {			/* a file of lines, read from front to back */
	int fd;				/* -1: there is no such file */
	uint64_t base, size;		/* where it lies in what `fd` reads */
	const char *name;
	char *buffer;
	size_t start, end;		/* of what is in the buffer and not taken yet */
	uint64_t offset;		/* in the file, of `start` */
	bool over;			/* nothing more to read */
};

struct place {			/* of an entry, and of its event where it has one */
	uint64_t entry, event;
	uint32_t entry_size, event_size;
	bool missing;
};

struct place_in {		/* what a bundle is read from */
	char *path;
	bool tar;
	int fd;				/* of the tar */
};

#define BLOCK 16			/* entries of a first part whose places are found together */
struct block {
	uint64_t entry, event;		/* where the first of them begins, and the next event */
};

/* What an earlier replay of this bundle, or of an earlier one like it, left for the next. */
struct bundle_kept {
	char kind[8];			/* "bundle" */
	uint64_t rows, entries_size, events_size;
	struct hash_part entries, events;
};

struct bundle_source {
	struct replay_source base;
	struct bundle_manifest manifest;
	struct place_in in;
	struct lines entries, events;
	struct bundle_kept first;	/* part of it, that is not read; or nothing */
	struct block *blocks;		/* of that part */
	struct hash_part entries_sum, events_sum;	/* to the end */
	struct place *places;		/* behind that part */
	size_t place_count, place_capacity;
	uint64_t next;			/* line that is read next */
	struct buf rotations;
	struct {			/* the block that was looked at last */
		uint64_t number;	/* UINT64_MAX: none */
		struct buf entries, events;
	} looked;
};

/* `*ret` is NULL at the end. A last line without LF, or a line longer than any may be, is RC_NO. */
MUST_CHECK enum rc bundle_take_line(struct lines *l, const char **ret, size_t *ret_size,
				    uint64_t *ret_offset, struct err *e);
/* A line of events.jsonl: an event, or what stands for one that is erased or withheld. */
void bundle_set_event(struct replay_row *row, const char *line, size_t size);
MUST_CHECK enum rc bundle_read_at(const struct lines *l, uint64_t offset, size_t size,
				  struct buf *ret, struct err *e);
void bundle_source_methods(struct replay_source *base);
/* The places of a first part, and from there on those of the lines that follow. */
MUST_CHECK bool bundle_take_kept(struct bundle_source *s, const struct buf *kept, uint64_t from);
void bundle_rewind(struct bundle_source *s);	/* to behind that part */
/* Every byte of the rotations belongs to one. */
MUST_CHECK enum rc bundle_check_rotations(const struct bundle_source *s, struct err *e);

#endif
