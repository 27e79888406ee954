/**
 * @file nat_reason.c  Each reason of a verdict: what follows, and how to say it
 */
#include <re.h>
#include "common/addr.h"
#include "proxy/media/nat.h"


static const struct {
	enum nat_media media;
	const char *name;
	const char *text; /* for those without addresses */
} reasonv[] = {
	[NAT_UNKNOWN] = {NAT_UNDECIDED, "unknown", "nothing known yet"},
	[NAT_MATCH] = {NAT_DIRECT, "match", NULL},
	[NAT_HOLD] = {NAT_DIRECT, "hold", "on hold"},
	[NAT_NO_MEDIA] = {NAT_DIRECT, "no-media", "no stream to relay"},
	[NAT_PEER_DIRECT] = {NAT_DIRECT, "peer-direct",
			     "configured for this peer"},
	[NAT_ACCOUNT_DIRECT] = {NAT_DIRECT, "account-direct",
				"set for this account"},
	[NAT_PEER_AUTO] = {NAT_DIRECT, "peer-auto", NULL},
	[NAT_PAGES] = {NAT_DIRECT, "pages", "two web pages, which have ICE"},
	[NAT_NO_SDP] = {NAT_UNDECIDED, "no-sdp", "no SDP yet"},
	[NAT_SOURCE_DIFFERS] = {NAT_RELAY, "source-differs", NULL},
	[NAT_PRIVATE] = {NAT_RELAY, "private", NULL},
	[NAT_FORBIDDEN] = {NAT_RELAY, "forbidden", NULL},
	[NAT_HOSTNAME] = {NAT_RELAY, "hostname", NULL},
	[NAT_CONTACT_DIFFERS] = {NAT_RELAY, "contact-differs", NULL},
	[NAT_VIA_DIFFERS] = {NAT_RELAY, "via-differs", NULL},
	[NAT_CALLEE] = {NAT_RELAY, "callee",
			"callee registered from behind NAT"},
	[NAT_FAMILY] = {NAT_RELAY, "family", NULL},
	[NAT_PEER_RELAY] = {NAT_RELAY, "peer-relay",
			    "configured for this peer"},
	[NAT_ACCOUNT_RELAY] = {NAT_RELAY, "account-relay",
			       "set for this account"},
	[NAT_OTHER_SIDE] = {NAT_RELAY, "other-side",
			    "the other side needs it"},
	[NAT_RECORDED] = {NAT_RELAY, "recorded", "the call is recorded"},
};


/**
 * Name of a decision
 *
 * @param m Decision
 *
 * @return Name
 */
const char *nat_media_name(enum nat_media m)
{
	switch (m) {
	case NAT_DIRECT:
		return "direct";
	case NAT_RELAY:
		return "relay";
	default:
		return "undecided";
	}
}


/**
 * What follows from a reason
 *
 * @param r Reason
 *
 * @return Decision
 */
enum nat_media nat_reason_media(enum nat_reason r)
{
	return (size_t)r < ARRAY_SIZE(reasonv) ? reasonv[r].media
					       : NAT_UNDECIDED;
}


/**
 * Name of a reason, one word
 *
 * @param r Reason
 *
 * @return Name
 */
const char *nat_reason_name(enum nat_reason r)
{
	return (size_t)r < ARRAY_SIZE(reasonv) ? reasonv[r].name : "unknown";
}


static int print_hostname(struct re_printf *pf, const struct nat_verdict *v)
{
	if (v->host.l)
		return re_hprintf(pf, "host name %r in SDP", &v->host);

	return re_hprintf(pf, "host name in Contact of source %j", &v->source);
}


/**
 * Print a verdict as one sentence
 *
 * @param pf Print function
 * @param v  Verdict
 *
 * @return 0 if success, otherwise errorcode
 */
int nat_print(struct re_printf *pf, const struct nat_verdict *v)
{
	int err;

	if (!v || (size_t)v->reason >= ARRAY_SIZE(reasonv))
		return 0;

	err = re_hprintf(pf, "%s: ", nat_media_name(v->media));
	if (err)
		return err;

	switch (v->reason) {
	case NAT_MATCH:
		return re_hprintf(pf, "source and SDP agree on %j", &v->sdp);
	case NAT_PEER_AUTO:
		return re_hprintf(pf, "public SDP address %j of a peer",
				  &v->sdp);
	case NAT_SOURCE_DIFFERS:
		return re_hprintf(pf, "source %j differs from SDP %j",
				  &v->source, &v->sdp);
	case NAT_PRIVATE:
		return re_hprintf(pf, "private address %j in SDP", &v->sdp);
	case NAT_FORBIDDEN:
		return re_hprintf(pf, "SDP address %j (%s) is never sent to",
				  &v->sdp,
				  addr_class_name(addr_classify(&v->sdp)));
	case NAT_HOSTNAME:
		return print_hostname(pf, v);
	case NAT_CONTACT_DIFFERS:
		return re_hprintf(pf, "source %j differs from Contact %j",
				  &v->source, &v->sdp);
	case NAT_VIA_DIFFERS:
		return re_hprintf(pf, "source %j differs from Via %j",
				  &v->source, &v->sdp);
	case NAT_FAMILY:
		return re_hprintf(pf, "%j and %j are of different families",
				  &v->source, &v->sdp);
	default:
		return re_hprintf(pf, "%s", reasonv[v->reason].text);
	}
}
