/* http_listen.c - the sockets that a server listens on. */
#include "http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"

#define BACKLOG 1024

static enum rc
listen_unix(struct http_server *s, const char *path, int *ret, struct err *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct stat st;
	int fd;

	if (strlen(path) >= sizeof(a.sun_path))
		return rc_fail(e, RC_USAGE, "%s: a socket's path has at most %zu bytes", path,
			       sizeof(a.sun_path) - 1);
	memcpy(a.sun_path, path, strlen(path) + 1);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);		/* left behind by an earlier run */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "no socket: %s", strerror(errno));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, BACKLOG) != 0) {
		int why = errno;

		close(fd);
		return rc_fail(e, RC_SYSTEM, "cannot listen on %s: %s", path, strerror(why));
	}
	s->path = mem_alloc(strlen(path) + 1);
	memcpy(s->path, path, strlen(path) + 1);
	*ret = fd;
	return RC_OK;
}

/* "127.0.0.1:8080" or "[::1]:8080" */
static bool
parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	const char *colon = strrchr(text, ':');
	char host[64], *end;
	size_t n = colon == NULL ? 0 : (size_t)(colon - text);
	unsigned long port;

	if (n == 0 || n >= sizeof(host) || colon[1] < '0' || colon[1] > '9')
		return false;
	port = strtoul(colon + 1, &end, 10);
	if (*end != '\0' || port > 65535)
		return false;
	memcpy(host, text, n);
	host[n] = '\0';
	memset(ret, 0, sizeof(*ret));
	if (host[0] == '[' && host[n - 1] == ']') {
		struct sockaddr_in6 *a = (struct sockaddr_in6 *)ret;

		host[n - 1] = '\0';
		a->sin6_family = AF_INET6;
		a->sin6_port = htons((uint16_t)port);
		*ret_size = sizeof(*a);
		return inet_pton(AF_INET6, host + 1, &a->sin6_addr) == 1;
	}
	struct sockaddr_in *a = (struct sockaddr_in *)ret;

	a->sin_family = AF_INET;
	a->sin_port = htons((uint16_t)port);
	*ret_size = sizeof(*a);
	return inet_pton(AF_INET, host, &a->sin_addr) == 1;
}

static enum rc
listen_tcp(struct http_server *s, const char *text, int *ret, struct err *e)
{
	struct sockaddr_storage a;
	socklen_t size;
	int fd, on = 1;

	if (!parse_address(text, &a, &size))
		return rc_fail(e, RC_USAGE, "'%s' is no address to listen on: expected "
			       "127.0.0.1:PORT, [::1]:PORT or unix:PATH", text);
	fd = socket(a.ss_family, SOCK_STREAM, 0);
	if (fd < 0)
		return rc_fail(e, RC_SYSTEM, "no socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, size) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &size) != 0) {
		int why = errno;

		close(fd);
		return rc_fail(e, RC_SYSTEM, "cannot listen on %s: %s", text, strerror(why));
	}
	s->port = ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
						: ((struct sockaddr_in *)&a)->sin_port);
	*ret = fd;
	return RC_OK;
}

enum rc
http_listen(struct http_server *s, const char *text, int *ret, struct err *e)
{
	if (strncmp(text, "unix:", 5) == 0)
		return listen_unix(s, text + 5, ret, e);
	return listen_tcp(s, text, ret, e);
}
