/**
 * @file web_wait.h  Requests that wait for their answers
 *
 * Of the thread that serves. Such a request is suspended, and handled once
 * more when its answer has come or its time is over.
 */
#ifndef PROXY_ADMIN_HTTP_WEB_WAIT_H
#define PROXY_ADMIN_HTTP_WEB_WAIT_H

#include <microhttpd.h>
#include "common/json.h"

struct web;
struct web_errand;
struct web_request;

enum MHD_Result web_wait_begin(struct web_request *rq, json_t *question);

/* an answer has come, e is taken over; late: those whose time is over.
 * Returns ms until the next one's is, -1: none waits */
void web_wait_answered(struct web_errand *e);
int web_wait_check(struct web *w);

/* all that wait hear 503 */
void web_wait_flush(struct web *w);

#endif
