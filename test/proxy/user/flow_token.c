/**
 * @file test/proxy/user/flow_token.c  A flow, in our Path URI
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/flow_token.h"

static const struct hash_key key = {{1, 2, 3}};

static const struct {
	enum flow_proto proto;
	const char *local, *peer;
} flowv[] = {
	{FLOW_UDP, "192.0.2.1:5060", "198.51.100.7:40000"},
	{FLOW_TCP, "192.0.2.1:5060", "198.51.100.7:40000"},
	{FLOW_WSS, "[2001:db8::1]:443", "[2001:db8::7]:65535"},
};


static struct fakeflow *open_flow(size_t i)
{
	struct fakeflow *ff = NULL;

	ck_assert_int_eq(fakeflow_alloc(&ff, flowv[i].proto, flowv[i].local,
					flowv[i].peer, NULL),
			 0);

	return ff;
}


START_TEST(a_flow_comes_back_as_it_was)
{
	struct fakeflow *ff = open_flow((size_t)_i);
	char text[FLOW_TOKEN_MAX];
	struct flow_token tok;
	struct pl pl;

	ck_assert_int_eq(flow_token_encode(text, sizeof(text), &key, ff->flow),
			 0);
	ck_assert_uint_eq(strspn(text, "abcdefghijklmnopqrstuvwxyz-"
				       "0123456789"),
			  strlen(text));
	pl_set_str(&pl, text);
	ck_assert(flow_token_is(&pl));
	ck_assert_int_eq(flow_token_decode(&tok, &key, &pl), 0);
	ck_assert_int_eq(tok.proto, flowv[_i].proto);
	ck_assert(sa_cmp(&tok.local, &ff->flow->local, SA_ALL));
	ck_assert(sa_cmp(&tok.peer, &ff->flow->peer, SA_ALL));
	ck_assert_uint_eq(tok.id,
			  flowv[_i].proto == FLOW_UDP ? 0 : ff->flow->id);
	mem_deref(ff);
}
END_TEST


/* each character changed, each length cut: never another flow */
START_TEST(what_was_changed_is_refused)
{
	struct fakeflow *ff = open_flow((size_t)_i);
	char text[FLOW_TOKEN_MAX + 8], forged[FLOW_TOKEN_MAX + 8];
	struct flow_token tok;
	struct pl pl;

	ck_assert_int_eq(
		flow_token_encode(text, FLOW_TOKEN_MAX, &key, ff->flow), 0);
	for (size_t i = 0; text[i]; i++) {
		static const char otherv[] = "0f-A%\xff";

		for (size_t k = 0; k < sizeof(otherv) - 1; k++) {
			(void)strcpy(forged, text);
			if (forged[i] == otherv[k])
				continue;
			forged[i] = otherv[k];
			pl_set_str(&pl, forged);
			ck_assert_int_eq(flow_token_decode(&tok, &key, &pl),
					 EACCES);
		}
		pl.p = text;
		pl.l = i;
		ck_assert_int_eq(flow_token_decode(&tok, &key, &pl), EACCES);
	}
	(void)strcpy(forged, text);
	(void)strcat(forged, "00");
	pl_set_str(&pl, forged);
	ck_assert_int_eq(flow_token_decode(&tok, &key, &pl), EACCES);
	mem_deref(ff);
}
END_TEST


START_TEST(another_installations_token_is_refused)
{
	const struct hash_key other = {{9}};
	struct fakeflow *ff = open_flow(0);
	char text[FLOW_TOKEN_MAX];
	struct flow_token tok;
	struct pl pl;

	ck_assert_int_eq(
		flow_token_encode(text, sizeof(text), &other, ff->flow), 0);
	pl_set_str(&pl, text);
	ck_assert_int_eq(flow_token_decode(&tok, &key, &pl), EACCES);
	mem_deref(ff);
}
END_TEST


START_TEST(nonsense_is_refused)
{
	const struct pl alice = PL("alice"), empty = PL(""),
			huge = PL("ft1-"
				  "0000000000000000000000000000000000000000000"
				  "0000000000000"
				  "0000000000000000000000000000000000000000000"
				  "00000000000000000"
				  "0000000000000000000000000000000000000000000"
				  "00000000000000000"
				  "0000000000000000000000000000000000000000000"
				  "00000000000000000");
	struct fakeflow *ff = open_flow(0);
	char text[FLOW_TOKEN_MAX];
	struct flow_token tok;

	ck_assert(!flow_token_is(NULL));
	ck_assert(!flow_token_is(&alice));
	ck_assert(!flow_token_is(&empty));
	ck_assert_int_eq(flow_token_decode(&tok, &key, &alice), EACCES);
	ck_assert_int_eq(flow_token_decode(&tok, &key, &empty), EACCES);
	ck_assert_int_eq(flow_token_decode(&tok, &key, &huge), EACCES);
	ck_assert_int_eq(flow_token_decode(NULL, &key, &alice), EINVAL);
	ck_assert_int_eq(flow_token_decode(&tok, NULL, &alice), EINVAL);
	ck_assert_int_eq(flow_token_decode(&tok, &key, NULL), EINVAL);
	ck_assert_int_eq(flow_token_encode(NULL, 9, &key, ff->flow), EINVAL);
	ck_assert_int_eq(flow_token_encode(text, 9, &key, ff->flow), ENOSPC);
	ck_assert_int_eq(flow_token_encode(text, sizeof(text), NULL, ff->flow),
			 EINVAL);
	ck_assert_int_eq(flow_token_encode(text, sizeof(text), &key, NULL),
			 EINVAL);
	sa_init(&ff->flow->local, AF_UNSPEC);
	ck_assert_int_eq(flow_token_encode(text, sizeof(text), &key, ff->flow),
			 EAFNOSUPPORT);
	mem_deref(ff);
}
END_TEST


Suite *suite_flow_token(void);
Suite *suite_flow_token(void)
{
	Suite *s = suite_create("flow_token");
	TCase *tc = tcase_create("flow_token");

	test_table(tc, a_flow_comes_back_as_it_was, flowv);
	test_table(tc, what_was_changed_is_refused, flowv);
	tcase_add_test(tc, another_installations_token_is_refused);
	tcase_add_test(tc, nonsense_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
