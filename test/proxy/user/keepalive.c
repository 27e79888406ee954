/**
 * @file test/proxy/user/keepalive.c  Mappings are kept open
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "common/metrics.h"
#include "proxy/user/keepalive.h"

enum { INTERVAL_S = 25 };


static struct config cfg;
static struct timers *timers;
static struct transport *tp;
static struct txns *txns;
static struct location *loc;
static struct metrics *metrics;
static struct keepalive *ka;
static struct fakeflow *ff;


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void start(void)
{
	const struct hash_key key = {{1}};

	ck_assert_int_eq(keepalive_alloc(&ka, &cfg, &key, loc, tp, txns,
					 timers, NULL, metrics),
			 0);
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

	memset(&cfg, 0, sizeof(cfg));
	(void)strcpy(cfg.domainv[0], "example.net");
	cfg.domainc = 1;
	cfg.registrar.keepalive = INTERVAL_S;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(transport_alloc(&tp, timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &xconf,
				    drop_message, drop_message, NULL),
			 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 10), 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	start();
}


static void teardown(void)
{
	ka = mem_deref(ka);
	txns = mem_deref(txns);
	tp = mem_deref(tp);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
}


static void bind_as(enum nat_media media, const char *contact,
		    const char *path)
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	b.aor = (char *)"alice@example.net";
	b.contact = (char *)contact;
	b.path = (char *)path;
	b.callid = (char *)"c";
	b.flow = ff->flow;
	b.verdict.media = media;
	ck_assert_int_eq(location_put(loc, &b, 3600), 0);
}


static uint64_t metric(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


START_TEST(a_double_crlf_goes_out_each_interval)
{
	uint64_t last = timers_now(timers);

	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 100 * INTERVAL_S * 1000);
	ck_assert_uint_ge(ff->sentc, 90);
	ck_assert_uint_le(ff->sentc, 112);
	for (size_t i = 0; i < ff->sentc; i++) {
		ck_assert_str_eq(fakeflow_text(ff, i), "\r\n\r\n");
		ck_assert_uint_ge(ff->sentv[i].at - last, 22500);
		ck_assert_uint_le(ff->sentv[i].at - last, 27500);
		last = ff->sentv[i].at;
	}
	ck_assert_uint_eq(metric("keepalive_sent_total"), ff->sentc);
}
END_TEST


START_TEST(phones_that_came_together_do_not_stay_together)
{
	char contact[64];
	bool differ = false;

	for (int i = 0; i < 10; i++) {
		(void)re_snprintf(contact, sizeof(contact),
				  "sip:a%d@192.168.1.10", i);
		bind_as(NAT_RELAY, contact, NULL);
	}
	timers_advance(timers, 28000);
	ck_assert_uint_eq(ff->sentc, 10);
	for (size_t i = 1; i < 10; i++)
		differ |= ff->sentv[i].at != ff->sentv[0].at;
	ck_assert(differ);
}
END_TEST


START_TEST(a_page_in_a_browser_is_kept_by_its_websocket)
{
	ff->flow->proto = FLOW_WSS;
	bind_as(NAT_RELAY, "sip:a@k3j2h.invalid;transport=ws", NULL);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(only_bindings_behind_nat_are_kept_alive)
{
	bind_as(NAT_DIRECT, "sip:a@192.168.1.10", NULL);
	bind_as(NAT_RELAY, "sip:b@192.168.1.10", "<sip:edge;lr>");
	timers_advance(timers, 60000);
	ck_assert_uint_eq(ff->sentc, 0);

	/* the verdict changes with a refresh, both ways */
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 28000);
	ck_assert_uint_eq(ff->sentc, 1);
	bind_as(NAT_DIRECT, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(ff->sentc, 1);
}
END_TEST


START_TEST(it_ends_with_the_binding)
{
	const struct pl aor = PL("alice@example.net");

	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	location_del(loc, list_ledata(list_head(location_get(loc, &aor))));
	ck_assert_uint_eq(timers_pending(timers), 0);
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	flow_close(ff->flow, ECONNRESET);
	ck_assert_uint_eq(timers_pending(timers), 0);
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


START_TEST(a_send_error_is_counted)
{
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	ff->err = EHOSTUNREACH;
	timers_advance(timers, 28000);
	ck_assert_uint_eq(metric("keepalive_failed_total"), 1);
	ff->err = 0;
	timers_advance(timers, 28000);
	ck_assert_uint_eq(metric("keepalive_sent_total"), 1);
}
END_TEST


START_TEST(interval_0_is_off)
{
	ka = mem_deref(ka);
	cfg.registrar.keepalive = 0;
	start();
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 600000);
	ck_assert_uint_eq(ff->sentc, 0);
}
END_TEST


