/**
 * @file sipmsg.c  Messages made of text, as if they had come over a flow
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/sipmsg.h"


static struct message *decode(struct flow *flow, const uint8_t *p, size_t len)
{
	static struct guard g;
	struct message *m = NULL;
	const int err = message_decode(&m, &g, p, len);

	ck_assert_msg(!err, "not a message (%d, %s): %.*s", err,
		      g.why ? g.why : "", (int)len, (const char *)p);
	if (flow) {
		m->flow = mem_ref(flow);
		m->src = flow->peer;
	}

	return m;
}


struct message *sipmsg(struct flow *flow, const char *fmt, ...)
{
	struct mbuf *mb = mbuf_alloc(1024);
	struct message *m;
	va_list ap;

	va_start(ap, fmt);
	(void)mbuf_vprintf(mb, fmt, ap);
	va_end(ap);
	m = decode(flow, mb->buf, mb->end);
	mem_deref(mb);

	return m;
}


struct message *sipmsg_request(struct flow *flow, const char *met,
			       const char *sentby, const char *branch,
			       const char *to_tag)
{
	return sipmsg(flow,
		      "%s sip:bob@example.com SIP/2.0\r\n"
		      "Via: SIP/2.0/%s %s%s%s\r\n"
		      "Max-Forwards: 70\r\n"
		      "From: <sip:alice@example.com>;tag=from\r\n"
		      "To: <sip:bob@example.com>%s%s\r\n"
		      "Call-ID: call@test\r\n"
		      "CSeq: 7 %s\r\n"
		      "Content-Length: 0\r\n\r\n",
		      met, flow_proto_name(flow->proto), sentby,
		      branch[0] ? ";branch=" : "", branch,
		      to_tag[0] ? ";tag=" : "", to_tag, met);
}


struct message *sipmsg_response(struct flow *flow, const char *request,
				uint16_t scode, const char *to_tag)
{
	struct message *req = decode(NULL, (const uint8_t *)request,
				     strlen(request));
	struct message *resp;

	resp = sipmsg(flow,
		      "SIP/2.0 %u Reason\r\n"
		      "Via: %r\r\n"
		      "From: %r\r\n"
		      "To: %r%s%s\r\n"
		      "Call-ID: %r\r\n"
		      "CSeq: %u %r\r\n"
		      "Content-Length: 0\r\n\r\n",
		      scode, &req->via.val, &req->from.val, &req->to.val,
		      to_tag[0] ? ";tag=" : "", to_tag, &req->callid,
		      req->cseq, &req->met);
	mem_deref(req);

	return resp;
}
