/**
 * @file plain.h  Octets of the network as text that JSON and terminals take
 */
#ifndef PROXY_ADMIN_TRACE_PLAIN_H
#define PROXY_ADMIN_TRACE_PLAIN_H

#include "common/json.h"

/* UTF-8 and line ends stay; any other octet becomes \xNN. NULL: no memory */
json_t *plain_json(const char *p, size_t len);

#endif
