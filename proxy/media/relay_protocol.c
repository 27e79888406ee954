/**
 * @file relay_protocol.c  The SDP bodies of the external relay protocol
 */
#include <string.h>
#include <sys/socket.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/media/relay_protocol.h"
#include "proxy/media/sdp.h"


#define ATTR_SOURCE "x-viaduct-source"
#define ATTR_FAMILY "x-viaduct-peer-family"

enum { PORT_DISCARD = 9 };


static const char *af_name(int af)
{
	return af == AF_INET6 ? "IP6" : "IP4";
}


static bool known(const struct sa *sa)
{
	return sa_isset(sa, SA_ALL) && !sa_is_any(sa);
}


/* a stream without an address yet shows the unspecified one */
static int print_connection(struct mbuf *mb, const struct sa *sa)
{
	if (known(sa))
		return mbuf_printf(mb, "c=IN %s %j\r\n", af_name(sa_af(sa)),
				   sa);

	return mbuf_write_str(mb, "c=IN IP4 0.0.0.0\r\n");
}


static int print_stream(struct mbuf *mb, const struct resource_stream *s)
{
	const struct sa *rtp = &s->rtp, *rtcp = &s->rtcp;
	uint16_t port = known(rtp) ? sa_port(rtp) : PORT_DISCARD;
	int err;

	err = mbuf_printf(mb, "m=%s %u %s\r\n", s->any ? "image" : "audio",
			  s->used ? port : 0,
			  s->any ? "udptl t38" : "RTP/AVP 0");
	if (!s->used)
		return err;

	err |= print_connection(mb, rtp);
	if (known(rtcp) && !s->any)
		err |= mbuf_printf(mb, "a=rtcp:%u IN %s %j\r\n", sa_port(rtcp),
				   af_name(sa_af(rtcp)), rtcp);

	return err;
}


/* m= lines up to the last used one keep their index */
static int print_media(struct mbuf *mb, const struct resource_media *m)
{
	size_t n = m->n;
	int err = 0;

	while (n && !m->v[n - 1].used)
		--n;

	for (size_t i = 0; i < n; i++)
		err |= print_stream(mb, &m->v[i]);

	return err;
}


static int print_session(struct mbuf *mb)
{
	return mbuf_write_str(mb, "v=0\r\n"
				  "o=- 0 0 IN IP4 0.0.0.0\r\n"
				  "s=-\r\n"
				  "c=IN IP4 0.0.0.0\r\n"
				  "t=0 0\r\n");
}


static int print_attributes(struct mbuf *mb, const struct resource_request *rq)
{
	int err;

	err = mbuf_printf(mb, "a=" ATTR_SOURCE ":%j\r\n", &rq->signalling);
	if (rq->other_af != AF_UNSPEC)
		err |= mbuf_printf(mb, "a=" ATTR_FAMILY ":%s\r\n",
				   af_name(rq->other_af));
	if (rq->hold)
		err |= mbuf_write_str(mb, "a=inactive\r\n");

	return err;
}


static int encode(struct mbuf **mbp, const struct resource_request *rq,
		  const struct resource_media *media)
{
	struct mbuf *mb = mbuf_alloc(512);
	int err;

	if (!mb)
		return ENOMEM;

	err = print_session(mb);
	if (rq)
		err |= print_attributes(mb, rq);
	err |= print_media(mb, media);
	if (err) {
		mem_deref(mb);
		return ENOMEM;
	}

	mb->pos = 0;
	*mbp = mb;
	return 0;
}


