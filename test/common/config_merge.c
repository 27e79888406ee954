/**
 * @file test/common/config_merge.c  Another file for a running server
 */
#include <errno.h>
#include <string.h>
#include "test/test.h"
#include "common/config.h"
#include "common/config_given.h"
#include "common/config_table.h"

static const char running[] =
	"listen = { \"udp:192.0.2.1:5060\", \"tcp:192.0.2.1:5060\" }\n"
	"domain = { \"example.net\" }\n"
	"registrar { expires = 1800 }\n"
	"relay { ports = \"20000-20999\" rung = \"sockets\" }\n"
	"peer \"a\" { address = { \"192.0.2.7\" } media = \"relay\" }\n"
	"peer \"b\" { address = { \"192.0.2.8\" } }\n"
	"route \"out\" { match = { \"0*\" } peers = { \"a\", \"b\" } }\n";

static struct config *is, *next, *merged;
static struct mbuf *errs;
static char told[2048];


static void setup(void)
{
	errs = mbuf_alloc(256);
	ck_assert_int_eq(config_decode(&is, "running", running, errs), 0);
	told[0] = '\0';
}


static void teardown(void)
{
	oom_after(-1);
	is = mem_deref(is);
	next = mem_deref(next);
	merged = mem_deref(merged);
	errs = mem_deref(errs);
}


static void change_handler(const char *name, bool restart, void *arg)
{
	const size_t len = strlen(told);
	(void)arg;

	(void)re_snprintf(told + len, sizeof(told) - len, "%s%s;", name,
			  restart ? " restart" : "");
}


static int merge(const char *text)
{
	merged = mem_deref(merged);
	next = mem_deref(next);
	errs->pos = errs->end = 0;
	ck_assert_int_eq(config_decode(&next, "next", text, errs), 0);
	errs->pos = errs->end = 0;
	told[0] = '\0';
	config_changes(is, next, change_handler, NULL);

	return config_merge(&merged, is, next, errs);
}


START_TEST(the_same_file_changes_nothing)
{
	ck_assert_int_eq(merge(running), 0);
	ck_assert_str_eq(told, "");
	ck_assert_uint_eq(merged->peerc, 2);
	ck_assert_str_eq(merged->peerv[0].name, "a");
	ck_assert_int_eq(merged->peerv[0].media, CONFIG_MEDIA_RELAY);
	ck_assert_uint_eq(merged->routec, 1);
	ck_assert_uint_eq(merged->relay.port_min, 20000);
	ck_assert_uint_eq(list_count(&merged->givenl),
			  list_count(&is->givenl));
	ck_assert_uint_eq(list_count(&merged->derivedl),
			  list_count(&is->derivedl));
}
END_TEST


/* what a file changes, and what of it is in force then */
START_TEST(changes_are_told_key_by_key)
{
	static const struct {
		const char *add, *told;
	} v[] = {
		{"proxy { ring = 20 }", "proxy.ring;"},
		{"dns { timeout = 1000 }", "dns.timeout;"},
		{"relay { workers = 2 }", "relay.workers restart;"},
		{"peer \"c\" { address = { \"192.0.2.9\" } }", "peer \"c\";"},
		{"route \"in\" { match = { \"1*\" } peers = { \"a\" } }",
		 "route \"in\";"},
		{"push { url = \"http://127.0.0.1/\" wait = 3 }",
		 "push.url;push.wait;"},
	};
	char text[1024];

	(void)re_snprintf(text, sizeof(text), "%s%s\n", running, v[_i].add);
	ck_assert_int_eq(merge(text), 0);
	ck_assert_str_eq(told, v[_i].told);
}
END_TEST


START_TEST(what_needs_a_restart_stays)
{
	ck_assert_int_eq(merge("listen = { \"udp:192.0.2.3:5062\" }\n"
			       "relay { ports = \"30000-30999\" }\n"
			       "proxy { ring = 20 }\n"
			       "peer \"b\" { address = { \"192.0.2.9\" } }\n"),
			 0);

	/* taken */
	ck_assert_uint_eq(merged->listenc, 1);
	ck_assert_uint_eq(sa_port(&merged->listenv[0].sa), 5062);
	ck_assert_uint_eq(merged->proxy.ring, 20);
	ck_assert_uint_eq(merged->peerc, 1);
	ck_assert_uint_eq(merged->routec, 0);
	ck_assert_uint_eq(merged->registrar.expires_default, 3600);
	ck_assert_str_eq(merged->domainv[0], "192.0.2.3");

	ck_assert_uint_eq(merged->relay.port_min, 30000);

	/* as before, with what followed from the listeners of then */
	ck_assert_int_eq(merged->relay.rung, CONFIG_RUNG_SOCKETS);
	ck_assert_uint_eq(merged->relay.addrc, 1);
	ck_assert(
		sa_cmp(&merged->relay.addrv[0], &is->relay.addrv[0], SA_ADDR));

	ck_assert_str_eq(told, "listen;domain;proxy.ring;registrar.expires;"
			       "relay.address restart;relay.ports;"
			       "relay.rung restart;peer \"b\";peer \"a\";"
			       "route \"out\";");
}
END_TEST


