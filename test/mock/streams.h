/**
 * @file mock/streams.h  Sides' streams, released together when a test ends
 */
#ifndef TEST_MOCK_STREAMS_H
#define TEST_MOCK_STREAMS_H

#include "proxy/media/resource.h"

struct resource_media *streams_make(size_t n);
/* refers to what somebody else has made; NULL stays NULL */
struct resource_media *streams_keep(struct resource_media *m);
void streams_free(void);

#endif
