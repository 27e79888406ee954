/**
 * @file control_registration.h  What the control says of registered phones
 */
#ifndef PROXY_ADMIN_CONTROL_REGISTRATION_H
#define PROXY_ADMIN_CONTROL_REGISTRATION_H

#include "proxy/admin/control.h"

struct control_registration;
struct keepalive;
struct proxy;

enum {
	CONTROL_REGISTRATIONS_MAX = 50
}; /* rows of one answer, about: half a ms */

/* "registrations", "ping"; keepalive NULL: none. All outlive it, it the
 * control */
int control_registration_alloc(struct control_registration **rp,
			       struct control *c, struct proxy *px,
			       const struct keepalive *k);

#endif
