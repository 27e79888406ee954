/**
 * @file test/proxy/user/registrar.c  REGISTER, from the packet to the answer
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "test/mock/fakeflow.h"
#include "common/store.h"
#include "common/timer.h"
#include "proxy/user/digest.h"
#include "proxy/user/accounts.h"
#include "proxy/user/registrar.h"

#define ALICE "alice@example.net"
#define PHONE "198.51.100.7:40000"


static struct config cfg;
static struct timers *timers;
static struct transport *tp;
static struct txns *txns;
static struct location *loc;
static struct ledger *ledger; /* NULL: in memory only */
static struct accounts *accounts;
static struct registrar *reg;
static struct fakeflow *ff;
static uint32_t count;


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void make_config(void)
{
	memset(&cfg, 0, sizeof(cfg));
	(void)strcpy(cfg.domainv[0], "example.net");
	(void)strcpy(cfg.domainv[1], "example.org");
	cfg.domainc = 2;
	cfg.registrar.expires_default = 3600;
	cfg.registrar.expires_min = 60;
	cfg.registrar.expires_max = 7200;
	cfg.registrar.contacts_max = 3;
}


static struct registrar_parts make_parts(struct auth *au)
{
	const struct registrar_parts parts = {
		.cfg = &cfg,
		.auth = au,
		.accounts = accounts,
		.loc = loc,
		.ledger = ledger,
		.tp = tp,
		.txns = txns,
		.timers = timers,
	};

	return parts;
}


static void start(struct auth *au)
{
	const struct registrar_parts parts = make_parts(au);

	ck_assert_int_eq(registrar_alloc(&reg, &parts), 0);
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

	make_config();
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&tp, timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &xconf,
				    drop_message, drop_message, NULL),
			 0);
	ck_assert_int_eq(location_alloc(&loc, timers, 3), 0);
	ck_assert_int_eq(
		fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060", PHONE, timers),
		0);
	start(NULL);
	count = 0;
}


static void teardown(void)
{
	reg = mem_deref(reg);
	txns = mem_deref(txns);
	tp = mem_deref(tp);
	loc = mem_deref(loc);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


/* what is answered to that REGISTER: To's URI, Call-ID, CSeq, more lines */
static const char *ask(const char *to, const char *callid, uint32_t cseq,
		       const char *lines)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[8192];
	const int n = re_snprintf(
		buf, sizeof(buf),
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP %j;branch=z9hG4bK%u;rport\r\n"
		"From: <sip:x@example.net>;tag=1\r\n"
		"To: <%s>\r\n"
		"Call-ID: %s\r\nCSeq: %u REGISTER\r\n%s"
		"Content-Length: 0\r\n\r\n",
		&ff->flow->peer, ++count, to, callid, cseq, lines);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)n), 0);
	m->flow = mem_ref(ff->flow);
	m->src = ff->flow->peer;
	fakeflow_clear(ff);
	registrar_request(reg, m);
	mem_deref(m);
	ck_assert_uint_eq(ff->sentc, 1);

	return fakeflow_text(ff, 0);
}


static bool is(const char *answer, unsigned scode)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "SIP/2.0 %u ", scode);

	return !strncmp(answer, line, strlen(line));
}


static size_t contacts(const char *answer)
{
	size_t n = 0;

	for (; (answer = strstr(answer, "\r\nContact: ")); ++answer)
		++n;

	return n;
}


static struct binding *first(const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return list_ledata(list_head(location_get(loc, &pl)));
}


