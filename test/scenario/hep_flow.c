/**
 * @file scenario/hep_flow.c  A capture server is told what was said
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "common/octets.h"
#include "test/scenario/talk.h"
#include "test/test.h"

enum { TEXT_SIZE = 8192, HEP_SRC4 = 3, HEP_SRC_PORT = 7, HEP_TYPE = 11 };
enum { HEP_PASSWORD = 14, HEP_PAYLOAD = 15, HEP_CALL = 17 };

static struct rig rig;
static struct phone alice, bob;
static int fd = -1; /* the capture server's */
static uint8_t got[TEXT_SIZE];
static size_t got_len;


static void open_server(struct sa *sa)
{
	const struct timeval tv = {.tv_sec = 3};

	ck_assert_int_eq(sa_set_str(sa, "127.0.0.1", 0), 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	ck_assert_int_eq(bind(fd, &sa->u.sa, sa->len), 0);
	sa->len = sizeof(sa->u);
	ck_assert_int_eq(getsockname(fd, &sa->u.sa, &sa->len), 0);
	ck_assert_int_eq(
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), 0);
}


static void setup(void)
{
	char conf[128];
	struct sa sa;

	open_server(&sa);
	(void)re_snprintf(conf, sizeof(conf),
			  "hep { server = \"udp:%J\" id = 7 password = "
			  "\"sesame\" }\n",
			  &sa);
	rig_start(&rig, conf);
	rig_account(&rig, "alice@example.net", "wonderland");
	rig_account(&rig, "bob@example.net", "builder99");
	phone_open(&alice, &rig, "127.0.0.10");
	phone_open(&bob, &rig, "127.0.0.20");
}


static void teardown(void)
{
	phone_close(&alice);
	phone_close(&bob);
	rig_stop(&rig);
	(void)close(fd);
}


static struct pl chunk(uint16_t type)
{
	struct pl pl = PL_INIT;

	for (size_t at = 6; at + 6 <= got_len;) {
		const size_t n = octets_get16(got + at + 4);

		ck_assert(n >= 6 && at + n <= got_len);
		if (octets_get16(got + at + 2) == type) {
			pl.p = (const char *)got + at + 6;
			pl.l = n - 6;
		}
		at += n;
	}

	return pl;
}


static void receive(void)
{
	const ssize_t n = recv(fd, got, sizeof(got), 0);
	struct pl password;

	ck_assert_int_gt(n, 6);
	got_len = (size_t)n;
	ck_assert_mem_eq(got, "HEP3", 4);
	ck_assert_uint_eq(octets_get16(got + 4), got_len);
	password = chunk(HEP_PASSWORD);
	ck_assert_int_eq(pl_strcmp(&password, "sesame"), 0);
}


static bool has(const struct pl *pl, const char *text)
{
	return memmem(pl->p, pl->l, text, strlen(text)) != NULL;
}


/* the next one whose payload starts so */
static struct pl await(const char *start)
{
	struct pl pl;

	do {
		receive();
		pl = chunk(HEP_PAYLOAD);
	} while (pl.l < strlen(start) ||
		 memcmp(pl.p, start, strlen(start)) != 0);

	return pl;
}


START_TEST(it_hears_what_the_phones_hear)
{
	struct talk t;
	struct pl pl, from;

	talk_begin(&t, &alice, &bob, "hep-1");
	phone_register(&bob, "bob", "builder99", "192.168.1.10:5060");
	pl = await("REGISTER ");
	pl = await("SIP/2.0 401 ");
	pl = await("REGISTER ");
	ck_assert(has(&pl, "response=\"****"));
	talk_invite(&t, "", talk_sdp("127.0.0.10", ""));
	talk_expect(&bob, "INVITE ");

	/* twice by alice, once to bob: what he has is what was told */
	(void)await("INVITE ");
	from = chunk(HEP_SRC4);
	ck_assert_mem_eq(from.p, "\x7f\0\0\x0a", 4);
	ck_assert_uint_eq(octets_get16((const uint8_t *)chunk(HEP_SRC_PORT).p),
			  alice.port);
	(void)await("INVITE ");
	pl = await("INVITE ");
	ck_assert_uint_eq(pl.l, strlen(bob.msg));
	ck_assert_mem_eq(pl.p, bob.msg, pl.l);
	pl = chunk(HEP_CALL);
	ck_assert_int_eq(pl_strcmp(&pl, "hep-1"), 0);
	ck_assert_int_eq(*chunk(HEP_TYPE).p, 1);

	talk_reply(&bob, "486 Busy Here", "", "");
	talk_expect(&alice, "SIP/2.0 486 ");
	talk_inside(&t, &alice, "ACK", t.invite, "", "");
	pl = await("{");
	ck_assert_int_eq(*chunk(HEP_TYPE).p, 35);
	ck_assert(has(&pl, "\"call_id\":\"hep-1\""));
	ck_assert(has(&pl, "\"status\":486"));
}
END_TEST


/* the socket says so; calls do not care */
START_TEST(nobody_waits_for_it_when_it_is_gone)
{
	struct talk t;

	(void)close(fd);
	fd = -1;
	talk_begin(&t, &alice, &bob, "hep-2");
	talk_establish(&t, "127.0.0.10", "127.0.0.20");
	ck_assert_uint_gt(rig_counter(&rig, "hep_lost_total") +
				  rig_counter(&rig, "hep_sent_total"),
			  0);
}
END_TEST


Suite *suite_hep_flow(void);
Suite *suite_hep_flow(void)
{
	Suite *s = suite_create("hep_flow");
	TCase *tc = tcase_create("hep_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_hears_what_the_phones_hear);
	tcase_add_test(tc, nobody_waits_for_it_when_it_is_gone);
	suite_add_tcase(s, tc);

	return s;
}
