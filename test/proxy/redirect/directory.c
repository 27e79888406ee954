/**
 * @file test/proxy/redirect/directory.c  Which proxies serve a user
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "common/timer.h"
#include "proxy/redirect/directory.h"


static struct timers *timers;
static struct directory *d;
static char seen[1024];
static const struct pl bob = PL("bob@example.net");


static void setup(void)
{
	ck_assert_int_eq(timers_alloc_virtual(&timers, 0), 0);
	ck_assert_int_eq(directory_alloc(&d, timers, 3), 0);
}


static void teardown(void)
{
	d = mem_deref(d);
	timers = mem_deref(timers);
}


static struct directory_entry entry(const char *contact, const char *peer,
				    uint32_t cseq)
{
	struct directory_entry e = {.aor = bob, .cseq = cseq};

	pl_set_str(&e.contact, contact);
	pl_set_str(&e.peer, peer);
	pl_set_str(&e.callid, peer);

	return e;
}


static int put(const char *contact, const char *peer, uint32_t cseq,
	       uint32_t expires_s)
{
	const struct directory_entry e = entry(contact, peer, cseq);

	return directory_put(d, &e, expires_s);
}


static int del(const char *contact, const char *peer, uint32_t cseq)
{
	const struct directory_entry e = entry(contact, peer, cseq);

	return directory_del(d, &e);
}


static void see(const char *contact, uint32_t expires_s, void *arg)
{
	size_t n = strlen(seen);
	(void)arg;

	(void)snprintf(seen + n, sizeof(seen) - n, "%s=%u ", contact,
		       expires_s);
}


static const char *served(void)
{
	seen[0] = '\0';
	(void)directory_apply(d, &bob, see, NULL);

	return seen;
}


START_TEST(the_newest_proxy_goes_first)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 1, 100), 0);
	timers_advance(timers, 10000);
	ck_assert_int_eq(put("sip:bob@192.0.2.2", "p2", 1, 100), 0);
	ck_assert_str_eq(served(),
			 "sip:bob@192.0.2.2=100 sip:bob@192.0.2.1=90 ");
	ck_assert_uint_eq(directory_users(d), 1);

	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 2, 100), 0);
	ck_assert_str_eq(served(),
			 "sip:bob@192.0.2.1=100 sip:bob@192.0.2.2=100 ");
}
END_TEST


START_TEST(an_announcement_expires_and_the_user_with_the_last)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 1, 60), 0);
	ck_assert_int_eq(put("sip:bob@192.0.2.2", "p2", 1, 90), 0);
	timers_advance(timers, 60000);
	ck_assert_str_eq(served(), "sip:bob@192.0.2.2=30 ");
	timers_advance(timers, 30000);
	ck_assert_str_eq(served(), "");
	ck_assert_uint_eq(directory_users(d), 0);
}
END_TEST


START_TEST(a_fifth_proxy_displaces_the_oldest)
{
	char contact[32], peer[8];

	for (int i = 1; i <= 5; i++) {
		(void)snprintf(contact, sizeof(contact), "sip:b@192.0.2.%d",
			       i);
		(void)snprintf(peer, sizeof(peer), "p%d", i);
		ck_assert_int_eq(put(contact, peer, 1, 60), 0);
	}
	ck_assert_uint_eq(directory_apply(d, &bob, NULL, NULL),
			  DIRECTORY_PROXIES_MAX);
	ck_assert_ptr_null(strstr(served(), "192.0.2.1="));
	ck_assert_ptr_nonnull(strstr(served(), "192.0.2.5="));
}
END_TEST


START_TEST(one_peer_cannot_touch_another_ones)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 1, 60), 0);
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p2", 1, 60), EACCES);
	ck_assert_int_eq(del("sip:bob@192.0.2.1", "p2", 1), EACCES);
	ck_assert_int_eq(del("", "p2", 1), ENOENT);
	ck_assert_str_eq(served(), "sip:bob@192.0.2.1=60 ");
}
END_TEST


START_TEST(an_older_request_changes_nothing)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 5, 60), 0);
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 5, 90), EPROTO);
	ck_assert_int_eq(del("sip:bob@192.0.2.1", "p1", 4), EPROTO);
	ck_assert_str_eq(served(), "sip:bob@192.0.2.1=60 ");
}
END_TEST


START_TEST(a_peer_takes_back_one_or_all)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 1, 60), 0);
	ck_assert_int_eq(put("sip:bob@192.0.2.1:5070", "p1", 2, 60), 0);
	ck_assert_int_eq(put("sip:bob@192.0.2.2", "p2", 1, 60), 0);
	ck_assert_int_eq(del("sip:bob@192.0.2.1", "p1", 3), 0);
	ck_assert_int_eq(del("sip:bob@192.0.2.1", "p1", 3), ENOENT);
	ck_assert_int_eq(del("", "p1", 4), 0);
	ck_assert_str_eq(served(), "sip:bob@192.0.2.2=60 ");
	ck_assert_int_eq(del("", "p2", 2), 0);
	ck_assert_uint_eq(directory_users(d), 0);
	ck_assert_int_eq(del("", "p2", 3), ENOENT);
}
END_TEST


START_TEST(the_table_is_bounded)
{
	struct directory_entry e = entry("sip:x@192.0.2.1", "p1", 1);
	char aor[32];

	for (int i = 1; i <= 4; i++) {
		(void)snprintf(aor, sizeof(aor), "user%d@example.net", i);
		pl_set_str(&e.aor, aor);
		ck_assert_int_eq(directory_put(d, &e, 60),
				 i == 4 ? ENOSPC : 0);
	}
	ck_assert_uint_eq(directory_users(d), 3);
}
END_TEST


START_TEST(no_memory_leaves_what_was)
{
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 1, 60), 0);
	oom_after(0);
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 2, 90), ENOMEM);
	oom_after(-1);
	ck_assert_str_eq(served(), "sip:bob@192.0.2.1=60 ");

	ck_assert_int_eq(del("", "p1", 3), 0);
	oom_after(1);
	ck_assert_int_eq(put("sip:bob@192.0.2.1", "p1", 4, 90), ENOMEM);
	oom_after(-1);
	ck_assert_uint_eq(directory_users(d), 0);
}
END_TEST


Suite *suite_directory(void);
Suite *suite_directory(void)
{
	Suite *s = suite_create("directory");
	TCase *tc = tcase_create("directory");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_newest_proxy_goes_first);
	tcase_add_test(tc, an_announcement_expires_and_the_user_with_the_last);
	tcase_add_test(tc, a_fifth_proxy_displaces_the_oldest);
	tcase_add_test(tc, one_peer_cannot_touch_another_ones);
	tcase_add_test(tc, an_older_request_changes_nothing);
	tcase_add_test(tc, a_peer_takes_back_one_or_all);
	tcase_add_test(tc, the_table_is_bounded);
	tcase_add_test(tc, no_memory_leaves_what_was);
	suite_add_tcase(s, tc);

	return s;
}
