/**
 * @file welcome.c  What the first operator of a server is told
 */
#include <string.h>
#include "proxy/command/welcome.h"

static const char *const protov[] = {"udp", "tcp", "tls", "ws", "wss"};


static const struct sa *seen(const struct config_addr *l)
{
	return sa_isset(&l->advertise, SA_ADDR) ? &l->advertise : &l->sa;
}


static uint16_t port_of(const struct config_addr *l)
{
	const uint16_t port = sa_port(seen(l));

	return port ? port : sa_port(&l->sa);
}


/* whom a phone is told to talk to: the first one that it can */
static const struct config_addr *listener(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->listenc; i++) {
		if (cfg->listenv[i].proto <= CONFIG_TLS)
			return &cfg->listenv[i];
	}

	return NULL;
}


static void print_phone(FILE *f, const struct config *cfg)
{
	const struct config_addr *l = listener(cfg);
	const char *domain = cfg->domainv[0];
	char server[64];

	if (!l)
		return;

	(void)re_snprintf(server, sizeof(server), "%j", seen(l));
	(void)fprintf(f,
		      "  2. In the phone: user alice, that password, server "
		      "(or domain) %s,\n     port %u, %s",
		      domain, port_of(l), protov[l->proto]);
	if (strcmp(server, domain))
		(void)fprintf(f, ", by the proxy %s", server);
	(void)fprintf(f, ".\n");
	if (cfg->sounds.testc)
		(void)fprintf(f,
			      "  3. Call %s: a tone, then your own "
			      "voice.\n",
			      cfg->sounds.testv[0]);
}


/* each port once for each protocol */
static bool was_before(const struct config *cfg, size_t n)
{
	const bool udp = cfg->listenv[n].proto == CONFIG_UDP;

	for (size_t i = 0; i < n; i++) {
		if (port_of(&cfg->listenv[i]) == port_of(&cfg->listenv[n]) &&
		    (cfg->listenv[i].proto == CONFIG_UDP) == udp)
			return true;
	}

	return false;
}


static void print_firewall(FILE *f, const struct config *cfg)
{
	const char *sep = " ";

	(void)fputs("Let in by the firewall:", f);
	for (size_t i = 0; i < cfg->listenc; i++) {
		const bool udp = cfg->listenv[i].proto == CONFIG_UDP;

		if (was_before(cfg, i))
			continue;
		(void)fprintf(f, "%s%s %u", sep, udp ? "udp" : "tcp",
			      port_of(&cfg->listenv[i]));
		sep = ", ";
	}
	if (!cfg->relay.external || cfg->relay.serve)
		(void)fprintf(f, "%sudp %u-%u (sound)", sep,
			      cfg->relay.port_min, cfg->relay.port_max);
	(void)fputs(".\n", f);
}


/**
 * Tell how the first phone comes to a server
 *
 * @param f    Where to
 * @param cfg  Configuration
 * @param file Its file, or NULL
 */
void welcome_print(FILE *f, const struct config *cfg, const char *file)
{
	(void)fprintf(f,
		      "\nviaduct runs, and has no accounts yet. The first "
		      "phone:\n\n"
		      "  1. viaduct user add%s%s alice@%s\n"
		      "     (asks for a password; in another terminal)\n",
		      file ? " -c " : "", file ? file : "", cfg->domainv[0]);
	print_phone(f, cfg);
	(void)fputc('\n', f);
	print_firewall(f, cfg);
	(void)fprintf(f,
		      "All that it keeps is in %s.\n"
		      "viaduct ctl%s%s status says how it is.\n\n",
		      cfg->data, file ? " -c " : "", file ? file : "");
}