START_TEST(a_phone_is_bound_with_all_that_was_seen)
{
	const char *a = ask(
		"sip:alice@EXAMPLE.net:5060;x=y", "c", 1,
		"Contact: <sip:a@192.168.1.10:5060>;expires=600\r\n"
		"User-Agent: Phone/1\r\n");
	const struct binding *b = first(ALICE);

	ck_assert_msg(is(a, 200), "%s", a);
	ck_assert_ptr_nonnull(
		strstr(a, "\r\nContact: <sip:a@192.168.1.10:5060>;expires=600"
			  "\r\n"));
	ck_assert_ptr_nonnull(strstr(a, "\r\nDate: "));
	ck_assert_ptr_nonnull(strstr(a, " GMT\r\n"));
	ck_assert_ptr_null(strstr(a, "Record-Route"));
	ck_assert_ptr_nonnull(b);
	ck_assert_str_eq(b->contact, "sip:a@192.168.1.10:5060");
	ck_assert_str_eq(b->callid, "c");
	ck_assert_str_eq(b->user_agent, "Phone/1");
	ck_assert_ptr_eq(b->flow, ff->flow);
	ck_assert(sa_cmp(&b->source, &ff->flow->peer, SA_ALL));
	ck_assert_int_eq(b->verdict.media, NAT_RELAY);
	ck_assert_int_eq(b->verdict.reason, NAT_CONTACT_DIFFERS);
	timers_advance(timers, 600000);
	ck_assert_ptr_null(first(ALICE));
}
END_TEST


START_TEST(a_phone_that_is_where_it_says_is_direct)
{
	ck_assert(is(ask("sip:" ALICE, "c", 1,
			 "Contact: <sip:a@198.51.100.7:5060>\r\n"),
		     200));
	ck_assert_int_eq(first(ALICE)->verdict.media, NAT_DIRECT);
	ck_assert(is(ask("sip:" ALICE, "d", 1,
			 "Contact: <sip:a@phone.invalid>\r\n"),
		     200));
	ck_assert_int_eq(first(ALICE)->verdict.reason, NAT_HOSTNAME);
}
END_TEST


START_TEST(without_contact_it_is_a_query)
{
	const char *a = ask("sip:" ALICE, "q", 1, "");

	ck_assert(is(a, 200));
	ck_assert_uint_eq(contacts(a), 0);
	(void)ask("sip:" ALICE, "c", 1,
		  "Contact: <sip:a@192.0.2.9>, <sip:b@192.0.2.9>;q=0.5\r\n");
	timers_advance(timers, 1500);
	a = ask("sip:" ALICE, "q", 2, "");
	ck_assert(is(a, 200));
	ck_assert_uint_eq(contacts(a), 2);
	ck_assert_ptr_nonnull(strstr(a, "<sip:a@192.0.2.9>;expires=3599"));
	ck_assert_ptr_nonnull(strstr(a, ";expires=3599;q=0.500\r\n"));
	ck_assert_uint_eq(location_count(loc), 2);
}
END_TEST


START_TEST(a_phone_leaves_by_expires_0_or_star)
{
	(void)ask("sip:" ALICE, "c", 1,
		  "Contact: <sip:a@192.0.2.9>, <sip:b@192.0.2.9>\r\n");
	ck_assert_uint_eq(contacts(ask("sip:" ALICE, "c", 2,
				       "Contact: <sip:a@192.0.2.9>;"
				       "expires=0\r\n")),
			  1);
	ck_assert_str_eq(first(ALICE)->contact, "sip:b@192.0.2.9");
	ck_assert(is(ask("sip:" ALICE, "c", 3, "Contact: *\r\n"), 400));
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert(is(ask("sip:" ALICE, "c", 3, "Contact: *\r\nExpires: 0\r\n"),
		     200));
	ck_assert_uint_eq(location_count(loc), 0);
}
END_TEST


START_TEST(an_overtaken_request_changes_nothing)
{
	ck_assert(
		is(ask("sip:" ALICE, "c", 5, "Contact: <sip:a@192.0.2.9>\r\n"),
		   200));
	ck_assert(is(ask("sip:" ALICE, "c", 5,
			 "Contact: <sip:a@192.0.2.9>;expires=0\r\n"),
		     400));
	ck_assert(is(ask("sip:" ALICE, "c", 4,
			 "Contact: <sip:z@192.0.2.9>, <sip:a@192.0.2.9>\r\n"),
		     400));
	ck_assert(is(ask("sip:" ALICE, "c", 4, "Contact: *\r\nExpires: 0\r\n"),
		     400));
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert(is(ask("sip:" ALICE, "other", 1,
			 "Contact: <sip:a@192.0.2.9>\r\n"),
		     200));
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(first(ALICE)->callid, "other");
}
END_TEST


