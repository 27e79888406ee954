/**
 * @file web_question.h  A control question of a request, pure
 */
#ifndef PROXY_ADMIN_HTTP_WEB_QUESTION_H
#define PROXY_ADMIN_HTTP_WEB_QUESTION_H

#include "common/json.h"
#include "proxy/admin/http/web_route.h"

enum { WEB_WHY_MAX = 160 };

/* EINVAL: why says what is wrong, for the one who asked */
int web_question_make(json_t **qp, char why[WEB_WHY_MAX],
		      const struct web_route *route, const struct web_uri *uri,
		      const char *body, size_t len);

#endif
