/**
 * @file wire_frame.c  A SIP message as a packet of a file
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "common/pcap.h"
#include "proxy/admin/trace/secrecy.h"
#include "proxy/admin/trace/wire_frame.h"


static const uint8_t *octets_of(const struct sa *sa)
{
	const void *p = sa_af(sa) == AF_INET6
				? (const void *)&sa->u.in6.sin6_addr
				: (const void *)&sa->u.in.sin_addr;

	return p;
}


/* of what nobody could read on the wire a decoder would think it is TLS */
static uint16_t port_of_ours(const struct wire_message *m)
{
	return m->proto == FLOW_UDP || m->proto == FLOW_TCP ? sa_port(m->local)
							    : SIP_PORT;
}


static int room(struct mbuf *mb, size_t n)
{
	return mb->size - mb->end < n ? mbuf_resize(mb, mb->end + n) : 0;
}


static size_t put(struct mbuf *mb, const struct wire_message *m, char *text)
{
	const uint16_t ours = port_of_ours(m), theirs = sa_port(m->peer);
	const struct pcap_datagram d = {
		.wall_us = m->wall_us,
		.v6 = sa_af(m->local) == AF_INET6,
		.src = octets_of(m->sent ? m->local : m->peer),
		.dst = octets_of(m->sent ? m->peer : m->local),
		.sport = m->sent ? ours : theirs,
		.dport = m->sent ? theirs : ours,
		.len = m->len,
		.wire = m->wire,
	};

	memcpy(text, m->p, m->len);
	secrecy_hide(text, m->len);

	return pcap_write(mb->buf + mb->end, &d, (const uint8_t *)text);
}


/**
 * Write a message as a packet
 *
 * @param mb Buffer
 * @param m  Message
 *
 * @return 0 if success, otherwise errorcode
 */
int wire_frame(struct mbuf *mb, const struct wire_message *m)
{
	char *text;
	size_t n;
	int af;

	if (!mb || !m || !m->local || !m->peer || !m->p)
		return EINVAL;

	af = sa_af(m->local);
	if (af != sa_af(m->peer) || (af != AF_INET && af != AF_INET6))
		return EAFNOSUPPORT;
	if (m->wire > PCAP_PAYLOAD_MAX)
		return EMSGSIZE;

	text = mem_alloc(m->len + 1, NULL);
	if (!text || room(mb, PCAP_MARGIN + m->len)) {
		mem_deref(text);
		return ENOMEM;
	}

	n = put(mb, m, text);
	mem_deref(text);
	mb->pos = mb->end += n;

	return n ? 0 : EMSGSIZE;
}
