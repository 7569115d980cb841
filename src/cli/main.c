/* main.c - utfall, the operator's and the parties' program.
 *
 * Read next: commands.c (the table of commands), cli.h (what they share).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "cli.h"

static enum rc
run(struct call *call, int argc, char **argv, struct err *e)
{
	bool done = false;
	enum rc rc = secrets_init(e);

	if (rc == RC_OK)
		rc = command_parse(call, argc, argv, &done, e);
	if (rc == RC_OK && !done)
		rc = call->command->run(call, e);
	if ((fflush(call->out) != 0 || ferror(call->out)) && rc == RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "standard output: %s; what was printed is not whole",
			     strerror(errno));
	return rc;
}

int
main(int argc, char **argv)
{
	struct call call = { .program = &utfall_program, .out = stdout };
	struct err e = { 0 };
	enum rc rc;

	call.arena = arena_new();
	rc = run(&call, argc, argv, &e);
	if (rc != RC_OK && e.text[0] != '\0')
		fprintf(stderr, "utfall: %s\n", e.text);
	arena_free(call.arena);
	return rc_exit_status(rc);
}
