/**
 * @file test/proxy/user/binding.c  One Contact of a user
 */
#include <stdio.h>
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


/* a binding as "contact", "contact instance reg-id" */
static const struct {
	const char *have, *key;
	bool found;
} findv[] = {
	{"sip:a@h.example.net", "sip:a@h.example.net", true},
	{"sip:a@h.example.net", "SIP:a@H.EXAMPLE.net", true},
	{"sip:a@h.example.net", "sip:%61@h.example.net", true},
	{"sip:a@h.example.net", "sip:a@h.example.net;x=1", true},
	{"sip:a@h.example.net", "sip:A@h.example.net", false},
	{"sip:a@h.example.net", "sip:a@h.example.net:5060", false},
	{"sip:a@h.example.net", "sip:a@h.example.net;transport=tcp", false},
	{"sip:a@h.example.net", "sip:h.example.net", false},
	{"sip:a@h.example.net", "nonsense", false},
	/* RFC 5626 section 6: by instance and reg-id, whatever the URI */
	{"sip:a@h i 1", "sip:a@h i 1", true},
	{"sip:a@h i 1", "sip:b@k i 1", true},
	{"sip:a@h i 1", "sip:a@h i 2", false},
	{"sip:a@h i 1", "sip:a@h k 1", false},
	/* section 6: else by the rules of RFC 3261 */
	{"sip:a@h i 1", "sip:a@h i 0", true},
	{"sip:a@h i 0", "sip:a@h i 1", true},
	{"sip:a@h i 0", "sip:b@h i 1", false},
};


static struct binding key_of(const char *text, char contact[64],
			     char instance[16])
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	if (sscanf(text, "%63s %15s %u", contact, instance, &b.reg_id) > 1)
		b.instance = instance;
	b.contact = contact;

	return b;
}


START_TEST(a_binding_is_found_by_its_name)
{
	char contact[64], instance[16];
	struct binding key = key_of(findv[_i].have, contact, instance);
	struct binding *b = NULL;
	struct list l = LIST_INIT;

	ck_assert_int_eq(binding_copy(&b, &key, "a@b"), 0);
	ck_assert_ptr_null(binding_find(&l, &key));
	ck_assert_ptr_null(binding_find(NULL, &key));
	list_append(&l, &b->le, b);
	ck_assert_ptr_null(binding_find(&l, NULL));
	key = key_of(findv[_i].key, contact, instance);
	ck_assert_msg((binding_find(&l, &key) == b) == findv[_i].found, "%s",
		      findv[_i].key);
	mem_deref(b);
}
END_TEST


START_TEST(one_of_its_own_kind_is_found_first)
{
	char contact[64], instance[16];
	struct binding key = key_of("sip:a@h i 1", contact, instance);
	struct binding *way = NULL, *plain = NULL;
	struct list l = LIST_INIT;

	ck_assert_int_eq(binding_copy(&way, &key, "a@b"), 0);
	key.reg_id = 0;
	ck_assert_int_eq(binding_copy(&plain, &key, "a@b"), 0);
	list_append(&l, &way->le, way);
	list_append(&l, &plain->le, plain);
	ck_assert_ptr_eq(binding_find(&l, &key), plain);
	key.reg_id = 1;
	ck_assert_ptr_eq(binding_find(&l, &key), way);
	key.contact = NULL;
	key.instance = NULL;
	ck_assert_ptr_null(binding_find(&l, &key));
	list_flush(&l);
}
END_TEST


START_TEST(a_closed_flow_is_no_way)
{
	struct fakeflow *ff = NULL;
	struct binding b;

	memset(&b, 0, sizeof(b));
	ck_assert_ptr_null(binding_flow(NULL));
	ck_assert_ptr_null(binding_flow(&b));
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "192.0.2.1:5060",
					"192.0.2.2:5060", NULL),
			 0);
	b.flow = ff->flow;
	ck_assert_ptr_eq(binding_flow(&b), ff->flow);
	flow_close(ff->flow, 0);
	ck_assert_ptr_null(binding_flow(&b));
	mem_deref(ff);
}
END_TEST


Suite *suite_binding(void);
Suite *suite_binding(void)
{
	Suite *s = suite_create("binding");
	TCase *tc = tcase_create("binding");

	tcase_add_test(tc, a_copy_owns_all_that_it_points_to);
	tcase_add_test(tc, an_absorbed_copy_takes_the_old_away);
	test_table(tc, a_binding_is_found_by_its_name, findv);
	tcase_add_test(tc, one_of_its_own_kind_is_found_first);
	tcase_add_test(tc, a_closed_flow_is_no_way);
	suite_add_tcase(s, tc);

	return s;
}
