/**
 * @file audience.h  Those who hear of each change of the location
 */
#ifndef PROXY_USER_AUDIENCE_H
#define PROXY_USER_AUDIENCE_H

#include "proxy/user/location.h"

enum { AUDIENCE_MAX = 12 };

struct audience {
	struct {
		location_h *h;
		void *arg;
	} v[AUDIENCE_MAX];
	size_t n;
};

int audience_add(struct audience *a, location_h *h, void *arg);
void audience_remove(struct audience *a, location_h *h, const void *arg);
void audience_tell(const struct audience *a, enum location_event ev,
		   struct binding *b);

#endif
