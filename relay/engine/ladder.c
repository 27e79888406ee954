/**
 * @file ladder.c  How packets can move here, and why not better
 */
#include <errno.h>
#include "common/ephemeral.h"
#include "common/log.h"
#include "common/metrics.h"
#include "relay/engine/ladder.h"
#include "relay/engine/chute.h"
#include "relay/engine/switchboard.h"
#include "relay/kernel/flows.h"

enum { NAME_SIZE = 64 };

static const char unwanted[] = "the configuration does not want it";


/**
 * Name a rung, as the configuration does
 *
 * @param rung Rung
 *
 * @return Its name
 */
const char *ladder_name(enum relay_rung rung)
{
	static const char *const namev[] = {"auto", "sockets", "sk_lookup",
					    "kernel"};

	return (unsigned)rung < ARRAY_SIZE(namev) ? namev[rung] : "?";
}


static const char *raw_reason(int err)
{
	switch (err) {
	case EPERM:
	case EACCES:
		return "raw sockets are not permitted: CAP_NET_RAW is missing";
	case ENOMEM:
		return "out of memory";
	case EMFILE:
	case ENFILE:
		return "descriptors are short";
	default:
		return "raw sockets do not work here";
	}
}


/* what the workers will need as well */
static int try_raw(const struct relay_conf *conf)
{
	struct chute *o;
	int err;

	err = chute_alloc(&o, conf);
	if (!err)
		mem_deref(o);

	return err;
}


static const char *open_board(struct ladder *l, const struct relay_conf *conf)
{
	const char *why = NULL;
	struct ephemeral e;
	int err;

	ephemeral_read(&e);
	if (ephemeral_overlaps(&e, conf->port_min, conf->port_max))
		return "the kernel gives ports of that range to anybody "
		       "(net.ipv4.ip_local_port_range)";

	if (l->claim.disputed)
		return "another relay here has ports of that range";

	err = try_raw(conf);
	if (err)
		return raw_reason(err);

	return switchboard_alloc(&l->board, conf, &why) ? why : NULL;
}


/* one direction for each pair of ports, more there cannot be */
static uint32_t flows_max(const struct relay_conf *conf)
{
	return (uint32_t)conf->addrc *
	       ((uint32_t)(conf->port_max - conf->port_min) / 2 + 1);
}


static const char *open_kernel(struct ladder *l, const struct relay_conf *conf,
			       struct log *log)
{
	struct flows_conf fc = {
		.addrc = conf->addrc,
		.max = flows_max(conf),
		.attach = (enum flows_attach)conf->attach,
	};
	const char *why = NULL;

	for (size_t i = 0; i < conf->addrc; i++)
		fc.addrv[i] = conf->addrv[i];

	return flows_alloc(&l->flows, &fc, log, &why) ? why : NULL;
}


static void open_gauges(struct ladder *l, struct metrics *metrics)
{
	for (int rung = RELAY_SOCKETS; rung <= RELAY_KERNEL; rung++) {
		char buf[NAME_SIZE];

		(void)re_snprintf(buf, sizeof(buf), "relay_rung{rung=\"%s\"}",
				  ladder_name((enum relay_rung)rung));
		l->rungv[rung] = metrics_counter(metrics, buf);
	}
	l->flowing = metrics_counter(metrics, "relay_kernel_flows");
}


/**
 * Find out how packets can move here, and make it ready
 *
 * @param l       Ladder, zeroed
 * @param conf    Configuration, must outlive it
 * @param log     Log (optional)
 * @param metrics Metrics (optional)
 */
void ladder_open(struct ladder *l, const struct relay_conf *conf,
		 struct log *log, struct metrics *metrics)
{
	l->wanted = conf->rung;
	open_gauges(l, metrics);

	/* without it others may be wrong about us, but nothing fails here */
	(void)claim_open(&l->claim, conf);

	l->no_kernel = l->no_lookup = unwanted;
	if (conf->rung == RELAY_SOCKETS)
		return;

	l->no_lookup = open_board(l, conf);
	if (conf->rung != RELAY_LOOKUP)
		l->no_kernel = open_kernel(l, conf, log);
}


/**
 * Give everything back; no worker has it any more
 *
 * @param l Ladder, opened or zeroed
 */
void ladder_close(struct ladder *l)
{
	l->flows = mem_deref(l->flows);
	l->board = mem_deref(l->board);
	claim_close(&l->claim);
}


/* what was tried before could be had, so it is none of that */
static const char *worker_reason(int err)
{
	switch (err) {
	case ENOMEM:
		return "out of memory";
	case EMFILE:
	case ENFILE:
		return "descriptors are short";
	default:
		return "the kernel does not take the workers' sockets";
	}
}


/**
 * Do without the switchboard
 *
 * @param l   Ladder
 * @param err Why
 */
void ladder_drop_board(struct ladder *l, int err)
{
	l->board = mem_deref(l->board);
	l->no_lookup = worker_reason(err);
}


/**
 * Do without the kernel
 *
 * @param l Ladder
 */
void ladder_drop_kernel(struct ladder *l)
{
	l->flows = mem_deref(l->flows);
	l->no_kernel = "out of memory";
}


static enum relay_rung highest(const struct ladder *l)
{
	if (!l->no_kernel)
		return RELAY_KERNEL;

	return l->no_lookup ? RELAY_SOCKETS : RELAY_LOOKUP;
}


static struct relay_plane plane_of(const struct ladder *l)
{
	return (struct relay_plane){
		.rung = highest(l),
		.no_kernel = l->no_kernel,
		.no_lookup = l->no_lookup,
		.attached = l->flows ? flows_attached(l->flows) : "",
		.flows = l->flows ? flows_count(l->flows) : 0,
	};
}


/**
 * Tell how packets move here
 *
 * @param l     Ladder
 * @param plane How they do
 */
void ladder_plane(const struct ladder *l, struct relay_plane *plane)
{
	*plane = plane_of(l);
}


/**
 * Show what the kernel forwards
 *
 * @param l Ladder
 */
void ladder_gauge(const struct ladder *l)
{
	counter_set(l->flowing, l->flows ? flows_count(l->flows) : 0);
}


/**
 * Tell the operator how packets move here
 *
 * @param l   Ladder
 * @param log Log (optional)
 */
void ladder_show(const struct ladder *l, struct log *log)
{
	const struct relay_plane p = plane_of(l);
	const struct kv kvv[] = {
		KV_STR("rung", ladder_name(p.rung)),
		KV_STR("wanted", ladder_name(l->wanted)),
		KV_STR("no_kernel", p.no_kernel ? p.no_kernel : ""),
		KV_STR("no_sk_lookup", p.no_lookup ? p.no_lookup : ""),
		KV_STR("attached", p.attached),
		{.type = KV_T_END},
	};

	for (int rung = RELAY_SOCKETS; rung <= RELAY_KERNEL; rung++)
		counter_set(l->rungv[rung], rung == (int)p.rung);

	log_write(log, p.rung < l->wanted ? LEVEL_WARN : LEVEL_INFO,
		  "relay.plane", kvv);
}
