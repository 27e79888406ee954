/**
 * @file config_tls.c  Certificates: what may be said of them, and are they good
 *
 * The files are read when the configuration is checked, so that what is wrong
 * with them is told with the line that names them, before anything starts.
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"
#include "common/keypair.h"
#include "common/trust.h"

enum { WHY_MAX = 128 };


/**
 * A file of a certificate, or of a key
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_tls_file(struct config_draft *d, const struct config_key *key,
			  const char *value)
{
	struct config *conf = d->conf;
	const bool is_key = !strcmp(key->name, "keys");
	char(*pathv)[CONFIG_PATH_MAX] = is_key ? conf->tls.keyv
					       : conf->tls.certificatev;
	size_t *n = is_key ? &conf->tls.keyc : &conf->tls.certificatec;

	if (!*value || strlen(value) >= CONFIG_PATH_MAX)
		return ERANGE;
	for (size_t i = 0; i < *n; i++) {
		if (!strcmp(pathv[i], value))
			return EEXIST;
	}
	if (*n >= CONFIG_CERT_MAX)
		return ENOSPC;

	(void)str_ncpy(pathv[(*n)++], value, CONFIG_PATH_MAX);

	return 0;
}


static void check_pair(struct config_draft *d, size_t i)
{
	const struct config *conf = d->conf;
	const char *path = conf->tls.certificatev[i];
	const char *key = i < conf->tls.keyc ? conf->tls.keyv[i] : NULL;
	const uint32_t line = config_key_line(d, "tls", "certificates");
	char why[WHY_MAX] = "";
	struct keypair *kp = NULL;

	if (keypair_load(&kp, path, key, why, sizeof(why))) {
		config_fault(d, line,
			     "certificate \"%s\"%s%s%s: %s, expected a "
			     "certificate with its key in PEM form",
			     path, key ? ", key \"" : "", key ? key : "",
			     key ? "\"" : "", why);
		return;
	}

	if (keypair_warning(kp))
		config_warn(d, line, "certificate \"%s\" %s", path,
			    keypair_warning(kp));
	mem_deref(kp);
}


static void check_trust(struct config_draft *d, const char *key,
			const char *path)
{
	X509_STORE *store = NULL;
	char why[WHY_MAX] = "";

	if (!*path)
		return;

	if (trust_load(&store, path, why, sizeof(why)))
		config_fault(d, config_key_line(d, "tls", key),
			     "%s = \"%s\": %s, expected certificates in PEM "
			     "form",
			     key, path, why);
	X509_STORE_free(store);
}


static bool is_encrypted(const struct config_addr *la)
{
	return la->proto == CONFIG_TLS || la->proto == CONFIG_WSS;
}


static void check_listeners(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->listenc; i++) {
		if (!is_encrypted(&conf->listenv[i]))
			continue;

		config_fault(d, config_key_line(d, "", "listen"),
			     "listen has tls without a certificate, expected "
			     "tls { certificates = { \"FILE\", ... } }");
		return;
	}
}


/**
 * Check certificates, keys and who may sign; the faults go into the draft
 *
 * @param d Draft, read to its end
 */
void config_check_tls(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (!conf->tls.certificatec)
		check_listeners(d);
	if (conf->tls.keyc > conf->tls.certificatec)
		config_fault(d, config_key_line(d, "tls", "keys"),
			     "%zu keys for %zu certificates, expected one "
			     "for each, in the same order",
			     conf->tls.keyc, conf->tls.certificatec);

	for (size_t i = 0; i < conf->tls.certificatec; i++)
		check_pair(d, i);
	check_trust(d, "ca", conf->tls.ca);
	check_trust(d, "client_ca", conf->tls.client_ca);
}
