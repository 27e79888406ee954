/**
 * @file divert.h  Where a call goes that its callee has others take, pure
 *
 * The settings are the account's. The request tells by Diversion (RFC 5806)
 * who had it forwarded and why: trunks and PBXs read that; of History-Info
 * (RFC 7044) they know little, so it is only counted.
 */
#ifndef PROXY_CORE_DIVERT_H
#define PROXY_CORE_DIVERT_H

#include "proxy/sip/message.h"
#include "proxy/user/account.h"

enum { DIVERT_MAX = 5, DIVERT_LINE_MAX = 512, DIVERT_NOANSWER_S = 20 };

enum divert_cause {
	DIVERT_ALL = 0,
	DIVERT_BUSY,
	DIVERT_NOANSWER,
	DIVERT_OFFLINE,
};

/* NULL: he has not said */
const char *divert_to(const struct account_settings *set,
		      enum divert_cause cause);

/* what that answer says of the callee; rang: somebody was there. ENOENT: it
 * says nothing of the kind */
int divert_cause_of(enum divert_cause *cause, uint16_t scode, bool rang);
const char *divert_cause_name(enum divert_cause cause); /* of the Diversion */

/* how long to ring before DIVERT_NOANSWER; 0: as long as it likes */
uint32_t divert_noanswer_ms(const struct account_settings *set);

/* how often that request was forwarded on its way to us */
uint32_t divert_count(const struct message *req);

/* "1234", "alice", "alice@example.net" or a whole URI, for a user of that
 * address-of-record: as a URI; EOVERFLOW */
int divert_uri(char *buf, size_t size, const char *to, const char *aor);

/* a whole header line; EOVERFLOW */
int divert_line(char *buf, size_t size, const char *aor,
		enum divert_cause cause);

#endif
