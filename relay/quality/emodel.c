/**
 * @file emodel.c  What a listener would think of it: MOS by the E-model
 *
 * R = Ro - Is - Id - Ie,eff + A (ITU-T G.107 equation 7-1), A = 0.
 */
#include <math.h>
#include <stddef.h>
#include <strings.h>
#include "relay/quality/emodel.h"

/* G.107 table 1: the defaults, where they are not 0 or cancel out */
#define RO   94.77 /* equations 7-2 to 7-7 with all defaults */
#define IS   1.41  /* 7-8 to 7-16 */
#define NO   (-61.18)
#define RLR  2.0
#define TELR 65.0
#define WEPL 110.0

/* G.107.1 equation 7-1 with all defaults */
#define RO_WIDE   129.0
#define TO_NARROW 1.29

/*
 * G.113 (11/2007) appendix I where nothing else is said:
 *
 * PCMU, PCMA  table I.1, I.4: with loss concealment (G.711 appendix I), which
 *             telephones have; without it Bpl would be 4.3
 * G729        G.729A with VAD, 20 ms
 * G723        6.3 kbit/s with VAD
 * GSM         GSM-FR; its Bpl is an assumption: that of GSM-EFR
 * GSM-EFR     table I.1, I.4
 * AMR         12.2 kbit/s, which is GSM-EFR bit by bit
 * G726-32     table I.1; its Bpl is an assumption, as that of GSM
 * iLBC        an assumption: as G.729A without loss, and more robust,
 *             because no frame needs the one before (RFC 3951)
 * G722        Ie,wb at 64 kbit/s by appendix IV; its Bpl is an assumption
 * AMR-WB      Ie,wb at 12.65 kbit/s by appendix IV; Bpl as above
 * opus        an assumption: ITU-T has no value; better than AMR-WB at the
 *             bit rates of telephones, concealment as good
 */
static const struct emodel_codec codecv[] = {
	{"PCMU", 0, 25.1, false},   {"PCMA", 0, 25.1, false},
	{"G729", 11, 19.0, false},  {"G723", 15, 16.1, false},
	{"GSM", 20, 10.0, false},   {"GSM-EFR", 5, 10.0, false},
	{"AMR", 5, 10.0, false},    {"G726-32", 7, 10.0, false},
	{"iLBC", 11, 32.0, false},  {"G722", 13, 13.0, true},
	{"AMR-WB", 13, 13.0, true}, {"opus", 5, 15.0, true},
};


/**
 * What a codec costs
 *
 * @param name Its name, in any case
 *
 * @return Impairment, NULL if none is known
 *
 * ITU-T G.113 appendices I and IV
 */
const struct emodel_codec *emodel_codec(const char *name)
{
	for (size_t i = 0; name && i < sizeof(codecv) / sizeof(codecv[0]);
	     i++) {
		if (!strcasecmp(codecv[i].name, name))
			return &codecv[i];
	}

	return NULL;
}


/* G.107 7-27, 7-28: it is hard to talk to somebody who is far away */
static double pure_delay(double ms)
{
	double x;

	if (ms <= 100)
		return 0;

	x = log2(ms / 100);

	return 25 * (pow(1 + pow(x, 6), 1.0 / 6) -
		     3 * pow(1 + pow(x / 3, 6), 1.0 / 6) + 2);
}


/* G.107 7-20 to 7-23: what the talker hears of himself */
static double talker_echo(double ms)
{
	const double terv = TELR - 40 * log10((1 + ms / 10) / (1 + ms / 150)) +
			    6 * exp(-0.3 * ms * ms);
	const double re = 80 + 2.5 * (terv - 14);
	const double roe = -1.5 * (NO - RLR);
	const double half = (roe - re) / 2;

	return (half + sqrt(half * half + 100) - 1) * (1 - exp(-ms));
}


/* G.107 7-25, 7-26: and the listener, of the talker */
static double listener_echo(double ms)
{
	const double rle = 10.5 * (WEPL + 7) * pow(2 * ms + 1, -0.25);
	const double half = (RO - rle) / 2;

	return half + sqrt(half * half + 169);
}


/* G.107 7-29 */
static double equipment(const struct emodel_codec *c,
			const struct emodel_network *n)
{
	const double burst = n->burst > 1 ? n->burst : 1;

	return c->ie + (95 - c->ie) * n->loss / (n->loss / burst + c->bpl);
}


/**
 * The transmission rating
 *
 * @param c Codec
 * @param n Network
 *
 * @return R, 0 at least
 *
 * ITU-T G.107 section 7; for wideband G.107.1 section 7, without echo
 */
double emodel_rating(const struct emodel_codec *c,
		     const struct emodel_network *n)
{
	double r;

	if (c->wideband)
		r = RO_WIDE - pure_delay(n->delay_ms) - equipment(c, n);
	else
		r = RO - IS - talker_echo(n->delay_ms) -
		    listener_echo(n->delay_ms) - pure_delay(n->delay_ms) -
		    equipment(c, n);

	return r > 0 ? r : 0;
}


/**
 * What people would say of a rating
 *
 * @param r        Rating
 * @param wideband True if it is on the scale of G.107.1
 *
 * @return Mean opinion score, estimated for conversation (MOS-CQE)
 *
 * ITU-T G.107 annex B; G.107.1 annex A
 */
double emodel_mos(double r, bool wideband)
{
	double mos;

	if (wideband)
		r /= TO_NARROW;

	if (r <= 0)
		return 1;
	if (r >= 100)
		return 4.5;

	/* it dips below 1 where R is next to nothing */
	mos = 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6;

	return mos > 1 ? mos : 1;
}
