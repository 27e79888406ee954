/**
 * @file test/tool/siptool.c  Sends raw bytes to a SIP server, file by file
 *
 *   siptool udp|tcp ADDR:PORT FILE...
 *
 * Prints "FILE ANSWER" for each: the final status, "-" for silence, "closed"
 * where the server closed the connection without a word. After each file an
 * OPTIONS of our own must be answered: silence only counts as a drop from a
 * server that lives. Exit 1 where it does not.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <re.h>


enum {
	FILE_MAX = 512 * 1024,
	ANSWER_MAX = 65536,
	SILENCE_MS = 300, /* a server on the next bridge is quicker */
	CONTROL_MS = 3000,
	TEXT_MAX = 32,
};

struct server {
	struct sa sa;
	bool tcp;
	unsigned controls; /* sent */
};


static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


static int server_connect(const struct server *srv)
{
	int type = srv->tcp ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(sa_af(&srv->sa), type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;

	if (connect(fd, &srv->sa.u.sa, srv->sa.len)) {
		(void)close(fd);
		return -1;
	}

	return fd;
}


static void send_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		/* a server that closes early has said what it thinks */
		if (n <= 0)
			return;
		p += n;
		len -= (size_t)n;
	}
}


/* the final status in what has come so far, 0: none */
static unsigned final_status(const char *buf)
{
	const char *p = buf;

	while ((p = strstr(p, "SIP/2.0 ")) != NULL) {
		unsigned status = (unsigned)strtoul(p + 8, NULL, 10);

		if (status >= 200 && status < 700 &&
		    (p == buf || p[-1] == '\n'))
			return status;
		++p;
	}

	return 0;
}


static void answer_wait(char text[TEXT_MAX], int fd, bool tcp, int wait_ms)
{
	static char buf[ANSWER_MAX];
	int64_t until = now_ms() + wait_ms;
	size_t len = 0;

	(void)snprintf(text, TEXT_MAX, "-");
	for (;;) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		int64_t left = until - now_ms();
		unsigned status;
		ssize_t n;

		if (left <= 0 || poll(&pfd, 1, (int)left) <= 0)
			return;

		if (!tcp || len >= sizeof(buf) - 1)
			len = 0;
		n = recv(fd, buf + len, sizeof(buf) - 1 - len, 0);
		if (n <= 0) {
			if (!tcp)
				continue;
			(void)snprintf(text, TEXT_MAX, "closed");
			return;
		}

		len += (size_t)n;
		buf[len] = '\0';
		status = final_status(buf);
		if (status) {
			(void)snprintf(text, TEXT_MAX, "%u", status);
			return;
		}
	}
}


static void shape_send(char text[TEXT_MAX], const struct server *srv,
		       const char *p, size_t len)
{
	int fd = server_connect(srv);

	if (fd < 0) {
		(void)snprintf(text, TEXT_MAX, "refused");
		return;
	}

	send_all(fd, p, len);
	answer_wait(text, fd, srv->tcp, SILENCE_MS);
	(void)close(fd);
}


static bool server_lives(struct server *srv)
{
	static const char options[] =
		"OPTIONS sip:%s SIP/2.0\r\n"
		"Via: SIP/2.0/%s 192.0.2.1:5060;branch=z9hG4bKctl%u;rport\r\n"
		"From: <sip:control@example.net>;tag=c%u\r\n"
		"To: <sip:%s>\r\n"
		"Call-ID: control-%u-%d\r\n"
		"CSeq: 1 OPTIONS\r\n"
		"Max-Forwards: 70\r\n"
		"Content-Length: 0\r\n\r\n";
	char req[1024], host[64], text[TEXT_MAX];
	unsigned n = ++srv->controls;
	int fd = server_connect(srv);

	if (fd < 0)
		return false;

	(void)re_snprintf(host, sizeof(host), "%J", &srv->sa);
	(void)snprintf(req, sizeof(req), options, host,
		       srv->tcp ? "TCP" : "UDP", n, n, host, n, (int)getpid());
	send_all(fd, req, strlen(req));
	answer_wait(text, fd, srv->tcp, CONTROL_MS);
	(void)close(fd);

	return text[0] >= '2' && text[0] <= '6';
}


static int file_read(char *buf, size_t *len, const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return errno;

	*len = fread(buf, 1, FILE_MAX, f);
	(void)fclose(f);

	return 0;
}


static bool file_try(struct server *srv, const char *path)
{
	static char buf[FILE_MAX];
	const char *slash = strrchr(path, '/');
	char text[TEXT_MAX];
	size_t len = 0;
	int err;

	err = file_read(buf, &len, path);
	if (err) {
		(void)fprintf(stderr, "siptool: %s: %s\n", path,
			      strerror(err));
		return false;
	}

	shape_send(text, srv, buf, len);
	(void)printf("%s %s\n", slash ? slash + 1 : path, text);
	(void)fflush(stdout);
	if (server_lives(srv))
		return true;

	(void)printf("no answer to OPTIONS after %s\n", path);

	return false;
}


static bool server_decode(struct server *srv, const char *proto,
			  const char *addr)
{
	srv->tcp = !strcmp(proto, "tcp");

	return (srv->tcp || !strcmp(proto, "udp")) &&
	       !sa_decode(&srv->sa, addr, strlen(addr));
}


int main(int argc, char **argv)
{
	struct server srv = {0};

	if (argc < 4 || !server_decode(&srv, argv[1], argv[2])) {
		(void)fprintf(stderr,
			      "usage: siptool udp|tcp ADDR:PORT FILE...\n");
		return 2;
	}

	for (int i = 3; i < argc; i++) {
		if (!file_try(&srv, argv[i]))
			return EXIT_FAILURE;
	}

	return EXIT_SUCCESS;
}
