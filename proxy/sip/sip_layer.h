/**
 * @file sip_layer.h  The uppermost layer of a connection: SIP
 *
 * Frames a stream, or takes whole messages from a layer that has frames of
 * its own, and answers pings.
 */
#ifndef PROXY_SIP_SIP_LAYER_H
#define PROXY_SIP_SIP_LAYER_H

#include "proxy/sip/layer.h"

/* of a layer whose owner is a struct connection */
extern const struct layer_ops sip_layer_ops;

#endif
