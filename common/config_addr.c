/**
 * @file config_addr.c  What each key may hold: addresses, ports, domains
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"


enum { DEFAULT_PORT = 5060 };


static bool starts(const char *s, const char *word)
{
	return !strncasecmp(s, word, strlen(word));
}


/* the octets of a value up to a character of stop */
static struct pl upto(const char *s, const char *stop)
{
	struct pl pl = {.p = s, .l = strcspn(s, stop)};

	return pl;
}


static bool same_sa(const struct sa *a, const struct sa *b)
{
	return sa_cmp(a, b, SA_ALL);
}


/**
 * Decode an address with an optional port; an IPv4-mapped one as IPv4
 *
 * @param d     Draft
 * @param sa    Result, written only on success
 * @param pl    Text
 * @param dport Port when none is given; 0 stays 0
 *
 * @return 0 if success, otherwise errorcode
 */
int config_host_decode(struct config_draft *d, struct sa *sa,
		       const struct pl *pl, uint16_t dport)
{
	struct sa tmp;

	if (!addr_decode_hostport(&tmp, pl, dport) ||
	    (!dport && !addr_decode(&tmp, pl, 0))) {
		addr_unmap(&tmp);
		*sa = tmp;
		return 0;
	}

	d->why = "no address with a valid port (names are not looked up)";

	return EINVAL;
}


/**
 * Is it an address that a host can have?
 *
 * @param d  Draft
 * @param sa Address
 *
 * @return 0 if success, otherwise errorcode
 */
int config_host_check(struct config_draft *d, const struct sa *sa)
{
	switch (addr_classify(sa)) {
	case ADDR_UNSPECIFIED:
	case ADDR_MULTICAST:
	case ADDR_RESERVED:
		d->why = "not an address of a host";
		return EINVAL;
	default:
		return 0;
	}
}


/**
 * Is this a domain name? (RFC 1123 section 2.1: labels of letters, digits and
 * inner hyphens)
 *
 * @param s Text
 *
 * @return true if it is
 */
bool config_domain_isvalid(const char *s)
{
	size_t label = 0;

	for (size_t i = 0; s[i]; i++) {
		bool end = s[i + 1] == '.' || !s[i + 1];

		if (s[i] == '.') {
			if (!label)
				return false;
			label = 0;
			continue;
		}

		if (s[i] == '-' ? (!label || end)
				: !isalnum((unsigned char)s[i]))
			return false;
		if (++label > 63)
			return false;
	}

	return label > 0;
}


/**
 * A domain whose users we serve: a name, or an address of ours
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_domain(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	struct config *conf = d->conf;
	char name[CONFIG_NAME_MAX] = "";
	size_t len = strlen(value);
	struct sa sa;
	struct pl pl;
	(void)key;

	if (len >= sizeof(name)) {
		d->why = "too long";
		return ERANGE;
	}

	memcpy(name, value, len + 1);
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);

	/* written as it stands in a URI's host, without brackets */
	pl_set_str(&pl, name);
	if (!addr_decode(&sa, &pl, 0))
		(void)re_snprintf(name, sizeof(name), "%j", &sa);
	else if (!config_domain_isvalid(name))
		return EINVAL;

	for (size_t i = 0; i < conf->domainc; i++) {
		if (!strcmp(conf->domainv[i], name))
			return EEXIST;
	}

	if (conf->domainc >= CONFIG_DOMAIN_MAX)
		return ENOSPC;

	(void)str_ncpy(conf->domainv[conf->domainc++], name, CONFIG_NAME_MAX);

	return 0;
}


/**
 * The relay's ports; it takes them in pairs from an even one (RFC 3550)
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_ports(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	struct pl lo = upto(value, "-"), hi;
	uint16_t min_port, max_port;
	(void)key;

	if (!value[lo.l])
		return EINVAL;

	pl_set_str(&hi, value + lo.l + 1);
	if (addr_decode_port(&min_port, &lo) ||
	    addr_decode_port(&max_port, &hi)) {
		d->why = "no ports between 1 and 65535";
		return EINVAL;
	}

	if (max_port < min_port) {
		d->why = "upside down";
		return ERANGE;
	}

	if (max_port - (min_port + (min_port & 1)) + 1 < 4) {
		d->why = "too few for one call";
		return ERANGE;
	}

	d->conf->relay.port_min = min_port;
	d->conf->relay.port_max = max_port;

	return 0;
}


/* RFC 3261 section 19.1.1, as far as it names a server by address */
static int decode_sip_uri(struct config_draft *d, struct config_addr *ca,
			  const char *value)
{
	const char *params;
	struct pl host;

	if (starts(value, "sips:")) {
		d->why = "sips is not supported";
		return EINVAL;
	}
	if (!starts(value, "sip:"))
		return EINVAL;

	host = upto(value + 4, ";");
	params = host.p + host.l;

	ca->proto = CONFIG_UDP;
	if (!strcasecmp(params, ";transport=tcp"))
		ca->proto = CONFIG_TCP;
	else if (*params && strcasecmp(params, ";transport=udp"))
		return EINVAL;

	if (config_host_decode(d, &ca->sa, &host, DEFAULT_PORT))
		return EINVAL;

	return config_host_check(d, &ca->sa);
}


static int add_server(struct config_draft *d, struct config_addr *v, size_t *n,
		      const char *value)
{
	struct config_addr ca;

	if (decode_sip_uri(d, &ca, value))
		return EINVAL;

	for (size_t i = 0; i < *n; i++) {
		if (v[i].proto == ca.proto && same_sa(&v[i].sa, &ca.sa))
			return EEXIST;
	}

	if (*n >= CONFIG_SERVER_MAX)
		return ENOSPC;

	v[(*n)++] = ca;

	return 0;
}


/**
 * An external relay server
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_relay_server(struct config_draft *d,
			      const struct config_key *key, const char *value)
{
	(void)key;

	return add_server(d, d->conf->relay.serverv, &d->conf->relay.serverc,
			  value);
}


/**
 * A redirect server
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_redirect_server(struct config_draft *d,
				 const struct config_key *key,
				 const char *value)
{
	(void)key;

	return add_server(d, d->conf->redirect.serverv,
			  &d->conf->redirect.serverc, value);
}
