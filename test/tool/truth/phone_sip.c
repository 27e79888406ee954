/**
 * @file phone_sip.c  As much SIP as a call needs
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <re.h>
#include "test/tool/truth/phone.h"


enum { AGAIN_US = 500000, FIELDS_MAX = 16 };


/* the nth header field of that name; its length, 0 if there is none */
static size_t field(const char *msg, const char *name, unsigned nth,
		    const char **value)
{
	const size_t len = strlen(name);
	const char *line = strstr(msg, "\r\n");

	while (line && strncmp(line, "\r\n\r\n", 4) != 0) {
		line += 2;
		if (!strncasecmp(line, name, len) && line[len] == ':' &&
		    !nth--) {
			*value = line + len + 1 + strspn(line + len + 1, " ");
			return strcspn(*value, "\r\n");
		}
		line = strstr(line, "\r\n");
	}

	return 0;
}


static void field_copy(char *dst, size_t size, const char *msg,
		       const char *name)
{
	const char *v = "";
	const size_t n = field(msg, name, 0, &v);

	(void)snprintf(dst, size, "%.*s", (int)n, v);
}


static void append(char *dst, size_t size, const char *fmt, ...)
{
	const size_t at = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	(void)re_vsnprintf(dst + at, size - at, fmt, ap);
	va_end(ap);
}


static void sdp_print(const struct phone *p, char *dst, size_t size)
{
	const char *family = sa_af(&p->addr) == AF_INET ? "IP4" : "IP6";
	const uint16_t port = p->elsewhere_port ? p->elsewhere_port : p->port;
	char host[64];

	(void)re_snprintf(host, sizeof(host), "%j", &p->addr);
	if (p->claim)
		(void)re_snprintf(host, sizeof(host), "%s", p->claim);
	if (p->elsewhere_port)
		(void)re_snprintf(host, sizeof(host), "%s", p->elsewhere);

	dst[0] = '\0';
	append(dst, size,
	       "v=0\r\no=- 1 %u IN %s %s\r\ns=-\r\nc=IN %s %s\r\nt=0 0\r\n",
	       p->version, family, host, family, host);
	if (p->fax)
		append(dst, size,
		       "m=image %u udptl t38\r\na=T38FaxVersion:0\r\n", port);
	else
		append(dst, size,
		       "m=audio %u RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
		       "a=%s\r\n",
		       port, p->held ? "sendonly" : "sendrecv");
}


/* where our media shall go */
static void sdp_take(struct phone *p, const char *msg)
{
	const char *body = strstr(msg, "\r\n\r\n");
	const char *c = body ? strstr(body, "c=IN IP") : NULL;
	const char *m = body ? strstr(body, "\nm=") : NULL;
	char host[64] = "";

	while (c && strstr(c + 1, "c=IN IP"))
		c = strstr(c + 1, "c=IN IP");
	if (!c || !m || sscanf(c, "c=IN IP%*c %63[^\r\n]", host) != 1)
		return;

	m = strchr(m, ' ');
	if (m)
		(void)sa_set_str(&p->far, host,
				 (uint16_t)strtoul(m, NULL, 10));
	p->frames.far = p->far;
	p->fax = strstr(body, "m=image") != NULL;
}


static void transmit(struct phone *p, const char *msg)
{
	(void)sendto(p->sip, msg, strlen(msg), 0, &p->proxy.u.sa,
		     p->proxy.len);
}


static void head_print(struct phone *p, char *dst, const char *method,
		       unsigned cseq)
{
	const bool reg = !strcmp(method, "REGISTER");

	dst[0] = '\0';
	append(dst, PHONE_TEXT,
	       "%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %J;branch=z9hG4bK%08x;rport"
	       "\r\n%sFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n"
	       "Max-Forwards: 70\r\n",
	       method, reg ? "sip:example.net" : p->target, &p->addr,
	       rand_u32(), reg ? "" : p->routes, p->local,
	       reg ? p->local : p->remote, p->callid, cseq, method);
	if (p->away)
		append(dst, PHONE_TEXT, "Contact: *\r\nExpires: 0\r\n");
	else
		append(dst, PHONE_TEXT, "Contact: <sip:%s@%J>\r\n", p->name,
		       &p->addr);
}


void phone_identify(struct phone *p)
{
	(void)re_snprintf(p->local, sizeof(p->local),
			  "<sip:%s@example.net>;tag=%08x", p->name,
			  rand_u32());
	(void)re_snprintf(p->callid, sizeof(p->callid), "%08x%08x", rand_u32(),
			  rand_u32());
}


void phone_dial(struct phone *p)
{
	phone_identify(p);
	(void)re_snprintf(p->target, sizeof(p->target), "sip:%s@example.net",
			  p->peer->name);
	(void)re_snprintf(p->remote, sizeof(p->remote), "<%s>", p->target);
	p->routes[0] = '\0';
	p->up = false;
}


void phone_request(struct phone *p, const char *method, bool sdp)
{
	char body[PHONE_TEXT / 2] = "";

	if (sdp) {
		++p->version;
		sdp_print(p, body, sizeof(body));
	}
	(void)snprintf(p->method, sizeof(p->method), "%s", method);
	head_print(p, p->request, method, ++p->cseq);
	append(p->request, sizeof(p->request),
	       "%sContent-Length: %zu\r\n\r\n%s",
	       sdp ? "Content-Type: application/sdp\r\n" : "", strlen(body),
	       body);
	p->status = 0;
	p->again_us = phone_now_us() + AGAIN_US;
	transmit(p, p->request);
}


