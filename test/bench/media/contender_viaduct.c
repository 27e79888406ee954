/**
 * @file bench/media/contender_viaduct.c  viaduct, by calls through its proxy
 *
 * Both phones' SDP names another address than the one that they signal from,
 * so that the comparison decides for the relay.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "test/bench/media/contender.h"
#include "test/bench/media/sip_text.h"

enum { WAIT_MS = 4000, START_TRIES = 100, START_NS = 50000000 };

#define CALLER "192.0.2.2:5060"
#define CALLEE "192.0.2.3:5060"


static void send_text(const struct contender *c, enum lab_side from,
		      const char *text)
{
	struct sockaddr_in sin;

	lab_addr(&sin, LAB_RELAY_ADDR, 5060);
	must(sendto(c->fdv[from], text, strlen(text), 0,
		    (struct sockaddr *)&sin, sizeof(sin)) > 0,
	     "sendto");
}


/* the next message of that call that starts so; others are passed over */
static bool await(const struct contender *c, enum lab_side at, char *text,
		  const char *start, const char *call_id)
{
	for (;;) {
		struct pollfd pfd = {.fd = c->fdv[at], .events = POLLIN};
		ssize_t n;

		if (poll(&pfd, 1, WAIT_MS) != 1) {
			(void)printf("  viaduct: no %s\n", start);
			return false;
		}
		n = recv(c->fdv[at], text, SIP_TEXT - 1, MSG_DONTWAIT);
		text[n > 0 ? n : 0] = '\0';
		if (!strstr(text, call_id))
			continue;
		if (!strncmp(text, start, strlen(start)))
			return true;
		if (!strncmp(text, "SIP/2.0 ", 8) && text[8] >= '3') {
			(void)printf("  viaduct: %.*s\n",
				     (int)strcspn(text, "\r\n"), text);
			return false;
		}
	}
}


static void write_config(const struct contender *c, const char *path)
{
	FILE *f = fopen(path, "w");

	must(f != NULL, path);
	(void)fprintf(f,
		      "listen = { \"udp:" LAB_RELAY_ADDR ":5060\" }\n"
		      "domain = { \"example.net\" }\n"
		      "data = \"%s/data\"\ncontrol = \"%s/control\"\n"
		      "log { level = \"warn\" }\nauth = no\n"
		      "registrar { keepalive = 0 }\n"
		      "limit { requests = 0 strangers = 0 failures = 0\n"
		      "  calls = 0 calls_per_minute = 0 }\n"
		      "relay { ports = \"10000-59999\"%s%s%s }\n",
		      c->dir, c->dir, *c->variant ? " rung = \"" : "",
		      c->variant, *c->variant ? "\"" : "");
	must(!fclose(f), path);
}


/* as a phone that is at its address */
static bool register_callee(const struct contender *c)
{
	char text[SIP_TEXT];

	send_text(c, LAB_B,
		  "REGISTER sip:example.net SIP/2.0\r\n"
		  "Via: SIP/2.0/UDP " CALLEE ";branch=z9hG4bKreg;rport\r\n"
		  "From: <sip:bob@example.net>;tag=r\r\n"
		  "To: <sip:bob@example.net>\r\nCall-ID: register\r\n"
		  "CSeq: 1 REGISTER\r\nContact: <sip:bob@" CALLEE ">\r\n"
		  "Expires: 7200\r\nContent-Length: 0\r\n\r\n");
	for (int i = 0; i < 40; i++) {
		struct pollfd pfd = {.fd = c->fdv[LAB_B], .events = POLLIN};
		ssize_t n;

		if (poll(&pfd, 1, 50) != 1)
			continue;
		n = recv(c->fdv[LAB_B], text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		if (!strncmp(text, "SIP/2.0 200 ", 12))
			return true;
	}

	return false;
}


/* its log says by what its relay moves packets, if not as it was told */
static bool fell(const char *log, long from)
{
	FILE *f = fopen(log, "r");
	char line[512];
	bool found = false;

	must(f && !fseek(f, from, SEEK_SET), log);
	while (!found && fgets(line, sizeof(line), f)) {
		const char *plane = strstr(line, "relay.plane ");

		found = plane && strstr(plane, " wanted=");
		if (found)
			(void)printf("  viaduct: %s", plane);
	}
	(void)fclose(f);

	return found;
}


static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (long)st.st_size;
}


