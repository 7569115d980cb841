/* command.c - a command line read by its table: which command, its options, its arguments. */
#include "command.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"

#define VERSION "0.1"

static size_t
option_index(const struct program *p, const char *name, size_t length)
{
	size_t i;

	for (i = 0; p->options[i].name != NULL; i++)
		if (strncmp(p->options[i].name, name, length) == 0 &&
		    p->options[i].name[length] == '\0')
			break;
	assert(i < COMMAND_OPTIONS_MAX);
	return i;
}

/* Is `name` one of the words of `list`? */
static bool
listed(const char *list, const char *name, size_t length)
{
	while (*list != '\0') {
		size_t word = strcspn(list, " ");

		if (word == length && memcmp(list, name, length) == 0)
			return true;
		list += word;
		list += strspn(list, " ");
	}
	return false;
}

/* Does the command's name match the first words of argv? Gives how many words that took. */
static size_t
name_words(const struct command *c, int argc, char **argv)
{
	const char *space = strchr(c->name, ' ');
	size_t first = space == NULL ? strlen(c->name) : (size_t)(space - c->name);

	if (argc < 1 || strlen(argv[0]) != first || memcmp(argv[0], c->name, first) != 0)
		return 0;
	if (space == NULL)
		return 1;
	return argc >= 2 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

/* "contract" alone: names what may follow. */
static enum rc
no_command(const struct program *p, const char *word, int argc, char **argv, struct err *e)
{
	struct buf b = { 0 };
	size_t length = strlen(word);
	enum rc rc;

	for (const struct command *c = p->commands; c->name != NULL; c++)
		if (strncmp(c->name, word, length) == 0 && c->name[length] == ' ')
			buf_printf(&b, "%s%s", b.size == 0 ? "" : ", ", c->name + length + 1);
	if (b.size != 0 && argc > 1 && argv[1][0] != '-')
		rc = rc_fail(e, RC_USAGE, "no command '%s %s'; expected %s %s", word, argv[1], word,
			     b.data);
	else if (b.size != 0)
		rc = rc_fail(e, RC_USAGE, "'%s' needs one of: %s", word, b.data);
	else
		rc = rc_fail(e, RC_USAGE, "no command '%s'; '%s help' lists them", word, p->name);
	buf_free(&b);
	return rc;
}

static enum rc
find_command(struct call *call, int argc, char **argv, size_t *ret_words, struct err *e)
{
	for (const struct command *c = call->program->commands; c->name != NULL; c++) {
		size_t words = name_words(c, argc, argv);

		if (words == 0)
			continue;
		call->command = c;
		*ret_words = words;
		return RC_OK;
	}
	return no_command(call->program, argv[0], argc, argv, e);
}

/* argv[*at] begins with "--": stores it and its value, leaves *at on the last word used. */
static enum rc
take_option(struct call *call, int argc, char **argv, int *at, struct err *e)
{
	const struct program *p = call->program;
	const char *name = argv[*at] + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals == NULL ? strlen(name) : (size_t)(equals - name);
	size_t i = option_index(p, name, length);
	const struct option *o = &p->options[i];

	if (o->name == NULL || !listed(call->command->options, name, length))
		return rc_fail(e, RC_USAGE, "%s: no option '--%.*s'; '%s help %s' lists them",
			       call->command->name, (int)length, name, p->name, call->command->name);
	if (call->values[i] != NULL)
		return rc_fail(e, RC_USAGE, "%s: option '--%s' is given twice", call->command->name,
			       o->name);
	if (o->value == NULL) {
		if (equals != NULL)
			return rc_fail(e, RC_USAGE, "%s: option '--%s' takes no value",
				       call->command->name, o->name);
		call->values[i] = "";
		return RC_OK;
	}
	if (equals != NULL) {
		call->values[i] = equals + 1;
		return RC_OK;
	}
	if (*at + 1 >= argc)
		return rc_fail(e, RC_USAGE, "%s: option '--%s' needs a value: %s",
			       call->command->name, o->name, o->value);
	call->values[i] = argv[++*at];
	return RC_OK;
}

static void
take_environment(struct call *call)
{
	const struct option *options = call->program->options;

	for (size_t i = 0; options[i].name != NULL; i++) {
		const char *value;

		if (call->values[i] != NULL || options[i].variable == NULL ||
		    !listed(call->command->options, options[i].name, strlen(options[i].name)))
			continue;
		value = getenv(options[i].variable);
		if (value != NULL && *value != '\0')
			call->values[i] = value;
	}
}

static enum rc
count_args(const struct call *call, struct err *e)
{
	const struct command *c = call->command;

	if (call->arg_count >= c->min_args && call->arg_count <= c->max_args)
		return RC_OK;
	return rc_fail(e, RC_USAGE, "usage: %s %s%s%s", call->program->name, c->name,
		       c->args[0] == '\0' ? "" : " ", c->args);
}

static void
answer(struct call *call, void (*fn)(const struct program *, struct buf *), bool *ret_done)
{
	struct buf b = { 0 };

	fn(call->program, &b);
	fwrite(b.data, 1, b.size, call->out);
	buf_free(&b);
	*ret_done = true;
}

static enum rc
answer_help(struct call *call, int argc, char **argv, bool *ret_done, struct err *e)
{
	struct buf b = { 0 };
	size_t words;
	enum rc rc;

	if (argc == 0) {
		answer(call, command_help, ret_done);
		return RC_OK;
	}
	if (strcmp(argv[0], "--man") == 0)
		answer(call, command_man, ret_done);
	else if (strcmp(argv[0], "--completion") == 0)
		answer(call, command_completion, ret_done);
	if (*ret_done)
		return RC_OK;
	rc = find_command(call, argc, argv, &words, e);
	if (rc != RC_OK)
		return rc;
	command_help_one(call->program, call->command, &b);
	fwrite(b.data, 1, b.size, call->out);
	buf_free(&b);
	*ret_done = true;
	return RC_OK;
}

static enum rc
parse_words(struct call *call, int argc, char **argv, bool *ret_done, struct err *e)
{
	bool options = true;

	call->args = arena_array(call->arena, (size_t)argc + 1, sizeof(call->args[0]));
	for (int i = 0; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
			char **name = arena_array(call->arena, 2, sizeof(name[0]));
			int words = strchr(call->command->name, ' ') == NULL ? 1 : 2;

			name[0] = argv[-words];
			name[1] = words == 2 ? argv[-1] : NULL;
			return answer_help(call, words, name, ret_done, e);
		} else if (options && strncmp(argv[i], "--", 2) == 0) {
			enum rc rc = take_option(call, argc, argv, &i, e);

			if (rc != RC_OK)
				return rc;
		} else {
			call->args[call->arg_count++] = argv[i];
		}
	}
	take_environment(call);
	return count_args(call, e);
}