/**
 * Encode a side's addresses for a relay server
 *
 * @param mbp Pointer to the body, its position at the start
 * @param rq  The side's addresses
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_protocol_encode_request(struct mbuf **mbp,
				  const struct resource_request *rq)
{
	if (!mbp || !rq || !rq->media || !sa_isset(&rq->signalling, SA_ADDR))
		return EINVAL;

	return encode(mbp, rq, rq->media);
}


/**
 * Encode the relay's addresses for a relay client
 *
 * @param mbp  Pointer to the body, its position at the start
 * @param ours The relay's addresses that face the other side
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_protocol_encode_answer(struct mbuf **mbp,
				 const struct resource_media *ours)
{
	if (!mbp || !ours)
		return EINVAL;

	return encode(mbp, NULL, ours);
}


static int decode_media(struct resource_media **mp, const struct sdp *sdp)
{
	struct resource_media *m;
	bool any = false;
	int err;

	if (sdp_streams(sdp) > RELAY_STREAMS_MAX)
		return EBADMSG;

	err = resource_media_alloc(&m, sdp_streams(sdp));
	if (err)
		return err;

	for (size_t i = 0; i < sdp_streams(sdp); i++) {
		const struct sdp_stream *st = sdp_stream(sdp, i);

		if (!st->port)
			continue;

		any = m->v[i].used = true;
		m->v[i].any = st->udptl;
		if (st->hold || !known(&st->rtp))
			continue;

		m->v[i].rtp = st->rtp;
		if (known(&st->rtcp))
			m->v[i].rtcp = st->rtcp;
	}

	if (!any) {
		mem_deref(m);
		return EBADMSG;
	}

	*mp = m;

	return 0;
}


static int decode_family(int *af, const struct sdp *sdp)
{
	struct pl val;

	*af = AF_UNSPEC;
	if (sdp_attr(sdp, ATTR_FAMILY, &val))
		return 0;

	if (!pl_strcasecmp(&val, "IP4"))
		*af = AF_INET;
	else if (!pl_strcasecmp(&val, "IP6"))
		*af = AF_INET6;
	else
		return EBADMSG;

	return 0;
}


static int decode_request(struct resource_request *rq, const struct sdp *sdp)
{
	struct pl val;

	if (sdp_attr(sdp, ATTR_SOURCE, &val) ||
	    addr_decode(&rq->signalling, &val, 0))
		return EBADMSG;

	rq->hold = !sdp_attr(sdp, "inactive", &val);
	if (decode_family(&rq->other_af, sdp))
		return EBADMSG;

	return decode_media(&rq->media, sdp);
}


/**
 * Decode a side's addresses, as a relay server gets them
 *
 * @param rq   The side's addresses, its media the caller's to release; which
 *             side is not touched
 * @param body SDP
 *
 * @return 0 if success, EBADMSG if unusable, otherwise errorcode
 */
int relay_protocol_decode_request(struct resource_request *rq,
				  const struct pl *body)
{
	struct resource_request got = {.other_af = AF_UNSPEC};
	struct sdp *sdp = NULL;
	int err;

	if (!rq || !body)
		return EINVAL;

	err = sdp_parse(&sdp, body);
	if (err)
		return err;

	err = decode_request(&got, sdp);
	mem_deref(sdp);
	if (err)
		return err;

	got.side = rq->side;
	*rq = got;
	return 0;
}


/**
 * Decode the relay's addresses, as a relay client gets them
 *
 * @param mp   Pointer to the relay's addresses that face the other side
 * @param body SDP
 *
 * @return 0 if success, EBADMSG if unusable, otherwise errorcode
 */
int relay_protocol_decode_answer(struct resource_media **mp,
				 const struct pl *body)
{
	struct sdp *sdp = NULL;
	int err;

	if (!mp || !body)
		return EINVAL;

	err = sdp_parse(&sdp, body);
	if (err)
		return err;

	err = decode_media(mp, sdp);
	mem_deref(sdp);

	return err;
}


/**
 * Has every stream that was asked for got its address?
 *
 * @param ours  The relay's addresses
 * @param asked The side's addresses
 *
 * @return True if so
 */
bool relay_protocol_covers(const struct resource_media *ours,
			   const struct resource_media *asked)
{
	for (size_t i = 0; ours && asked && i < asked->n; i++) {
		const struct resource_stream *s = resource_media_stream(ours,
									i);

		if (asked->v[i].used && !sa_isset(&s->rtp, SA_ALL))
			return false;
	}

	return ours && asked;
}
