/**
 * @file scenario/abuse_flood.c  More than a server can want, and its end
 *
 * The names begin with the number of the case in the project's list.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "common/timer.h"
#include "proxy/sip/server_txn.h"
#include "test/mock/cpu.h"
#include "test/mock/fakeflow.h"
#include "test/mock/sipmsg.h"
#include "test/scenario/rig.h"
#include "test/test.h"

enum {
	GARBAGE = 100000,
	BURST = 50,
	CONNECTIONS = 60,
	COLLIDING = 50000,
	FLOOD = 30000,
	LOG_MAX = 100 * 1024,
};

static struct rig rig;
static struct phone alice, mallory;

static const char conf[] = "relay { ports = \"22700-22799\"\n"
			   "allow_local = yes quarantine = 0 }\n";


static void setup(void)
{
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&mallory, &rig, "127.0.0.66");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&mallory);
	rig_stop(&rig);
}


/* a stranger of his own, whom nobody has anything against */
static void expect_alive(void)
{
	static unsigned n;
	struct phone ph;
	char host[32];

	(void)snprintf(host, sizeof(host), "127.0.9.%u", ++n % 250 + 1);
	phone_open(&ph, &rig, host);
	phone_send(&ph,
		   "OPTIONS sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKp;rport\r\n"
		   "From: <sip:p@example.net>;tag=p\r\n"
		   "To: <sip:example.net>\r\n"
		   "Call-ID: p\r\nCSeq: 1 OPTIONS\r\n\r\n",
		   ph.host, ph.port);
	(void)phone_recv(&ph);
	ck_assert_uint_eq(phone_status(&ph), 200);
	phone_close(&ph);
}


/* the server's log in a file */
static int log_begin(const char *level, int *keep)
{
	char path[] = "/tmp/viaduct-log-XXXXXX";
	const int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	(void)unlink(path);
	*keep = dup(STDERR_FILENO);
	(void)str_ncpy(rig.cfg->log_level, level, sizeof(rig.cfg->log_level));
	ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
	rig_restart(&rig);

	return fd;
}


static void log_end(int keep)
{
	rig.srv = mem_deref(rig.srv);
	ck_assert_int_ge(dup2(keep, STDERR_FILENO), 0);
	(void)close(keep);
}


static const char *const garbagev[] = {
	"INVITE sip:b@example.net SIP/2.0\r\nVia: x\r\n\r\n",
	"INVITE sip:b@example.net SIP/2.0\r\n"
	"Via: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: x\r\nCSeq: y\r\n\r\n",
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\r\n"
	"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
	"Call-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"a",
	"BYE sip:b@example.net SIP/2.0\r\n"
	"Via: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
	"To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 BYE\r\n\r\n",
	"OPTIONS tel:1 SIP/2.0\r\n"
	"Via: SIP/2.0/UDP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
	"To: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
	"\x80\x00\x00\x00garbage",
};


static void send_garbage(void)
{
	static struct phone phonev[8];
	char host[32];

	for (size_t i = 0; i < ARRAY_SIZE(phonev); i++) {
		(void)snprintf(host, sizeof(host), "127.0.8.%zu", i + 1);
		phone_open(&phonev[i], &rig, host);
	}
	for (unsigned n = 0; n < GARBAGE; n++) {
		struct phone *ph = &phonev[n % ARRAY_SIZE(phonev)];
		const char *text = garbagev[n % ARRAY_SIZE(garbagev)];

		phone_send_octets(ph, text, strlen(text));
		if (n % 1000 == 0)
			expect_alive();
		while (phone_take(ph)) {
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(phonev); i++)
		phone_close(&phonev[i]);
}


START_TEST(s10_garbage_does_not_fill_the_log)
{
	struct stat st;
	int keep, fd;

	fd = log_begin("info", &keep);
	send_garbage();
	log_end(keep);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_lt(st.st_size, LOG_MAX);
	ck_assert_int_gt(st.st_size, 100);
	(void)close(fd);
}
END_TEST


static void flood(struct phone *ph, unsigned n)
{
	phone_send(ph,
		   "REGISTER sip:example.net SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKf%u;rport\r\n"
		   "From: <sip:u%u@example.net>;tag=%u\r\n"
		   "To: <sip:u%u@example.net>\r\n"
		   "Call-ID: flood%u\r\nCSeq: 1 REGISTER\r\n"
		   "Contact: <sip:x@127.0.0.66>\r\n\r\n",
		   ph->host, ph->port, n, n, n, n, n);
}


/* from one address, and from the phone's own: both must not harm it */
START_TEST(s11_a_registered_phone_is_served_in_a_flood)
{
	static struct phone badv[BURST];
	size_t before;

	phone_register(&alice, "alice", "wonderland", "192.168.1.10:5060");
	for (int i = 0; i < BURST; i++)
		phone_open(&badv[i], &rig, _i ? "127.0.0.10" : "127.0.0.66");

	before = mallinfo2().uordblks;
	for (unsigned n = 0; n < FLOOD; n++) {
		flood(&badv[n % BURST], n);
		if (n % 1000 == 999) {
			const uint64_t then = tmr_jiffies();

			phone_register(&alice, "alice", "wonderland",
				       "192.168.1.10:5060");
			ck_assert_uint_lt(tmr_jiffies() - then, 500);
		}
	}
	for (int i = 0; i < BURST; i++)
		phone_close(&badv[i]);

	ck_assert_uint_lt(mallinfo2().uordblks, before + 256 * 1024);
	ck_assert_uint_ge(rig_counter(&rig, "gate_limited_total"), FLOOD / 2);
	ck_assert_uint_eq(rig_counter(&rig, "location_bindings"), 1);
}
END_TEST


static unsigned descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(dir))
		++n;
	(void)closedir(dir);

	return n;
}


