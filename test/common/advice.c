/**
 * @file test/common/advice.c  What an operator should know
 */
#include <stdint.h>
#include <string.h>
#include "common/advice.h"
#include "test/test.h"

#define PUBLIC "listen = { \"udp:192.0.2.1:5060\" }\ndata = \"/d\"\n"
#define INSIDE "listen = { \"udp:10.0.0.5:5060\" }\ndata = \"/d\"\n"
#define TOLD                                                          \
	"listen = { \"udp:10.0.0.5:5060 advertise 198.51.100.7\" }\n" \
	"data = \"/d\"\n"
#define LOOPBACK                                               \
	"listen = { \"udp:127.0.0.1:5060\" }\ndata = \"/d\"\n" \
	"relay { address = \"127.0.0.1\" allow_local = yes }\n"

enum { NOW = 1790000000, MANY = 65536 };


/* one sentence, by its beginning; "": none */
static const struct {
	const char *config, *outside;
	unsigned long lo, hi;
	uint64_t files;
	int64_t time_s;
	bool data_volatile;
	const char *want;
} casev[] = {
	{PUBLIC, "192.0.2.1", 32768, 60999, MANY, NOW, false, ""},
	{PUBLIC, NULL, 0, 0, 0, 0, false, ""}, /* nothing is known */
	{INSIDE, "10.0.0.5", 32768, 60999, MANY, NOW, false,
	 "this machine is behind NAT itself: 10.0.0.5 is a private address. "
	 "For phones outside of its network listen says \"udp:10.0.0.5 "
	 "advertise PUBLIC-ADDRESS\""},
	{INSIDE "relay { address = \"10.0.0.5 advertise 198.51.100.7\" }\n",
	 "10.0.0.5", 32768, 60999, MANY, NOW, false,
	 "this machine is behind NAT itself"},
	{TOLD "relay { address = \"10.0.0.5\" }\n", "10.0.0.5", 32768, 60999,
	 MANY, NOW, false,
	 "this machine is behind NAT itself: 10.0.0.5 is a private address. "
	 "For phones outside of its network relay { address } says "
	 "\"10.0.0.5 advertise PUBLIC-ADDRESS\""},
	{TOLD, "10.0.0.5", 32768, 60999, MANY, NOW, false, ""},
	/* a network of its own, which leads nowhere */
	{INSIDE, NULL, 32768, 60999, MANY, NOW, false, ""},
	{INSIDE, "192.0.2.1", 32768, 60999, MANY, NOW, false, ""},
	{LOOPBACK, "192.0.2.1", 32768, 60999, MANY, NOW, false,
	 "it listens on loopback only"},
	{PUBLIC, "192.0.2.1", 32767, 60999, MANY, NOW, false,
	 "relay { ports = \"16384-32767\" } overlaps the ports that the "
	 "system gives to anybody (32767-60999)"},
	{PUBLIC "relay { mode = \"external\" servers = "
		"\"sip:192.0.2.9:5060\" }\n",
	 "192.0.2.1", 1024, 60999, 5000, NOW, false, ""},
	{PUBLIC, "192.0.2.1", 32768, 60999, 12543, NOW, false,
	 "12543 files may be open: beside all connections that is enough for "
	 "2047 relayed calls of the 4096 that the ports allow; 20736 would "
	 "do for all"},
	{PUBLIC, "192.0.2.1", 32768, 60999, 12544, NOW, false, ""},
	{PUBLIC, "192.0.2.1", 32768, 60999, 1024, NOW, false,
	 "1024 files may be open: beside all connections that is enough for "
	 "0 relayed calls"},
	{PUBLIC, "192.0.2.1", 32768, 60999, MANY, 1000, false,
	 "the clock is not set"},
	{PUBLIC, "192.0.2.1", 32768, 60999, MANY, NOW, true,
	 "/d lies in memory: accounts and registrations are lost"},
	{PUBLIC "peer pbx { uri = \"sip:127.0.0.1:5080\" }\n", "192.0.2.1",
	 32768, 60999, MANY, NOW, false,
	 "peer \"pbx\" is on loopback, where no ACK or BYE is sent"},
	{PUBLIC "peer pbx { uri = \"sip:[::1];transport=tcp\" }\n",
	 "192.0.2.1", 32768, 60999, MANY, NOW, false,
	 "peer \"pbx\" is on loopback"},
	{PUBLIC "peer pbx { uri = \"sip:192.0.2.1:5080\" }\n"
		"peer b { uri = \"sip:localhost.example.net\" }\n"
		"peer c { address = \"127.0.0.1\" }\n",
	 "192.0.2.1", 32768, 60999, MANY, NOW, false, ""},
	{PUBLIC "peer pbx { uri = \"sip:127.0.0.1:5080\" }\n"
		"relay { allow_local = yes }\n",
	 "192.0.2.1", 32768, 60999, MANY, NOW, false, ""},
	{PUBLIC "auth = no\n", "192.0.2.1", 32768, 60999, MANY, NOW, false,
	 "auth = no: whoever reaches this server may register and call"},
};


static struct config *decode(const char *text)
{
	struct mbuf *errs = mbuf_alloc(256);
	struct config *cfg = NULL;

	ck_assert_int_eq(config_decode(&cfg, "a.conf", text, errs), 0);
	mem_deref(errs);

	return cfg;
}


START_TEST(facts_become_sentences)
{
	struct config *cfg = decode(casev[_i].config);
	struct host_facts f = {
		.ephemeral = {casev[_i].lo, casev[_i].hi},
		.files = casev[_i].files,
		.time_s = casev[_i].time_s,
		.data_volatile = casev[_i].data_volatile,
	};
	static struct advice a;
	const char *said;

	if (casev[_i].outside)
		ck_assert_int_eq(sa_set_str(&f.outside, casev[_i].outside, 0),
				 0);
	advice_make(&a, cfg, &f);
	said = advice_at(&a, 0);
	ck_assert_msg(!strncmp(said ? said : "", casev[_i].want,
			       casev[_i].want[0] ? strlen(casev[_i].want) : 1),
		      "%s", said);
	ck_assert_ptr_null(advice_at(&a, casev[_i].want[0] ? 1 : 0));
	mem_deref(cfg);
}
END_TEST


START_TEST(nothing_is_said_of_nothing)
{
	struct host_facts f;

	advice_make(NULL, NULL, NULL);
	ck_assert_ptr_null(advice_at(NULL, 0));
	host_facts_read(&f, "/proc/nothing/here");
	ck_assert(!f.data_volatile);
	ck_assert_uint_gt(f.files, 0);
	ck_assert_int_gt(f.time_s, 0);
}
END_TEST


Suite *suite_advice(void);
Suite *suite_advice(void)
{
	Suite *s = suite_create("advice");
	TCase *tc = tcase_create("advice");

	test_table(tc, facts_become_sentences, casev);
	tcase_add_test(tc, nothing_is_said_of_nothing);
	suite_add_tcase(s, tc);

	return s;
}
