/**
 * @file outbound.h  Does RFC 5626 apply to this REGISTER? Pure
 */
#ifndef PROXY_USER_OUTBOUND_H
#define PROXY_USER_OUTBOUND_H

#include "proxy/user/contact.h"

/*
 * Where it does not, the reg-ids are taken out. EBADMSG: several ways at once;
 * ENOLINK: the phone wants it, its first hop cannot (439).
 */
int outbound_judge(bool *applies, struct contacts *cs,
		   const struct message *req);

#endif