static const struct {
	const char *to, *lines;
	unsigned scode;
	const char *header;
} refusalv[] = {
	{"sip:alice@example.com", "", 404, ""},
	{"sip:example.net", "", 404, ""},
	{"tel:+4912345", "", 400, ""},
	{"isbn:2983792873", "", 400, ""},
	{"sip:a%00b@example.net", "", 400, ""},
	{"sip:" ALICE, "Require: foo, path, bar\r\n", 420,
	 "\r\nUnsupported: foo, bar\r\n"},
	{"sip:" ALICE, "Require: gruu\r\n", 420, "\r\nUnsupported: gruu\r\n"},
	{"sip:" ALICE, "Contact: <sip:a@192.0.2.9>;expires=30\r\n", 423,
	 "\r\nMin-Expires: 60\r\n"},
	{"sip:" ALICE, "Contact: <tel:+491>\r\n", 400, ""},
	{"sip:" ALICE, "Contact: <sip:a@127.0.0.1>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@[::1]>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@[::ffff:127.0.0.1]>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@0.0.0.0>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@169.254.169.254>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@[fe80::1]>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@239.1.2.3>\r\n", 403, ""},
	{"sip:" ALICE, "Contact: <sip:a@255.255.255.255>\r\n", 403, ""},
	{"sip:" ALICE,
	 "Contact: <sip:a@192.0.2.1>,<sip:b@192.0.2.1>,<sip:c@192.0.2.1>,"
	 "<sip:d@192.0.2.1>\r\n",
	 503, "\r\nRetry-After: "},
	{"sip:" ALICE,
	 "Contact: <sip:a@192.0.2.9>\r\nPath: <sip:192.0.2.5;lr>\r\n", 421,
	 "\r\nRequire: path\r\n"},
	{"sip:" ALICE,
	 "Contact: <sip:a@192.0.2.9>\r\nPath: <http://x>\r\n"
	 "Supported: path\r\n",
	 400, ""},
};


START_TEST(a_refusal_changes_nothing)
{
	const char *a;

	ck_assert(is(ask("sip:" ALICE, "first", 1,
			 "Contact: <sip:keep@192.0.2.9>\r\n"),
		     200));
	a = ask(refusalv[_i].to, "c", 1, refusalv[_i].lines);
	ck_assert_msg(is(a, refusalv[_i].scode), "%s %s: %s", refusalv[_i].to,
		      refusalv[_i].lines, a);
	ck_assert_msg(strstr(a, refusalv[_i].header), "%s", a);
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(first(ALICE)->contact, "sip:keep@192.0.2.9");
}
END_TEST


START_TEST(loopback_is_allowed_to_tests_and_to_itself)
{
	cfg.relay.allow_local = true;
	ck_assert(is(ask("sip:" ALICE, "c", 1,
			 "Contact: <sip:a@127.0.0.1:5070>\r\n"),
		     200));
	ck_assert(is(
		ask("sip:" ALICE, "c", 2, "Contact: <sip:a@169.254.1.1>\r\n"),
		403));

	cfg.relay.allow_local = false;
	mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "127.0.0.1:5060",
					"127.0.0.1:40000", timers),
			 0);
	ck_assert(is(ask("sip:" ALICE, "c", 3,
			 "Contact: <sip:a@127.0.0.1:5070>\r\n"),
		     200));
}
END_TEST


START_TEST(a_path_is_kept_and_echoed_to_who_knows_it)
{
	const char *a = ask("sip:" ALICE, "c", 1,
			    "Contact: <sip:a@192.0.2.9>\r\n"
			    "Supported: gruu, path\r\n"
			    "Path: <sip:p1;lr>\r\nPath: <sip:p2;lr>\r\n");

	ck_assert(is(a, 200));
	ck_assert_ptr_nonnull(
		strstr(a, "\r\nPath: <sip:p1;lr>, <sip:p2;lr>\r\n"));
	ck_assert_str_eq(first(ALICE)->path, "<sip:p1;lr>, <sip:p2;lr>");
}
END_TEST


