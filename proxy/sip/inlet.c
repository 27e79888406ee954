/**
 * @file inlet.c  On which addresses messages come in, and what we show for them
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/stun_echo.h"
#include "proxy/sip/transport_state.h"


static void udp_handler(struct flow *flow, const uint8_t *p, size_t len,
			uint64_t arrived_us, void *arg)
{
	struct transport *t = arg;

	if (!t->msgh)
		return;

	if (stun_echo_is(p, len))
		transport_stun(t, flow, p, len);
	else
		lobby_put(t->lobby, flow, p, len, arrived_us);
}


static bool room_handler(void *arg)
{
	const struct transport *t = arg;

	return lobby_has_room(t->lobby);
}


static void turn_handler(void *arg)
{
	struct transport *t = arg;

	lobby_serve(t->lobby);
}


static int start(struct transport *t, struct listener *l,
		 const struct sa *laddr)
{
	int err;

	if (l->proto != FLOW_UDP)
		return tcp_pool_listen(t->tcp, l->proto, laddr, &l->addr);

	err = udp_listener_alloc(&l->udp, laddr, t->metrics, udp_handler, t);
	if (!err) {
		l->addr = *udp_listener_addr(l->udp);
		udp_listener_count(l->udp, t->traffic);
		udp_listener_show(l->udp, t->onlooker);
		udp_listener_batch(l->udp, t->box);
		udp_listener_turns(l->udp, room_handler, turn_handler);
	}

	return err;
}


/* one that is leaving stays after all; a stream's has closed its socket, and
 * another one takes its place */
static bool return_to(struct transport *t, enum flow_proto proto,
		      const struct sa *laddr, struct sa *bound)
{
	struct listener *l = listener_leaving(&t->listenerl, proto, laddr);

	if (!l || (proto != FLOW_UDP &&
		   tcp_pool_listen(t->tcp, proto, laddr, &l->addr)))
		return false;

	timer_cancel(&l->tmr);
	l->leaving = false;
	l->shown = l->addr;
	--t->leaving;
	if (bound)
		*bound = l->addr;

	return true;
}


/**
 * Who watches peers for datagrams
 *
 * @param t Transport layer
 *
 * @return Traffic, not referenced; NULL without a transport
 */
struct traffic *transport_traffic(const struct transport *t)
{
	return t ? t->traffic : NULL;
}


/**
 * Listen on one specific address
 *
 * @param t     Transport layer
 * @param proto Protocol
 * @param laddr Address, port 0 for any
 * @param bound Pointer to the address with the port that it got, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int transport_listen(struct transport *t, enum flow_proto proto,
		     const struct sa *laddr, struct sa *bound)
{
	struct listener *l;
	int err;

	if (!t || !sa_isset(laddr, SA_ADDR) || proto >= FLOW_PROTO_MAX)
		return EINVAL;

	if (return_to(t, proto, laddr, bound))
		return 0;

	l = listener_alloc(proto);
	if (!l)
		return ENOMEM;

	err = start(t, l, laddr);
	if (err) {
		mem_deref(l);
		return err;
	}

	l->shown = l->addr;
	list_append(&t->listenerl, &l->le, l);
	if (bound)
		*bound = l->addr;

	return 0;
}


/**
 * Show another address in messages than the one that is listened on
 *
 * @param t     Transport layer
 * @param proto Protocol
 * @param laddr Address that it listens on
 * @param adv   Address that it is reached at; port 0: the same port
 *
 * @return 0 if success, ENOENT where nothing listens there
 */
int transport_advertise(struct transport *t, enum flow_proto proto,
			const struct sa *laddr, const struct sa *adv)
{
	struct listener *l;

	if (!t || !laddr || !sa_isset(adv, SA_ADDR))
		return EINVAL;

	l = listener_find(&t->listenerl, proto, laddr, SA_ALL);
	if (!l)
		return ENOENT;

	l->shown = *adv;
	if (!sa_port(adv))
		sa_set_port(&l->shown, sa_port(&l->addr));

	return 0;
}


static void leave_handler(void *arg)
{
	struct listener *l = arg;
	struct transport *t = l->tp;
	const enum flow_proto proto = l->proto;
	const struct sa addr = l->addr;

	--t->leaving;
	mem_deref(l);
	if (proto != FLOW_UDP)
		tcp_pool_drop(t->tcp, proto, &addr);
}


/**
 * Begin nothing new on a listener, and close it later
 *
 * @param t     Transport layer
 * @param proto Protocol
 * @param laddr Address that it listens on
 * @param ms    After that time it is closed; 0: now
 *
 * @return 0 if success, ENOENT where nothing listens there
 */
int transport_unlisten(struct transport *t, enum flow_proto proto,
		       const struct sa *laddr, uint32_t ms)
{
	struct listener *l;

	if (!t || !laddr)
		return EINVAL;

	l = listener_find(&t->listenerl, proto, laddr, SA_ALL);
	if (!l)
		return ENOENT;

	if (proto != FLOW_UDP)
		tcp_pool_unlisten(t->tcp, proto, laddr);
	l->leaving = true;
	l->tp = t;
	++t->leaving;
	if (ms)
		timer_start(t->timers, &l->tmr, ms, leave_handler, l);
	else
		leave_handler(l);

	return 0;
}


/**
 * Refuse what would begin on a listener that is leaving
 *
 * @param t   Transport layer
 * @param req Request with its flow
 *
 * @return true if it was refused
 */
bool transport_refuse_late(struct transport *t, const struct message *req)
{
	const struct flow *flow = req->flow;

	if (!t->leaving || message_in_dialog(req) || message_is(req, "ACK") ||
	    message_is(req, "CANCEL") ||
	    !listener_leaving(&t->listenerl, flow->proto, &flow->local))
		return false;

	(void)transport_reply(t, req, 503, NULL, NULL);

	return true;
}
