/**
 * @file config_default.c  What is not given
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/addr.h"
#include "common/config_draft.h"
#include "common/host_facts.h"


/* each has a UDP and a TCP listener */
enum { HOSTS_MAX = CONFIG_LISTEN_MAX / 2, CONTROL_MAX = 107 };

struct hosts {
	struct sa v[HOSTS_MAX];
	size_t n;
};


static bool host_handler(const char *ifname, const struct sa *sa, void *arg)
{
	struct hosts *hosts = arg;
	(void)ifname;

	if (sa_af(sa) != AF_INET || addr_is_forbidden(sa))
		return false;

	for (size_t i = 0; i < hosts->n; i++) {
		if (addr_same_host(&hosts->v[i], sa))
			return false;
	}

	hosts->v[hosts->n++] = *sa;

	return hosts->n == HOSTS_MAX;
}


/* the first one is whom a new user is told of: it leads to the world */
static void sort_hosts(struct hosts *hosts)
{
	struct sa outside;

	if (host_facts_outside(&outside))
		return;

	for (size_t i = 1; i < hosts->n; i++) {
		if (!addr_same_host(&hosts->v[i], &outside))
			continue;

		hosts->v[i] = hosts->v[0];
		hosts->v[0] = outside;
	}
}


static const char *env(const char *name)
{
	const char *s = getenv(name);

	return s && s[0] == '/' ? s : NULL;
}


/* XDG Base Directory Specification: state, unless it is the system's */
static int state_dir(char *buf, size_t size)
{
	const char *state = env("XDG_STATE_HOME"), *home = env("HOME");

	if (geteuid() && state)
		return re_snprintf(buf, size, "%s/viaduct", state);
	if (geteuid() && home)
		return re_snprintf(buf, size, "%s/.local/state/viaduct", home);

	return re_snprintf(buf, size, "/var/lib/viaduct");
}


static int fill_paths(struct config *conf)
{
	int n = 0;

	if (!conf->data[0])
		n = state_dir(conf->data, sizeof(conf->data));

	if (n >= 0 && !conf->record.directory[0])
		n = re_snprintf(conf->record.directory,
				sizeof(conf->record.directory),
				"%s/recordings", conf->data);

	if (n >= 0 && !conf->control[0]) {
		if (geteuid())
			n = re_snprintf(conf->control, sizeof(conf->control),
					"%s/control.sock", conf->data);
		else
			n = re_snprintf(conf->control, sizeof(conf->control),
					"/run/viaduct/control.sock");
	}

	if (n >= 0 && !conf->cdr.file[0])
		n = re_snprintf(conf->cdr.file, sizeof(conf->cdr.file),
				"%s/calls.jsonl", conf->data);

	return n < 0 || strlen(conf->control) > CONTROL_MAX ? ENAMETOOLONG : 0;
}


/* what calls itself so has never been a phone */
static void add_scanners(struct config *conf)
{
	static const char *const wordv[] = {
		"friendly-scanner",
		"sipvicious",
		"sipcli",
		"pplsip",
		"sip-scan",
		"sundayddr",
		"iwar",
		"sivus",
		"siparmyknife",
		"vaxasip",
		"friendly-request",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wordv); i++)
		(void)str_ncpy(conf->limit.scannerv[conf->limit.scannerc++],
			       wordv[i], CONFIG_NAME_MAX);
}


static void add_host(struct config *conf, const struct config_addr *from)
{
	const struct sa *la = &from->sa;
	struct sa sa = *la;

	for (size_t i = 0; i < conf->relay.addrc; i++) {
		if (addr_same_host(&conf->relay.addrv[i], la))
			return;
	}

	if (conf->relay.addrc >= CONFIG_ADDR_MAX)
		return;

	sa_set_port(&sa, 0);
	conf->relay.advertisev[conf->relay.addrc] = from->advertise;
	conf->relay.addrv[conf->relay.addrc++] = sa;
}


static void add_domain(struct config *conf, const struct sa *la)
{
	char name[CONFIG_NAME_MAX];

	(void)re_snprintf(name, sizeof(name), "%j", la);
	for (size_t i = 0; i < conf->domainc; i++) {
		if (!strcmp(conf->domainv[i], name))
			return;
	}

	if (conf->domainc < CONFIG_DOMAIN_MAX)
		(void)str_ncpy(conf->domainv[conf->domainc++], name,
			       CONFIG_NAME_MAX);
}


static void set_users(struct config *conf)
{
	conf->registrar.expires_default = 3600;
	conf->registrar.expires_min = 60;
	conf->registrar.expires_max = 7200;
	conf->registrar.contacts_max = 10;
	conf->registrar.jitter = 10;
	conf->registrar.keepalive = 25;
	conf->registrar.keepalive_max = 180;

	conf->push.timeout = 5;
	conf->push.wait = 10;
}


static void set_connections(struct config *conf)
{
	conf->tcp.per_source = 100;
	conf->tcp.total = 4096;
	conf->tcp.message_timeout = 10;
	conf->tcp.idle_timeout = 900;

	conf->ws.ping = 30;
	conf->session.expires = 1800;
	conf->session.min = 90;

	conf->tls.verify = true;
}


