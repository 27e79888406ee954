/**
 * @file test/fuzz/config.c  Any text: a configuration, or faults with lines
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "common/config.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void check_conf(const struct config *conf)
{
	must(conf->listenc > 0 && conf->listenc <= CONFIG_LISTEN_MAX);
	must(conf->domainc > 0 && conf->domainc <= CONFIG_DOMAIN_MAX);
	must(conf->relay.addrc > 0 && conf->relay.addrc <= CONFIG_ADDR_MAX);
	must(conf->relay.port_max >= conf->relay.port_min + 3);
	must(!conf->relay.external || conf->relay.serverc > 0);
	must(strlen(conf->control) < sizeof(conf->control));

	for (size_t i = 0; i < conf->listenc; i++)
		must(sa_isset(&conf->listenv[i].sa, SA_ALL) &&
		     !sa_is_any(&conf->listenv[i].sa));
	for (size_t i = 0; i < conf->peerc; i++)
		must(conf->peerv[i].name[0]);
	for (size_t i = 0; i < conf->routec; i++)
		must(conf->routev[i].name[0] && conf->routev[i].matchc > 0 &&
		     conf->routev[i].peerc > 0);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *conf = NULL;
	struct mbuf *errs = mbuf_alloc(256);
	char *text = malloc(size + 1);
	int err;

	must(errs && text);
	memcpy(text, data, size);
	text[size] = '\0';

	err = config_decode(&conf, "f", text, errs);

	/* either a configuration, perhaps with warnings, or at least one
	 * whole line of faults */
	must(!err == (conf != NULL));
	must(!err || errs->end);
	must(!err || !memcmp(errs->buf, "f:", 2));
	must(!err || errs->buf[errs->end - 1] == '\n');
	if (conf)
		check_conf(conf);

	mem_deref(conf);
	mem_deref(errs);
	free(text);

	return 0;
}
