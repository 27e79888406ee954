/**
 * @file web_request.c  A request from its first line to its answer
 *
 * The library calls the handler when the header is there, for each piece of
 * the body, and when that is whole; a request that waits for its answer is
 * suspended, and handled once more when it has come.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "common/metrics.h"
#include "proxy/admin/http/asset.h"
#include "proxy/admin/http/web_access.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_head.h"
#include "proxy/admin/http/web_problem.h"
#include "proxy/admin/http/web_question.h"
#include "proxy/admin/http/web_refusal.h"
#include "proxy/admin/http/web_reply.h"
#include "proxy/admin/http/web_request.h"
#include "proxy/admin/http/web_state.h"
#include "proxy/admin/http/web_stream.h"
#include "proxy/admin/http/web_wait.h"

enum { SWALLOW_MAX = 1 << 20 /* of a body that is too large already */ };


static void destructor(void *arg)
{
	struct web_request *rq = arg;

	list_unlink(&rq->le);
	if (rq->errand && !rq->answered)
		web_desk_give_up(&rq->web->desk, rq->errand);
	else
		mem_deref(rq->errand);
	mem_deref(rq->body);
}


/**
 * A request begins
 *
 * @param cls Server
 * @param uri As it stands in its line
 * @param mc  Connection
 *
 * @return Request, NULL if out of memory
 */
void *web_request_begin(void *cls, const char *uri, struct MHD_Connection *mc)
{
	struct web_request *rq = mem_zalloc(sizeof(*rq), destructor);

	if (!rq)
		return NULL;

	rq->web = cls;
	rq->mc = mc;
	rq->uri_err = web_uri_decode(&rq->uri, uri);

	return rq;
}


/**
 * A request is over, one way or the other
 *
 * @param cls  Server
 * @param mc   Connection
 * @param ctx  Request
 * @param code Why
 */
void web_request_end(void *cls, struct MHD_Connection *mc, void **ctx,
		     enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)code;

	*ctx = mem_deref(*ctx);
	web_connection_allow(mc, WEB_KEEP_MS);
}


static const char *header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}


static size_t body_max(const struct web_route *route)
{
	return route->body_max ? route->body_max : WEB_BODY_MAX;
}


/* what its header says decides: 0, or a refusal */
static unsigned judge(const struct web_request *rq, const char **why)
{
	const char *length = header(rq->mc, "Content-Length");
	const struct web_guest guest = {
		.host = header(rq->mc, "Host"),
		.authorization = header(rq->mc, "Authorization"),
		.local = rq->web->local,
	};
	char token[WEB_TOKEN_SIZE];
	unsigned status;

	/* the loop may set another one */
	(void)pthread_mutex_lock(&rq->web->token_lock);
	memcpy(token, rq->web->token, sizeof(token));
	(void)pthread_mutex_unlock(&rq->web->token_lock);
	status = web_access_judge(why, rq->route, &guest, token);
	explicit_bzero(token, sizeof(token));
	if (status)
		return status;

	*why = "the body is too large";
	return length && strtoull(length, NULL, 10) > body_max(rq->route) ? 413
									  : 0;
}


static enum MHD_Result field_handler(void *arg, enum MHD_ValueKind kind,
				     const char *name, size_t name_len,
				     const char *value, size_t value_len)
{
	(void)kind;

	return web_head_add(arg, name, name_len, value, value_len) ? MHD_YES
								   : MHD_NO;
}


/* what nobody can read in two ways: 0, or a refusal */
static unsigned judge_fields(const struct web_request *rq, const char *version,
			     const char **why)
{
	struct web_head head = {0};

	(void)MHD_get_connection_values_n(rq->mc, MHD_HEADER_KIND,
					  field_handler, &head);

	return web_head_judge(why, &head, version);
}


static enum MHD_Result handle_header(struct web_request *rq,
				     const char *method, const char *version)
{
	const char *why = NULL;
	unsigned allowed = 0, status;

	counter_inc(rq->web->requests);
	web_connection_allow(rq->mc, rq->web->head_ms);
	status = judge_fields(rq, version, &why);
	if (status)
		return web_refuse_last(rq, status, why);
	if (rq->uri_err == ENAMETOOLONG)
		return web_refuse(rq, 414,
				  "the path or the query is too long");
	if (rq->uri_err)
		return web_refuse(rq, 400,
				  "the path or the query is malformed");

	rq->route = web_route_find(&allowed, web_method_decode(method),
				   &rq->uri);
	if (!rq->route)
		return web_refuse_path(rq, allowed);

	status = judge(rq, &why);

	return status ? web_refuse(rq, status, why) : MHD_YES;
}