START_TEST(a_path_of_a_peer_needs_no_phone_that_knows_it)
{
	struct config_peer peer = {.addrc = 1};
	const char *a;

	ck_assert_int_eq(sa_set_str(&peer.addrv[0], "198.51.100.7", 0), 0);
	cfg.peerv = &peer;
	cfg.peerc = 1;
	a = ask("sip:" ALICE, "c", 1,
		"Contact: <sip:a@192.0.2.9>\r\nPath: <sip:p1;lr>\r\n");
	ck_assert(is(a, 200));
	ck_assert_ptr_null(strstr(a, "\r\nPath"));
	ck_assert_str_eq(first(ALICE)->path, "<sip:p1;lr>");
}
END_TEST


START_TEST(what_a_phone_left_behind_goes)
{
	struct fakeflow *old = ff;

	/* the same instance under another URI */
	(void)ask("sip:" ALICE, "c1", 1,
		  "Contact: <sip:a@192.0.2.9:1>;+sip.instance=\"<i>\"\r\n");
	(void)ask("sip:" ALICE, "c2", 1,
		  "Contact: <sip:a@192.0.2.9:2>;+sip.instance=\"<i>\"\r\n");
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(first(ALICE)->contact, "sip:a@192.0.2.9:2");

	/* the same Call-ID from the same place: two Contacts of one phone */
	(void)ask("sip:" ALICE, "c3", 1, "Contact: <sip:b@192.0.2.9:3>\r\n");
	(void)ask("sip:" ALICE, "c3", 2, "Contact: <sip:b@192.0.2.9:4>\r\n");
	ck_assert_uint_eq(location_count(loc), 3);

	/* the same Call-ID from elsewhere: it has moved */
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:41111", timers),
			 0);
	(void)ask("sip:" ALICE, "c3", 3, "Contact: <sip:b@192.0.2.9:5>\r\n");
	ck_assert_uint_eq(location_count(loc), 2);
	ck_assert_str_eq(first(ALICE)->contact, "sip:b@192.0.2.9:5");
	mem_deref(old);
}
END_TEST


START_TEST(above_the_bound_the_oldest_goes)
{
	(void)ask("sip:" ALICE, "c1", 1,
		  "User-Agent: A\r\nContact: <sip:1@192.0.2.9>\r\n");
	(void)ask("sip:" ALICE, "c2", 1,
		  "User-Agent: B\r\nContact: <sip:2@192.0.2.9>\r\n");
	(void)ask("sip:" ALICE, "c3", 1,
		  "User-Agent: A\r\nContact: <sip:3@192.0.2.9>\r\n");
	/* of the same kind first */
	ck_assert(is(ask("sip:" ALICE, "c4", 1,
			 "User-Agent: B\r\nContact: <sip:4@192.0.2.9>\r\n"),
		     200));
	ck_assert_uint_eq(location_count(loc), 3);
	ck_assert_ptr_null(strstr(ask("sip:" ALICE, "q", 1, ""), "sip:2@"));
	/* else the oldest of all */
	ck_assert(is(
		ask("sip:" ALICE, "c5", 1, "Contact: <sip:5@192.0.2.9>\r\n"),
		200));
	ck_assert_ptr_null(strstr(ask("sip:" ALICE, "q", 2, ""), "sip:1@"));
}
END_TEST


START_TEST(when_all_is_full_it_says_503)
{
	location_bound(loc, 1);
	(void)ask("sip:" ALICE, "c1", 1, "Contact: <sip:1@192.0.2.9>\r\n");
	ck_assert(is(ask("sip:bob@example.org", "c2", 1,
			 "Contact: <sip:1@192.0.2.9>\r\n"),
		     503));
	ck_assert_ptr_nonnull(
		strstr(fakeflow_text(ff, 0), "\r\nRetry-After: "));
}
END_TEST


