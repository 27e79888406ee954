/**
 * @file test/mock/stun.h  The checks that a full agent sends
 */
#ifndef TEST_MOCK_STUN_H
#define TEST_MOCK_STUN_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>

/** A Binding request; what is left out is not sent */
struct stun_probe {
	const char *username; /* NULL: none */
	const char *pwd;      /* NULL: no integrity */
	bool nominates;
	bool controlled;  /* instead of controlling */
	bool plain;       /* neither role nor priority */
	bool bare;        /* no fingerprint */
	uint16_t unknown; /* an attribute that it must know; 0: none */
	uint32_t priority;
	uint16_t class;
};

/* a buffer of the caller's, at its start */
struct mbuf *stun_probe(const struct stun_probe *probe);

#endif
