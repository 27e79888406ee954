/**
 * @file parcels.h  One direction of a call whose every packet is known
 */
#ifndef TOOL_TRUTH_PARCELS_H
#define TOOL_TRUTH_PARCELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PARCELS_SIZES = 16,
	PARCELS_PACKET_MAX = 9000,
	PARCELS_PACKET_MIN = 24,
	PARCELS_MAX = 1 << 20, /* a stream's */
};

enum parcels_kind {
	PARCELS_RTP = 0,
	PARCELS_UDPTL,
};

/** A packet that was sent; its octets are made anew from this */
struct parcel {
	uint32_t ssrc;
	uint16_t size;
	uint8_t kind;
	bool strict; /* it has to come */
	bool ghost;  /* it must not */
	bool got;
};

struct parcels {
	struct parcel *parcelv;
	size_t sent, newest; /* the newest that came, plus one */
	size_t mark;         /* one from here on shows that the way is open */
	bool strict, ghost;
	bool loose; /* until further notice */
	enum parcels_kind kind;
	uint32_t ssrc;
	uint16_t sizev[PARCELS_SIZES];
	size_t sizec;

	/* what came */
	uint64_t got, doubled, late, wrong, ghosts;
};

int parcels_init(struct parcels *s, uint32_t ssrc);
void parcels_close(struct parcels *s);

/* the next packet's octets; 0: there is no room for more */
size_t parcels_next(struct parcels *s, uint8_t *buf);

/* what came at the other end */
void parcels_take(struct parcels *s, const uint8_t *p, size_t len);

/* losses count again as soon as one that is sent from now on has come */
void parcels_loosen(struct parcels *s);

uint64_t parcels_strict(const struct parcels *s);
uint64_t parcels_lost(const struct parcels *s);

#endif
