/* commands.h - what each command of utfall-audit does: a function for each row in main.c. */
#ifndef UTFALL_AUDIT_COMMANDS_H
#define UTFALL_AUDIT_COMMANDS_H

#include "command.h"

typedef enum rc audit_fn(struct call *call, struct err *e);

audit_fn audit_replay;		/* cmd_replay.c */
audit_fn audit_proof;		/* cmd_proof.c */
audit_fn audit_consistency;	/* cmd_proof.c */
audit_fn audit_serve;		/* cmd_serve.c */
audit_fn audit_witness;		/* cmd_witness.c */

/* options.c: --NAME of `call` as a number, `otherwise` where it is not given. */
MUST_CHECK enum rc number_option(struct call *call, const char *name, int64_t low, int64_t high,
				 int64_t otherwise, int64_t *ret, struct err *e);

#endif
