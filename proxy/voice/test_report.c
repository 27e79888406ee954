/**
 * @file test_report.c  What a call to the test number has shown
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/flow.h"
#include "proxy/voice/test_report.h"


static void copy(char *dst, size_t size, const struct pl *src)
{
	const size_t n = src->l < size ? src->l : size - 1;

	memcpy(dst, src->p, n);
	dst[n] = '\0';

	/* it goes into texts: one line it stays */
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)dst[i] < ' ' || dst[i] == 0x7f)
			dst[i] = '?';
	}
}


static void print_verdict(char buf[TEST_VERDICT_SIZE],
			  const struct nat_verdict *v)
{
	if (re_snprintf(buf, TEST_VERDICT_SIZE, "%H", nat_print, v) < 0)
		buf[0] = '\0';
}


static void judge_contact(struct test_report *r, const struct message *req)
{
	struct nat_verdict v;
	struct nameaddr na;
	struct sa contact, via;
	struct pl val;

	sa_init(&contact, AF_UNSPEC);
	if (!message_value(req, HDR_CONTACT, 0, &val) &&
	    !nameaddr_decode(&na, &val) && sipuri_addr(&na.uri, &contact))
		sa_init(&contact, AF_UNSPEC);
	via_addr(&req->via, &via);

	nat_judge_contact(&v, &req->src, &contact, &via);
	print_verdict(r->contact, &v);
}


/**
 * Write down what the request shows
 *
 * @param r      Report
 * @param invite Request
 * @param sdp    Its SDP, or NULL
 */
void test_report_begin(struct test_report *r, const struct message *invite,
		       const struct sdp *sdp)
{
	const struct hdr *agent = message_hdr(invite, HDR_USER_AGENT);
	const struct nat_side side = {.source = invite->src, .sdp = sdp};
	struct nat_verdict v;

	memset(r, 0, sizeof(*r));
	copy(r->caller, sizeof(r->caller), &invite->from.addr);
	copy(r->callid, sizeof(r->callid), &invite->callid);
	if (agent)
		copy(r->agent, sizeof(r->agent), &agent->val);
	r->source = invite->src;
	r->proto = invite->flow ? flow_proto_name(invite->flow->proto) : "";
	r->codec = "";

	nat_judge(&v, &side);
	print_verdict(r->media, &v);
	judge_contact(r, invite);
}


/**
 * How much of what the phone sent was lost
 *
 * @param r Report
 *
 * @return Hundredths of a percent
 */
uint32_t test_report_loss(const struct test_report *r)
{
	const struct relay_stats *st = &r->voice.rtp;
	const uint64_t expected = st->quality.expected
					  ? st->quality.expected
					  : st->rx_packets + st->lost;

	return expected ? (uint32_t)(10000 * st->lost / expected) : 0;
}


static int print_heard(struct re_printf *pf, const struct test_report *r)
{
	const struct relay_stats *st = &r->voice.rtp;
	const uint32_t loss = test_report_loss(r);
	int err;

	if (!st->rx_packets)
		return re_hprintf(pf, "Nothing was heard from your phone.\n");

	err = re_hprintf(pf,
			 "From your phone: %llu packets, %llu lost "
			 "(%u.%02u %%), jitter %u ms",
			 st->rx_packets, st->lost, loss / 100, loss % 100,
			 st->quality.jitter_us / 1000);
	if (st->quality.mos)
		err |= re_hprintf(pf, ", MOS %u.%02u", st->quality.mos / 100,
				  st->quality.mos % 100);
	err |= re_hprintf(pf, ", loudest -%u dBov\n", r->voice.level);

	return err;
}


static int print_said(struct re_printf *pf, const struct test_report *r)
{
	const struct voice_stats *v = &r->voice;
	int err;

	err = re_hprintf(pf, "To your phone: %llu packets", v->rtp.tx_packets);
	if (!v->told)
		return err | re_hprintf(pf, "; it says nothing of them\n");

	err |= re_hprintf(pf, ", it lost %u, jitter %u ms", v->lost,
			  v->jitter_us / 1000);
	if (v->delay_us)
		err |= re_hprintf(pf, ", there and back %u ms",
				  v->delay_us / 1000);

	return err | re_hprintf(pf, "\n");
}


static int print_alg(struct re_printf *pf, const struct test_report *r)
{
	const struct alg_signs *a = &r->alg;
	int err;

	if (a->unjudged)
		return re_hprintf(pf, "SIP ALG: cannot be seen, %s.\n",
				  a->unjudged);

	err = re_hprintf(pf, "SIP ALG: %s.\n",
			 a->signc ? alg_strength_name(a->strength)
				  : "no sign of one");
	for (size_t i = 0; i < a->signc; i++)
		err |= re_hprintf(pf, "- %s\n", a->signv[i].text);

	return err;
}


static int print(struct re_printf *pf, const struct test_report *r)
{
	int err;

	err = re_hprintf(pf, "Test call, %u s, %s, from %J by %s.\n",
			 r->length, r->codec[0] ? r->codec : "no codec",
			 &r->source, r->proto);
	err |= print_heard(pf, r);
	err |= print_said(pf, r);
	err |= re_hprintf(pf, "NAT: media %s; Contact %s.\n", r->media,
			  r->contact);
	err |= print_alg(pf, r);
	if (r->keys[0])
		err |= re_hprintf(pf, "Keys: %s%s.\n", r->keys,
				  r->in_band ? " (as sound)" : "");

	return err;
}


/**
 * Print a report
 *
 * @param buf  Buffer
 * @param size Its size
 * @param r    Report
 *
 * @return 0 if success, EOVERFLOW if it does not fit: what fits is there
 */
int test_report_text(char *buf, size_t size, const struct test_report *r)
{
	if (!buf || !size || !r)
		return EINVAL;

	return re_snprintf(buf, size, "%H", print, r) < 0 ? EOVERFLOW : 0;
}
