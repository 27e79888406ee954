/**
 * @file web_refusal.c  Requests that are refused, counted and told why
 */
#include "common/metrics.h"
#include "proxy/admin/http/web_question.h"
#include "proxy/admin/http/web_refusal.h"
#include "proxy/admin/http/web_reply.h"
#include "proxy/admin/http/web_state.h"

#define RETRY_S "2" /* as long as a search may take */

enum { ALLOW_SIZE = 64 };


/**
 * Refuse a request
 *
 * @param rq     Request
 * @param status Status of the answer
 * @param detail Why, or NULL
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_refuse(struct web_request *rq, unsigned status,
			   const char *detail)
{
	const char *name = NULL, *value = NULL;

	counter_inc(rq->web->refused);
	if (status == 401) {
		name = "WWW-Authenticate";
		value = "Bearer realm=\"viaduct\"";
	}
	else if (status == 503) {
		name = "Retry-After";
		value = RETRY_S;
	}

	return web_reply_problem(rq->mc, status, detail, name, value);
}


/**
 * Refuse a request whose end is not known: nothing is read behind it
 *
 * @param rq     Request
 * @param status Status of the answer
 * @param detail Why
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_refuse_last(struct web_request *rq, unsigned status,
				const char *detail)
{
	counter_inc(rq->web->refused);

	return web_reply_problem(rq->mc, status, detail, "Connection",
				 "close");
}


/**
 * Refuse a request for a path or a method that is not there
 *
 * @param rq      Request
 * @param allowed Methods that the path has, 0: there is none
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_refuse_path(struct web_request *rq, unsigned allowed)
{
	const char *near = web_route_suggest(&rq->uri);
	char allow[ALLOW_SIZE], detail[WEB_WHY_MAX] = "there is no such path";

	counter_inc(rq->web->refused);
	if (allowed) {
		web_route_allow(allow, sizeof(allow), allowed);
		(void)re_snprintf(detail, sizeof(detail), "this path takes %s",
				  allow);
		return web_reply_problem(rq->mc, 405, detail, "Allow", allow);
	}

	if (near)
		(void)re_snprintf(detail, sizeof(detail),
				  "there is no such path, is %s meant?", near);

	return web_reply_problem(rq->mc, 404, detail, NULL, NULL);
}
