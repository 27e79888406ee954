/**
 * @file advice.c  What an operator should know before his phones find out
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "common/addr.h"
#include "common/advice.h"

enum {
	/* of a call that is relayed: RTP and RTCP of two sides */
	FILES_CALL = 4,
	FILES_OTHER = 256,
	/* no machine of today is before 2024 */
	TIME_MIN = 1704067200,
};


static void say(struct advice *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void say(struct advice *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n >= ADVICE_MAX)
		return;

	va_start(ap, fmt);
	(void)vsnprintf(a->v[a->n++], ADVICE_SIZE, fmt, ap);
	va_end(ap);
}


static bool relays(const struct config *cfg)
{
	return !cfg->relay.external || cfg->relay.serve;
}


static bool listens_inside(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->listenc; i++) {
		const struct config_addr *l = &cfg->listenv[i];

		if (addr_is_inside(&l->sa) &&
		    !sa_isset(&l->advertise, SA_ADDR))
			return true;
	}

	return false;
}


static bool relays_inside(const struct config *cfg)
{
	for (size_t i = 0; relays(cfg) && i < cfg->relay.addrc; i++) {
		if (addr_is_inside(&cfg->relay.addrv[i]) &&
		    !sa_isset(&cfg->relay.advertisev[i], SA_ADDR))
			return true;
	}

	return false;
}


/* a private address that leads to the world is translated on its way */
static void check_nat(struct advice *a, const struct config *cfg,
		      const struct host_facts *f)
{
	char text[64] = "";

	if (!sa_isset(&f->outside, SA_ADDR) || !addr_is_inside(&f->outside) ||
	    (!listens_inside(cfg) && !relays_inside(cfg)))
		return;

	(void)re_snprintf(text, sizeof(text), "%j", &f->outside);
	say(a,
	    "this machine is behind NAT itself: %s is a private address. "
	    "For phones outside of its network %s says \"%s%s advertise "
	    "PUBLIC-ADDRESS\"",
	    text, listens_inside(cfg) ? "listen" : "relay { address }",
	    listens_inside(cfg) ? "udp:" : "", text);
}


static void check_reach(struct advice *a, const struct config *cfg)
{
	for (size_t i = 0; i < cfg->listenc; i++) {
		if (addr_classify(&cfg->listenv[i].sa) != ADDR_LOOPBACK)
			return;
	}

	say(a, "it listens on loopback only: no phone elsewhere reaches it");
}


static void check_ports(struct advice *a, const struct config *cfg,
			const struct host_facts *f)
{
	const struct ephemeral *e = &f->ephemeral;

	if (!relays(cfg) || !e->max ||
	    !ephemeral_overlaps(e, cfg->relay.port_min, cfg->relay.port_max))
		return;

	say(a,
	    "relay { ports = \"%u-%u\" } overlaps the ports that the system "
	    "gives to anybody (%lu-%lu): take others, or change "
	    "net.ipv4.ip_local_port_range",
	    cfg->relay.port_min, cfg->relay.port_max, e->min, e->max);
}


/* sockets of their own are what a call costs at most: other rungs need none */
static void check_files(struct advice *a, const struct config *cfg,
			const struct host_facts *f)
{
	const uint64_t other = cfg->tcp.total + (uint64_t)FILES_OTHER;
	const uint64_t room = f->files > other ? f->files - other : 0;
	uint64_t ports = 0;

	if (relays(cfg))
		ports = (uint64_t)(cfg->relay.port_max - cfg->relay.port_min) +
			1;

	if (!f->files || (f->files >= other && room >= ports / 2))
		return;

	say(a,
	    "%" PRIu64 " files may be open: beside all connections that is "
	    "enough for %" PRIu64 " relayed calls of the %" PRIu64
	    " that the ports allow; %" PRIu64
	    " would do for all (ulimit -n, LimitNOFILE=)",
	    f->files, room / FILES_CALL, ports / FILES_CALL, other + ports);
}


static bool is_on_loopback(const char *text)
{
	struct uri uri;
	struct sa sa;
	struct pl pl;

	pl_set_str(&pl, text);

	return !uri_decode(&uri, &pl) && !addr_decode(&sa, &uri.host, 0) &&
	       addr_classify(&sa) == ADDR_LOOPBACK;
}


/* the first request goes where we are told; those in its dialog go to the
 * Contact, which may not name loopback (S5) */
static void check_peers(struct advice *a, const struct config *cfg)
{
	for (size_t i = 0; !cfg->relay.allow_local && i < cfg->peerc; i++) {
		if (is_on_loopback(cfg->peerv[i].uri))
			say(a,
			    "peer \"%s\" is on loopback, where no ACK or BYE "
			    "is sent: give it an address of this host",
			    cfg->peerv[i].name);
	}
}


/**
 * Make advice
 *
 * @param a   Advice
 * @param cfg Configuration
 * @param f   Facts of the machine
 */
void advice_make(struct advice *a, const struct config *cfg,
		 const struct host_facts *f)
{
	if (!a || !cfg || !f)
		return;

	memset(a, 0, sizeof(*a));
	check_nat(a, cfg, f);
	check_reach(a, cfg);
	check_peers(a, cfg);
	check_ports(a, cfg, f);
	check_files(a, cfg, f);
	if (f->time_s && f->time_s < TIME_MIN)
		say(a, "the clock is not set: certificates and call records "
		       "depend on it");
	if (f->data_volatile)
		say(a,
		    "%s lies in memory: accounts and registrations are lost "
		    "when the machine restarts",
		    cfg->data);
	if (!cfg->auth)
		say(a, "auth = no: whoever reaches this server may register "
		       "and call");
}


/**
 * One sentence
 *
 * @param a Advice, or NULL
 * @param i Which one
 *
 * @return Sentence, NULL behind the last
 */
const char *advice_at(const struct advice *a, size_t i)
{
	return a && i < a->n ? a->v[i] : NULL;
}
