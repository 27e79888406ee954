/**
 * @file lobby.c  What comes in waits here for its turn, or is refused
 */
#include <errno.h>
#include <string.h>
#include "common/bell.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/timer.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/lobby_state.h"
#include "proxy/sip/onlooker.h"
#include "proxy/sip/outbox.h"

enum {
	/* worked at in a turn of the loop, which then has others to care for:
	 * what comes meanwhile is read, and refused, before it has waited */
	TURN = 32,
	PATIENCE_US = 10000, /* then the urgent ones go first */
};


static void destructor(void *arg)
{
	struct lobby *in = arg;

	if (in->bell >= 0) {
		fd_close(in->bell);
		(void)close(in->bell);
	}
	mem_deref(in->backlog);
	mem_deref(in->admission);
	mem_deref(in->conf.onlooker);
	mem_deref(in->conf.box);
	mem_deref(in->conf.gate);
	mem_deref(in->conf.metrics);
	mem_deref(in->conf.log);
	mem_deref(in->conf.timers);
}


/* one that is never refused goes with what is urgent, where it is; CANCEL
 * does not overtake its INVITE */
static enum urgency place_of(const struct lobby *in, enum urgency u,
			     const struct throttle_key *call)
{
	if (u == URGENCY_CALL && in->o.on && lobby_is_spared(in))
		return URGENCY_DIALOG;
	if (!pl_strcmp(&in->guard.met, "CANCEL") &&
	    backlog_has_call(in->backlog, call))
		return URGENCY_CALL;

	return u;
}


/* what is refused by its guard is answered in its turn */
static enum urgency read_urgency(struct lobby *in, const struct flow *flow,
				 const uint8_t *p, size_t len,
				 struct throttle_key *call)
{
	const bool known = gate_knows(in->conf.gate, &flow->peer);
	enum urgency u;

	memset(call, 0, sizeof(*call));
	if (guard_check(&in->guard, p, len, flow_reliable(flow)))
		return URGENCY_OTHER;

	u = urgency_of(&in->guard, known);
	if (u == URGENCY_CALL || !pl_strcmp(&in->guard.met, "CANCEL"))
		lobby_call(call, in, &flow->peer);

	return u;
}


/* full of what is less urgent: the oldest new call makes room */
static bool make_room(struct lobby *in, enum urgency u)
{
	struct backlog_entry *e;

	if (!backlog_full(in->backlog))
		return true;

	e = u == URGENCY_CALL ? NULL
			      : backlog_give_up(in->backlog, URGENCY_CALL);
	if (!e) {
		counter_inc(in->dropped);
		return false;
	}

	counter_inc(in->dropped);
	mem_deref(e);

	return !backlog_full(in->backlog);
}


/**
 * Take in a datagram
 *
 * @param in         Lobby
 * @param flow       Flow that it came over
 * @param p          Its octets
 * @param len        How many
 * @param arrived_us When it came, as clock_us()
 */
void lobby_put(struct lobby *in, struct flow *flow, const uint8_t *p,
	       size_t len, uint64_t arrived_us)
{
	struct throttle_key call;
	enum urgency u;

	if (!in || !flow || gate_let_in(in->conf.gate, flow, p, len))
		return;

	overload_note(&in->o, OVERLOAD_READ,
		      lobby_since(arrived_us, clock_us()));
	u = read_urgency(in, flow, p, len, &call);
	if (lobby_is_refusals(in))
		return;
	if (u == URGENCY_CALL && lobby_is_too_much(in, &call)) {
		gate_credit(in->conf.gate, flow, len);
		lobby_refuse(in, flow, p, len);
		return;
	}

	u = place_of(in, u, &call);
	if (make_room(in, u))
		(void)backlog_put(in->backlog, flow, p, len, u, &call,
				  arrived_us);
}


/**
 * Is there room for more?
 *
 * @param in Lobby
 *
 * @return false if others have to be served first
 */
bool lobby_has_room(const struct lobby *in)
{
	return !in || !backlog_full(in->backlog);
}


/* it waited so long that it comes again: only an INVITE can be told to wait,
 * and to what belongs to a call late is better than never */
static bool is_stale(struct lobby *in, const struct backlog_entry *e,
		     uint64_t waited_us)
{
	if (e->urgency != URGENCY_CALL || !in->o.target_us ||
	    waited_us <= LOBBY_STALE_US ||
	    guard_check(&in->guard, e->p, e->len, false) ||
	    pl_strcmp(&in->guard.met, "INVITE") != 0 || lobby_is_spared(in))
		return false;

	return admission_refuse(in->admission, &e->call, in->guard.cseq,
				timers_now(in->conf.timers));
}


