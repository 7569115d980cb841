/* found.h - how a refusal names what stood in the document. */
#ifndef UTFALL_FOUND_H
#define UTFALL_FOUND_H

struct json;

#define FOUND_TEXT 96

/* `"abc"`, `12`, `true`, `an object`, `a list of 3`: at most FOUND_TEXT - 1 bytes. */
const char *found(const struct json *value, char ret[FOUND_TEXT]);

#endif