START_TEST(no_memory_is_500_and_nothing_changed)
{
	const char *a = "";

	for (int n = 0; !is(a, 200); n++) {
		static struct guard g;
		struct message *m = NULL;
		char buf[1024];
		const int len = re_snprintf(
			buf, sizeof(buf),
			"REGISTER sip:example.net SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK%u\r\n"
			"From: <sip:x@example.net>;tag=1\r\n"
			"To: <sip:" ALICE ">\r\nCall-ID: %d\r\n"
			"CSeq: 1 REGISTER\r\nUser-Agent: x\r\n"
			"Contact: <sip:a@192.0.2.9>;+sip.instance=\"i\"\r\n"
			"Content-Length: 0\r\n\r\n",
			++count, n);

		ck_assert_int_lt(n, 100);
		ck_assert_int_eq(
			message_decode(&m, &g, (uint8_t *)buf, (size_t)len),
			0);
		m->flow = mem_ref(ff->flow);
		m->src = ff->flow->peer;
		fakeflow_clear(ff);
		oom_after(n);
		registrar_request(reg, m);
		oom_after(-1);
		mem_deref(m);
		a = fakeflow_text(ff, 0);
		if (!is(a, 200))
			ck_assert_uint_eq(location_count(loc), 0);
	}
	ck_assert_uint_eq(location_count(loc), 1);
}
END_TEST


static char dir[TEMPDIR_SIZE];


static const char *login(const char *to, uint32_t cseq, uint32_t nc,
			 const char *lines)
{
	const struct pl met = PL("REGISTER"), uri = PL("sip:example.net");
	struct digest_challenge chal;
	char buf[512], all[2048];
	const char *a = ask(to, "c", cseq, lines);
	struct pl val;

	ck_assert_msg(is(a, 401), "%s", a);
	a = strstr(a, "\r\nWWW-Authenticate: ");
	ck_assert_ptr_nonnull(a);
	val.p = strstr(a, ": ") + 2;
	val.l = (size_t)(strstr(val.p, "\r\n") - val.p);
	ck_assert_int_eq(digest_challenge_decode(&chal, &val), 0);
	ck_assert_int_eq(digest_authorize(buf, sizeof(buf), &chal, "alice",
					  "secret", &met, &uri, nc, "cn"),
			 0);
	(void)re_snprintf(all, sizeof(all), "%sAuthorization: %s\r\n", lines,
			  buf);

	return ask(to, "c", cseq + 1, all);
}


static struct store *store;
static struct auth *auth;


/* alice has an account, and desk is another name of hers */
static void setup_login(void)
{
	const struct hash_key key = {{1}};

	setup();
	tempdir_make(dir);
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
	ck_assert_int_eq(account_add(store, ALICE, "secret"), 0);
	ck_assert_int_eq(account_alias_add(store, "desk@example.net", ALICE),
			 0);
	ck_assert_int_eq(accounts_alloc(&accounts, store, NULL, NULL), 0);
	ck_assert_int_eq(auth_alloc(&auth, accounts, &key, timers, NULL, NULL),
			 0);
	mem_deref(reg);
	cfg.auth = true;
	start(auth);
}


static void teardown_login(void)
{
	teardown();
	auth = mem_deref(auth);
	accounts = mem_deref(accounts);
	store = mem_deref(store);
	tempdir_remove(dir);
}


START_TEST(a_stranger_costs_nothing_and_gets_nowhere)
{
	const char *a;

	a = ask("sip:" ALICE, "c", 1, "Contact: <sip:a@192.0.2.9>\r\n");
	ck_assert(is(a, 401));
	ck_assert_ptr_nonnull(strstr(a, "algorithm=SHA-256"));
	ck_assert_ptr_nonnull(strstr(a, "algorithm=MD5"));
	ck_assert_uint_eq(txns_servers(txns), 0);
	ck_assert_uint_eq(location_count(loc), 0);

	a = login("sip:" ALICE, 2, 1, "Contact: <sip:a@192.0.2.9>\r\n");
	ck_assert(is(a, 200));
	ck_assert_uint_eq(txns_servers(txns), 1);
	ck_assert_uint_eq(location_count(loc), 1);
}
END_TEST


/* another user's address, another domain's realm; and all of his by a star */
START_TEST(s25_nobody_registers_for_another)
{
	struct binding bob;
	const char *a;

	memset(&bob, 0, sizeof(bob));
	bob.aor = (char *)"bob@example.net";
	bob.contact = (char *)"sip:bob@192.0.2.7";
	bob.callid = (char *)"b";
	ck_assert_int_eq(location_put(loc, &bob, 60), 0);
	a = login("sip:bob@example.net", 4, 1,
		  "Contact: <sip:a@192.0.2.9>\r\n");
	ck_assert(is(a, 403));
	a = login("sip:bob@example.net", 6, 1, "Contact: *\r\nExpires: 0\r\n");
	ck_assert(is(a, 403));
	a = login("sip:alice@example.org", 8, 1,
		  "Contact: <sip:a@192.0.2.9>\r\n");
	ck_assert(is(a, 401));
	ck_assert_uint_eq(location_count(loc), 1);
	ck_assert_str_eq(first("bob@example.net")->contact,
			 "sip:bob@192.0.2.7");
}
END_TEST


