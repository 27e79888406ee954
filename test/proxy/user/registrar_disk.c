/**
 * @file test/proxy/user/registrar_disk.c  A 200 says that it is written
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/disk.h"
#include "test/mock/fakeflow.h"
#include "test/mock/sipmsg.h"
#include "proxy/user/registrar.h"

#define ALICE "alice@example.net"

static struct config cfg;
static struct timers *timers;
static struct transport *tp;
static struct txns *txns;
static struct location *loc;
static struct ledger *ledger;
static struct registrar *reg;
static struct fakeflow *ff;
static uint32_t count;


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void setup(void)
{
	const struct transport_conf tconf = {
		.tcp_per_source = 8,
		.tcp_total = 8,
		.tcp_message_ms = 1000,
		.tcp_idle_ms = 1000,
		.tcp_connect_ms = 1000,
	};
	const struct txn_conf xconf = {500, 4000, 5000, 185000, 1000};
	struct registrar_parts parts = {.cfg = &cfg};

	memset(&cfg, 0, sizeof(cfg));
	(void)strcpy(cfg.domainv[0], "example.net");
	cfg.domainc = 1;
	cfg.registrar.expires_default = 3600;
	cfg.registrar.expires_min = 60;
	cfg.registrar.expires_max = 7200;
	cfg.registrar.contacts_max = 3;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&tp, timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &xconf,
				    drop_message, drop_message, NULL),
			 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 3), 0);
	ck_assert_int_eq(
		ledger_alloc(&ledger, disk_take(), loc, timers, NULL, NULL),
		0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	parts.loc = loc;
	parts.ledger = ledger;
	parts.tp = tp;
	parts.txns = txns;
	parts.timers = timers;
	ck_assert_int_eq(registrar_alloc(&reg, &parts), 0);
	count = 0;
}


static void teardown(void)
{
	reg = mem_deref(reg);
	ledger = mem_deref(ledger);
	txns = mem_deref(txns);
	tp = mem_deref(tp);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
	disk_release();
}


static void ask(const char *user, const char *callid, uint32_t cseq,
		const char *lines)
{
	struct message *m = sipmsg(
		ff->flow,
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK%u;rport\r\n"
		"From: <sip:%s@example.net>;tag=1\r\n"
		"To: <sip:%s@example.net>\r\n"
		"Call-ID: %s\r\nCSeq: %u REGISTER\r\n%s"
		"Content-Length: 0\r\n\r\n",
		++count, user, user, callid, cseq, lines);

	registrar_request(reg, m);
	mem_deref(m);
}


static void bind_one(const char *user, const char *callid, uint32_t cseq)
{
	char lines[128];

	(void)snprintf(lines, sizeof(lines), "Contact: <sip:%s@192.0.2.9>\r\n",
		       callid);
	ask(user, callid, cseq, lines);
}


START_TEST(a_200_waits_for_the_commit)
{
	bind_one("alice", "c", 1);
	ck_assert_uint_eq(ff->sentc, 0);
	ck_assert_uint_eq(location_count(loc), 0);
	disk_finish(0);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 200 "));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 0), "<sip:c@192.0.2.9>;expires="));
	ck_assert_uint_eq(location_count(loc), 1);
}
END_TEST


START_TEST(g10_a_disk_that_fails_is_500_and_nothing_changed)
{
	bind_one("alice", "keep", 1);
	disk_finish(0);
	fakeflow_clear(ff);

	ask("alice", "c", 1,
	    "Contact: <sip:new@192.0.2.9>, <sip:keep@192.0.2.9>;expires=0"
	    "\r\n");
	disk_finish(EIO);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 500 "));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 0), "\r\nRetry-After: "));
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_uint_eq(disk_items(ALICE), 1);
	ck_assert_ptr_nonnull(strstr(disk_item(ALICE, 0), "sip:keep@"));

	/* it works again; the same CSeq was never used */
	fakeflow_clear(ff);
	bind_one("alice", "c", 1);
	disk_finish(0);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 200 "));
	ck_assert_uint_eq(location_count(loc), 2);
	ck_assert_uint_eq(disk_items(ALICE), 2);
}
END_TEST


START_TEST(a_disk_that_takes_no_more_is_503)
{
	disk_refuse(ENOSPC);
	bind_one("alice", "c", 1);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 503 "));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 0), "\r\nRetry-After: "));
	disk_refuse(EIO);
	fakeflow_clear(ff);
	bind_one("alice", "c", 2);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 500 "));
	ck_assert_uint_eq(location_count(loc), 0);
}
END_TEST


