/**
 * @file relay.c  The allocator: addresses, ports, the workers
 */
#include <errno.h>
#include <string.h>
#include "common/ephemeral.h"
#include "common/log.h"
#include "common/metrics.h"
#include "relay/engine/descriptors.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/engine/ports.h"
#include "relay/latch/reach.h"
#include "relay/relay_state.h"
#include "relay/engine/worker.h"

enum { PORTS_OF_A_CALL = 4 };


/* sessions hold the relay, so only paths that are being taken back are left */
static void destructor(void *arg)
{
	struct relay *r = arg;

	timer_cancel(&r->rested);
	team_close(&r->team);
	list_flush(&r->pathl);
	ladder_close(&r->ladder);
	for (size_t i = 0; i < RELAY_ADDR_MAX; i++)
		mem_deref(r->portsv[i]);
}


static void event_handler(struct path *path, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	(void)arg;

	if (path->session)
		session_event(path->session, ev, info);
}


static void rested_handler(void *arg)
{
	relay_gauge(arg);
}


/* the gauge shall not wait for the next call to show the ports of the last */
static void remove_handler(struct path *path, void *arg)
{
	struct relay *r = arg;

	reckoning_add(&r->reckoning, path);
	path_kept(path);
	mem_deref(path);
	relay_gauge(r);
	timer_start(r->timers, &r->rested, r->conf.quarantine_ms,
		    rested_handler, r);
}


/**
 * Warn where the kernel gives ports of our range to anybody: then they are
 * taken
 *
 * @param r Relay
 */
void relay_warn_overlap(const struct relay *r)
{
	struct ephemeral e;

	ephemeral_read(&e);
	if (ephemeral_overlaps(&e, r->conf.port_min, r->conf.port_max))
		log_warn(r->log, "relay.ports.overlap",
			 KV_UINT("min", r->conf.port_min),
			 KV_UINT("max", r->conf.port_max),
			 KV_UINT("ephemeral_min", e.min),
			 KV_UINT("ephemeral_max", e.max));
}


/* where a port costs one, the limit of open files may be reached long before
   the last port */
static void warn_descriptors(const struct relay *r)
{
	const uint64_t limit = descriptors_limit();
	const uint32_t ports = relay_ports_free(r) / DESCRIPTORS_CALL;
	const uint32_t calls = descriptors_calls(limit);

	if (!r->ladder.board && calls < ports)
		log_warn(r->log, "relay.descriptors.few",
			 KV_UINT("files", limit), KV_UINT("calls", calls),
			 KV_UINT("ports_for_calls", ports));
}


/* an address that is not here is found out now, not in the first call */
static int probe(const struct sa *addr, struct log *log)
{
	struct port port;
	int err;

	err = port_open(&port, addr, 0);
	port_close(&port);

	if (err)
		log_error(log, "relay.address.failed",
			  KV_ADDR("address", addr), KV_ERRNO("error", err));

	return err;
}


static int open_address(struct relay *r, size_t i)
{
	struct sa *addr = &r->conf.addrv[i];
	int err;

	if (!sa_isset(addr, SA_ADDR))
		return EINVAL;

	sa_set_port(addr, 0);
	err = probe(addr, r->log);
	if (err)
		return err;

	return ports_alloc(&r->portsv[i], r->conf.port_min, r->conf.port_max,
			   r->conf.quarantine_ms);
}


static void open_counters(struct relay *r, struct metrics *metrics)
{
	r->count.ports_free = metrics_counter(metrics, "relay_ports_free");
	r->count.ports = metrics_counter(metrics, "relay_ports");
	reckoning_init(&r->reckoning, metrics);
	r->count.sessions = metrics_counter(metrics, "relay_sessions");
	r->count.short_of_ports = metrics_counter(metrics,
						  "relay_ports_short_total");
	r->count.refused = metrics_counter(metrics,
					   "relay_sessions_refused_total");
	r->count.timeouts = metrics_counter(metrics, "relay_timeouts_total");
}


/* what the workers cannot have is no reason to do without them */
static int open_plane(struct relay *r, const struct report_handlers *h,
		      struct metrics *metrics)
{
	struct ladder *l = &r->ladder;
	int err;

	ladder_open(l, &r->conf, r->log, metrics);
	for (size_t i = 0; i < r->conf.addrc && l->claim.disputed; i++)
		ports_dispute(r->portsv[i]);

	err = team_open(&r->team, &r->conf, l->board, h, metrics);
	if (err && l->board) {
		team_close(&r->team);
		ladder_drop_board(l, err);
		err = team_open(&r->team, &r->conf, NULL, h, metrics);
	}
	if (err)
		return err;

