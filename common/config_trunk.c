/**
 * @file config_trunk.c  Peers as trunks: where calls go, and who they are
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"


static int lower_domain(char name[CONFIG_NAME_MAX], const char *value)
{
	const size_t len = strlen(value);

	if (len >= CONFIG_NAME_MAX)
		return ERANGE;

	for (size_t i = 0; i <= len; i++)
		name[i] = (char)tolower((unsigned char)value[i]);

	return config_domain_isvalid(name) ? 0 : EINVAL;
}


/**
 * A name that the peer's certificate shows
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_tls_name(struct config_draft *d, const struct config_key *key,
			  const char *value)
{
	struct config_peer *peer = d->peer;
	char name[CONFIG_NAME_MAX];
	int err = lower_domain(name, value);
	(void)key;

	if (err)
		return err;

	for (size_t i = 0; i < d->conf->peerc; i++) {
		const struct config_peer *p = &d->conf->peerv[i];

		for (size_t k = 0; k < p->tls_namec; k++) {
			if (!strcmp(p->tls_namev[k], name)) {
				d->why = "name of a peer above already";
				return EEXIST;
			}
		}
	}

	if (peer->tls_namec >= CONFIG_TLS_NAME_MAX)
		return ENOSPC;

	memcpy(peer->tls_namev[peer->tls_namec++], name, sizeof(name));

	return 0;
}


static bool is_host(struct config_draft *d, const char *host, size_t len)
{
	char buf[CONFIG_URI_MAX];
	const char *colon;
	struct pl pl;
	struct sa sa;

	if (len >= sizeof(buf))
		return false;

	memcpy(buf, host, len);
	buf[len] = '\0';
	pl_set_str(&pl, buf);
	if (!config_host_decode(d, &sa, &pl, 0))
		return true;

	d->why = NULL;
	colon = strchr(buf, ':');
	if (colon) {
		const unsigned long port = strtoul(colon + 1, NULL, 10);

		if (!colon[1] || strlen(colon + 1) > 5 ||
		    strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
		    !port || port > 65535)
			return false;
		buf[colon - buf] = '\0';
	}

	return config_domain_isvalid(buf);
}


static bool is_transport(const char *params)
{
	static const char *const wordv[] = {
		"",
		";transport=udp",
		";transport=tcp",
		";transport=tls",
		";transport=ws",
		";transport=wss",
	};

	for (size_t i = 0; i < sizeof(wordv) / sizeof(wordv[0]); i++) {
		if (!strcasecmp(params, wordv[i]))
			return true;
	}

	return false;
}


/**
 * Where requests to a peer go: a name is resolved then
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_peer_uri(struct config_draft *d, const struct config_key *key,
			  const char *value)
{
	const char *host = value;
	size_t len;
	(void)key;

	if (strlen(value) >= CONFIG_URI_MAX)
		return ERANGE;

	if (!strncasecmp(value, "sip:", 4))
		host += 4;
	else if (!strncasecmp(value, "sips:", 5))
		host += 5;
	else
		return EINVAL;

	len = strcspn(host, ";");
	if (!len || !is_host(d, host, len) || !is_transport(host + len))
		return EINVAL;

	(void)str_ncpy(d->peer->uri, value, sizeof(d->peer->uri));

	return 0;
}


/**
 * Whom the calls to our registration are for
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_inbound(struct config_draft *d, const struct config_key *key,
			 const char *value)
{
	const char *at = strrchr(value, '@');
	char name[CONFIG_NAME_MAX];
	(void)key;

	if (strlen(value) >= sizeof(d->peer->inbound))
		return ERANGE;

	for (const char *p = value; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("@+-_.*#", *p))
			return EINVAL;
	}

	if (!*value || at == value || (at && lower_domain(name, at + 1)))
		return EINVAL;

	(void)str_ncpy(d->peer->inbound, value, sizeof(d->peer->inbound));

	return 0;
}


/**
 * A header that only our own may send
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_header(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	static const char special[] = "-.!%_`'~";
	struct config *conf = d->conf;
	const size_t len = strlen(value);
	(void)key;

	for (size_t i = 0; i < len; i++) {
		const bool rest = value[i] == '*' && i && i + 1 == len;

		if (!isalnum((unsigned char)value[i]) &&
		    !strchr(special, value[i]) && !rest)
			return EINVAL;
	}

	if (!len || len >= CONFIG_NAME_MAX)
		return ERANGE;
	if (conf->private_headerc >= CONFIG_HEADER_MAX)
		return ENOSPC;

	(void)str_ncpy(conf->private_headerv[conf->private_headerc++], value,
		       CONFIG_NAME_MAX);

	return 0;
}


/* how could anybody be this peer, or be reached as it? */
static bool has_identity(const struct config_peer *p)
{
	return p->addrc || p->tls_namec || p->auth_user[0] || p->uri[0];
}


static void check_credentials(struct config_draft *d,
			      const struct config_peer *p, uint32_t line)
{
	if (!p->user[0] != !p->password[0])
		config_fault(d, line,
			     "peer \"%s\" has %s, expected user and password",
			     p->name,
			     p->user[0] ? "user without password"
					: "password without user");
	if (!p->auth_user[0] != !p->auth_password[0])
		config_fault(d, line,
			     "peer \"%s\" has %s, expected auth_user and "
			     "auth_password",
			     p->name,
			     p->auth_user[0]
				     ? "auth_user without auth_password"
				     : "auth_password without auth_user");
}


static bool has_auth_user(const struct config *conf, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		if (!strcmp(conf->peerv[i].auth_user,
			    conf->peerv[before].auth_user))
			return true;
	}

	return false;
}


static void check_trunk(struct config_draft *d, const struct config_peer *p,
			uint32_t line)
{
	if (p->do_register && !p->user[0])
		config_fault(d, line,
			     "peer \"%s\" has register without user, expected "
			     "user and password",
			     p->name);
	if (p->do_register && !p->uri[0])
		config_fault(d, line,
			     "peer \"%s\" has register without uri, expected "
			     "uri = \"sip:HOST\"",
			     p->name);
	if (p->probe && !p->uri[0] && !p->addrc)
		config_fault(d, line,
			     "peer \"%s\" has probe without uri, expected "
			     "uri = \"sip:HOST\"",
			     p->name);
}


/**
 * Check the peers
 *
 * @param d Draft, read to its end
 */
void config_check_peers(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->peerc; i++) {
		const struct config_peer *p = &conf->peerv[i];
		const uint32_t line = d->peer_linev[i];

		if (!has_identity(p))
			config_fault(d, line,
				     "peer \"%s\" has no address, expected "
				     "address = { \"ADDRESS\", ... }, "
				     "tls_name, auth_user or uri",
				     p->name);
		check_credentials(d, p, line);
		if (p->auth_user[0] && has_auth_user(conf, i))
			config_fault(d, line,
				     "peer \"%s\" has the auth_user of a peer "
				     "above, expected another",
				     p->name);
		check_trunk(d, p, line);
	}
}
