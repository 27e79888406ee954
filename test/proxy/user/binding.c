/**
 * @file test/proxy/user/binding.c  One Contact of a user
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/binding.h"


static struct binding make(struct fakeflow *ff)
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	b.contact = (char *)"sip:a@192.0.2.1";
	b.path = (char *)"<sip:p;lr>";
	b.callid = (char *)"c";
	b.user_agent = (char *)"ua";
	b.instance = (char *)"<i>";
	b.reg_id = 3;
	b.cseq = 4;
	b.q = 500;
	b.flow = ff->flow;
	b.verdict.media = NAT_RELAY;
	pl_set_str(&b.verdict.host, "gone.example.net");

	return b;
}


START_TEST(a_copy_owns_all_that_it_points_to)
{
	struct binding src, *b = NULL;
	struct fakeflow *ff = NULL;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.2:5060", NULL),
			 0);
	src = make(ff);
	ck_assert_int_eq(binding_copy(&b, &src, "a@b"), 0);
	ck_assert_str_eq(b->aor, "a@b");
	ck_assert_str_eq(b->contact, src.contact);
	ck_assert_ptr_ne(b->contact, src.contact);
	ck_assert_str_eq(b->path, src.path);
	ck_assert_str_eq(b->callid, src.callid);
	ck_assert_str_eq(b->user_agent, src.user_agent);
	ck_assert_str_eq(b->instance, src.instance);
	ck_assert_uint_eq(b->reg_id, 3);
	ck_assert_uint_eq(b->cseq, 4);
	ck_assert_uint_eq(b->q, 500);
	ck_assert_ptr_eq(b->flow, ff->flow);
	ck_assert_int_eq(b->verdict.media, NAT_RELAY);
	ck_assert_uint_eq(b->verdict.host.l, 0);
	ck_assert_uint_eq(mem_nrefs(ff->flow), 2);
	mem_deref(b);
	ck_assert_uint_eq(mem_nrefs(ff->flow), 1);
	mem_deref(ff);
}
END_TEST


START_TEST(an_absorbed_copy_takes_the_old_away)
{
	struct binding src, *b = NULL, *fresh = NULL;
	struct fakeflow *ff = NULL;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.2:5060", NULL),
			 0);
	src = make(ff);
	ck_assert_int_eq(binding_copy(&b, &src, "a@b"), 0);
	src.contact = (char *)"sip:a@192.0.2.1;new";
	src.path = NULL;
	src.flow = NULL;
	src.cseq = 9;
	ck_assert_int_eq(binding_copy(&fresh, &src, "a@b"), 0);
	binding_absorb(b, fresh);
	mem_deref(fresh);
	ck_assert_str_eq(b->contact, "sip:a@192.0.2.1;new");
	ck_assert_ptr_null(b->path);
	ck_assert_ptr_null(b->flow);
	ck_assert_uint_eq(b->cseq, 9);
	ck_assert_uint_eq(mem_nrefs(ff->flow), 1);
	mem_deref(b);
	mem_deref(ff);
}
END_TEST


static const struct {
	const char *contact;
	bool found;
} findv[] = {
	{"sip:a@h.example.net", true},
	{"SIP:a@H.EXAMPLE.net", true},
	{"sip:%61@h.example.net", true},
	{"sip:a@h.example.net;x=1", true},
	{"sip:A@h.example.net", false},
	{"sip:a@h.example.net:5060", false},
	{"sip:a@h.example.net;transport=tcp", false},
	{"sip:h.example.net", false},
	{"nonsense", false},
	{NULL, false},
};


START_TEST(uris_are_compared_by_the_rules)
{
	struct binding src, *b = NULL;
	struct list l = LIST_INIT;

	memset(&src, 0, sizeof(src));
	src.contact = (char *)"sip:a@h.example.net";
	ck_assert_int_eq(binding_copy(&b, &src, "a@b"), 0);
	ck_assert_ptr_null(binding_find(&l, src.contact));
	ck_assert_ptr_null(binding_find(NULL, src.contact));
	list_append(&l, &b->le, b);
	ck_assert_msg((binding_find(&l, findv[_i].contact) == b) ==
			      findv[_i].found,
		      "%s", findv[_i].contact);
	mem_deref(b);
}
END_TEST


Suite *suite_binding(void);
Suite *suite_binding(void)
{
	Suite *s = suite_create("binding");
	TCase *tc = tcase_create("binding");

	tcase_add_test(tc, a_copy_owns_all_that_it_points_to);
	tcase_add_test(tc, an_absorbed_copy_takes_the_old_away);
	test_table(tc, uris_are_compared_by_the_rules, findv);
	suite_add_tcase(s, tc);

	return s;
}
