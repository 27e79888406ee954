/**
 * @file test_call.h  A call to the test number
 */
#ifndef PROXY_VOICE_TEST_CALL_H
#define PROXY_VOICE_TEST_CALL_H

#include "proxy/sip/message.h"

struct desk;
struct test_call;

/* the desk's list owns it; otherwise the INVITE was refused */
int test_call_begin(struct desk *d, struct message *invite, void *slot);

/* its INVITE, by another way */
bool test_call_is_merged(const struct test_call *call,
			 const struct message *invite);
bool test_call_is(const struct test_call *call, const struct message *req);

/* it may be gone afterwards */
void test_call_request(struct test_call *call, struct message *req);

#endif
