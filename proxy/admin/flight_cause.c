/**
 * @file flight_cause.c  Which calls went wrong, pure
 */
#include <string.h>
#include "proxy/admin/flight_cause.h"

enum { MOS_BAD = 350 };


/* people were busy, away, unknown or did not want to: nothing is broken */
static bool is_ordinary(uint16_t scode)
{
	static const uint16_t ordinaryv[] = {401, 404, 407, 410, 480, 484,
					     486, 487, 600, 603, 604};

	for (size_t i = 0; i < ARRAY_SIZE(ordinaryv); i++) {
		if (ordinaryv[i] == scode)
			return true;
	}

	return scode < 400;
}


/* hundredths; 0: nobody knows */
static uint32_t worst_mos(const struct call_report *r)
{
	uint32_t worst = 0;

	for (size_t i = 0; i < 2 * r->streamc; i++) {
		const struct call_report_stream *s = &r->streamv[i / 2];
		const uint32_t mos = s->sidev[i % 2].stats.quality.mos;

		if (mos && (!worst || mos < worst))
			worst = mos;
	}

	return worst;
}


/**
 * What was wrong with a call?
 *
 * @param why A word or two
 * @param r   Report of its end
 *
 * @return False if nothing was
 */
bool flight_cause(char why[FLIGHT_CAUSE_SIZE], const struct call_report *r)
{
	uint32_t mos;

	if (!r)
		return false;

	mos = worst_mos(r);
	if (!is_ordinary(r->scode))
		(void)re_snprintf(why, FLIGHT_CAUSE_SIZE, "status-%u",
				  r->scode);
	else if (!strcmp(r->why, "media-timeout"))
		(void)str_ncpy(why, "media-timeout", FLIGHT_CAUSE_SIZE);
	else if (r->sidev[0].oneway.times || r->sidev[1].oneway.times)
		(void)str_ncpy(why, "one-way", FLIGHT_CAUSE_SIZE);
	else if (mos && mos < MOS_BAD)
		(void)re_snprintf(why, FLIGHT_CAUSE_SIZE, "mos-%u", mos);
	else
		return false;

	return true;
}
