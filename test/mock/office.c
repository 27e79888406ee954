/**
 * @file office.c  A registrar with one phone on a flow without a network
 */
#include <stdio.h>
#include <string.h>
#include "common/timer.h"
#include "test/mock/office.h"
#include "test/mock/sipmsg.h"
#include "test/test.h"


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void configure(struct config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	(void)strcpy(cfg->domainv[0], "example.net");
	cfg->domainc = 1;
	cfg->registrar.expires_default = 3600;
	cfg->registrar.expires_min = 60;
	cfg->registrar.expires_max = 7200;
	cfg->registrar.contacts_max = 10;
	cfg->tcp.idle_timeout = 900;
}


static void open_ground(struct office *o)
{
	const struct transport_conf tconf = {
		.tcp_per_source = 8,
		.tcp_total = 8,
		.tcp_message_ms = 1000,
		.tcp_idle_ms = 1000,
		.tcp_connect_ms = 1000,
	};
	const struct txn_conf xconf = {500, 4000, 5000, 185000, 1000};

	ck_assert_int_eq(timers_alloc_virtual(&o->timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&o->tp, o->timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(txns_alloc(&o->txns, o->timers, NULL, NULL, &xconf,
				    drop_message, drop_message, NULL),
			 0);
}


void office_open(struct office *o, struct store *store, enum flow_proto proto)
{
	struct registrar_parts parts = {.cfg = &o->cfg};

	memset(o, 0, sizeof(*o));
	configure(&o->cfg);
	open_ground(o);
	ck_assert_int_eq(location_alloc(&o->loc, o->timers, 10), 0);
	ck_assert_int_eq(
		ledger_alloc(&o->ledger, store, o->loc, o->timers, NULL, NULL),
		0);
	ck_assert_int_eq(fakeflow_alloc(&o->ff, proto, "192.0.2.1:5060",
					"198.51.100.7:40000", o->timers),
			 0);
	parts.loc = o->loc;
	parts.ledger = o->ledger;
	parts.tp = o->tp;
	parts.txns = o->txns;
	parts.timers = o->timers;
	ck_assert_int_eq(registrar_alloc(&o->reg, &parts), 0);
}


void office_close(struct office *o)
{
	o->reg = mem_deref(o->reg);
	o->ledger = mem_deref(o->ledger);
	o->txns = mem_deref(o->txns);
	o->tp = mem_deref(o->tp);
	o->loc = mem_deref(o->loc);
	o->ff = mem_deref(o->ff);
	o->timers = mem_deref(o->timers);
}


const char *office_ask(struct office *o, const char *to, const char *callid,
		       uint32_t cseq, const char *lines)
{
	struct message *m;

	++o->count;
	m = sipmsg(o->ff->flow,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/%s 198.51.100.7;branch=z9hG4bK%u;rport\r\n"
		   "From: <sip:alice@example.net>;tag=1\r\n"
		   "To: <%s>\r\nCall-ID: %s\r\nCSeq: %u REGISTER\r\n%s"
		   "Content-Length: 0\r\n\r\n",
		   flow_proto_name(o->ff->flow->proto), o->count, to, callid,
		   cseq, lines);
	fakeflow_clear(o->ff);
	registrar_request(o->reg, m);
	mem_deref(m);

	return fakeflow_text(o->ff, 0);
}


bool office_is(const char *answer, unsigned scode)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "SIP/2.0 %u ", scode);

	return !strncmp(answer, line, strlen(line));
}


struct binding *office_binding(const struct office *o, const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return list_ledata(list_head(location_get(o->loc, &pl)));
}
