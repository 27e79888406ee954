/**
 * @file trunk_register.h  Our registration at a trunk
 */
#ifndef PROXY_CORE_TRUNK_REGISTER_H
#define PROXY_CORE_TRUNK_REGISTER_H

#include "proxy/core/trunk.h"

/* begins a moment later, and goes on as long as it lives */
/* we are wanted there no more: the registrar is told, then it is gone */
void trunk_registration_leave(struct trunk_registration *r,
			      struct list *leavel);

int trunk_registration_alloc(struct trunk_registration **rp, struct trunk *t);

bool trunk_is_registered(const struct trunk_registration *r);
/* how long yet, in seconds */
uint32_t trunk_registered_for(const struct trunk_registration *r);
/* the last failure's status, 0: none */
uint16_t trunk_register_status(const struct trunk_registration *r);

/* does a request come from the host that we are registered at? */
bool trunk_registered_from(const struct trunk_registration *r,
			   const struct message *req);

#endif
