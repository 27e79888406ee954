/**
 * @file test/tool/truth.c  A call whose every octet is judged
 *
 *   truth NETNS ADDR PROXY CLAIM NETNS ADDR PROXY CLAIM
 *
 * Phone a and phone b, each with its network namespace (of /run/netns, its
 * interface is eth0), its address, its proxy's, and the address that its SDP
 * names ("-": its own). Obeys lines on stdin, each answered by "ok: LINE" or
 * "bad: LINE: why"; packets go on meanwhile:
 *
 *   register              both
 *   call                  a calls b; both send, until each hears the other
 *   run MS                just that
 *   rate N, size N,N,...  packets a second; their octets, in turn
 *   hold|resume a|b       by re-INVITE; the other one is silent meanwhile
 *   again a|b             a re-INVITE that changes nothing
 *   move a|b              a re-INVITE says that its media has another port
 *   port a|b              it has another port, and says nothing
 *   point a|b=ADDR:PORT   a re-INVITE says that its media is there (IPv4)
 *   fax a|b               a re-INVITE makes UDPTL of RTP, and RTP again
 *   ssrc a|b              its packets have another SSRC from now on
 *   loose, settle         losses do not count from here to there
 *   quiet                 nobody sends
 *   ghosts on|off         both send, and none of it may come
 *   bye a|b               hangs up
 *   quit                  judgement: exit 0 if nothing was wrong
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "test/tool/truth/steps.h"
#include "test/tool/truth/story.h"


enum { LINE = 256 };

struct lines {
	char buf[LINE];
	size_t len;
};


static void line_obey(struct story *t, const char *line)
{
	const char *why = steps_obey(t, line);

	(void)printf("%s: %s%s%.*s\n", why ? "bad" : "ok", line,
		     why ? ": " : "", why ? (int)strcspn(why, "\r\n") : 0,
		     why ? why : "");
	(void)fflush(stdout);
}


static void lines_read(struct lines *in, struct story *t)
{
	struct pollfd pfd = {STDIN_FILENO, POLLIN, 0};
	char *nl;
	ssize_t n;

	if (poll(&pfd, 1, 0) <= 0)
		return;
	n = read(STDIN_FILENO, in->buf + in->len, LINE - 1 - in->len);
	if (n <= 0) {
		t->quit = true;
		return;
	}
	in->len += (size_t)n;
	in->buf[in->len] = '\0';

	while (!t->quit && (nl = strchr(in->buf, '\n'))) {
		*nl++ = '\0';
		line_obey(t, in->buf);
		in->len -= (size_t)(nl - in->buf);
		memmove(in->buf, nl, in->len + 1);
	}
}


int main(int argc, char **argv)
{
	static struct story t;
	struct lines in = {.len = 0};
	bool good;
	int err;

	if (argc != 9) {
		(void)fputs("usage: truth NETNS ADDR PROXY CLAIM NETNS ADDR "
			    "PROXY CLAIM\n",
			    stderr);
		return 2;
	}

	err = phone_open(&t.a, "a", &argv[1]);
	if (!err)
		err = phone_open(&t.b, "b", &argv[5]);
	if (err) {
		(void)fprintf(stderr, "truth: %s\n", strerror(err));
		return EXIT_FAILURE;
	}

	story_begin(&t);
	(void)puts("ready");
	(void)fflush(stdout);
	while (!t.quit) {
		story_turn(&t);
		lines_read(&in, &t);
	}

	good = story_judge(&t);
	phone_close(&t.a);
	phone_close(&t.b);

	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
