/**
 * @file nat.h  The comparison: is this side reachable where its SDP says?
 *
 * The heart of the method, as one pure function. Every verdict carries its
 * reason, and the addresses that it compared, so that it can explain itself.
 */
#ifndef PROXY_MEDIA_NAT_H
#define PROXY_MEDIA_NAT_H

#include <stdbool.h>
#include <re.h>
#include "common/config.h"
#include "proxy/media/sdp.h"

enum nat_reason {
	NAT_UNKNOWN = 0,
	/* direct */
	NAT_MATCH,          /* source equals SDP address */
	NAT_HOLD,           /* 0.0.0.0 says hold, not NAT */
	NAT_NO_MEDIA,       /* every stream is off, or none relayable */
	NAT_PEER_DIRECT,    /* the peer's setting */
	NAT_ACCOUNT_DIRECT, /* the account's setting */
	NAT_PEER_AUTO,      /* peer: any public address is believed */
	NAT_PAGES,          /* web pages on both sides: ICE finds the way */
	/* undecided */
	NAT_NO_SDP, /* late offer: decided with the 2xx */
	/* relay */
	NAT_SOURCE_DIFFERS,  /* source differs from SDP address */
	NAT_PRIVATE,         /* private address in c= */
	NAT_FORBIDDEN,       /* loopback, link-local ... in c= */
	NAT_HOSTNAME,        /* host name in c= */
	NAT_CONTACT_DIFFERS, /* REGISTER: Contact differs from its source */
	NAT_VIA_DIFFERS,     /* REGISTER: Via differs from its source */
	NAT_CALLEE,          /* callee registered from behind NAT */
	NAT_FAMILY,          /* IPv4 on one side, IPv6 on the other */
	NAT_PEER_RELAY,      /* the peer's setting */
	NAT_ACCOUNT_RELAY,   /* the account's setting */
	NAT_OTHER_SIDE,      /* the other side needs it */
	NAT_RECORDED,        /* the call is recorded */
};

enum nat_media { NAT_UNDECIDED = 0, NAT_DIRECT, NAT_RELAY };

struct nat_verdict {
	enum nat_media media;
	enum nat_reason reason;
	struct sa source; /* of the packet, as the network shows it */
	struct sa sdp;    /* the address it was compared with */
	struct pl host;   /* NAT_HOSTNAME: slice of the SDP */
};

/** What one side has shown */
struct nat_side {
	struct sa source;         /* of the message that carried the SDP */
	const struct sdp *sdp;    /* NULL: none */
	bool peer;                /* it came from a configured peer */
	enum config_media policy; /* of the peer, or of the phone's account */
};

/* the verdict of a side whose policy is not AUTO */
enum nat_reason nat_configured(enum config_media policy, bool peer);

void nat_judge(struct nat_verdict *v, const struct nat_side *side);

/* of a REGISTER: its Contact's and its Via's address (af unset: a name) */
void nat_judge_contact(struct nat_verdict *v, const struct sa *source,
		       const struct sa *contact, const struct sa *via);

/* both sides' verdicts become the call's; families: AF_UNSPEC if unknown */
void nat_combine(struct nat_verdict *call, const struct nat_verdict *a,
		 const struct nat_verdict *b);

/* it is to be recorded: whatever was compared */
void nat_recorded(struct nat_verdict *call);

/* web pages on both sides: the call's verdict, whatever was compared */
void nat_pages(struct nat_verdict *call);

enum nat_media nat_reason_media(enum nat_reason r);
const char *nat_media_name(enum nat_media m);   /* "relay", "direct" */
const char *nat_reason_name(enum nat_reason r); /* "source-differs" */

/* "relay: source 198.51.100.7 differs from SDP 192.168.1.10" (%H handler) */
int nat_print(struct re_printf *pf, const struct nat_verdict *v);

#endif