START_TEST(an_alias_is_the_same_user)
{
	const char *a = login("sip:desk@example.net", 2, 1,
			      "Contact: <sip:a@192.0.2.9>\r\n");

	ck_assert_msg(is(a, 200), "%s", a);
	ck_assert_ptr_null(first("desk@example.net"));
	ck_assert_ptr_nonnull(first(ALICE));
}
END_TEST


static long pages(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long all, rss = 0;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%ld %ld", &all, &rss), 2);
	(void)fclose(f);

	return rss;
}


START_TEST(s11_a_hundred_thousand_strangers_leave_nothing)
{
#if defined(__SANITIZE_ADDRESS__)
	const uint32_t strangers = 5000;
	const long room = 20000; /* its quarantine */
#else
	const uint32_t strangers = 100000;
	const long room = 256; /* 1 MB */
#endif
	char to[64], callid[32];
	long before = 0;

	for (uint32_t i = 0; i < strangers; i++) {
		(void)snprintf(to, sizeof(to), "sip:u%u@example.net", i);
		(void)snprintf(callid, sizeof(callid), "c%u", i);
		ck_assert(is(
			ask(to, callid, 1, "Contact: <sip:a@192.0.2.9>\r\n"),
			401));
		if (i == strangers / 50)
			before = pages();
	}
	ck_assert_int_lt(pages() - before, room);
	ck_assert_uint_eq(txns_servers(txns), 0);
	ck_assert_uint_eq(location_count(loc), 0);
	ck_assert_uint_eq(timers_pending(timers), 0);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	struct registrar_parts parts;
	struct registrar *r = NULL;

	registrar_request(NULL, NULL);
	registrar_request(reg, NULL);
	parts = make_parts(NULL);
	ck_assert_int_eq(registrar_alloc(NULL, &parts), EINVAL);
	ck_assert_int_eq(registrar_alloc(&r, NULL), EINVAL);
	cfg.auth = true;
	ck_assert_int_eq(registrar_alloc(&r, &parts), EINVAL);
	parts.loc = NULL;
	cfg.auth = false;
	ck_assert_int_eq(registrar_alloc(&r, &parts), EINVAL);
}
END_TEST


Suite *suite_registrar(void);
Suite *suite_registrar(void)
{
	Suite *s = suite_create("registrar");
	TCase *tc = tcase_create("registrar");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_phone_is_bound_with_all_that_was_seen);
	tcase_add_test(tc, a_phone_that_is_where_it_says_is_direct);
	tcase_add_test(tc, without_contact_it_is_a_query);
	tcase_add_test(tc, a_phone_leaves_by_expires_0_or_star);
	tcase_add_test(tc, an_overtaken_request_changes_nothing);
	test_table(tc, a_refusal_changes_nothing, refusalv);
	tcase_add_test(tc, loopback_is_allowed_to_tests_and_to_itself);
	tcase_add_test(tc, a_path_is_kept_and_echoed_to_who_knows_it);
	tcase_add_test(tc, a_path_of_a_peer_needs_no_phone_that_knows_it);
	tcase_add_test(tc, what_a_phone_left_behind_goes);
	tcase_add_test(tc, above_the_bound_the_oldest_goes);
	tcase_add_test(tc, when_all_is_full_it_says_503);
	tcase_add_test(tc, no_memory_is_500_and_nothing_changed);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	tc = tcase_create("login");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup_login, teardown_login);
	tcase_add_test(tc, a_stranger_costs_nothing_and_gets_nowhere);
	tcase_add_test(tc, s25_nobody_registers_for_another);
	tcase_add_test(tc, an_alias_is_the_same_user);
	tcase_add_test(tc, s11_a_hundred_thousand_strangers_leave_nothing);
	suite_add_tcase(s, tc);

	return s;
}
