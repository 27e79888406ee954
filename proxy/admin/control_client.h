/**
 * @file control_client.h  One who asks over the control socket
 *
 * Inside of the control only.
 */
#ifndef PROXY_ADMIN_CONTROL_CLIENT_H
#define PROXY_ADMIN_CONTROL_CLIENT_H

#include "common/timer.h"
#include "proxy/admin/control.h"

/* a list of them; each ends by itself, or with the list. Takes fd over, also
 * where it fails */
int control_client_alloc(struct list *l, struct control *c,
			 struct timers *timers, int fd);

#endif