/* what was worked out is not said by the file later on either */
START_TEST(a_merged_one_can_be_merged_again)
{
	static const char text[] = "listen = { \"udp:192.0.2.3:5062\" }\n"
				   "relay { rung = \"sockets\" }\n";
	const struct config_key *key = config_table_find("relay", "address");

	ck_assert_int_eq(merge(text), 0);
	ck_assert_ptr_null(config_given_next(&merged->givenl, NULL, key, ""));
	config_swap(is, merged);
	ck_assert_int_eq(merge(text), 0);
	ck_assert_str_eq(told, "relay.address restart;");
	ck_assert_ptr_null(config_given_next(&merged->givenl, NULL, key, ""));
	ck_assert_uint_eq(merged->relay.addrc, 1);
	ck_assert_uint_eq(merged->relay.port_min, 16384);
}
END_TEST


/* a zone that the running relay does not have */
START_TEST(what_does_not_fit_the_running_one_is_refused)
{
	ck_assert_int_eq(
		merge("relay { address = { \"192.0.2.1\" }\n"
		      "zone \"inner\" { address = { \"192.0.2.9\" } } }\n"
		      "peer \"a\" { address = { \"192.0.2.7\" }\n"
		      "zone = \"inner\" }\n"),
		EINVAL);
	ck_assert_ptr_null(merged);
	ck_assert_ptr_nonnull(memmem(errs->buf, errs->end, "inner", 5));
}
END_TEST


START_TEST(swapped_ones_keep_their_lists_whole)
{
	const struct config *a = is;
	size_t n;

	ck_assert_int_eq(merge("domain = { \"example.org\" }\n"
			       "listen = { \"udp:192.0.2.1\" }\n"),
			 0);
	n = list_count(&merged->givenl);
	config_swap(is, merged);
	ck_assert_ptr_eq(is, a);
	ck_assert_str_eq(is->domainv[0], "example.org");
	ck_assert_str_eq(merged->domainv[0], "example.net");
	ck_assert_uint_eq(list_count(&is->givenl), n);
	ck_assert_ptr_eq(list_head(&is->givenl)->list, &is->givenl);
}
END_TEST


START_TEST(a_peer_outlives_its_configuration)
{
	const struct config_peer *peer = config_peer_hold(&is->peerv[1]);

	is = mem_deref(is);
	ck_assert_str_eq(peer->name, "b");
	config_peer_release(peer);
	config_peer_release(NULL);
	ck_assert_ptr_null(config_peer_hold(NULL));
}
END_TEST


START_TEST(all_keys_of_a_section_with_titles_reload_alike)
{
	const struct config_section *sec;
	const struct config_key *key;

	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		int reload = -1;

		for (size_t k = 0; (key = config_table_key(k)) != NULL; k++) {
			if (!sec->title || strcmp(key->section, sec->name))
				continue;
			ck_assert(reload < 0 || reload == (int)key->reload);
			reload = (int)key->reload;
		}
	}
}
END_TEST


START_TEST(out_of_memory_leaves_nothing)
{
	int err = ENOMEM;

	for (int n = 0; err && n < 300; n++) {
		ck_assert_int_eq(merge(running), 0);
		merged = mem_deref(merged);
		oom_after(n);
		err = config_merge(&merged, is, next, errs);
		oom_after(-1);
		ck_assert(err ? !merged : merged != NULL);
	}
	ck_assert_int_eq(err, 0);
}
END_TEST


Suite *suite_config_merge(void);
Suite *suite_config_merge(void)
{
	Suite *s = suite_create("config_merge");
	TCase *tc = tcase_create("config_merge");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_same_file_changes_nothing);
	tcase_add_loop_test(tc, changes_are_told_key_by_key, 0, 5);
	tcase_add_test(tc, what_needs_a_restart_stays);
	tcase_add_test(tc, a_merged_one_can_be_merged_again);
	tcase_add_test(tc, what_does_not_fit_the_running_one_is_refused);
	tcase_add_test(tc, swapped_ones_keep_their_lists_whole);
	tcase_add_test(tc, a_peer_outlives_its_configuration);
	tcase_add_test(tc, all_keys_of_a_section_with_titles_reload_alike);
	tcase_add_test(tc, out_of_memory_leaves_nothing);
	suite_add_tcase(s, tc);

	return s;
}
