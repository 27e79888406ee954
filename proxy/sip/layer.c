/**
 * @file layer.c  One stage of a connection: TCP, TLS, WebSocket, SIP
 */
#include <errno.h>
#include "proxy/sip/layer.h"


/**
 * Put a layer on another one
 *
 * @param below The lower one
 * @param above The upper one
 */
void layer_put_on(struct layer *below, struct layer *above)
{
	if (!below || !above)
		return;

	below->above = above;
	above->below = below;
}


/**
 * A layer can carry what the one above says
 *
 * @param l Layer
 *
 * @return 0 if success, otherwise why the connection ends
 */
int layer_established(struct layer *l)
{
	if (!l || !l->above)
		return EINVAL;

	return l->above->ops->start(l->above);
}


/**
 * Pass up what was decoded
 *
 * @param l   Layer that decoded it
 * @param p   Octets
 * @param len How many
 *
 * @return 0 if success, otherwise why the connection ends
 */
int layer_up(struct layer *l, const uint8_t *p, size_t len)
{
	if (!l || !l->above)
		return EINVAL;

	return l->above->ops->input(l->above, p, len);
}


/**
 * Pass down what was encoded
 *
 * @param l   Layer that encoded it
 * @param p   Octets
 * @param len How many
 *
 * @return 0 if success, otherwise why the connection ends
 */
int layer_down(struct layer *l, const uint8_t *p, size_t len)
{
	if (!l || !l->below)
		return EINVAL;

	return l->below->ops->output(l->below, p, len);
}


/**
 * Say the orderly end, from the top down
 *
 * @param top Uppermost layer
 */
void layer_end(struct layer *top)
{
	for (; top; top = top->below) {
		if (top->ops->end)
			top->ops->end(top);
	}
}
