/**
 * @file config_push.c  How phones are woken
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/config_draft.h"


/**
 * The hook that wakes phones
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_push_url(struct config_draft *d, const struct config_key *key,
			  const char *value)
{
	const char *host = strstr(value, "://");
	(void)key;

	if (strlen(value) >= sizeof(d->conf->push.url)) {
		d->why = "too long";
		return ERANGE;
	}
	if ((strncasecmp(value, "http://", 7) &&
	     strncasecmp(value, "https://", 8)) ||
	    !host[3] || strpbrk(value, " \t\r\n\"<>"))
		return EINVAL;

	(void)str_ncpy(d->conf->push.url, value, sizeof(d->conf->push.url));

	return 0;
}


/**
 * A push service that the hook speaks to
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_push_provider(struct config_draft *d,
			       const struct config_key *key, const char *value)
{
	struct config *conf = d->conf;
	(void)key;

	/* it stands in a header's quotes and in URIs (RFC 8599 section 4.1.1)
	 */
	if (!config_name_isvalid(value))
		return EINVAL;

	for (size_t i = 0; i < conf->push.providerc; i++) {
		if (!strcasecmp(conf->push.providerv[i], value))
			return EEXIST;
	}
	if (conf->push.providerc >= CONFIG_PUSH_MAX)
		return ENOSPC;

	(void)str_ncpy(conf->push.providerv[conf->push.providerc++], value,
		       CONFIG_NAME_MAX);

	return 0;
}
