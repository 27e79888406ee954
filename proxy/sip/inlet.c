/**
 * @file inlet.c  On which addresses messages come in, and what we show for them
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/stun_echo.h"
#include "proxy/sip/tls_context.h"
#include "proxy/sip/transport_state.h"


static void udp_handler(struct flow *flow, const uint8_t *p, size_t len,
			void *arg)
{
	struct transport *t = arg;

	if (!stun_echo_is(p, len))
		transport_input(t, flow, p, len);
	else if (t->msgh)
		transport_stun(t, flow, p, len);
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
	}

	return err;
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


/**
 * Load certificates and keys anew
 *
 * @param t Transport layer
 *
 * @return 0 if success, ENOENT without TLS, EBADMSG where a file is broken
 */
int transport_tls_reload(struct transport *t)
{
	if (!t)
		return EINVAL;

	return t->tls ? tls_context_reload(t->tls) : ENOENT;
}
