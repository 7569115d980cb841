/* command_help.c - the command table as help, manual page and completion. */
#include "command.h"

#include <assert.h>
#include <string.h>

#include "buf.h"

/* The next word of `list`, its length in `*ret_length`; NULL behind the last. */
static const char *
next_word(const char **list, size_t *ret_length)
{
	const char *word = *list + strspn(*list, " ");

	*ret_length = strcspn(word, " ");
	*list = word + *ret_length;
	return *ret_length == 0 ? NULL : word;
}

static const struct option *
option_find(const struct program *p, const char *name, size_t length)
{
	const struct option *o = p->options;

	while (o->name != NULL && (strncmp(o->name, name, length) != 0 || o->name[length] != '\0'))
		o++;
	assert(o->name != NULL);	/* a command names only options that there are */
	return o;
}

void
command_help(const struct program *p, struct buf *ret)
{
	buf_printf(ret, "%s: %s\n\nusage: %s COMMAND [ARGUMENT...] [--OPTION...]\n\n", p->name,
		   p->title, p->name);
	for (const struct command *c = p->commands; c->name != NULL; c++)
		buf_printf(ret, "  %-20s %s\n", c->name, c->help);
	buf_printf(ret, "\n'%s help COMMAND' says what a command takes.\n", p->name);
}

/* Breaks `text` at 78 columns, indented by two spaces. */
static void
add_wrapped(struct buf *b, const char *text)
{
	size_t column = 0, length;
	const char *word;

	while ((word = next_word(&text, &length)) != NULL) {
		if (column != 0 && column + 1 + length > 76) {
			buf_byte(b, '\n');
			column = 0;
		}
		buf_text(b, column == 0 ? "  " : " ");
		buf_add(b, word, length);
		column += length + (column != 0);
	}
	buf_byte(b, '\n');
}

void
command_help_one(const struct program *p, const struct command *c, struct buf *ret)
{
	const char *list = c->options, *word;
	size_t length;

	buf_printf(ret, "usage: %s %s%s%s\n\n", p->name, c->name, c->args[0] == '\0' ? "" : " ",
		   c->args);
	add_wrapped(ret, c->help);
	if (c->more != NULL) {
		buf_byte(ret, '\n');
		add_wrapped(ret, c->more);
	}
	if (c->options[0] != '\0')
		buf_text(ret, "\noptions:\n");
	while ((word = next_word(&list, &length)) != NULL) {
		const struct option *o = option_find(p, word, length);
		int gap = 28 - 4 - (int)length - (o->value == NULL ? 0 : 1 + (int)strlen(o->value));

		buf_printf(ret, "  --%s%s%s%*s%s", o->name, o->value == NULL ? "" : " ",
			   o->value == NULL ? "" : o->value, gap > 1 ? gap : 1, "", o->help);
		if (o->variable != NULL)
			buf_printf(ret, " (or %s)", o->variable);
		buf_byte(ret, '\n');
	}
}

/* Text for roff: '-' and '\' are escaped, a '.' never begins a line. */
static void
add_roff(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '-' || *text == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *text);
	}
}

static void
man_command(const struct program *p, const struct command *c, struct buf *ret)
{
	const char *list = c->options, *word;
	size_t length;

	buf_text(ret, ".TP\n.B ");
	add_roff(ret, c->name);
	buf_byte(ret, ' ');
	buf_text(ret, "\\fR");
	add_roff(ret, c->args);
	buf_byte(ret, '\n');
	add_roff(ret, c->help);
	buf_text(ret, ".\n");
	if (c->more != NULL) {
		add_roff(ret, c->more);
		buf_byte(ret, '\n');
	}
	if (c->options[0] != '\0')
		buf_text(ret, ".br\nOptions:");
	while ((word = next_word(&list, &length)) != NULL) {
		const struct option *o = option_find(p, word, length);

		buf_text(ret, " \\-\\-");
		add_roff(ret, o->name);
	}
	if (c->options[0] != '\0')
		buf_text(ret, ".\n");
}

