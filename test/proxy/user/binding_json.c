/**
 * @file test/proxy/user/binding_json.c  A binding as text, there and back
 */
#include <string.h>
#include "test/test.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/binding_json.h"

#define AOR "alice@example.net"


static struct binding make(void)
{
	struct binding b;

	memset(&b, 0, sizeof(b));
	b.contact = (char *)"sip:a@[2001:db8::1]:5062;transport=udp";
	b.path = (char *)"<sip:p1;lr>, <sip:p2;lr>";
	b.callid = (char *)"c\"\\\x01";
	b.user_agent = (char *)"Caf\xe9 \xff";
	b.instance = (char *)"<urn:uuid:f81d4fae>";
	b.reg_id = 2;
	b.cseq = UINT32_MAX;
	b.q = 500;
	b.mapping_s = 90;
	b.registered_at = 1700000000123;
	b.verdict.media = NAT_RELAY;
	b.verdict.reason = NAT_CONTACT_DIFFERS;
	(void)sa_set_str(&b.verdict.source, "198.51.100.7", 40000);
	(void)sa_set_str(&b.verdict.sdp, "192.168.1.10", 5060);
	(void)sa_set_str(&b.source, "2001:db8::9", 40000);

	return b;
}


START_TEST(all_of_a_binding_comes_back)
{
	struct binding src = make(), *b = NULL;
	struct fakeflow *ff = NULL;
	struct sa local;
	char *text = NULL;

	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "[2001:db8::5]:5060",
					"[2001:db8::9]:40000", NULL),
			 0);
	src.flow = ff->flow;
	ck_assert_int_eq(binding_json_encode(&text, &src), 0);
	ck_assert_ptr_null(strchr(text, '\n'));
	ck_assert_int_eq(binding_json_decode(&b, &local, AOR, text), 0);
	ck_assert_str_eq(b->aor, AOR);
	ck_assert_str_eq(b->contact, src.contact);
	ck_assert_str_eq(b->path, src.path);
	ck_assert_str_eq(b->callid, src.callid);
	ck_assert_str_eq(b->user_agent, src.user_agent);
	ck_assert_str_eq(b->instance, src.instance);
	ck_assert_uint_eq(b->reg_id, 2);
	ck_assert_uint_eq(b->cseq, UINT32_MAX);
	ck_assert_uint_eq(b->q, 500);
	ck_assert_uint_eq(b->mapping_s, 90);
	ck_assert_int_eq(b->registered_at, src.registered_at);
	ck_assert_int_eq(b->proto, FLOW_UDP);
	ck_assert_ptr_null(b->flow);
	ck_assert(sa_cmp(&local, &ff->flow->local, SA_ALL));
	ck_assert(sa_cmp(&b->source, &src.source, SA_ALL));
	ck_assert_int_eq(b->verdict.media, NAT_RELAY);
	ck_assert_int_eq(b->verdict.reason, NAT_CONTACT_DIFFERS);
	ck_assert(sa_cmp(&b->verdict.source, &src.verdict.source, SA_ALL));
	ck_assert(sa_cmp(&b->verdict.sdp, &src.verdict.sdp, SA_ALL));
	mem_deref(b);
	mem_deref(text);
	mem_deref(ff);
}
END_TEST


START_TEST(what_is_not_there_stays_away)
{
	struct binding src, *b = NULL;
	struct sa local;
	char *text = NULL;

	memset(&src, 0, sizeof(src));
	src.contact = (char *)"sip:a@h";
	src.callid = (char *)"c";
	src.proto = FLOW_WSS;
	ck_assert_int_eq(binding_json_encode(&text, &src), 0);
	ck_assert_int_eq(binding_json_decode(&b, &local, AOR, text), 0);
	ck_assert_ptr_null(b->path);
	ck_assert_ptr_null(b->user_agent);
	ck_assert_ptr_null(b->instance);
	ck_assert_uint_eq(b->reg_id, 0);
	ck_assert_int_eq(b->proto, FLOW_WSS);
	ck_assert(!sa_isset(&local, SA_ADDR));
	ck_assert(!sa_isset(&b->source, SA_ADDR));
	mem_deref(b);
	mem_deref(text);
}
END_TEST


static const char *const badv[] = {
	"",
	"{",
	"[]",
	"7",
	"{}",
	"{\"contact\":\"sip:a@h\",\"proto\":\"udp\"}",
	"{\"contact\":\"http://h\",\"callid\":\"c\",\"proto\":\"udp\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":7,\"proto\":\"udp\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"pigeon\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":7}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"cseq\":-1}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"q\":1001}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"q\":\"1\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"media\":9}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"reason\":99}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"reg_id\":1}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"proto\":\"udp\","
	"\"source\":\"here\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":{\"hex\":\"6\"},"
	"\"proto\":\"udp\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":{\"hex\":\"6300\"},"
	"\"proto\":\"udp\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":{\"hex\":\"zz\"},"
	"\"proto\":\"udp\"}",
	"{\"contact\":\"sip:a@h\",\"callid\":\"c\",\"callid\":\"d\","
	"\"proto\":\"udp\"}",
};


START_TEST(other_texts_are_refused)
{
	struct binding *b = NULL;
	struct sa local;

	ck_assert_msg(binding_json_decode(&b, &local, AOR, badv[_i]) ==
			      EBADMSG,
		      "%s", badv[_i]);
	ck_assert_ptr_null(b);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	struct binding src = make(), *b = NULL;
	char *text = NULL, longest[BINDING_JSON_MAX + 1];
	struct sa local;
	int err = ENOMEM;

	ck_assert_int_eq(binding_json_encode(NULL, &src), EINVAL);
	ck_assert_int_eq(binding_json_encode(&text, NULL), EINVAL);
	ck_assert_int_eq(binding_json_decode(NULL, &local, AOR, ""), EINVAL);
	ck_assert_int_eq(binding_json_decode(&b, NULL, AOR, ""), EINVAL);
	ck_assert_int_eq(binding_json_decode(&b, &local, NULL, ""), EINVAL);
	ck_assert_int_eq(binding_json_decode(&b, &local, AOR, NULL), EINVAL);

	for (int n = 0; err; n++) {
		oom_after(n);
		err = binding_json_encode(&text, &src);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && n < 20));
	}
	err = ENOMEM;
	for (int n = 0; err; n++) {
		oom_after(n);
		err = binding_json_decode(&b, &local, AOR, text);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && n < 20));
	}
	mem_deref(b);
	text = mem_deref(text);

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	src.path = longest;
	ck_assert_int_eq(binding_json_encode(&text, &src), EOVERFLOW);
}
END_TEST


Suite *suite_binding_json(void);
Suite *suite_binding_json(void)
{
	Suite *s = suite_create("binding_json");
	TCase *tc = tcase_create("binding_json");

	tcase_add_test(tc, all_of_a_binding_comes_back);
	tcase_add_test(tc, what_is_not_there_stays_away);
	test_table(tc, other_texts_are_refused, badv);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
