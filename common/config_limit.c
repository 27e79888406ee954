/**
 * @file config_limit.c  What a scanner calls itself
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"


enum { SCANNER_MIN = 3 }; /* less is found in every name */


/**
 * A word by which a scanner is known
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, ENOSPC or ERANGE
 */
int config_value_scanner(struct config_draft *d, const struct config_key *key,
			 const char *value)
{
	struct config *conf = d->conf;
	(void)key;

	if (conf->limit.scannerc >= CONFIG_SCANNER_MAX)
		return ENOSPC;
	if (strlen(value) < SCANNER_MIN || strlen(value) >= CONFIG_NAME_MAX)
		return ERANGE;

	(void)str_ncpy(conf->limit.scannerv[conf->limit.scannerc++], value,
		       CONFIG_NAME_MAX);

	return 0;
}