/* Fills `call` from argv and the environment. Help, version, man page and completion are answered
 * here: then `*ret_done` is true. */
static enum rc
parse(struct call *call, int argc, char **argv, bool *ret_done, struct err *e)
{
	const char *word = argc > 1 ? argv[1] : "help";
	size_t words = 0;
	enum rc rc;

	*ret_done = false;
	if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return answer_help(call, argc > 2 ? argc - 2 : 0, argv + 2, ret_done, e);
	if (strcmp(word, "--version") == 0) {
		fprintf(call->out, "%s %s\n", call->program->name, VERSION);
		*ret_done = true;
		return RC_OK;
	}
	rc = find_command(call, argc - 1, argv + 1, &words, e);
	if (rc != RC_OK)
		return rc;
	return parse_words(call, argc - 1 - (int)words, argv + 1 + words, ret_done, e);
}

const char *
call_option(const struct call *call, const char *name)
{
	size_t i = option_index(call->program, name, strlen(name));

	assert(call->program->options[i].name != NULL);
	return call->values[i];
}

bool
call_flag(const struct call *call, const char *name)
{
	return call_option(call, name) != NULL;
}

enum rc
call_need(const struct call *call, const char *name, const char **ret, struct err *e)
{
	const char *value = call_option(call, name);
	const struct option *o = &call->program->options[option_index(call->program, name,
								      strlen(name))];

	if (value == NULL && o->variable != NULL)
		return rc_fail(e, RC_USAGE, "%s: needs --%s %s (or %s in the environment)",
			       call->command->name, o->name, o->value, o->variable);
	if (value == NULL)
		return rc_fail(e, RC_USAGE, "%s: needs --%s %s", call->command->name, o->name,
			       o->value);
	*ret = value;
	return RC_OK;
}

static enum rc
run(struct call *call, enum rc (*start)(struct err *e), int argc, char **argv, struct err *e)
{
	bool done = false;
	enum rc rc = start(e);

	if (rc == RC_OK)
		rc = parse(call, argc, argv, &done, e);
	if (rc == RC_OK && !done)
		rc = call->command->run(call, e);
	if (fflush(call->out) != 0 && rc == RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "standard output: %s; what was printed is not whole",
			     strerror(errno));
	else if (ferror(call->out) && rc == RC_OK)
		rc = rc_fail(e, RC_SYSTEM, "standard output: a write failed, as on a full disk; what was "
			     "printed is not whole");
	return rc;
}

/* A reason may quote what others wrote: a terminal is told nothing by it. */
static void
print_reason(const char *name, const char *text)
{
	fprintf(stderr, "%s: ", name);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text, next = (unsigned char)text[1];
		bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;

		if (c == 0xc2 && next >= 0x80 && next < 0xa0) {	/* U+0080 to U+009F */
			control = true;
			text++;
		}
		fputc(control ? '?' : c, stderr);
	}
	fputc('\n', stderr);
}

int
command_main(const struct program *p, enum rc (*start)(struct err *e), int argc, char **argv)
{
	struct call call = { .program = p, .out = stdout };
	struct err e = { 0 };
	enum rc rc;

	(void)signal(SIGXFSZ, SIG_IGN);	/* a write beyond the limit is refused, as on a full disk */
	call.arena = arena_new();
	rc = run(&call, start, argc, argv, &e);
	if (rc != RC_OK && e.text[0] != '\0')
		print_reason(p->name, e.text);
	arena_free(call.arena);
	return rc_exit_status(rc);
}
