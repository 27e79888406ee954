/**
 * @file test/proxy/user/account.c  Accounts: HA1 only
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/store.h"
#include "proxy/user/account.h"
#include "proxy/user/digest.h"


static char dir[TEMPDIR_SIZE];
static struct store *store;


static void setup(void)
{
	tempdir_make(dir);
	ck_assert_int_eq(store_open(&store, dir, NULL, 0), 0);
}


static void teardown(void)
{
	store = mem_deref(store);
	tempdir_remove(dir);
}


START_TEST(an_account_holds_what_phones_hash)
{
	const struct pl aor = PL("alice@example.net"), user = PL("alice");
	const struct pl realm = PL("example.net"), pw = PL("secret");
	char hex[DIGEST_HEX_MAX];
	struct account acc;

	ck_assert_int_eq(account_get(&acc, store, &aor), ENOENT);
	ck_assert_int_eq(account_add(store, "alice@example.net", "secret"), 0);
	ck_assert_int_eq(account_get(&acc, store, &aor), 0);
	ck_assert_str_eq(acc.aor, "alice@example.net");
	digest_ha1(hex, DIGEST_MD5, &user, &realm, &pw);
	ck_assert_str_eq(acc.ha1_md5, hex);
	digest_ha1(hex, DIGEST_SHA256, &user, &realm, &pw);
	ck_assert_str_eq(acc.ha1_sha256, hex);
	digest_ha1(hex, DIGEST_MD5, &aor, &realm, &pw);
	ck_assert_str_eq(acc.ha1b_md5, hex);
	digest_ha1(hex, DIGEST_SHA256, &aor, &realm, &pw);
	ck_assert_str_eq(acc.ha1b_sha256, hex);
}
END_TEST


START_TEST(a_second_one_is_refused_but_set_changes_it)
{
	const struct pl aor = PL("alice@example.net");
	struct account one, two;

	ck_assert_int_eq(account_add(store, "alice@example.net", "a"), 0);
	ck_assert_int_eq(account_get(&one, store, &aor), 0);
	ck_assert_int_eq(account_add(store, "alice@example.net", "b"), EEXIST);
	ck_assert_int_eq(account_get(&two, store, &aor), 0);
	ck_assert_str_eq(one.ha1_md5, two.ha1_md5);
	ck_assert_int_eq(account_set(store, "alice@example.net", "b"), 0);
	ck_assert_int_eq(account_get(&two, store, &aor), 0);
	ck_assert_str_ne(one.ha1_md5, two.ha1_md5);
	ck_assert_int_eq(account_del(store, "alice@example.net"), 0);
	ck_assert_int_eq(account_del(store, "alice@example.net"), ENOENT);
}
END_TEST


static const char *const badv[] = {"", "alice", "@example.net", "alice@"};


START_TEST(an_aor_has_two_parts)
{
	ck_assert_int_eq(account_add(store, badv[_i], "secret"), EINVAL);
}
END_TEST


START_TEST(limits_are_kept)
{
	char name[ACCOUNT_AOR_MAX + 16];
	struct account acc;
	struct pl pl;

	memset(name, 'a', sizeof(name));
	memcpy(name + ACCOUNT_AOR_MAX - 4, "@ab", 4);
	ck_assert_int_eq(account_add(store, name, "x"), 0);
	pl_set_str(&pl, name);
	ck_assert_int_eq(account_get(&acc, store, &pl), 0);
	ck_assert_str_eq(acc.aor, name);

	memcpy(name + ACCOUNT_AOR_MAX - 4, "@abc", 5);
	ck_assert_int_eq(account_add(store, name, "x"), EINVAL);
	pl_set_str(&pl, name);
	ck_assert_int_eq(account_get(&acc, store, &pl), ENOENT);

	ck_assert_int_eq(account_add(store, "a@b", ""), EINVAL);
	ck_assert_int_eq(account_add(NULL, "a@b", "x"), EINVAL);
	ck_assert_int_eq(account_add(store, NULL, "x"), EINVAL);
	ck_assert_int_eq(account_add(store, "a@b", NULL), EINVAL);
	ck_assert_int_eq(account_get(NULL, store, &pl), EINVAL);
	ck_assert_int_eq(account_get(&acc, NULL, &pl), EINVAL);
	ck_assert_int_eq(account_get(&acc, store, NULL), EINVAL);
	ck_assert_int_eq(account_list(store, NULL, NULL), EINVAL);
}
END_TEST


static void list_handler(const struct account *acc, void *arg)
{
	char *buf = arg;

	const size_t n = strlen(buf);

	(void)snprintf(buf + n, 128 - n, "%s ", acc->aor);
}


static const struct {
	const char *uri;
	int err;
	const char *aor;
} aorv[] = {
	{"sip:alice@example.net", 0, "alice@example.net"},
	{"sips:alice@EXAMPLE.Net:5061;x=y?h=i", 0, "alice@example.net"},
	{"sip:Alice@example.org", 0, "Alice@example.org"},
	{"sip:al%69ce@example.net", 0, "alice@example.net"},
	{"sip:alice:secret@example.net", 0, "alice@example.net"},
	{"sip:alice@example.com", ENOENT, NULL},
	{"sip:alice@sub.example.net", ENOENT, NULL},
	{"sip:example.net", ENOENT, NULL},
	{"sip:a%00b@example.net", EBADMSG, NULL},
	{"tel:+4912345", EINVAL, NULL},
};


START_TEST(an_aor_is_canonical_and_ours)
{
	struct config cfg = {.domainc = 2,
			     .domainv = {"example.net", "example.org"}};
	char aor[ACCOUNT_AOR_MAX] = "untouched";
	struct sipuri uri;
	struct pl pl;

	pl_set_str(&pl, aorv[_i].uri);
	ck_assert_int_eq(sipuri_decode(&uri, &pl), 0);
	ck_assert_msg(account_aor(aor, &cfg, &uri) == aorv[_i].err, "%s",
		      aorv[_i].uri);
	ck_assert_str_eq(aor, aorv[_i].err ? "untouched" : aorv[_i].aor);
	ck_assert_int_eq(account_aor(NULL, &cfg, &uri), EINVAL);
	ck_assert_int_eq(account_aor(aor, NULL, &uri), EINVAL);
	ck_assert_int_eq(account_aor(aor, &cfg, NULL), EINVAL);
}
END_TEST


START_TEST(a_list_is_sorted)
{
	char buf[128] = "";

	ck_assert_int_eq(account_add(store, "bob@b.org", "x"), 0);
	ck_assert_int_eq(account_add(store, "alice@c.org", "x"), 0);
	ck_assert_int_eq(account_add(store, "Alice@c.org", "x"), 0);
	ck_assert_int_eq(account_list(store, list_handler, buf), 0);
	ck_assert_str_eq(buf, "Alice@c.org alice@c.org bob@b.org ");
}
END_TEST


Suite *suite_account(void);
Suite *suite_account(void)
{
	Suite *s = suite_create("account");
	TCase *tc = tcase_create("account");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, an_account_holds_what_phones_hash);
	tcase_add_test(tc, a_second_one_is_refused_but_set_changes_it);
	test_table(tc, an_aor_has_two_parts, badv);
	tcase_add_test(tc, limits_are_kept);
	test_table(tc, an_aor_is_canonical_and_ours, aorv);
	tcase_add_test(tc, a_list_is_sorted);
	suite_add_tcase(s, tc);

	return s;
}
