/**
 * @file sdp.c  Reading an SDP (RFC 8866): its streams and their addresses
 *
 * Not a model of the session, only an index of what the editor may have to
 * change. Strict where two readers could see two different addresses (NUL,
 * bare CR, blank lines inside, lines that are not "x="), tolerant elsewhere.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/media/sdp_line.h"


enum { PORT_DISCARD = 9 };

/** The media section that is being read */
struct section {
	struct sdp_conn conn;
	struct pl count; /* of "port/count" */
	struct sa rtcp;  /* of a=rtcp; af unset: a name */
	uint16_t rtcp_port;
	bool rtcp_host; /* it had an address, not only a port */
	struct sdp_ice ice;
};


/* 0 is a legal port here: the stream is off */
static int port_decode(uint16_t *port, const struct pl *pl)
{
	if (pl->l == 1 && pl->p[0] == '0') {
		*port = 0;
		return 0;
	}

	return addr_decode_port(port, pl) ? EBADMSG : 0;
}


/* RFC 3605, section 2.1; what cannot be read is as if it were not there */
static void rtcp_attr(struct section *sec, const struct pl *val)
{
	struct pl port, host, rest = *val;

	if (!sdp_token(&port, &rest) ||
	    addr_decode_port(&sec->rtcp_port, &port)) {
		sec->rtcp_port = 0;
		return;
	}

	sec->rtcp_host = !sdp_address_decode(&sec->rtcp, &host, &rest);
}


static void direction(struct sdp_stream *s, const struct pl *name)
{
	const bool send = SDP_NAME_IS(name, "sendonly");
	const bool recv = SDP_NAME_IS(name, "recvonly");
	const bool off = SDP_NAME_IS(name, "inactive");

	if (!send && !recv && !off && !SDP_NAME_IS(name, "sendrecv"))
		return;

	s->sendonly = send;
	s->recvonly = recv;
	s->inactive = off;
}


static void attr_line(struct sdp_stream *s, struct section *sec,
		      const struct sdp_line *line)
{
	struct pl name, val;

	sdp_line_attr(line, &name, &val);

	if (SDP_NAME_IS(&name, "rtcp"))
		rtcp_attr(sec, &val);
	else if (SDP_NAME_IS(&name, "rtcp-mux"))
		s->rtcp_mux = true;
	else if (SDP_NAME_IS(&name, "rtcp-mux-only"))
		s->rtcp_mux = s->rtcp_mux_only = true;
	else if (sdp_name_is_ice(&name))
		sdp_ice_note(&sec->ice, &name, &val);
	else
		direction(s, &name);
}


/* over UDP, and of a kind that the relay can tell from noise */
static bool is_relayed_proto(const struct pl *proto)
{
	return SDP_NAME_IS(proto, "RTP/AVP") ||
	       SDP_NAME_IS(proto, "RTP/AVPF") ||
	       SDP_NAME_IS(proto, "RTP/SAVP") ||
	       SDP_NAME_IS(proto, "RTP/SAVPF") ||
	       SDP_NAME_IS(proto, "UDP/TLS/RTP/SAVP") ||
	       SDP_NAME_IS(proto, "UDP/TLS/RTP/SAVPF") ||
	       SDP_NAME_IS(proto, "udptl");
}


static void set_port(struct sa *sa, uint16_t port)
{
	if (sa_af(sa) != AF_UNSPEC)
		sa_set_port(sa, port);
}


static void rtcp_resolve(struct sdp_stream *s, const struct section *sec)
{
	s->rtcp = sec->rtcp_host ? sec->rtcp : s->rtp;
	if (sec->rtcp_port)
		set_port(&s->rtcp, sec->rtcp_port);
	else if (s->port < UINT16_MAX)
		set_port(&s->rtcp, (uint16_t)(s->port + 1));
	else
		sa_init(&s->rtcp, AF_UNSPEC);
}


/* the end of a media section: now it is known what applies to it */
static int stream_resolve(struct sdp *sdp, const struct section *sec)
{
	const size_t n = sdp->streamc - 1;
	struct sdp_stream *s = &sdp->streamv[n];
	const struct sdp_conn *conn;
	bool trickle;

	sdp->icev[n] = sec->ice;
	sdp->ownv[n] = sec->conn.count > 0;
	conn = sdp->ownv[n] ? &sec->conn : &sdp->conn;
	/* several addresses: readers disagree which one counts */
	if (conn->count != 1 && s->port)
		return EBADMSG;
	if (!conn->count)
		return 0;

	s->host = conn->host;
	s->rtp = conn->sa;
	set_port(&s->rtp, s->port);
	rtcp_resolve(s, sec);

	/* 0.0.0.0:9 beside ICE is no hold: the candidates come later */
	trickle = s->port == PORT_DISCARD && (sec->ice.any || sdp->ice.any);
	s->hold = sa_af(&s->rtp) != AF_UNSPEC && sa_is_any(&s->rtp) &&
		  !trickle;

	s->udptl = SDP_NAME_IS(&s->proto, "udptl");
	s->relayable = s->port && is_relayed_proto(&s->proto) &&
		       (!sec->count.l || !pl_strcmp(&sec->count, "1"));

	return 0;
}


