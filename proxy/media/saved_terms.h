/**
 * @file saved_terms.h  What an SDP says of a stream, as text and back
 */
#ifndef PROXY_MEDIA_SAVED_TERMS_H
#define PROXY_MEDIA_SAVED_TERMS_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "relay/relay.h"

/* without its keys */
void saved_terms_put(struct json_out *o, const struct relay_terms *t);

/* *tp NULL where there are none */
int saved_terms_get(struct relay_terms **tp, const json_t *o);

#endif