/* a CANCEL stands among them as well */
static void begin(struct lobby *in, const struct backlog_entry *e)
{
	static const char invite[] = "INVITE ";
	const size_t len = sizeof(invite) - 1;

	if (e->urgency == URGENCY_CALL && e->len > len &&
	    !memcmp(e->p, invite, len))
		admission_begin(in->admission, &e->call);
}


static void work(struct lobby *in, struct backlog_entry *e, uint64_t now_us)
{
	const uint64_t waited_us = now_us > e->arrived_us
					   ? now_us - e->arrived_us
					   : 0;

	histogram_observe(in->waits, waited_us);
	overload_note(&in->o,
		      e->urgency == URGENCY_CALL ? OVERLOAD_CALLS
						 : OVERLOAD_REST,
		      waited_us);
	gate_credit(in->conf.gate, e->flow, e->len);
	if (is_stale(in, e, waited_us)) {
		lobby_refuse(in, e->flow, e->p, e->len);
		mem_deref(e);
		return;
	}

	begin(in, e);
	in->conf.workh(e->flow, e->p, e->len, in->conf.arg);
	mem_deref(e);
}


/* in good times all is done in the order in which it came */
static bool is_pressed(const struct lobby *in, uint64_t now_us)
{
	const struct backlog_entry *first = backlog_first(in->backlog);

	return in->o.on ||
	       (first && lobby_since(first->arrived_us, now_us) > PATIENCE_US);
}


static void work_turn(struct lobby *in)
{
	outbox_hold(in->conf.box);
	for (int i = 0; i < TURN; i++) {
		const uint64_t now_us = clock_us();
		struct backlog_entry *e = backlog_take(in->backlog,
						       is_pressed(in, now_us));

		if (!e)
			break;
		work(in, e, now_us);
	}
	outbox_release(in->conf.box);
}


/**
 * Work at what waits
 *
 * @param in Lobby; it may go meanwhile
 */
void lobby_serve(struct lobby *in)
{
	if (!in)
		return;

	mem_ref(in);
	work_turn(in);
	if (backlog_count(in->backlog))
		bell_ring(in->bell);
	mem_deref(in);
}


static void bell_handler(int flags, void *arg)
{
	struct lobby *in = arg;
	(void)flags;

	bell_hush(in->bell);
	lobby_serve(in);
}


/**
 * Is a message of a connection a new call that is refused?
 *
 * @param in   Lobby
 * @param flow Connection
 * @param p    Message
 * @param len  Its length
 *
 * @return true if it was refused, and answered
 */
bool lobby_refuses(struct lobby *in, struct flow *flow, const uint8_t *p,
		   size_t len)
{
	struct throttle_key call;

	if (!in || !in->o.on)
		return false;

	if (read_urgency(in, flow, p, len, &call) != URGENCY_CALL ||
	    !lobby_is_too_much(in, &call))
		return false;

	lobby_refuse(in, flow, p, len);

	return true;
}


static void count(struct lobby *in, struct metrics *m)
{
	in->refused = metrics_counter(m, "sip_overload_refused_total");
	in->percent = metrics_counter(m, "sip_overload_refused_percent");
	in->dropped = metrics_counter(m, "sip_backlog_dropped_total");
	in->waiting = metrics_counter(m, "sip_backlog");
	in->waits = metrics_histogram(m, "sip_wait_seconds");
	census_init(&in->census, m);
}


static void keep(struct lobby *in, const struct lobby_conf *conf)
{
	in->conf = *conf;
	mem_ref(conf->timers);
	mem_ref(conf->log);
	mem_ref(conf->metrics);
	mem_ref(conf->gate);
	mem_ref(conf->box);
	mem_ref(conf->onlooker);
}


static int open_bell(struct lobby *in)
{
	in->bell = bell_open();

	return in->bell < 0 ? errno
			    : fd_listen(in->bell, FD_READ, bell_handler, in);
}


/**
 * Allocate a lobby that refuses nothing
 *
 * @param ip   Pointer to the allocated lobby
 * @param conf What it works with, referenced; and who works
 *
 * @return 0 if success, otherwise errorcode
 */
int lobby_alloc(struct lobby **ip, const struct lobby_conf *conf)
{
	struct lobby *in;
	int err;

	if (!ip || !conf || !conf->timers || !conf->workh)
		return EINVAL;

	in = mem_zalloc(sizeof(*in), destructor);
	if (!in)
		return ENOMEM;

	in->bell = -1;
	keep(in, conf);
	count(in, conf->metrics);
	hash_key_random(&in->key);

	err = backlog_alloc(&in->backlog);
	if (!err)
		err = admission_alloc(&in->admission);
	if (!err)
		err = open_bell(in);
	if (err)
		mem_deref(in);
	else
		*ip = in;

	return err;
}
