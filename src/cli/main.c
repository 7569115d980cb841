/* main.c - utfall, the operator's and the parties' program.
 *
 * Read next: commands.c (the table of commands), cli.h (what they share).
 */
#include "cli.h"

int
main(int argc, char **argv)
{
	return command_main(&utfall_program, secrets_init, argc, argv);
}