/* a phone's answer to the n-th text */
static void reply_to(size_t n, const char *status)
{
	static struct guard g;
	const char *text = fakeflow_text(ff, n);
	const char *via = strstr(text, "\r\nVia:");
	struct message *m = NULL;
	char buf[2048];
	int len;

	ck_assert_ptr_nonnull(via);
	len = re_snprintf(buf, sizeof(buf), "SIP/2.0 %s%s", status, via);
	ck_assert_int_gt(len, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)len),
			 0);
	m->flow = mem_ref(ff->flow);
	m->src = ff->flow->peer;
	txns_input(txns, m);
	mem_deref(m);
}


START_TEST(options_ask_the_phone_itself)
{
	ka = mem_deref(ka);
	cfg.registrar.keepalive_options = true;
	start();
	bind_as(NAT_RELAY, "sip:a@192.168.1.10:5062;ob?x=y", NULL);
	while (!ff->sentc && timers_now(timers) < 32500)
		timers_advance(timers, 100);
	ck_assert_uint_ge(ff->sentc, 1);
	ck_assert(fakeflow_is(
		ff, 0, "OPTIONS sip:a@192.168.1.10:5062;ob SIP/2.0\r\n"));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 0),
		       "\r\nTo: <sip:a@192.168.1.10:5062;ob>\r\n"));
	reply_to(0, "405 Method Not Allowed");
	fakeflow_clear(ff);
	timers_advance(timers, 20000);
	ck_assert_uint_eq(ff->sentc, 0);
	timers_advance(timers, 8000);
	ck_assert_uint_ge(ff->sentc, 1);
}
END_TEST


START_TEST(a_silent_phone_is_reported_once_and_stays)
{
	ka = mem_deref(ka);
	cfg.registrar.keepalive_options = true;
	start();
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 600000);
	ck_assert_uint_eq(metric("keepalive_unreachable_total"), 1);
	ck_assert_uint_eq(location_count(loc), 1);
}
END_TEST


START_TEST(it_may_end_while_a_request_is_on_its_way)
{
	ka = mem_deref(ka);
	cfg.registrar.keepalive_options = true;
	start();
	bind_as(NAT_RELAY, "sip:a@192.168.1.10", NULL);
	timers_advance(timers, 27500);
	ck_assert_uint_ge(ff->sentc, 1);
	ka = mem_deref(ka);
	reply_to(0, "200 OK");
	timers_advance(timers, 60000);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	const struct hash_key key = {{1}};
	struct keepalive *k = NULL;
	int err = ENOMEM;

	ck_assert_int_eq(keepalive_alloc(NULL, &cfg, &key, loc, tp, txns,
					 timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(keepalive_alloc(&k, &cfg, NULL, loc, tp, txns, timers,
					 NULL, NULL),
			 EINVAL);
	for (int n = 0; err; n++) {
		oom_after(n);
		err = keepalive_alloc(&k, &cfg, &key, loc, tp, txns, timers,
				      NULL, NULL);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
	mem_deref(k);
}
END_TEST


Suite *suite_keepalive(void);
Suite *suite_keepalive(void)
{
	Suite *s = suite_create("keepalive");
	TCase *tc = tcase_create("keepalive");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_double_crlf_goes_out_each_interval);
	tcase_add_test(tc, phones_that_came_together_do_not_stay_together);
	tcase_add_test(tc, a_page_in_a_browser_is_kept_by_its_websocket);
	tcase_add_test(tc, only_bindings_behind_nat_are_kept_alive);
	tcase_add_test(tc, it_ends_with_the_binding);
	tcase_add_test(tc, a_send_error_is_counted);
	tcase_add_test(tc, interval_0_is_off);
	tcase_add_test(tc, options_ask_the_phone_itself);
	tcase_add_test(tc, a_silent_phone_is_reported_once_and_stays);
	tcase_add_test(tc, it_may_end_while_a_request_is_on_its_way);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
