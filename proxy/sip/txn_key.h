/**
 * @file txn_key.h  By what a message is known to belong to a transaction: pure
 *
 * RFC 3261 sections 17.1.3 and 17.2.3: branch, sent-by and method. A branch
 * without the cookie, or with nothing behind it, says nothing: such a message
 * is matched as in RFC 2543, by all that a retransmission repeats.
 */
#ifndef PROXY_SIP_TXN_KEY_H
#define PROXY_SIP_TXN_KEY_H

#include "common/hash.h"
#include "proxy/sip/message.h"

enum { TXN_KEY_TAG_SIZE = 17 };

/* a branch that is worth comparing */
bool txn_key_has_branch(const struct message *m);

/** What a server transaction is known by. Slices of its request */
struct txn_name {
	struct pl branch; /* l == 0: none that is worth comparing */
	struct pl host;
	uint16_t port;
};
void txn_key_name(struct txn_name *name, const struct message *m);

/* does m, apart from its method, belong to it? */
bool txn_key_is_name(const struct txn_name *name, const struct message *m);

/* table keys; met: the method of the transaction looked for */
uint32_t txn_key_server(const struct hash_key *key, const struct message *m,
			const struct pl *met);
uint32_t txn_key_client(const struct hash_key *key, const struct pl *branch,
			const struct pl *met);

/* what a client transaction is known by, out of a request of ours: its Via is
 * its first line. EBADMSG: it has to be decoded to know */
int txn_key_peek(struct pl *branch, struct pl *met, const uint8_t *p,
		 size_t len);

/* does m, apart from its method, belong to the transaction that first
 * opened? to_tag: the one that m must have where there is no branch */
bool txn_key_same_server(const struct message *first, const struct message *m,
			 const struct pl *to_tag);

/* a To tag of ours: the same for each retransmission, foreseen by nobody */
void txn_key_tag(char tag[TXN_KEY_TAG_SIZE], const struct hash_key *key,
		 const struct message *req);

#endif
