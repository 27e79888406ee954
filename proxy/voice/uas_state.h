/**
 * @file uas_state.h  What the files behind uas.h share
 */
#ifndef PROXY_VOICE_UAS_STATE_H
#define PROXY_VOICE_UAS_STATE_H

#include "proxy/voice/uas.h"

/* uas_ends.c */
int uas_set_ends(struct uas *u, const struct message *invite);
void uas_set_target(struct uas *u, const struct message *m);
void uas_take_flow(struct uas *u, const struct message *req);
struct flow *uas_way(struct uas *u);

/* uas_offer.c. EPROTO: it was refused */
int uas_take_invite(struct uas *u, struct server_txn *st,
		    const struct message *req);
void uas_take_update(struct uas *u, struct server_txn *st,
		     const struct message *req);
void uas_refuse(struct server_txn *st, uint16_t scode);
server_txn_h uas_txn_handler;

#endif
