/**
 * @file test/proxy/core/peer.c  Configured peers by address
 */
#include <string.h>
#include "proxy/core/peer.h"
#include "proxy/sip/flow.h"
#include "test/test.h"

static struct config_peer peerv[2];
static struct config cfg;


static void setup(void)
{
	memset(&cfg, 0, sizeof(cfg));
	memset(peerv, 0, sizeof(peerv));
	(void)str_ncpy(peerv[0].name, "any-port", sizeof(peerv[0].name));
	(void)sa_set_str(&peerv[0].addrv[0], "203.0.113.2", 0);
	(void)sa_set_str(&peerv[0].addrv[1], "2001:db8::2", 0);
	peerv[0].addrc = 2;
	(void)str_ncpy(peerv[1].name, "one-port", sizeof(peerv[1].name));
	(void)sa_set_str(&peerv[1].addrv[0], "203.0.113.3", 5070);
	peerv[1].addrc = 1;
	cfg.peerv = peerv;
	cfg.peerc = 2;
}


static const struct {
	const char *addr;
	uint16_t port;
	const char *name; /* NULL: a stranger */
} casev[] = {
	{"203.0.113.2", 5060, "any-port"},
	{"203.0.113.2", 9, "any-port"},
	{"2001:db8::2", 5060, "any-port"},
	{"::ffff:203.0.113.2", 5060, "any-port"},
	{"203.0.113.3", 5070, "one-port"},
	{"203.0.113.3", 5060, NULL},
	{"203.0.113.4", 5060, NULL},
	{"2001:db8::3", 5060, NULL},
};


START_TEST(peers_are_found_by_address)
{
	const struct config_peer *peer;
	struct peers *p = NULL;
	struct sa sa;

	setup();
	ck_assert_int_eq(peers_alloc(&p, &cfg), 0);
	ck_assert_int_eq(sa_set_str(&sa, casev[_i].addr, casev[_i].port), 0);
	peer = peers_find(p, &sa);
	if (casev[_i].name)
		ck_assert_str_eq(peer ? peer->name : "-", casev[_i].name);
	else
		ck_assert_ptr_null(peer);
	mem_deref(p);
}
END_TEST


START_TEST(out_of_memory_at_each_step)
{
	struct peers *p = NULL;
	int err = ENOMEM;

	setup();
	for (int n = 0; err; n++) {
		ck_assert_int_lt(n, 20);
		oom_after(n);
		err = peers_alloc(&p, &cfg);
		oom_after(-1);
		ck_assert(err == 0 || err == ENOMEM);
	}
	mem_deref(p);
}
END_TEST


static const struct {
	const char *names; /* of its certificate, NULL: none verified */
	const char *addr;
	const char *name; /* NULL: a stranger */
} senderv[] = {
	{NULL, "203.0.113.2", "any-port"},
	{"sbc.carrier.net", "203.0.113.2", "any-port"},
	{"other.net sbc.carrier.net", "203.0.113.3", "one-port"},
	{"sbc.carrier.net", "198.51.100.1", "one-port"},
	{"other.net", "203.0.113.3", NULL},
	{NULL, "203.0.113.3", NULL},
	{NULL, "198.51.100.1", NULL},
};


START_TEST(a_peer_with_a_name_is_believed_by_it_alone)
{
	const struct config_peer *peer;
	struct peers *p = NULL;
	struct flow flow;
	struct message m;

	setup();
	(void)str_ncpy(peerv[1].tls_namev[0], "sbc.carrier.net",
		       CONFIG_NAME_MAX);
	peerv[1].tls_namec = 1;
	if (_i == 1)
		peerv[1].tls_namec = 0;

	memset(&m, 0, sizeof(m));
	memset(&flow, 0, sizeof(flow));
	flow.proto = FLOW_TLS;
	if (senderv[_i].names)
		ck_assert_int_eq(str_dup(&flow.names, senderv[_i].names), 0);
	m.flow = &flow;
	ck_assert_int_eq(peers_alloc(&p, &cfg), 0);
	ck_assert_int_eq(sa_set_str(&m.src, senderv[_i].addr, 5070), 0);
	peer = peers_sender(p, &m);
	if (senderv[_i].name)
		ck_assert_str_eq(peer ? peer->name : "-", senderv[_i].name);
	else
		ck_assert_ptr_null(peer);
	mem_deref(flow.names);
	mem_deref(p);
}
END_TEST


Suite *suite_peer(void);
Suite *suite_peer(void)
{
	Suite *s = suite_create("peer");
	TCase *tc = tcase_create("peer");

	test_table(tc, peers_are_found_by_address, casev);
	test_table(tc, a_peer_with_a_name_is_believed_by_it_alone, senderv);
	tcase_add_test(tc, out_of_memory_at_each_step);
	suite_add_tcase(s, tc);

	return s;
}
