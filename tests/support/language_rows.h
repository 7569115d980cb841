/* language_rows.h - checks of a table of texts for people, one row a text, in every language. */
#ifndef UTFALL_TEST_LANGUAGE_ROWS_H
#define UTFALL_TEST_LANGUAGE_ROWS_H

#include "language.h"

/* A row's text in a language, or NULL. */
typedef const char *language_row_fn(enum language l, int row);

/* Fails the test where one of the rows from `first` to before `end` is not said in every language,
 * takes other arguments in one of them, or is a sentence of English in another. */
void language_rows(language_row_fn *text, int first, int end);

#endif
