/**
 * @file emodel.h  What a listener would think of it: MOS by the E-model
 *
 * Pure. ITU-T G.107 (06/2015) with its default values: what a relay does not
 * see of two telephones (levels, noise in the room, echo) is as good as it
 * usually is. Wideband codecs by ITU-T G.107.1, brought to the same scale.
 */
#ifndef RELAY_QUALITY_EMODEL_H
#define RELAY_QUALITY_EMODEL_H

#include <stdbool.h>
#include <stdint.h>

/** What a codec costs (ITU-T G.113) */
struct emodel_codec {
	const char *name; /* as rtpmap says it */
	double ie;        /* without loss */
	double bpl;       /* robustness against loss */
	bool wideband;    /* on the scale of G.107.1 */
};

/** What the network costs */
struct emodel_network {
	double loss;     /* % of the packets */
	double burst;    /* BurstR, 1: at random */
	double delay_ms; /* from mouth to ear */
};

/* NULL: nobody has measured it */
const struct emodel_codec *emodel_codec(const char *name);

/* R: 0 to 100, of wideband 0 to 129 */
double emodel_rating(const struct emodel_codec *c,
		     const struct emodel_network *n);

/* 1 to 4.5 */
double emodel_mos(double rating, bool wideband);

#endif
