/**
 * @file tap.c  Somebody who hears the packets of a session as they pass
 */
#include "relay/tap.h"


/**
 * Initialise a tap, held by its maker
 *
 * @param tap     Tap
 * @param packeth Hears packets, in a worker's thread
 * @param freeh   Frees what the tap is part of, in whichever thread
 */
void tap_init(struct relay_tap *tap,
	      void (*packeth)(struct relay_tap *tap,
			      const struct tap_packet *pkt),
	      void (*freeh)(struct relay_tap *tap))
{
	atomic_init(&tap->refs, 1);
	tap->packeth = packeth;
	tap->freeh = freeh;
}


/**
 * Hold a tap
 *
 * @param tap Tap, or NULL
 *
 * @return The tap
 */
struct relay_tap *tap_hold(struct relay_tap *tap)
{
	if (tap)
		(void)atomic_fetch_add(&tap->refs, 1);

	return tap;
}


/**
 * Let go of a tap
 *
 * @param tap Tap, or NULL
 */
void tap_release(struct relay_tap *tap)
{
	if (tap && atomic_fetch_sub(&tap->refs, 1) == 1)
		tap->freeh(tap);
}
