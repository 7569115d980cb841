/* place.h - what an auditor was given: a bundle, a published folder, or a ledger's file.
 *
 * Layer 6. Told before anything is opened: what is none of them is refused in words
 * of its own.
 */
#ifndef UTFALL_AUDIT_PLACE_H
#define UTFALL_AUDIT_PLACE_H

#include "rc.h"

enum place {
	PLACE_LEDGER,		/* a ledger's file, or sqlite:PATH */
	PLACE_BUNDLE,		/* a folder with a manifest */
	PLACE_TAR,
	PLACE_PUBLISHED		/* a folder with tiles */
};

MUST_CHECK enum rc place_of(const char *path, enum place *ret, struct err *e);

#endif
