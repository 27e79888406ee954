/**
 * @file mock/office.h  A registrar with one phone on a flow without a network
 */
#ifndef TEST_MOCK_OFFICE_H
#define TEST_MOCK_OFFICE_H

#include "test/mock/fakeflow.h"
#include "proxy/user/registrar.h"

struct office {
	struct config cfg;
	struct timers *timers; /* virtual */
	struct transport *tp;
	struct txns *txns;
	struct location *loc;
	struct ledger *ledger;
	struct registrar *reg;
	struct fakeflow *ff;
	uint32_t count; /* of requests */
};

/* example.net without authentication; store NULL: in memory only. The phone
 * is at 198.51.100.7:40000 and uses proto */
void office_open(struct office *o, struct store *store, enum flow_proto proto);
void office_close(struct office *o);

/* a REGISTER of that user; lines: whole ones. The answer, "" if none came */
const char *office_ask(struct office *o, const char *to, const char *callid,
		       uint32_t cseq, const char *lines);

bool office_is(const char *answer, unsigned scode);

/* the user's newest binding, or NULL */
struct binding *office_binding(const struct office *o, const char *aor);

#endif
