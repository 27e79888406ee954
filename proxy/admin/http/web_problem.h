/**
 * @file web_problem.h  What went wrong, for programs (RFC 9457), pure
 */
#ifndef PROXY_ADMIN_HTTP_WEB_PROBLEM_H
#define PROXY_ADMIN_HTTP_WEB_PROBLEM_H

/* the status of an errno */
unsigned web_problem_status(int err);

/* its words: "Not Found" */
const char *web_problem_title(unsigned status);

/* a problem document; free() it. NULL: out of memory */
char *web_problem_text(unsigned status, const char *detail);

#endif
