/**
 * @file web_reply.c  Answers, each with the headers that keep browsers honest
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "proxy/admin/http/asset.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_problem.h"
#include "proxy/admin/http/web_reply.h"

static const char type_json[] = "application/json";
static const char no_store[] = "no-store";


static void add(struct MHD_Response *r, const char *name, const char *value)
{
	(void)MHD_add_response_header(r, name, value);
}


/**
 * Give a response the headers that all have
 *
 * @param r     Response
 * @param type  Content-Type
 * @param cache Cache-Control
 */
void web_reply_headers(struct MHD_Response *r, const char *type,
		       const char *cache)
{
	add(r, "Content-Type", type);
	add(r, "Cache-Control", cache);
	add(r, "X-Content-Type-Options", "nosniff");
	add(r, "X-Frame-Options", "DENY");
	add(r, "Referrer-Policy", "no-referrer");
	add(r, "Cross-Origin-Resource-Policy", "same-origin");
	add(r, "Cross-Origin-Opener-Policy", "same-origin");
	add(r, "Content-Security-Policy",
	    "default-src 'none'; script-src 'self'; style-src 'self'; "
	    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
	    "form-action 'none'; frame-ancestors 'none'");
}


/* r may be NULL: the connection ends */
static enum MHD_Result queue(struct MHD_Connection *mc, unsigned status,
			     struct MHD_Response *r, unsigned ms)
{
	enum MHD_Result res;

	if (!r)
		return MHD_NO;

	web_connection_allow(mc, ms);
	res = MHD_queue_response(mc, status, r);
	MHD_destroy_response(r);

	return res;
}


/* text is freed */
static struct MHD_Response *take_text(char *text, const char *type)
{
	struct MHD_Response *r;

	if (!text)
		return NULL;

	r = MHD_create_response_from_buffer(strlen(text), text,
					    MHD_RESPMEM_MUST_FREE);
	if (r)
		web_reply_headers(r, type, no_store);
	else
		free(text);

	return r;
}


/**
 * Answer a request with JSON
 *
 * @param mc     Connection
 * @param status Status
 * @param answer Object
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_reply_json(struct MHD_Connection *mc, unsigned status,
			       const json_t *answer)
{
	json_t *copy = json_copy((json_t *)answer); /* shallow */
	char *text;

	(void)json_object_del(copy, "ok");
	(void)json_object_del(copy, "created");
	text = json_dumps(copy, JSON_COMPACT | JSON_DIGITS);
	json_decref(copy);

	return queue(mc, status, take_text(text, type_json), WEB_SEND_MS);
}


/**
 * Answer that something is wrong
 *
 * @param mc     Connection
 * @param status Status
 * @param detail A sentence, or NULL
 * @param name   Another header, or NULL
 * @param value  Its value
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_reply_problem(struct MHD_Connection *mc, unsigned status,
				  const char *detail, const char *name,
				  const char *value)
{
	struct MHD_Response *r;

	r = take_text(web_problem_text(status, detail),
		      "application/problem+json");
	if (r && name)
		add(r, name, value);

	return queue(mc, status, r, WEB_SEND_MS);
}


/**
 * Answer with text
 *
 * @param mc     Connection
 * @param status Status
 * @param type   Content-Type
 * @param text   Text, is copied
 * @param len    Octets of it
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_reply_text(struct MHD_Connection *mc, unsigned status,
			       const char *type, const void *text, size_t len)
{
	struct MHD_Response *r;

	r = MHD_create_response_from_buffer(len, (void *)text,
					    MHD_RESPMEM_MUST_COPY);
	if (r)
		web_reply_headers(r, type, no_store);

	return queue(mc, status, r, WEB_SEND_MS);
}


/**
 * Answer with a file that is in the binary
 *
 * @param mc Connection
 * @param a  File
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_reply_asset(struct MHD_Connection *mc,
				const struct asset *a)
{
	struct MHD_Response *r;

	r = MHD_create_response_from_buffer(a->len, (void *)a->data,
					    MHD_RESPMEM_PERSISTENT);
	if (r)
		web_reply_headers(r, a->type, "no-cache");

	return queue(mc, MHD_HTTP_OK, r, WEB_SEND_MS);
}


static void add_name(struct MHD_Response *r, const char *name)
{
	char value[256];

	if (!name || strpbrk(name, "\"\\\r\n") ||
	    re_snprintf(value, sizeof(value), "attachment; filename=\"%s\"",
			name) < 0)
		return;

	add(r, "Content-Disposition", value);
}


/**
 * Answer with a file of the disk
 *
 * @param mc     Connection
 * @param fd     File, taken over
 * @param answer What is said of it
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_reply_file(struct MHD_Connection *mc, int fd,
			       const json_t *answer)
{
	const char *type = json_string_value(json_object_get(answer, "type"));
	struct MHD_Response *r = NULL;
	struct stat st;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		r = MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
	if (!r) {
		(void)close(fd);
		return web_reply_problem(mc, 500, "not a file", NULL, NULL);
	}

	web_reply_headers(r, type ? type : "application/octet-stream",
			  no_store);
	add_name(r, json_string_value(json_object_get(answer, "name")));

	return queue(mc, MHD_HTTP_OK, r, WEB_FILE_MS);
}
