/**
 * @file bench/media/contender_rtpengine.c  rtpengine, by its NG protocol
 *
 * In user space and with what it does by default, but for the range of ports,
 * and a log that is quieter. A request is a cookie and a bencoded dictionary.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include "test/bench/media/contender.h"
#include "test/bench/media/sdp_text.h"

enum {
	TEXT = 4096,
	WAIT_MS = 500,
	TRIES = 20,
	NG_PORT = 2223,
	RETRY_NS = 50000000
};


/* a request, and its reply; it is asked again where none comes */
static bool ask(const struct contender *c, char *reply, const char *request)
{
	static unsigned cookie;
	char buf[TEXT];
	int n, len;

	n = snprintf(buf, sizeof(buf), "b%u %s", ++cookie, request);
	must(n > 0 && (size_t)n < sizeof(buf), "request");

	for (int i = 0; i < TRIES; i++) {
		struct pollfd pfd = {.fd = c->fdv[LAB_A], .events = POLLIN};
		const size_t own = strcspn(buf, " ") + 1;

		(void)send(c->fdv[LAB_A], buf, (size_t)n, 0);
		while (poll(&pfd, 1, WAIT_MS) == 1) {
			len = (int)recv(c->fdv[LAB_A], reply, TEXT - 1, 0);
			if (len <= 0) {
				lab_sleep(RETRY_NS);
				break;
			}
			reply[len] = '\0';
			if (!strncmp(reply, buf, own))
				return true;
		}
	}

	return false;
}


static bool start(struct contender *c)
{
	char log[CONTENDER_PATH + 32], pidfile[CONTENDER_PATH + 32];
	const char *const argv[] = {"rtpengine",
				    "-f",
				    "-E",
				    "-L",
				    "3",
				    "-t",
				    "-1",
				    "-i",
				    LAB_RELAY_ADDR,
				    "-n",
				    "127.0.0.1:2223",
				    "-m",
				    "10000",
				    "-M",
				    "59999",
				    "-p",
				    pidfile,
				    NULL};
	struct sockaddr_in sin;
	char reply[TEXT];

	(void)snprintf(pidfile, sizeof(pidfile), "%s/rtpengine.pid", c->dir);
	(void)snprintf(log, sizeof(log), "%s/rtpengine.log", c->dir);
	c->pid = child_start(argv, log);
	c->fdv[LAB_A] = lab_udp(LAB_RELAY, "127.0.0.1", 0);
	lab_addr(&sin, "127.0.0.1", NG_PORT);
	must(!connect(c->fdv[LAB_A], (struct sockaddr *)&sin, sizeof(sin)),
	     "connect");

	return ask(c, reply, "d7:command4:pinge") && child_runs(c->pid);
}


static void write_word(char *buf, const char *key, const char *value)
{
	const size_t n = strlen(buf);

	(void)snprintf(buf + n, TEXT - n, "%zu:%s%zu:%s", strlen(key), key,
		       strlen(value), value);
}


/* what an end is told of the other one's media */
static bool offer(const struct contender *c, struct talk *t, uint32_t i,
		  enum lab_side from)
{
	struct talk_call *call = &t->callv[i];
	char request[TEXT / 2] = "d", reply[TEXT], sdp[SDP_TEXT], id[32];

	(void)snprintf(id, sizeof(id), "c%u", c->serial + i);
	sdp_text(sdp, &call->phonev[from]);
	write_word(request, "call-id", id);
	write_word(request, "command", from == LAB_A ? "offer" : "answer");
	write_word(request, "from-tag", "a");
	write_word(request, "sdp", sdp);
	if (from == LAB_B)
		write_word(request, "to-tag", "b");
	(void)strcat(request, "e");

	must(ask(c, reply, request), "rtpengine does not answer");

	return sdp_read(&call->relayv[from == LAB_A ? LAB_B : LAB_A], reply);
}


static bool open_calls(struct contender *c, struct talk *t)
{
	for (uint32_t i = 0; i < t->callc; i++) {
		if (!offer(c, t, i, LAB_A) || !offer(c, t, i, LAB_B))
			return false;
	}

	return true;
}


static void close_calls(struct contender *c, struct talk *t)
{
	char request[TEXT / 2], reply[TEXT], id[32];

	(void)t;
	for (uint32_t i = 0; i < c->callc; i++) {
		(void)strcpy(request, "d");
		(void)snprintf(id, sizeof(id), "c%u", c->serial + i);
		write_word(request, "call-id", id);
		write_word(request, "command", "delete");
		(void)strcat(request, "12:delete-delayi0e");
		write_word(request, "from-tag", "a");
		(void)strcat(request, "e");
		must(ask(c, reply, request), "rtpengine does not answer");
	}
}


static unsigned descriptors(const struct contender *c)
{
	(void)c;

	return 4;
}


static void stop(struct contender *c)
{
	if (c->fdv[LAB_A] >= 0)
		(void)close(c->fdv[LAB_A]);
	c->fdv[LAB_A] = -1;
}


const struct contender_kind contender_rtpengine = {
	.name = "rtpengine",
	.title = "rtpengine, user space",
	.descriptors = descriptors,
	.warm_ms = 1000,
	.start = start,
	.open = open_calls,
	.close = close_calls,
	.stop = stop,
};
