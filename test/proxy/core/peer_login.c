/**
 * @file test/proxy/core/peer_login.c  Peers that show by digest who they are
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/peer_login.h"
#include "proxy/user/digest.h"
#include "test/mock/decoded.h"
#include "test/test.h"


static struct timers *timers;
static struct peers *peers;
static struct peer_login *login;
static struct config cfg;
static struct config_peer peerv[2];
static const struct hash_key key = {{3}};


static void setup(void)
{
	memset(&cfg, 0, sizeof(cfg));
	memset(peerv, 0, sizeof(peerv));
	(void)str_ncpy(cfg.domainv[0], "example.net", CONFIG_NAME_MAX);
	cfg.domainc = 1;
	cfg.peerv = peerv;
	cfg.peerc = 2;
	(void)str_ncpy(peerv[0].name, "roams", CONFIG_NAME_MAX);
	(void)str_ncpy(peerv[0].auth_user, "pbx", CONFIG_NAME_MAX);
	(void)str_ncpy(peerv[0].auth_password, "s3cret", CONFIG_NAME_MAX);
	(void)str_ncpy(peerv[1].name, "stays", CONFIG_NAME_MAX);
	(void)str_ncpy(peerv[1].auth_user, "sbc", CONFIG_NAME_MAX);
	(void)str_ncpy(peerv[1].auth_password, "s3cret", CONFIG_NAME_MAX);
	ck_assert_int_eq(sa_set_str(&peerv[1].addrv[0], "192.0.2.9", 0), 0);
	peerv[1].addrc = 1;

	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000000), 0);
	ck_assert_int_eq(peers_alloc(&peers, &cfg), 0);
	ck_assert_int_eq(peer_login_alloc(&login, &cfg, peers, &key, timers),
			 0);
}


static void teardown(void)
{
	login = mem_deref(login);
	peers = mem_deref(peers);
	timers = mem_deref(timers);
}


static const char *nonce(void)
{
	static char buf[DIGEST_NONCE_MAX];
	const struct pl realm = PL("example.net");

	digest_nonce(buf, &key, timers_now(timers) / 1000, &realm);

	return buf;
}


static struct message *request(const char *user, const char *password,
			       const char *realm, const char *no, uint32_t nc,
			       const char *src)
{
	struct digest_challenge c = {.alg = DIGEST_SHA256};
	const struct pl met = PL("INVITE"), uri = PL("sip:b@example.net");
	char value[1024], line[1100];
	struct message *m;

	pl_set_str(&c.realm, realm);
	pl_set_str(&c.nonce, no);
	pl_set_str(&c.qop, "auth");
	ck_assert_int_eq(digest_authorize(value, sizeof(value), &c, user,
					  password, &met, &uri, nc, "cn"),
			 0);
	(void)re_snprintf(line, sizeof(line), "Proxy-Authorization: %s\r\n",
			  value);
	m = decoded_with("INVITE", line);
	ck_assert_int_eq(sa_set_str(&m->src, src, 5060), 0);

	return m;
}


static const struct {
	const char *user, *password, *realm, *src;
	int peer; /* -1: none */
} casev[] = {
	{"pbx", "s3cret", "example.net", "198.51.100.1", 0},
	{"pbx", "s3cret", "EXAMPLE.net", "198.51.100.1", 0},
	{"pbx", "wrong", "example.net", "198.51.100.1", -1},
	{"PBX", "s3cret", "example.net", "198.51.100.1", -1},
	{"", "s3cret", "example.net", "198.51.100.1", -1},
	{"pbx", "s3cret", "other.net", "198.51.100.1", -1},
	{"sbc", "s3cret", "example.net", "192.0.2.9", 1},
	{"sbc", "s3cret", "example.net", "198.51.100.1", -1},
	{"pbx", "s3cret", "example.net", "192.0.2.9", 0},
};


START_TEST(a_peer_is_who_it_says_and_shows)
{
	struct message *m = request(casev[_i].user, casev[_i].password,
				    casev[_i].realm, nonce(), 1,
				    casev[_i].src);
	const struct config_peer *peer = peer_login_find(login, m);

	if (casev[_i].peer < 0)
		ck_assert_ptr_null(peer);
	else
		ck_assert_ptr_eq(peer, &peerv[casev[_i].peer]);
	mem_deref(m);
}
END_TEST


START_TEST(s16_an_answer_counts_once_and_not_for_ever)
{
	char old[DIGEST_NONCE_MAX];
	struct message *m;

	(void)str_ncpy(old, nonce(), sizeof(old));
	m = request("pbx", "s3cret", "example.net", old, 1, "192.0.2.1");
	ck_assert_ptr_eq(peer_login_find(login, m), &peerv[0]);
	ck_assert_ptr_null(peer_login_find(login, m));
	mem_deref(m);

	m = request("pbx", "s3cret", "example.net", old, 2, "192.0.2.1");
	ck_assert_ptr_eq(peer_login_find(login, m), &peerv[0]);
	mem_deref(m);

	timers_advance(timers, 400000);
	m = request("pbx", "s3cret", "example.net", old, 3, "192.0.2.1");
	ck_assert_ptr_null(peer_login_find(login, m));
	mem_deref(m);

	m = request("pbx", "s3cret", "example.net", "made-up", 1, "192.0.2.1");
	ck_assert_ptr_null(peer_login_find(login, m));
	mem_deref(m);
}
END_TEST


START_TEST(without_credentials_it_is_nobody)
{
	struct message *m = decoded_with("INVITE", "");

	ck_assert_ptr_null(peer_login_find(login, m));
	ck_assert_ptr_null(peer_login_find(NULL, m));
	mem_deref(m);
}
END_TEST


START_TEST(an_address_alone_is_not_believed)
{
	struct message *m = decoded_with("INVITE", "");

	ck_assert_int_eq(sa_set_str(&m->src, "192.0.2.9", 5060), 0);
	ck_assert_ptr_eq(peers_find(peers, &m->src), &peerv[1]);
	ck_assert_ptr_null(peers_sender(peers, m));
	mem_deref(m);
}
END_TEST


START_TEST(out_of_memory_leaves_nothing)
{
	struct peer_login *l = NULL;
	int err = ENOMEM;

	for (int n = 0; err; n++) {
		oom_after(n);
		err = peer_login_alloc(&l, &cfg, peers, &key, timers);
		oom_after(-1);
		ck_assert(!err || err == ENOMEM);
	}
	mem_deref(l);
}
END_TEST


Suite *suite_peer_login(void);
Suite *suite_peer_login(void)
{
	Suite *s = suite_create("peer_login");
	TCase *tc = tcase_create("peer_login");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_peer_is_who_it_says_and_shows, casev);
	tcase_add_test(tc, s16_an_answer_counts_once_and_not_for_ever);
	tcase_add_test(tc, without_credentials_it_is_nobody);
	tcase_add_test(tc, an_address_alone_is_not_believed);
	tcase_add_test(tc, out_of_memory_leaves_nothing);
	suite_add_tcase(s, tc);

	return s;
}