	if (l->flows && team_kernel(&r->team, l->flows, metrics)) {
		team_close(&r->team);
		ladder_drop_kernel(l);
		err = team_open(&r->team, &r->conf, l->board, h, metrics);
	}
	if (!err)
		ladder_show(l, r->log);

	return err;
}


/**
 * Allocate a relay and start its workers
 *
 * @param rp      Pointer to allocated relay
 * @param conf    Configuration, copied
 * @param timers  Clock, must outlive it
 * @param log     Log (optional)
 * @param metrics Metrics (optional)
 *
 * @return 0 if success, EINVAL for an impossible configuration,
 *         EADDRNOTAVAIL for an address that is not here, otherwise errorcode
 */
int relay_alloc(struct relay **rp, const struct relay_conf *conf,
		struct timers *timers, struct log *log,
		struct metrics *metrics)
{
	struct report_handlers h = {
		.eventh = event_handler,
		.removeh = remove_handler,
	};
	struct relay *r;
	int err = 0;

	if (!rp || !conf || !timers || !conf->addrc ||
	    conf->addrc > RELAY_ADDR_MAX)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->conf = *conf;
	r->conf.own = (uint32_t)conf->port_min << 16 | conf->port_max;
	r->timers = timers;
	r->log = log;
	open_counters(r, metrics);

	for (size_t i = 0; i < conf->addrc && !err; i++)
		err = open_address(r, i);
	if (err)
		goto out;

	h.arg = r;
	err = open_plane(r, &h, metrics);
	if (err)
		goto out;

	relay_warn_overlap(r);
	warn_descriptors(r);
	relay_gauge(r);

out:
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}


/**
 * Is it one of our own media addresses?
 *
 * @param r  Relay
 * @param sa Address and port
 *
 * @return True if its host is ours and its port in our range
 */
bool relay_is_local(const struct relay *r, const struct sa *sa)
{
	return r && sa && reach_is_own(&r->conf, sa);
}


/**
 * Get the number of ports that a call could get now, on all addresses
 *
 * @param r Relay
 *
 * @return Number of free ports
 */
uint32_t relay_ports_free(const struct relay *r)
{
	uint32_t n = 0;

	for (size_t i = 0; r && i < r->conf.addrc; i++)
		n += 2 * ports_free(r->portsv[i], timers_now(r->timers));

	return n;
}


/**
 * Get the number of sessions
 *
 * @param r Relay
 *
 * @return Number of sessions
 */
uint32_t relay_sessions(const struct relay *r)
{
	return r ? r->sessions : 0;
}


/**
 * Is there room for one more call with audio?
 *
 * @param r Relay
 *
 * @return false if ports are short, or there are as many calls as there may be
 */
bool relay_has_room(const struct relay *r)
{
	return r && !relay_is_full(r) &&
	       relay_ports_free(r) >= PORTS_OF_A_CALL;
}


/**
 * Tell how packets move here, and why not better
 *
 * @param r     Relay
 * @param plane How they do
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_plane(const struct relay *r, struct relay_plane *plane)
{
	if (!r || !plane)
		return EINVAL;

	ladder_plane(&r->ladder, plane);

	return 0;
}


/**
 * Get the number of workers
 *
 * @param r Relay
 *
 * @return Number of workers
 */
uint32_t relay_workers(const struct relay *r)
{
	return r ? r->team.c : 0;
}


/**
 * Get what a worker has done
 *
 * @param r    Relay
 * @param i    Its number, from 0
 * @param load Its load
 *
 * @return 0 if success, ENOENT if there is no such worker, otherwise
 *         errorcode
 */
int relay_worker_load(const struct relay *r, uint32_t i,
		      struct relay_load *load)
{
	if (!r || !load)
		return EINVAL;

	if (i >= r->team.c)
		return ENOENT;

	worker_load(r->team.v[i].worker, load);
	load->sessions = r->team.v[i].sessions;

	return 0;
}


/**
 * Show free ports and sessions to the operator
 *
 * @param r Relay
 */
void relay_gauge(const struct relay *r)
{
	uint32_t ports = 0;

	for (size_t i = 0; i < r->conf.addrc; i++)
		ports += 2 * ports_total(r->portsv[i]);
	counter_set(r->count.ports, ports);
	counter_set(r->count.ports_free, relay_ports_free(r));
	counter_set(r->count.sessions, r->sessions);
	ladder_gauge(&r->ladder);
}
