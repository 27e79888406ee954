/**
 * @file coalesce.c  Whether a worker waits for more packets to move at once
 */
#include "relay/engine/coalesce.h"

enum { SECOND_US = 1000000 };


/**
 * Initialise
 *
 * @param c       Coalescing of one worker
 * @param wait_us From the begin of a turn to the next one's, where there is
 *                much to do [us]; 0: never
 */
void coalesce_init(struct coalesce *c, uint32_t wait_us)
{
	*c = (struct coalesce){.wait_us = wait_us};
}


/* nothing is woken for an empty window: the next turn ends it, how late ever */
static void close_window(struct coalesce *c, uint64_t now_us)
{
	const uint64_t us = now_us - c->since_us;
	const uint64_t least = c->busy ? COALESCE_CALM : COALESCE_BUSY;

	c->busy = c->packets * SECOND_US >= least * us;
	c->since_us = now_us;
	c->packets = 0;
}


/**
 * Count the packets of a turn, and tell how soon the next one shall be
 *
 * @param c        Coalescing
 * @param packets  That came in this turn
 * @param start_us When it began, monotonic [us]
 * @param now_us   When it ended [us]
 *
 * @return Before which moment the next one shall not begin [us]; 0: at once
 */
uint64_t coalesce_turn(struct coalesce *c, unsigned packets, uint64_t start_us,
		       uint64_t now_us)
{
	c->packets += packets;
	if (now_us - c->since_us >= COALESCE_WINDOW_US)
		close_window(c, now_us);

	/* a turn that took longer is no reason to wait even more */
	return c->busy && start_us + c->wait_us > now_us
		       ? start_us + c->wait_us
		       : 0;
}
