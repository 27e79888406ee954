/**
 * @file config_http.c  The administration over HTTP: where, and who may
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/config_draft.h"
#include "common/keypair.h"

enum { TOKEN_MIN = 16, WHY_MAX = 128 };


/**
 * Where the administration listens
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_http(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	struct pl pl;
	(void)key;

	if (!*value || !strcasecmp(value, "off")) {
		sa_init(&d->conf->http.addr, AF_UNSPEC);
		return 0;
	}

	pl_set_str(&pl, value);

	return config_host_decode(d, &d->conf->http.addr, &pl,
				  CONFIG_HTTP_PORT);
}


/**
 * The token of the administration
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_token(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	(void)key;

	for (const char *p = value; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f) {
			d->why = "it stands in a header";
			return EINVAL;
		}
	}
	if (strlen(value) < TOKEN_MIN ||
	    strlen(value) >= sizeof(d->conf->http.token))
		return ERANGE;

	(void)str_ncpy(d->conf->http.token, value,
		       sizeof(d->conf->http.token));

	return 0;
}


static void check_keypair(struct config_draft *d)
{
	const struct config *conf = d->conf;
	const char *key = conf->http.key[0] ? conf->http.key : NULL;
	struct keypair *kp = NULL;
	char why[WHY_MAX] = "";

	if (keypair_load(&kp, conf->http.certificate, key, why, sizeof(why)))
		config_fault(d, config_key_line(d, "http", "certificate"),
			     "certificate \"%s\": %s, expected a certificate "
			     "with its key in PEM form",
			     conf->http.certificate, why);
	else if (keypair_warning(kp))
		config_warn(d, config_key_line(d, "http", "certificate"),
			    "certificate \"%s\" %s", conf->http.certificate,
			    keypair_warning(kp));
	mem_deref(kp);
}


/**
 * Check that nobody but this host may ask in clear or without a token; the
 * faults go into the draft
 *
 * @param d Draft, read to its end
 */
void config_check_http(struct config_draft *d)
{
	const struct config *conf = d->conf;
	const uint32_t line = config_key_line(d, "http", "listen");

	if (conf->http.certificate[0])
		check_keypair(d);
	else if (conf->http.key[0])
		config_fault(d, config_key_line(d, "http", "key"),
			     "key without certificate, expected both");
	if (conf->http.token[0] && conf->http.token_file[0])
		config_fault(d, config_key_line(d, "http", "token_file"),
			     "token and token_file, expected one of them");

	if (sa_af(&conf->http.addr) == AF_UNSPEC ||
	    addr_classify(&conf->http.addr) == ADDR_LOOPBACK)
		return;

	if (!conf->http.certificate[0])
		config_fault(d, line,
			     "listen is not on loopback and there is no TLS, "
			     "expected certificate = \"FILE\" in http");
	if (!conf->http.token[0] && !conf->http.token_file[0])
		config_fault(d, line,
			     "listen is not on loopback and there is no "
			     "token, expected token or token_file in http");
}