static void set_limits(struct config *conf)
{
	conf->limit.requests = 100;
	conf->limit.strangers = 5000;
	conf->limit.failures = 30;
	conf->limit.ban = 300;
	conf->limit.ban_max = 3600;
	conf->limit.calls = 20;
	conf->limit.calls_per_minute = 60;
	conf->limit.call_length = 43200;
	conf->overload.delay = 50;
	conf->drain.deadline = 60;
}


static void set_media(struct config *conf)
{
	conf->relay.port_min = 16384;
	conf->relay.port_max = 32767;
	conf->relay.lease = 120;
	conf->relay.timeout = 60;
	conf->relay.hold_timeout = 3600;
	conf->relay.one_side_timeout = 300;
	conf->relay.quarantine = 5;
	conf->relay.latch_packets = 3;
	conf->relay.dscp = 46;
	conf->relay.coalesce = 300;
	conf->relay.ice = CONFIG_ICE_LITE;

	(void)str_ncpy(conf->cdr.csv, "none", sizeof(conf->cdr.csv));
	conf->cdr.rotate_size = 100;
	conf->cdr.keep = 400;
	conf->history.on = true;
	conf->history.days = 90;
	conf->history.size = 2048;

	conf->record.keep = 30;
	conf->record.size = 1024;
	conf->record.calls = 100;
	conf->record.call_size = 512;

	conf->trace.ladder = 32;
	conf->trace.size = 100;
	conf->trace.flight_size = 200;
	conf->trace.flight_days = 7;
	conf->trace.headers = 32;
	conf->hep.id = 2001;
}


/**
 * Set the values of a file that says nothing
 *
 * @param conf Configuration, zeroed
 */
void config_default_init(struct config *conf)
{
	conf->auth = true;
	(void)str_ncpy(conf->log_level, "info", sizeof(conf->log_level));

	conf->timer.t1 = 500;
	conf->timer.t2 = 4000;
	conf->timer.t4 = 5000;
	conf->timer.c = 185000;

	conf->proxy.branches = 12;
	conf->proxy.ring = 30;

	set_users(conf);
	set_connections(conf);
	set_limits(conf);
	set_media(conf);

	(void)str_ncpy(conf->private_headerv[0], "X-Internal",
		       sizeof(conf->private_headerv[0]));
	conf->private_headerc = 1;

	conf->redirect.announce = true;
	conf->redirect.cache = 60;

	conf->sounds.calls = 100;
	conf->sounds.length = 120;
	conf->sounds.report = true;

	conf->dns.timeout = 3000;
	conf->dns.negative = 60;
	conf->dns.stale = 86400;
	conf->dns.rest = 60;

	(void)sa_set_str(&conf->http.addr, "127.0.0.1", CONFIG_HTTP_PORT);
}


static void add_listener(struct config *conf, enum config_proto proto,
			 const struct sa *host)
{
	struct config_addr *la = &conf->listenv[conf->listenc++];

	la->proto = proto;
	sa_cpy(&la->sa, host);
	sa_set_port(&la->sa, SIP_PORT);
}


/**
 * Listen where the file names nothing: every IPv4 address of this host
 *
 * A host with nothing but its loopback gets that, and may relay on it.
 *
 * @param conf Configuration
 */
void config_default_listen(struct config *conf)
{
	struct hosts hosts = {.n = 0};

	if (conf->listenc)
		return;

	(void)net_if_apply(host_handler, &hosts);
	sort_hosts(&hosts);
	if (!hosts.n) {
		sa_set_in(&hosts.v[hosts.n++], INADDR_LOOPBACK, 0);
		conf->relay.allow_local = true;
	}

	for (size_t i = 0; i < hosts.n; i++) {
		add_listener(conf, CONFIG_UDP, &hosts.v[i]);
		add_listener(conf, CONFIG_TCP, &hosts.v[i]);
	}
}


/**
 * Derive what the file left open: domains and relay addresses from the
 * listeners, paths from the user
 *
 * @param conf Configuration
 *
 * @return 0 if success, otherwise errorcode
 */
int config_default_fill(struct config *conf)
{
	static const char *const pushv[] = {"apns", "fcm", "webpush"};
	bool domains = !conf->domainc, hosts = !conf->relay.addrc;
	const bool push = !conf->push.providerc;

	if (!conf->limit.scannerc)
		add_scanners(conf);

	/* who has no relay has no ports to answer with */
	if (!conf->sounds.test_given &&
	    (!conf->relay.external || conf->relay.serve))
		(void)str_ncpy(conf->sounds.testv[conf->sounds.testc++],
			       "test", CONFIG_NAME_MAX);

	for (size_t i = 0; i < conf->listenc; i++) {
		if (hosts)
			add_host(conf, &conf->listenv[i]);
		/* phones know the outer one */
		if (domains && sa_isset(&conf->listenv[i].advertise, SA_ADDR))
			add_domain(conf, &conf->listenv[i].advertise);
		if (domains)
			add_domain(conf, &conf->listenv[i].sa);
	}

	/* those that RFC 8599 has registered */
	for (size_t i = 0; i < ARRAY_SIZE(pushv) && push; i++)
		(void)str_ncpy(conf->push.providerv[conf->push.providerc++],
			       pushv[i], CONFIG_NAME_MAX);

	return fill_paths(conf);
}
