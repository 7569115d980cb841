/* accepted.h - files that the project keeps as its tables make them. */
#ifndef UTFALL_TEST_ACCEPTED_H
#define UTFALL_TEST_ACCEPTED_H

struct buf;

/* The file holds this text, and `text` is freed. UTFALL_ACCEPT=1 (`make accept`) writes it first. */
void assert_accepted(const char *path, struct buf *text);

#endif