/* each says one octet at a time, one more does not read: others are served */
START_TEST(s20_slow_connections_slow_nobody_else)
{
	static struct phone slowv[CONNECTIONS];
	static const char text[] = "OPTIONS sip:example.net SIP/2.0\r\nVia: ";
	const unsigned before = descriptors();
	struct phone deaf;

	for (int i = 0; i < CONNECTIONS; i++)
		phone_open_tcp(&slowv[i], &rig, "127.0.0.66");
	phone_open_tcp(&deaf, &rig, "127.0.0.65");
	fd_close(deaf.fd);

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		const uint64_t then = tmr_jiffies();

		for (int i = 0; i < CONNECTIONS; i++)
			phone_send_octets(&slowv[i], text + n, 1);
		for (int i = 0; i < 20; i++)
			phone_send(&deaf,
				   "OPTIONS sip:example.net SIP/2.0\r\n"
				   "Via: SIP/2.0/TCP x;branch=z9hG4bK%d\r\n"
				   "From: <sip:a@b>;tag=1\r\nTo: <sip:b>\r\n"
				   "Call-ID: d\r\nCSeq: 1 OPTIONS\r\n"
				   "Content-Length: 0\r\n\r\n",
				   i);
		expect_alive();
		ck_assert_uint_lt(tmr_jiffies() - then, 200);
	}

	for (int i = 0; i < CONNECTIONS; i++)
		phone_close(&slowv[i]);
	(void)close(deaf.fd);
	rig_settle(&rig, "tcp_connections", 0, 3000);
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST


static void nothing_handler(struct message *req, void *arg)
{
	(void)req;
	(void)arg;
}


/* what is added has its branch looked for: the chain is walked to its end */
static uint64_t fill(struct fakeflow *ff, char (*branchv)[24])
{
	const struct txn_conf xc = {500, 4000, 5000, 185000, COLLIDING};
	static struct server_txn *stv[COLLIDING];
	struct timers *timers = NULL;
	struct txns *txns = NULL;
	uint64_t spent = 0;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1), 0);
	ck_assert_int_eq(txns_alloc(&txns, timers, NULL, NULL, &xc,
				    nothing_handler, NULL, NULL),
			 0);
	for (int i = 0; i < COLLIDING; i++) {
		struct message *m = sipmsg_request(
			ff->flow, "OPTIONS", "192.0.2.7", branchv[i], "");
		const uint64_t then = cpu_us();

		txns_input(txns, m);
		ck_assert_int_eq(
			server_txn_alloc(&stv[i], txns, m, NULL, NULL), 0);
		spent += cpu_us() - then;
		mem_deref(m);
	}
	for (int i = 0; i < COLLIDING; i++)
		mem_deref(stv[i]);
	mem_deref(txns);
	mem_deref(timers);

	return spent;
}


/* all in one of 256 places, for a table that hashes as libre's do */
static void collide(char (*branchv)[24], bool really)
{
	uint32_t n = 0;

	for (int i = 0; i < COLLIDING; n++) {
		(void)snprintf(branchv[i], 24, "z9hG4bK%08x", n * 2654435761U);
		if (!really || !(hash_joaat_str(branchv[i]) % 256 ||
				 (n * 2654435761U == 0)))
			++i;
	}
}


START_TEST(s22_colliding_branches_cost_what_others_do)
{
	static char branchv[COLLIDING][24];
	struct fakeflow *ff = NULL;
	uint64_t plain, attack;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.7:5060", NULL),
			 0);
	collide(branchv, false);
	(void)fill(ff, branchv);
	plain = fill(ff, branchv);
	collide(branchv, true);
	attack = fill(ff, branchv);
	ck_assert_msg(!CPU_TIMED || attack < 2 * plain + 50000,
		      "%llu us instead of %llu us", (unsigned long long)attack,
		      (unsigned long long)plain);
	mem_deref(ff);
}
END_TEST


Suite *suite_abuse_flood(void);
Suite *suite_abuse_flood(void)
{
	Suite *s = suite_create("abuse_flood");
	TCase *tc = tcase_create("abuse_flood");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, s10_garbage_does_not_fill_the_log);
	tcase_add_loop_test(tc, s11_a_registered_phone_is_served_in_a_flood, 0,
			    2);
	tcase_add_test(tc, s20_slow_connections_slow_nobody_else);
	tcase_add_test(tc, s22_colliding_branches_cost_what_others_do);
	suite_add_tcase(s, tc);

	return s;
}
