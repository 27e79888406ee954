/**
 * @file config_derived.c  What was worked out, as it would stand in a file
 */
#include <string.h>
#include "common/config_draft.h"
#include "common/config_given.h"


/* unless the file has said it */
static int tell(struct config *conf, const char *section, const char *name,
		const char *text)
{
	const struct config_key *key = config_table_find(section, name);

	if (!key || config_given_next(&conf->givenl, NULL, key, ""))
		return 0;

	return config_given_add(&conf->derivedl, key, "", text, 0);
}


static int tell_listeners(struct config *conf)
{
	/* in the order of enum config_proto */
	static const char *const protov[] = {"udp", "tcp", "tls", "ws", "wss"};
	int err = 0;

	for (size_t i = 0; !err && i < conf->listenc; i++) {
		const struct config_addr *la = &conf->listenv[i];
		char text[96];

		(void)re_snprintf(text, sizeof(text), "%s:%J",
				  protov[la->proto], &la->sa);
		err = tell(conf, "", "listen", text);
	}

	return err;
}


static int tell_relay(struct config *conf)
{
	int err = 0;

	for (size_t i = 0; !err && i < conf->relay.addrc; i++) {
		const struct sa *adv = &conf->relay.advertisev[i];
		char text[128];

		if (conf->relay.zonev[i][0])
			continue;
		if (sa_isset(adv, SA_ADDR))
			(void)re_snprintf(text, sizeof(text),
					  "%j advertise %j",
					  &conf->relay.addrv[i], adv);
		else
			(void)re_snprintf(text, sizeof(text), "%j",
					  &conf->relay.addrv[i]);
		err = tell(conf, "relay", "address", text);
	}

	return err;
}


static int tell_words(struct config *conf)
{
	int err = 0;

	for (size_t i = 0; !err && i < conf->domainc; i++)
		err = tell(conf, "", "domain", conf->domainv[i]);
	for (size_t i = 0; !err && i < conf->limit.scannerc; i++)
		err = tell(conf, "limit", "scanners", conf->limit.scannerv[i]);

	return err;
}


/**
 * Note what the file left open, beside what it has said
 *
 * @param conf Configuration, filled
 *
 * @return 0 if success, otherwise errorcode
 */
int config_derive(struct config *conf)
{
	int err = tell_listeners(conf);

	if (!err)
		err = tell_relay(conf);
	if (!err)
		err = tell_words(conf);
	if (!err)
		err = tell(conf, "", "data", conf->data);
	if (!err)
		err = tell(conf, "", "control", conf->control);
	if (!err)
		err = tell(conf, "record", "directory",
			   conf->record.directory);
	if (!err)
		err = tell(conf, "cdr", "file", conf->cdr.file);

	return err;
}
