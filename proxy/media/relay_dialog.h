/**
 * @file relay_dialog.h  What a relay client says to its server: INVITE, BYE
 *
 * One Call-ID and To tag for the session, one From tag for each side.
 */
#ifndef PROXY_MEDIA_RELAY_DIALOG_H
#define PROXY_MEDIA_RELAY_DIALOG_H

#include "proxy/media/resource.h"
#include "proxy/sip/enquiry.h"

enum { RELAY_DIALOG_CALLID_SIZE = 96 };

struct relay_dialog {
	char callid[RELAY_DIALOG_CALLID_SIZE];
	char *to_tag; /* owned; NULL until a server has answered */
	struct {
		char tag[AGENT_TAG_SIZE];
		uint32_t cseq;
	} sidev[2];
};

/* id: the call's own Call-ID stays readable in ours */
void relay_dialog_init(struct relay_dialog *d, const struct pl *id);

/* agent_send() of a side's INVITE */
int relay_dialog_invite(struct client_txn **ctp, struct relay_dialog *d,
			const struct agent *agent,
			const struct enquiry_path *path,
			const struct resource_request *rq, uint32_t lease_s,
			client_txn_h *h, void *arg);
int relay_dialog_bye(struct relay_dialog *d, const struct agent *agent,
		     const struct config_addr *server, enum relay_side side);

#endif
