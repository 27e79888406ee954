/**
 * @file desk.h  Calls that end with us: the test number, and announcements
 *
 * The test number speaks a tone and then echoes; keys: 1 the tone again,
 * 2 echo, 3 the report (so many beeps as its MOS is, and the text), # ends it.
 * An announcement is heard before a call of somebody whom we know is refused.
 */
#ifndef PROXY_VOICE_DESK_H
#define PROXY_VOICE_DESK_H

#include "common/config.h"
#include "common/hash.h"
#include "proxy/sip/server_txn.h"
#include "proxy/sip/transport.h"

struct desk;
struct repertoire;
struct log;
struct metrics;
struct relay;
struct test_report;
struct timers;

enum { DESK_REPORTS = 32 }; /* that are remembered */

/** All of them outlive it */
struct desk_parts {
	const struct config *cfg;
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct transport *tp;
	struct txns *txns;
	struct relay *relay;
	struct hash_key branch_key;
};

int desk_alloc(struct desk **dp, const struct desk_parts *parts);

/* the configuration is another one now; its sounds are given away. Who hears
 * an announcement of before hears it to its end */
void desk_reconfigure(struct desk *d, struct repertoire *sounds);

/* is that user the test number? */
bool desk_wants(const struct desk *d, const struct sipuri *uri);

/* INVITE or OPTIONS of somebody who may call it; answers for itself. slot:
 * his place among his calls, referenced; or NULL */
void desk_call(struct desk *d, struct message *req, void *slot);

/* true: the request is in a dialog of the desk's, and was taken */
bool desk_request(struct desk *d, struct message *req);

uint32_t desk_calls(const struct desk *d);

/* the newest first */
typedef void(desk_report_h)(const struct test_report *r, void *arg);
void desk_reports(const struct desk *d, desk_report_h *h, void *arg);

#endif
