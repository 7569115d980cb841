/* personal.h - does a text hold what looks like a personal identity number?
 *
 * Layer 1. Whole runs of 10 or 12 digits: Swedish personnummer and
 * samordningsnummer (with their check digit), Danish CPR numbers (a plausible
 * date; they have no check digit any more). Separators inside a run are allowed.
 */
#ifndef UTFALL_PERSONAL_H
#define UTFALL_PERSONAL_H

#include "rc.h"

bool personal_number_in(const char *text, size_t length);

#endif