static enum MHD_Result handle_piece(struct web_request *rq, const char *data,
				    size_t *size)
{
	const size_t len = *size;

	*size = 0;
	rq->size += len;
	if (rq->size > SWALLOW_MAX)
		return MHD_NO;
	if (rq->size > body_max(rq->route))
		return MHD_YES; /* refused at its end */

	if (!rq->body)
		rq->body = mbuf_alloc(len);

	return rq->body && !mbuf_write_mem(rq->body, (const uint8_t *)data,
					   len)
		       ? MHD_YES
		       : MHD_NO;
}


static enum MHD_Result reply_metrics(struct web_request *rq)
{
	static const char type[] = "text/plain; version=0.0.4; charset=utf-8";
	struct mbuf *mb = mbuf_alloc(16384);
	enum MHD_Result res = MHD_NO;

	if (mb && !metrics_text(rq->web->metrics, mb))
		res = web_reply_text(rq->mc, 200, type, mb->buf, mb->end);
	mem_deref(mb);

	return res;
}


static enum MHD_Result reply_asset(struct web_request *rq)
{
	const char *path = rq->route->command ? rq->route->command
					      : rq->uri.path;
	const struct asset *a = asset_find(path);

	return a ? web_reply_asset(rq->mc, a) : web_refuse_path(rq, 0);
}


static enum MHD_Result ask(struct web_request *rq)
{
	const struct mbuf *mb = rq->body;
	json_t *question = NULL;
	char why[WEB_WHY_MAX] = "";
	int err;

	err = web_question_make(&question, why, rq->route, &rq->uri,
				mb ? (const char *)mb->buf : NULL,
				mb ? mb->end : 0);
	if (err)
		return web_refuse(rq, web_problem_status(err), why);

	return web_wait_begin(rq, question);
}


static enum MHD_Result handle_whole(struct web_request *rq)
{
	if (rq->size > body_max(rq->route))
		return web_refuse(rq, 413, "the body is too large");

	switch (rq->route->place) {
	case WEB_METRICS:
		return reply_metrics(rq);
	case WEB_HEALTH:
		return web_reply_text(rq->mc, 200, "text/plain", "ok\n", 3);
	case WEB_READY:
		return atomic_load(&rq->web->ready)
			       ? ask(rq)
			       : web_refuse(rq, 503, "the server is starting");
	case WEB_ASSET:
		return reply_asset(rq);
	case WEB_EVENTS:
		return web_stream_open(rq->web, rq->mc);
	default:
		return ask(rq);
	}
}


static unsigned status_of(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "created")) ? 201 : 200;
}


static enum MHD_Result handle_answer(struct web_request *rq)
{
	struct web_errand *e = rq->errand;
	const char *why;
	int fd;

	if (rq->late) {
		counter_inc(rq->web->late);
		return web_refuse(rq, 503, "no answer in time");
	}

	if (e->err) {
		why = json_string_value(json_object_get(e->answer, "error"));
		return web_refuse(rq,
				  rq->route->place == WEB_READY
					  ? 503
					  : web_problem_status(e->err),
				  why ? why : strerror(e->err));
	}

	if (rq->route->place == WEB_READY)
		return web_reply_text(rq->mc, 200, "text/plain", "ready\n", 6);

	if (rq->route->place != WEB_FILE)
		return web_reply_json(rq->mc, status_of(e->answer), e->answer);

	fd = e->fd;
	e->fd = -1;

	return web_reply_file(rq->mc, fd, e->answer);
}


/**
 * Handle what has come of a request
 *
 * @param cls     Server
 * @param mc      Connection
 * @param path    Path, as the library has it
 * @param method  Method
 * @param version Of HTTP
 * @param data    A piece of the body
 * @param size    Octets of it, those that are left when this returns
 * @param ctx     Request
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_request_handle(void *cls, struct MHD_Connection *mc,
				   const char *path, const char *method,
				   const char *version, const char *data,
				   size_t *size, void **ctx)
{
	struct web_request *rq = *ctx;
	(void)cls;
	(void)mc;
	(void)path;

	if (!rq)
		return MHD_NO;

	if (!rq->begun) {
		rq->begun = true;
		return handle_header(rq, method, version);
	}
	if (rq->late || rq->answered)
		return handle_answer(rq);
	if (*size)
		return handle_piece(rq, data, size);

	return handle_whole(rq);
}
