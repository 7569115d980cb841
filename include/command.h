/* command.h - a program's commands as one table: dispatch, help, man page, completion read it.
 *
 * Layer 0. Options are rows of a second table and are named by each command that
 * takes them. "--name value" and "--name=value" are the same; "--" ends options.
 * A secret is never an option's value: only the number of a file descriptor is.
 */
#ifndef UTFALL_COMMAND_H
#define UTFALL_COMMAND_H

#include <stdio.h>

#include "rc.h"

struct arena;
struct buf;
struct call;

struct option {
	const char *name;	/* without the dashes */
	const char *value;	/* what stands behind it ("FILE"); NULL for a flag */
	const char *variable;	/* environment variable that is read instead; or NULL */
	const char *help;	/* one line */
};

struct command {
	const char *name;	/* "contract propose": one or two words */
	const char *args;	/* "TERMS [FILE...]" */
	const char *options;	/* names of options, separated by spaces */
	const char *help;	/* one line */
	const char *more;	/* a paragraph for the manual; or NULL */
	size_t min_args, max_args;
	enum rc (*run)(struct call *call, struct err *e);
};

#define ARGS_ANY ((size_t)1000000)

struct program {
	const char *name;		/* "utfall" */
	const char *title;		/* what it is, for the head of the manual */
	const char *summary;		/* two or three sentences */
	const char *notes;		/* paragraphs behind the commands; roff; or NULL */
	const char *see_also;		/* roff */
	const struct command *commands;	/* ends with a NULL name */
	const struct option *options;	/* ends with a NULL name */
};

#define COMMAND_OPTIONS_MAX 64

struct call {
	const struct program *program;
	const struct command *command;	/* NULL until one was found */
	size_t arg_count;
	const char **args;
	const char *values[COMMAND_OPTIONS_MAX];	/* beside program->options; "" for a flag */
	struct arena *arena;		/* of the whole run */
	FILE *out;
};

/* All of main(): `start` comes first, then the command that argv names; a failure is one line on
 * standard error. Returns the exit status. */
int command_main(const struct program *p, enum rc (*start)(struct err *e), int argc, char **argv);

/* The value of an option, NULL where it was not given; asserts that the program has it. */
const char *call_option(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name);
/* RC_USAGE with the option and its variable named where it was not given. */
MUST_CHECK enum rc call_need(const struct call *call, const char *name, const char **ret,
			     struct err *e);

void command_help(const struct program *p, struct buf *ret);
void command_help_one(const struct program *p, const struct command *c, struct buf *ret);
void command_man(const struct program *p, struct buf *ret);
void command_completion(const struct program *p, struct buf *ret);

#endif