void phone_again(struct phone *p, uint64_t now_us)
{
	if (p->status || !p->request[0] || now_us < p->again_us)
		return;

	p->again_us = now_us + AGAIN_US;
	transmit(p, p->request);
}


/* the caller's routes are the recorded ones from the last, the callee's from
 * the first */
static void routes_take(struct phone *p, const char *msg, bool caller)
{
	const char *v;
	unsigned n = 0;

	while (n < FIELDS_MAX && field(msg, "Record-Route", n, &v))
		++n;
	p->routes[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		const size_t len = field(msg, "Record-Route",
					 caller ? n - 1 - i : i, &v);

		append(p->routes, sizeof(p->routes), "Route: %b\r\n", v, len);
	}
}


static void target_take(struct phone *p, const char *msg)
{
	char contact[PHONE_FIELD];

	field_copy(contact, sizeof(contact), msg, "Contact");
	(void)sscanf(contact, "%*[^<]<%511[^>]", p->target);
	(void)sscanf(contact, "<%511[^>]", p->target);
}


static void ack_send(struct phone *p)
{
	const unsigned cseq = p->cseq;

	head_print(p, p->ack, "ACK", cseq);
	append(p->ack, sizeof(p->ack), "Content-Length: 0\r\n\r\n");
	transmit(p, p->ack);
}


static void response_take(struct phone *p, const char *msg)
{
	const unsigned status = (unsigned)strtoul(msg + 8, NULL, 10);
	char cseq[PHONE_FIELD];
	unsigned n = 0;

	field_copy(cseq, sizeof(cseq), msg, "CSeq");
	(void)sscanf(cseq, "%u", &n);
	if (n != p->cseq || !strstr(cseq, p->method) || status < 200)
		return;

	if (p->status) {
		if (!strcmp(p->method, "INVITE") && status < 300)
			transmit(p, p->ack);
		return;
	}

	p->status = status;
	(void)snprintf(p->answer, sizeof(p->answer), "%s", msg);
	if (strcmp(p->method, "INVITE") != 0 || status >= 300)
		return;

	if (!p->up) {
		routes_take(p, msg, true);
		field_copy(p->remote, sizeof(p->remote), msg, "To");
	}
	target_take(p, msg);
	p->up = true;
	sdp_take(p, msg);
	ack_send(p);
}


static void response_print(struct phone *p, char *dst, const char *msg,
			   bool sdp)
{
	static const char *copyv[] = {"Via", "Record-Route", "From", "Call-ID",
				      "CSeq"};
	char to[PHONE_FIELD], body[PHONE_TEXT / 2] = "";
	const char *v;
	size_t n;

	dst[0] = '\0';
	append(dst, PHONE_TEXT, "SIP/2.0 200 OK\r\n");
	for (size_t i = 0; i < ARRAY_SIZE(copyv); i++) {
		for (unsigned k = 0; (n = field(msg, copyv[i], k, &v)) > 0;
		     k++)
			append(dst, PHONE_TEXT, "%s: %b\r\n", copyv[i], v, n);
	}
	field_copy(to, sizeof(to), msg, "To");
	append(dst, PHONE_TEXT, "To: %s%s\r\nContact: <sip:%s@%J>\r\n", to,
	       strstr(to, ";tag=") ? "" : ";tag=truth", p->name, &p->addr);
	if (sdp) {
		++p->version;
		sdp_print(p, body, sizeof(body));
		append(dst, PHONE_TEXT, "Content-Type: application/sdp\r\n");
	}
	append(dst, PHONE_TEXT, "Content-Length: %zu\r\n\r\n%s", strlen(body),
	       body);
}


/* the same again is answered as before */
static bool is_accepted(const struct phone *p, const char *msg)
{
	static const char *const namev[] = {"CSeq", "Call-ID"};
	char was[PHONE_FIELD], is[PHONE_FIELD];

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		field_copy(was, sizeof(was), p->accepted, namev[i]);
		field_copy(is, sizeof(is), msg, namev[i]);
		if (!was[0] || strcmp(was, is))
			return false;
	}

	return true;
}


static void invited(struct phone *p, const char *msg)
{
	if (is_accepted(p, msg)) {
		transmit(p, p->accepted);
		return;
	}

	sdp_take(p, msg);
	response_print(p, p->accepted, msg, true);
	transmit(p, p->accepted);
	if (!p->up) {
		routes_take(p, msg, false);
		field_copy(p->callid, sizeof(p->callid), msg, "Call-ID");
		field_copy(p->remote, sizeof(p->remote), msg, "From");
		field_copy(p->local, sizeof(p->local), p->accepted, "To");
		p->cseq = 100;
	}
	target_take(p, msg);
	p->up = true;
}


static void request_take(struct phone *p, const char *msg)
{
	char reply[PHONE_TEXT];

	if (!strncmp(msg, "INVITE ", 7)) {
		invited(p, msg);
		return;
	}
	if (!strncmp(msg, "ACK ", 4))
		return;

	if (!strncmp(msg, "BYE ", 4))
		p->up = false;
	response_print(p, reply, msg, false);
	transmit(p, reply);
}


void phone_sip(struct phone *p)
{
	char msg[PHONE_TEXT];

	for (;;) {
		const ssize_t n = recv(p->sip, msg, sizeof(msg) - 1, 0);

		if (n < 0)
			return;
		msg[n] = '\0';
		if (!strncmp(msg, "SIP/2.0 ", 8))
			response_take(p, msg);
		else if (strstr(msg, " SIP/2.0\r\n"))
			request_take(p, msg);
	}
}
