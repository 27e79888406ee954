/**
 * @file config_section.c  Sections with titles: which one is read
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


/**
 * Make the section of this title the one that keys belong to; add it if new
 *
 * @param d       Draft
 * @param section Name of the section
 * @param title   Its title; of sections without one it does not count
 * @param line    Line
 *
 * @return 0 if success, otherwise errorcode; it was told
 */
int config_section_begin(struct config_draft *d, const char *section,
			 const char *title, uint32_t line)
{
	if (!strcmp(section, "peer"))
		return config_peer_begin(d, title, line);
	if (!strcmp(section, "route"))
		return config_route_begin(d, title, line);
	if (!strcmp(section, "announcement"))
		return config_announcement_begin(d, title, line);
	if (!strcmp(section, "zone"))
		return config_zone_begin(d, title, line);

	return 0;
}


/**
 * The title of the section that is read
 *
 * @param d       Draft
 * @param section Name of the section
 *
 * @return Title, "" where it has none
 */
const char *config_section_title(const struct config_draft *d,
				 const char *section)
{
	if (!strcmp(section, "peer"))
		return d->peer->name;
	if (!strcmp(section, "route"))
		return d->route->name;
	if (!strcmp(section, "announcement"))
		return d->announcement->name;
	if (!strcmp(section, "zone"))
		return d->zonev[d->zonec - 1].name;

	return "";
}