void
command_man(const struct program *p, struct buf *ret)
{
	buf_printf(ret, ".TH %s 1\n.SH NAME\n%s \\- ", p->name, p->name);
	add_roff(ret, p->title);
	buf_printf(ret, "\n.SH SYNOPSIS\n.B %s\n.I COMMAND\n[\\fIARGUMENT\\fR...] "
		   "[\\fB\\-\\-\\fIOPTION\\fR...]\n.SH DESCRIPTION\n", p->name);
	add_roff(ret, p->summary);
	buf_text(ret, "\n.SH COMMANDS\n");
	for (const struct command *c = p->commands; c->name != NULL; c++)
		man_command(p, c, ret);
	buf_text(ret, ".TP\n.B help \\fR[COMMAND]\nSays what a command takes; "
		 "\\fB\\-\\-man\\fR prints this page, \\fB\\-\\-completion\\fR a script for bash.\n"
		 ".SH OPTIONS\n");
	for (const struct option *o = p->options; o->name != NULL; o++) {
		buf_text(ret, ".TP\n.B \\-\\-");
		add_roff(ret, o->name);
		if (o->value != NULL)
			buf_printf(ret, " \\fI%s\\fR", o->value);
		buf_byte(ret, '\n');
		add_roff(ret, o->help);
		if (o->variable != NULL)
			buf_printf(ret, " (or %s in the environment)", o->variable);
		buf_text(ret, ".\n");
	}
	if (p->notes != NULL)
		buf_text(ret, p->notes);
	buf_printf(ret, ".SH SEE ALSO\n%s\n", p->see_also);
}

/* One line of the completion's table: COMMAND, then the words and options that may follow. */
static void
completion_command(const struct command *c, struct buf *ret)
{
	const char *list = c->options, *word;
	size_t length;

	buf_printf(ret, "\t'%s')\n\t\twords='", c->name);
	while ((word = next_word(&list, &length)) != NULL)
		buf_printf(ret, "--%.*s ", (int)length, word);
	buf_text(ret, "--help' ;;\n");
}

void
command_completion(const struct program *p, struct buf *ret)
{
	char last[40] = "";

	buf_printf(ret, "# bash completion for %s; made by '%s help --completion'\n"
		   "_complete_%s()\n{\n\tlocal words= here=${COMP_WORDS[COMP_CWORD]}\n"
		   "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n", p->name, p->name, p->name);
	for (const struct command *c = p->commands; c->name != NULL; c++)
		if (strchr(c->name, ' ') != NULL)
			completion_command(c, ret);
	buf_text(ret, "\t*)\n\t\tcase \"${COMP_WORDS[1]}\" in\n");
	for (const struct command *c = p->commands; c->name != NULL; c++)
		if (strchr(c->name, ' ') == NULL)
			completion_command(c, ret);
	for (const struct command *c = p->commands; c->name != NULL; c++) {
		const char *space = strchr(c->name, ' ');

		if (space == NULL)
			continue;
		if (strncmp(last, c->name, (size_t)(space - c->name)) != 0 ||
		    last[space - c->name] != '\0') {
			buf_printf(ret, "%s\t'%.*s')\n\t\twords='", last[0] == '\0' ? "" : "' ;;\n",
				   (int)(space - c->name), c->name);
			memset(last, 0, sizeof(last));
			memcpy(last, c->name, (size_t)(space - c->name));
		}
		buf_printf(ret, "%s ", space + 1);
	}
	buf_printf(ret, "%s\t*)\n\t\twords='help", last[0] == '\0' ? "" : "' ;;\n");
	last[0] = '\0';
	for (const struct command *c = p->commands; c->name != NULL; c++) {
		size_t length = strcspn(c->name, " ");

		if (strncmp(last, c->name, length) != 0 || last[length] != '\0')
			buf_printf(ret, " %.*s", (int)length, c->name);
		memset(last, 0, sizeof(last));
		memcpy(last, c->name, length);
	}
	buf_printf(ret, "' ;;\n\t\tesac ;;\n\tesac\n"
		   "\tcase $here in\n\t-*) ;;\n\t*) [ \"$COMP_CWORD\" -gt 2 ] && words= ;;\n\tesac\n"
		   "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$here\"))\n}\n"
		   "complete -o default -F _complete_%s %s\n", p->name, p->name);
}