static bool start(struct contender *c)
{
	char path[CONTENDER_PATH + 32], log[CONTENDER_PATH + 32];
	char command[4 * CONTENDER_PATH];
	const char *argv[] = {c->viaduct, "run", "-c", path, NULL};
	long logged;

	(void)snprintf(path, sizeof(path), "%s/viaduct.conf", c->dir);
	(void)snprintf(log, sizeof(log), "%s/viaduct.log", c->dir);
	(void)snprintf(command, sizeof(command),
		       "rm -rf %s/data && for u in alice bob; do "
		       "echo 'a long password' | %s user add -c %s "
		       "$u@example.net; done >>%s 2>&1",
		       c->dir, c->viaduct, path, log);
	write_config(c, path);
	if (system(command))
		return false;

	logged = size_of(log);
	c->pid = child_start(argv, log);
	c->fdv[LAB_A] = lab_udp(LAB_PHONES_HOST, "192.0.2.2", 5060);
	c->fdv[LAB_B] = lab_udp(LAB_PHONES_HOST, "192.0.2.3", 5060);
	for (int i = 0; i < START_TRIES && child_runs(c->pid); i++) {
		if (register_callee(c))
			return !*c->variant || !fell(log, logged);
		lab_sleep(START_NS);
	}

	return false;
}


static void invite(char *text, const char *id, const char *sdp)
{
	(void)snprintf(text, SIP_TEXT,
		       "INVITE sip:bob@example.net SIP/2.0\r\n"
		       "Via: SIP/2.0/UDP " CALLER
		       ";branch=z9hG4bKi%s;rport\r\n"
		       "Max-Forwards: 70\r\n"
		       "From: <sip:alice@example.net>;tag=%s\r\n"
		       "To: <sip:bob@example.net>\r\nCall-ID: %s\r\n"
		       "CSeq: 1 INVITE\r\nContact: <sip:alice@" CALLER ">\r\n"
		       "Content-Type: application/sdp\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       id, id, id, strlen(sdp), sdp);
}


static bool open_call(struct contender *c, struct talk *t,
		      struct sip_dialog *dlg, uint32_t i)
{
	struct talk_call *call = &t->callv[i];
	char text[SIP_TEXT], reply[SIP_TEXT], sdp[SDP_TEXT], id[32];

	(void)snprintf(id, sizeof(id), "call%u.%d", c->serial + i, c->pid);
	sdp_text(sdp, &call->phonev[LAB_A]);
	invite(text, id, sdp);
	send_text(c, LAB_A, text);

	if (!await(c, LAB_B, text, "INVITE ", id) ||
	    !sdp_read(&call->relayv[LAB_B], text))
		return false;
	sdp_text(sdp, &call->phonev[LAB_B]);
	sip_answer(reply, text, "Contact: <sip:bob@" CALLEE ">\r\n", sdp);
	send_text(c, LAB_B, reply);

	if (!await(c, LAB_A, text, "SIP/2.0 200 ", id) ||
	    !sdp_read(&call->relayv[LAB_A], text))
		return false;
	sip_dialog(dlg, text, CALLER);
	sip_in_dialog(reply, dlg, "ACK", 1);
	send_text(c, LAB_A, reply);

	return await(c, LAB_B, text, "ACK ", id);
}


static bool open_calls(struct contender *c, struct talk *t)
{
	struct sip_dialog *dlgv = calloc(t->callc, sizeof(*dlgv));

	must(dlgv != NULL, "memory");
	c->state = dlgv;
	for (uint32_t i = 0; i < t->callc; i++) {
		if (!open_call(c, t, &dlgv[i], i))
			return false;
	}

	return true;
}


static void close_calls(struct contender *c, struct talk *t)
{
	struct sip_dialog *dlgv = c->state;
	char text[SIP_TEXT], reply[SIP_TEXT], id[32];

	(void)t;
	for (uint32_t i = 0; i < c->callc; i++) {
		(void)snprintf(id, sizeof(id), "call%u.%d", c->serial + i,
			       c->pid);
		sip_in_dialog(text, &dlgv[i], "BYE", 2);
		send_text(c, LAB_A, text);
		must(await(c, LAB_B, text, "BYE ", id), "BYE");
		sip_answer(reply, text, "", "");
		send_text(c, LAB_B, reply);
		must(await(c, LAB_A, text, "SIP/2.0 200 ", id), "200");
	}
	free(dlgv);
	c->state = NULL;
}


/* only the rung of sockets has one for each port */
static unsigned descriptors(const struct contender *c)
{
	return *c->variant && strcmp(c->variant, "sockets") ? 0 : 4;
}


static void stop(struct contender *c)
{
	for (int side = 0; side < LAB_SIDES; side++) {
		if (c->fdv[side] >= 0)
			(void)close(c->fdv[side]);
		c->fdv[side] = -1;
	}
	free(c->state);
	c->state = NULL;
}


const struct contender_kind contender_viaduct = {
	.name = "viaduct",
	.title = "viaduct",
	.descriptors = descriptors,
	.warm_ms = 3000,
	.start = start,
	.open = open_calls,
	.close = close_calls,
	.stop = stop,
};
