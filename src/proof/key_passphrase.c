/* key_passphrase.c - passphrases from a terminal, without echo, or from a file descriptor. */
#include "key.h"
#include "key_priv.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

enum { PASSPHRASE_MAX = 1024 };

static volatile sig_atomic_t caught;	/* a signal during the prompt, answered after it */

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
enum { SIGNAL_COUNT = sizeof(signals) / sizeof(signals[0]) };

struct terminal {
	struct termios before;
	sigset_t mask;			/* of signals: they are let in where input is waited for */
	struct sigaction actions[SIGNAL_COUNT];
};

static void
on_signal(int number)
{
	caught = number;
}

/* False when a signal came first, however long before: none is let in anywhere else. */
static bool
wait_for_input(int fd, const struct terminal *t)
{
	fd_set set;

	if (t == NULL || fd >= FD_SETSIZE)
		return true;
	do {
		FD_ZERO(&set);
		FD_SET(fd, &set);
	} while (pselect(fd + 1, &set, NULL, NULL, NULL, &t->mask) < 0 && errno == EINTR &&
		 caught == 0);
	return caught == 0;
}

/* One line without its LF, a byte at a time: what follows belongs to the next reader. `t`: NULL
 * where it is no terminal. */
static enum rc
read_line(int fd, const struct terminal *t, char *ret, size_t *ret_length, struct err *e)
{
	size_t length = 0;
	char c;

	for (;;) {
		ssize_t n;

		if (!wait_for_input(fd, t))
			return rc_fail(e, RC_SYSTEM, "passphrase: %s", strerror(EINTR));
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return rc_fail(e, RC_SYSTEM, "passphrase: %s", strerror(errno));
		if (n == 0 || c == '\n')
			break;
		if (c == '\0' || length == PASSPHRASE_MAX)
			return rc_fail(e, RC_REFUSED,
				       "passphrase: expected one line of at most %d bytes"
				       " without NUL",
				       PASSPHRASE_MAX);
		ret[length++] = c;
	}
	if (length == 0)
		return rc_fail(e, RC_REFUSED, "passphrase: expected one, found an empty line");
	*ret_length = length;
	return RC_OK;
}

static void
say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;	/* a prompt that cannot be shown changes nothing */
}

static bool
echo_off(int fd, struct terminal *ret)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct termios quiet;

	if (tcgetattr(fd, &ret->before) != 0)
		return false;
	caught = 0;
	(void)sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		(void)sigaddset(&act.sa_mask, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &act.sa_mask, &ret->mask);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		(void)sigaction(signals[i], &act, &ret->actions[i]);
	quiet = ret->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	(void)tcsetattr(fd, TCSAFLUSH, &quiet);
	return true;
}

static void
echo_on(int fd, const struct terminal *t)
{
	(void)tcsetattr(fd, TCSAFLUSH, &t->before);
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		(void)sigaction(signals[i], &t->actions[i], NULL);
	say("\n");
	(void)sigprocmask(SIG_SETMASK, &t->mask, NULL);
	if (caught != 0)
		(void)raise(caught);
}

enum rc
passphrase_read(int fd, const char *prompt, struct passphrase *ret, struct err *e)
{
	struct passphrase p = { .text = guarded_alloc(PASSPHRASE_MAX) };
	struct terminal t;
	enum rc rc;

	if (isatty(fd) == 1 && echo_off(fd, &t)) {
		say(prompt);
		rc = read_line(fd, &t, p.text, &p.length, e);
		echo_on(fd, &t);
	} else {
		rc = read_line(fd, NULL, p.text, &p.length, e);
	}
	if (rc != RC_OK) {
		passphrase_free(&p);
		return rc;
	}
	*ret = p;
	return RC_OK;
}

void
passphrase_free(struct passphrase *p)
{
	sodium_free(p->text);
	*p = (struct passphrase){ 0 };
}
