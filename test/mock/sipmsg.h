/**
 * @file sipmsg.h  Messages made of text, as if they had come over a flow
 */
#ifndef TEST_MOCK_SIPMSG_H
#define TEST_MOCK_SIPMSG_H

#include <stdarg.h>
#include "proxy/sip/flow.h"
#include "proxy/sip/message.h"

/* decoded, with flow and source; fails the test where it cannot be; flow may
 * be NULL. Format as of re_printf(). */
struct message *sipmsg(struct flow *flow, const char *fmt, ...);

/* a whole request: one Via with that sent-by and branch, To with that tag
 * ("": none), Call-ID "call@test", CSeq 7 */
struct message *sipmsg_request(struct flow *flow, const char *met,
			       const char *sentby, const char *branch,
			       const char *to_tag);

/* a response to the text of a request (what a fakeflow kept) */
struct message *sipmsg_response(struct flow *flow, const char *request,
				uint16_t scode, const char *to_tag);

#endif
