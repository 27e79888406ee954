/**
 * @file way_link.c  What interfaces are like, until we are told of a change
 */
#include <string.h>
#include "relay/kernel/ways.h"


/**
 * What is an interface?
 *
 * @param ws      Ways
 * @param link    Filled
 * @param ifindex Its number
 *
 * @return 0 if success, otherwise errorcode
 */
int ways_link(struct ways *ws, struct routing_link *link, uint32_t ifindex)
{
	const uint32_t i = ifindex % WAYS_LINKS;
	int err;

	if (ws->linkv[i].ifindex != ifindex) {
		err = routing_link(ws->asks, &ws->linkv[i].link, ifindex);
		ws->linkv[i].ifindex = err ? 0 : ifindex;
		if (err)
			return err;
	}

	*link = ws->linkv[i].link;

	return 0;
}


/**
 * Forget what interfaces are like
 *
 * @param ws Ways
 */
void ways_forget_links(struct ways *ws)
{
	memset(ws->linkv, 0, sizeof(ws->linkv));
}
