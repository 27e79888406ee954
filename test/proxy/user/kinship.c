/**
 * @file test/proxy/user/kinship.c  Are two bindings one phone's?
 */
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/kinship.h"

#define HOME  "sip:a@192.168.1.10"
#define TOKEN ";pn-provider=fcm;pn-prid=x"


/* "contact callid cseq agent instance reg-id source"; - for none */
static const struct {
	const char *name, *old, *now;
	bool alive, same;
} casev[] = {
	{"the same instance", "sip:a@h c 1 - i 0 198.51.100.7:1",
	 "sip:b@k d 1 - i 0 198.51.100.7:1", true, true},
	{"another instance", "sip:a@h c 1 - i 0 198.51.100.7:1",
	 "sip:a@k c 2 - k 0 198.51.100.8:1", true, false},
	{"one way of two", "sip:a@h c 1 - i 1 198.51.100.7:1",
	 "sip:a@h c 2 - i 2 198.51.100.7:2", true, false},
	{"the same way", "sip:a@h c 1 - i 1 198.51.100.7:1",
	 "sip:a@h d 1 - i 1 198.51.100.7:2", true, true},
	{"a way after none", "sip:a@h c 1 - i 0 198.51.100.7:1",
	 "sip:b@h d 1 - i 1 198.51.100.7:2", true, true},
	{"the same push token", "sip:a@h1" TOKEN " c 1 - - 0 198.51.100.7:1",
	 "sip:a@h2" TOKEN " d 1 - - 0 198.51.100.8:1", true, true},
	{"another push token", "sip:a@h1" TOKEN "1 c 1 - - 0 198.51.100.7:1",
	 "sip:a@h2" TOKEN "2 d 1 - - 0 198.51.100.8:1", true, false},
	{"moved", HOME ":1 c 1 - - 0 198.51.100.7:1",
	 HOME ":2 c 2 - - 0 198.51.100.8:1", true, true},
	{"overtaken", HOME ":1 c 2 - - 0 198.51.100.7:1",
	 HOME ":2 c 1 - - 0 198.51.100.8:1", true, false},
	{"two Contacts of one phone", HOME ":1 c 1 - - 0 198.51.100.7:1",
	 HOME ":2 c 2 - - 0 198.51.100.7:1", true, false},
	{"booted behind its NAT", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 HOME ":2 d 1 P - 0 198.51.100.7:2", true, true},
	{"another kind of phone", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 HOME ":2 d 1 Q - 0 198.51.100.7:2", true, false},
	{"no kind is no evidence", HOME ":1 c 1 - - 0 198.51.100.7:1",
	 HOME ":2 d 1 - - 0 198.51.100.7:2", true, false},
	{"another phone of that kind", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 "sip:a@192.168.1.11:2 d 1 P - 0 198.51.100.7:2", true, false},
	{"another user part", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 "sip:b@192.168.1.10:2 d 1 P - 0 198.51.100.7:2", true, false},
	{"another household", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 HOME ":2 d 1 P - 0 198.51.100.8:2", true, false},
	{"a new address after the night", HOME ":1 c 1 P - 0 198.51.100.7:1",
	 HOME ":2 d 1 P - 0 198.51.100.8:2", false, true},
	{"two programs of one public host",
	 "sip:a@198.51.100.7:1 c 1 P - 0 198.51.100.7:1",
	 "sip:a@198.51.100.7:2 d 1 P - 0 198.51.100.7:2", true, false},
	{"two programs of one inside host", HOME ":1 c 1 P - 0 192.168.1.10:1",
	 HOME ":2 d 1 P - 0 192.168.1.10:2", true, false},
};


struct sample {
	struct binding b;
	char contact[128], callid[16], agent[16], instance[16], source[48];
};


static void parse(struct sample *s, const char *text)
{
	unsigned cseq, reg_id;

	memset(s, 0, sizeof(*s));
	ck_assert_int_eq(sscanf(text, "%127s %15s %u %15s %15s %u %47s",
				s->contact, s->callid, &cseq, s->agent,
				s->instance, &reg_id, s->source),
			 7);
	s->b.contact = s->contact;
	s->b.callid = s->callid;
	s->b.cseq = cseq;
	s->b.reg_id = reg_id;
	s->b.user_agent = strcmp(s->agent, "-") ? s->agent : NULL;
	s->b.instance = strcmp(s->instance, "-") ? s->instance : NULL;
	ck_assert_int_eq(sa_decode(&s->b.source, s->source, strlen(s->source)),
			 0);
}


START_TEST(a_phone_is_known_by_what_it_shows)
{
	struct sample old, now;
	struct fakeflow *ff = NULL;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"192.0.2.2:5060", NULL),
			 0);
	parse(&old, casev[_i].old);
	parse(&now, casev[_i].now);
	old.b.flow = casev[_i].alive ? ff->flow : NULL;
	ck_assert_msg(kinship_same_phone(&old.b, &now.b) == casev[_i].same,
		      "%s", casev[_i].name);
	mem_deref(ff);
}
END_TEST


START_TEST(nobody_is_no_phone)
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	ck_assert(!kinship_same_phone(NULL, &b));
	ck_assert(!kinship_same_phone(&b, NULL));
	ck_assert(!kinship_same_phone(&b, &b));
}
END_TEST


Suite *suite_kinship(void);
Suite *suite_kinship(void)
{
	Suite *s = suite_create("kinship");
	TCase *tc = tcase_create("kinship");

	test_table(tc, a_phone_is_known_by_what_it_shows, casev);
	tcase_add_test(tc, nobody_is_no_phone);
	suite_add_tcase(s, tc);

	return s;
}