static int stream_begin(struct sdp *sdp, const struct sdp_stream *dflt,
			struct section *sec, const struct sdp_line *line)
{
	struct sdp_media m;
	struct sdp_stream *s;
	int err;

	if (sdp->streamc >= SDP_STREAMS_MAX)
		return EBADMSG;

	s = &sdp->streamv[sdp->streamc];
	*s = *dflt;
	memset(sec, 0, sizeof(*sec));

	err = sdp_media_split(&m, &line->val);
	if (err)
		return err;

	err = port_decode(&s->port, &m.port);
	if (err)
		return err;

	s->section = line->all;
	s->media = m.media;
	s->proto = m.proto;
	sec->count = m.count;
	++sdp->streamc;

	return 0;
}


/* up to the next m= line, or to the end */
static void section_end(struct sdp *sdp, size_t n)
{
	struct pl *sec = &sdp->streamv[n].section;
	const char *end = n + 1 < sdp->streamc ? sdp->streamv[n + 1].section.p
					       : sdp->lines.p + sdp->lines.l;

	sec->l = (size_t)(end - sec->p);
}


static int read_lines(struct sdp *sdp)
{
	struct section sec = {.rtcp_port = 0}, session = {.rtcp_port = 0};
	struct sdp_stream dflt = {.port = 0};
	struct pl addr, rest = sdp->lines;
	struct sdp_line line;
	int err = 0;

	while (!err && sdp_line_next(&line, &rest)) {
		const size_t n = sdp->streamc;

		if (line.type < 'a' || line.type > 'z')
			return EBADMSG;

		if (line.type == 'a') {
			attr_line(n ? &sdp->streamv[n - 1] : &dflt,
				  n ? &sec : &session, &line);
			sdp->ice = session.ice;
		}
		else if (line.type == 'c') {
			err = sdp_conn_decode(n ? &sec.conn : &sdp->conn,
					      &line.val);
		}
		else if (line.type == 'o') {
			err = sdp_origin_split(&addr, &line.val);
		}
		else if (line.type == 'm') {
			err = n ? stream_resolve(sdp, &sec) : 0;
			if (!err)
				err = stream_begin(sdp, &dflt, &sec, &line);
		}
	}

	if (!err && sdp->streamc)
		err = stream_resolve(sdp, &sec);

	for (size_t i = 0; i < sdp->streamc; i++)
		section_end(sdp, i);

	return err;
}


/**
 * Read an SDP (RFC 8866, section 5)
 *
 * @param sp   Pointer to the SDP, which keeps a copy of the text
 * @param body Text
 *
 * @return 0 if success, EBADMSG if it is not SDP, has no usable address for a
 *         stream that is on, a bad port or too many streams, otherwise
 *         errorcode
 */
int sdp_parse(struct sdp **sp, const struct pl *body)
{
	struct sdp *sdp;
	struct pl text;
	int err;

	if (!sp || !body)
		return EINVAL;
	if (!body->p || !body->l || body->l > SDP_BODY_MAX)
		return EBADMSG;

	sdp = mem_zalloc(sizeof(*sdp) + body->l, NULL);
	if (!sdp)
		return ENOMEM;

	memcpy(sdp->text, body->p, body->l);
	text.p = sdp->text;
	text.l = body->l;
	err = sdp_text_split(sdp, &text);
	if (!err)
		err = read_lines(sdp);
	/* several session addresses: readers disagree which one counts */
	if (!err && sdp->conn.count > 1)
		err = EBADMSG;

	if (err)
		mem_deref(sdp);
	else
		*sp = sdp;

	return err;
}


/**
 * Number of m= lines
 *
 * @param sdp SDP
 *
 * @return Number, 0 without an SDP
 */
size_t sdp_streams(const struct sdp *sdp)
{
	return sdp ? sdp->streamc : 0;
}


/**
 * One stream
 *
 * @param sdp SDP
 * @param n   Its index, from 0
 *
 * @return Stream, owned by the SDP; NULL if there is none
 */
const struct sdp_stream *sdp_stream(const struct sdp *sdp, size_t n)
{
	return sdp && n < sdp->streamc ? &sdp->streamv[n] : NULL;
}


/**
 * The value of a session-level attribute, the first of that name
 *
 * @param sdp  SDP
 * @param name Name without "a=", in any case
 * @param val  Value, filled; a slice of the SDP; empty without a colon
 *
 * @return 0 if success, ENOENT if there is none, otherwise errorcode
 */
int sdp_attr(const struct sdp *sdp, const char *name, struct pl *val)
{
	struct sdp_line line;
	struct pl rest, nm, v;
	size_t len;

	if (!sdp || !name || !val)
		return EINVAL;

	len = strlen(name);
	rest = sdp->lines;
	while (sdp_line_next(&line, &rest) && line.type != 'm') {
		if (line.type != 'a')
			continue;

		sdp_line_attr(&line, &nm, &v);
		if (sdp_name_is(&nm, name, len)) {
			*val = v;
			return 0;
		}
	}

	return ENOENT;
}