START_TEST(what_was_measured_of_its_nat_is_written_with_each_refresh)
{
	const struct pl alice = PL(ALICE);
	struct binding *b;

	bind_one("alice", "c", 1);
	disk_finish(0);
	b = list_ledata(list_head(location_get(loc, &alice)));
	b->mapping_s = 77;
	bind_one("alice", "c", 2);
	disk_finish(0);
	ck_assert_uint_eq(b->mapping_s, 77);
	ck_assert_ptr_nonnull(strstr(disk_item(ALICE, 0), "\"mapping\":77"));

	/* another mapping of its NAT is another one to measure */
	mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:40001", timers),
			 0);
	bind_one("alice", "c", 3);
	disk_finish(0);
	ck_assert_uint_eq(b->mapping_s, 0);
	ck_assert_ptr_null(strstr(disk_item(ALICE, 0), "mapping"));
}
END_TEST


START_TEST(g2_requests_of_one_user_are_served_in_order)
{
	bind_one("alice", "c", 1);
	bind_one("alice", "c", 2);
	ask("alice", "c", 2, "Contact: <sip:c@192.0.2.9>;expires=0\r\n");
	bind_one("bob", "c", 1);
	ck_assert_uint_eq(disk_pending(), 2);
	disk_finish(0);
	ck_assert_uint_eq(ff->sentc, 1);
	disk_finish(0); /* bob's */
	disk_finish(0);
	/* the third one was overtaken by the second */
	ck_assert_uint_eq(ff->sentc, 4);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 200 "));
	ck_assert(fakeflow_is(ff, 1, "SIP/2.0 200 "));
	ck_assert(fakeflow_is(ff, 2, "SIP/2.0 200 "));
	ck_assert(fakeflow_is(ff, 3, "SIP/2.0 400 "));
	ck_assert_uint_eq(disk_pending(), 0);
	ck_assert_uint_eq(location_count(loc), 2);
}
END_TEST


START_TEST(g12_a_query_writes_nothing_and_waits_for_nothing)
{
	bind_one("alice", "c", 1);
	disk_finish(0);
	bind_one("alice", "d", 1);
	fakeflow_clear(ff);
	ask("alice", "q", 1, "");
	ck_assert_uint_eq(ff->sentc, 1);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 200 "));
	/* what is not written is not there */
	ck_assert_ptr_nonnull(strstr(fakeflow_text(ff, 0), "sip:c@"));
	ck_assert_ptr_null(strstr(fakeflow_text(ff, 0), "sip:d@"));
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
}
END_TEST


START_TEST(what_changes_nothing_writes_nothing)
{
	ask("alice", "c", 1, "Contact: *\r\nExpires: 0\r\n");
	ask("alice", "c", 2, "Contact: <sip:a@192.0.2.9>;expires=0\r\n");
	ck_assert_uint_eq(disk_pending(), 0);
	ck_assert_uint_eq(fakeflow_count(ff, "SIP/2.0 200 "), 2);
}
END_TEST


START_TEST(too_many_that_wait_are_told_to_come_later)
{
	for (uint32_t i = 0; i <= LEDGER_TURNS_MAX; i++)
		bind_one("alice", "c", i + 1);
	ck_assert_uint_eq(ff->sentc, 1);
	ck_assert(fakeflow_is(ff, 0, "SIP/2.0 503 "));
	while (disk_pending())
		disk_finish(0);
	ck_assert_uint_eq(fakeflow_count(ff, "SIP/2.0 200 "),
			  LEDGER_TURNS_MAX);
}
END_TEST


START_TEST(it_may_stop_while_some_wait)
{
	bind_one("alice", "c", 1);
	bind_one("alice", "c", 2);
	bind_one("bob", "c", 1);
	reg = mem_deref(reg);
	disk_finish(0);
	disk_finish(0);
	ck_assert_uint_eq(ff->sentc, 0);
	ck_assert_uint_eq(disk_items(ALICE), 1);
}
END_TEST


Suite *suite_registrar_disk(void);
Suite *suite_registrar_disk(void)
{
	Suite *s = suite_create("registrar_disk");
	TCase *tc = tcase_create("registrar_disk");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_200_waits_for_the_commit);
	tcase_add_test(tc, g10_a_disk_that_fails_is_500_and_nothing_changed);
	tcase_add_test(tc, a_disk_that_takes_no_more_is_503);
	tcase_add_test(
		tc, what_was_measured_of_its_nat_is_written_with_each_refresh);
	tcase_add_test(tc, g2_requests_of_one_user_are_served_in_order);
	tcase_add_test(tc, g12_a_query_writes_nothing_and_waits_for_nothing);
	tcase_add_test(tc, what_changes_nothing_writes_nothing);
	tcase_add_test(tc, too_many_that_wait_are_told_to_come_later);
	tcase_add_test(tc, it_may_stop_while_some_wait);
	suite_add_tcase(s, tc);

	return s;
}
