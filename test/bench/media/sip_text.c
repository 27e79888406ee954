/**
 * @file bench/media/sip_text.c  As much SIP as two phones need for a call
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "test/bench/media/lab.h"
#include "test/bench/media/sip_text.h"

enum { ROUTES = 8 };


static void append(char *buf, size_t size, const char *fmt, ...)
{
	const size_t n = strlen(buf);
	va_list ap;
	int more;

	va_start(ap, fmt);
	more = vsnprintf(buf + n, size - n, fmt, ap);
	va_end(ap);
	must(more >= 0 && (size_t)more < size - n, "a long message");
}


static size_t line_length(const char *line)
{
	const size_t n = strcspn(line, "\n");

	return line[n] ? n + 1 : n;
}


/* the next header line of that name, or NULL */
static const char *next_line(const char *text, const char *name)
{
	const char *line = text;

	for (; *line && *line != '\r'; line += line_length(line)) {
		if (!strncasecmp(line, name, strlen(name)) &&
		    line[strlen(name)] == ':')
			return line;
	}

	return NULL;
}


static void copy_lines(char *buf, size_t size, const char *text,
		       const char *name)
{
	for (const char *line = next_line(text, name); line;
	     line = next_line(line + line_length(line), name))
		append(buf, size, "%.*s", (int)line_length(line), line);
}


/**
 * Write a 200 to a request
 *
 * @param buf     Room for SIP_TEXT characters
 * @param request Request
 * @param contact Our Contact line, "" for none
 * @param sdp     Our SDP, "" for none
 */
void sip_answer(char *buf, const char *request, const char *contact,
		const char *sdp)
{
	static const char *const namev[] = {"Via",     "Record-Route", "From",
					    "Call-ID", "CSeq",         NULL};
	const char *to = next_line(request, "To");

	(void)strcpy(buf, "SIP/2.0 200 OK\r\n");
	for (const char *const *name = namev; *name; name++)
		copy_lines(buf, SIP_TEXT, request, *name);
	must(to != NULL, "no To");
	append(buf, SIP_TEXT, "%.*s%s\r\n%s", (int)strcspn(to, "\r\n"), to,
	       memmem(to, line_length(to), ";tag=", 5) ? "" : ";tag=callee",
	       contact);
	if (*sdp)
		append(buf, SIP_TEXT, "Content-Type: application/sdp\r\n");
	append(buf, SIP_TEXT, "Content-Length: %zu\r\n\r\n%s", strlen(sdp),
	       sdp);
}


/* RFC 3261 section 12.1.2: the route set is in reverse */
static void copy_routes(struct sip_dialog *dlg, const char *reply)
{
	const char *routev[ROUTES];
	size_t n = 0;

	for (const char *line = next_line(reply, "Record-Route");
	     line && n < ROUTES;
	     line = next_line(line + line_length(line), "Record-Route"))
		routev[n++] = line + strlen("Record-Route");
	while (n-- > 0)
		append(dlg->lines, sizeof(dlg->lines), "Route%.*s",
		       (int)line_length(routev[n]), routev[n]);
}


/**
 * Remember what the requests of a call say
 *
 * @param dlg   Filled in
 * @param reply The 200 to the INVITE
 * @param host  The caller's address and port
 */
void sip_dialog(struct sip_dialog *dlg, const char *reply, const char *host)
{
	static const char *const namev[] = {"From", "To", "Call-ID", NULL};
	const char *contact = next_line(reply, "Contact"), *id;

	memset(dlg, 0, sizeof(*dlg));
	must(contact && sscanf(contact, "%*[^<]<%255[^>]", dlg->target) == 1,
	     "no Contact");
	append(dlg->lines, sizeof(dlg->lines), "Via: SIP/2.0/UDP %s;rport",
	       host);
	id = next_line(reply, "Call-ID");
	must(id != NULL, "no Call-ID");
	id += strlen("Call-ID: ");
	append(dlg->lines, sizeof(dlg->lines), ";branch=z9hG4bK%.*s\r\n",
	       (int)strcspn(id, "\r\n"), id);
	copy_routes(dlg, reply);
	for (const char *const *name = namev; *name; name++)
		copy_lines(dlg->lines, sizeof(dlg->lines), reply, *name);
}


/**
 * Write a request of the call
 *
 * @param buf    Room for SIP_TEXT characters
 * @param dlg    What is known of the call
 * @param method ACK or BYE
 * @param cseq   Its number
 */
void sip_in_dialog(char *buf, const struct sip_dialog *dlg, const char *method,
		   unsigned cseq)
{
	const char *via = dlg->lines;
	const size_t n = strcspn(via, "\r\n");

	(void)snprintf(buf, SIP_TEXT, "%s %s SIP/2.0\r\n", method,
		       dlg->target);
	append(buf, SIP_TEXT, "%.*s%s%s", (int)n, via, method, via + n);
	append(buf, SIP_TEXT,
	       "Max-Forwards: 70\r\nCSeq: %u %s\r\n"
	       "Content-Length: 0\r\n\r\n",
	       cseq, method);
}
