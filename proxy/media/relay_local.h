/**
 * @file relay_local.h  Relay resources out of the relay in this process
 */
#ifndef PROXY_MEDIA_RELAY_LOCAL_H
#define PROXY_MEDIA_RELAY_LOCAL_H

#include "proxy/media/resource.h"

int relay_local_alloc(struct resource_maker **mp, struct relay *relay);

#endif
