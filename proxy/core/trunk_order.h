/**
 * @file trunk_order.h  In which order trunks are tried, pure
 */
#ifndef PROXY_CORE_TRUNK_ORDER_H
#define PROXY_CORE_TRUNK_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One of a route's peers, as it stands now */
struct trunk_choice {
	uint32_t priority, weight;
	bool down, rests;
	size_t i; /* which one it is, for the caller */
};

typedef uint32_t(trunk_random_h)(void);

/*
 * Lower priorities first; among equals by weight, by chance (RFC 2782), or as
 * they stand where none has a weight. Those that rest come behind, those that
 * are down are not tried; desperate: they are, at the end. Returns how many of
 * them are to be tried.
 */
size_t trunk_order(struct trunk_choice *v, size_t n, bool desperate,
		   trunk_random_h *randomh);

#endif
