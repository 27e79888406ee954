/**
 * @file test/proxy/user/plan.c  What one REGISTER changes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/test.h"
#include "proxy/user/plan.h"


enum { HAVE_MAX = 4 };

/* what is there, newest first; and what the plan does: "+uri", "-uri" */
static const struct {
	const char *name;
	const char *havev[HAVE_MAX]; /* "callid cseq uri instance source" */
	const char *lines;           /* of Call-ID c, CSeq 5 from source 1 */
	uint32_t contacts_max;
	int err;
	const char *plan;
} casev[] = {
	{"a query", {"c 9 sip:a@h - 1"}, "", 3, 0, ""},
	{"a first one", {NULL}, "Contact: <sip:a@h>\r\n", 3, 0, "+sip:a@h "},
	{"a refresh",
	 {"c 4 sip:a@h - 1"},
	 "Contact: <sip:a@h>\r\n",
	 1,
	 0,
	 "+sip:a@h "},
	{"one more",
	 {"d 9 sip:b@h - 1"},
	 "Contact: <sip:a@h>\r\n",
	 3,
	 0,
	 "+sip:a@h "},
	{"overtaken",
	 {"c 5 sip:a@h - 1"},
	 "Contact: <sip:a@h>\r\n",
	 3,
	 EPROTO,
	 NULL},
	{"another boot",
	 {"d 9 sip:a@h - 1"},
	 "Contact: <sip:a@h>\r\n",
	 3,
	 0,
	 "+sip:a@h "},
	{"all removed",
	 {"c 4 sip:a@h - 1", "d 9 sip:b@h - 2"},
	 "Contact: *\r\nExpires: 0\r\n",
	 3,
	 0,
	 "-sip:a@h -sip:b@h "},
	{"all removed, overtaken",
	 {"d 9 sip:b@h - 2", "c 6 sip:a@h - 1"},
	 "Contact: *\r\nExpires: 0\r\n",
	 3,
	 EPROTO,
	 NULL},
	{"the same instance",
	 {"d 9 sip:b@h <i> 2", "e 9 sip:c@h <k> 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\"\r\n",
	 3,
	 0,
	 "+sip:a@h -sip:b@h "},
	{"the same instance, another reg-id",
	 {"d 9 sip:b@h <i>1 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\";reg-id=2\r\n",
	 3,
	 0,
	 "+sip:a@h "},
	{"the same instance, which had no reg-id",
	 {"d 9 sip:b@h <i> 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\";reg-id=2\r\n",
	 3,
	 0,
	 "+sip:a@h -sip:b@h "},
	{"the same reg-id under another URI",
	 {"d 9 sip:b@h <i>2 2", "d 9 sip:a@h <k>2 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\";reg-id=2\r\n",
	 3,
	 0,
	 "+sip:a@h "},
	{"a second way under the same URI",
	 {"d 9 sip:a@h <i>1 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\";reg-id=2\r\n",
	 3,
	 0,
	 "+sip:a@h "},
	{"more ways than one phone may have",
	 {"d 9 sip:a@h <i>4 2", "d 9 sip:a@h <i>3 2", "d 9 sip:a@h <i>2 2",
	  "d 9 sip:b@h <i>1 2"},
	 "Contact: <sip:a@h>;+sip.instance=\"<i>\";reg-id=5\r\n",
	 10,
	 0,
	 "+sip:a@h -sip:b@h "},
	{"a URI that two ways have leaves both",
	 {"d 9 sip:a@h <i>1 2", "d 9 sip:a@h <i>2 2"},
	 "Contact: <sip:a@h>;expires=0\r\n",
	 3,
	 0,
	 "-sip:a@h -sip:a@h "},
	{"moved",
	 {"c 4 sip:a@h:1 - 2"},
	 "Contact: <sip:a@h:2>\r\n",
	 3,
	 0,
	 "+sip:a@h:2 -sip:a@h:1 "},
	{"moved, another user part",
	 {"c 4 sip:z@h:1 - 2"},
	 "Contact: <sip:a@h:2>\r\n",
	 3,
	 0,
	 "+sip:a@h:2 "},
	{"the same place",
	 {"c 4 sip:a@h:1 - 1"},
	 "Contact: <sip:a@h:2>\r\n",
	 3,
	 0,
	 "+sip:a@h:2 "},
	{"leaving takes nobody along",
	 {"c 4 sip:a@h:1 - 2"},
	 "Contact: <sip:a@h:2>;expires=0\r\n",
	 3,
	 0,
	 ""},
	{"one in, one out: below the bound",
	 {"d 1 sip:b@h - 1", "e 1 sip:c@h - 1"},
	 "Contact: <sip:a@h>, <sip:c@h>;expires=0\r\n",
	 2,
	 0,
	 "+sip:a@h -sip:c@h "},
	{"above the bound",
	 {"d 1 sip:b@h - 1", "e 1 sip:c@h - 1"},
	 "Contact: <sip:a@h>\r\n",
	 2,
	 0,
	 "+sip:a@h -sip:c@h "},
	{"more than the bound in one",
	 {"d 1 sip:c@h - 1"},
	 "Contact: <sip:a@h>, <sip:b@h>\r\n",
	 1,
	 ENOSPC,
	 NULL},
};


static struct message *request(const char *lines)
{
	static struct guard g;
	struct message *m = NULL;
	char buf[4096];
	const int n = re_snprintf(
		buf, sizeof(buf),
		"REGISTER sip:example.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"
		"From: <sip:alice@example.net>;tag=1\r\n"
		"To: <sip:alice@example.net>\r\n"
		"Call-ID: c\r\nCSeq: 5 REGISTER\r\n%s"
		"Content-Length: 0\r\n\r\n",
		lines);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(message_decode(&m, &g, (uint8_t *)buf, (size_t)n), 0);
	ck_assert_int_eq(sa_set_str(&m->src, "198.51.100.7", 1), 0);

	return m;
}


static void add(struct list *l, const char *text)
{
	struct binding b, *copy = NULL;
	char word[5][32];

	ck_assert_int_eq(sscanf(text, "%31s %31s %31s %31s %31s", word[0],
				word[1], word[2], word[3], word[4]),
			 5);
	memset(&b, 0, sizeof(b));
	b.callid = word[0];
	b.cseq = (uint32_t)strtoul(word[1], NULL, 10);
	b.contact = word[2];
	b.instance = strcmp(word[3], "-") ? word[3] : NULL;
	if (b.instance && strchr(b.instance, '>')[1]) {
		b.reg_id = (uint32_t)(strchr(b.instance, '>')[1] - '0');
		strchr(b.instance, '>')[1] = '\0';
	}
	ck_assert_int_eq(sa_set_str(&b.source, "198.51.100.7",
				    (uint16_t)strtoul(word[4], NULL, 10)),
			 0);
	ck_assert_int_eq(binding_copy(&copy, &b, "alice@example.net"), 0);
	list_append(l, &copy->le, copy);
}


START_TEST(a_plan_follows_from_what_is_there)
{
	const struct contact_limits lim = {3600, 60, 7200, 0};
	struct message *m = request(casev[_i].lines);
	struct registration *reg = NULL;
	struct list have = LIST_INIT;
	struct plan *p = NULL;
	char text[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < HAVE_MAX && casev[_i].havev[i]; i++)
		add(&have, casev[_i].havev[i]);
	ck_assert_int_eq(
		registration_alloc(&reg, m, "alice@example.net", &lim), 0);
	ck_assert_msg(plan_alloc(&p, reg, &have, casev[_i].contacts_max) ==
			      casev[_i].err,
		      "%s", casev[_i].name);
	for (size_t i = 0; p && i < p->n; i++) {
		n += (size_t)re_snprintf(text + n, sizeof(text) - n, "%c%s ",
					 p->chgv[i].expires_s ? '+' : '-',
					 p->chgv[i].b.contact);
	}
	if (!casev[_i].err)
		ck_assert_msg(!strcmp(text, casev[_i].plan), "%s: %s",
			      casev[_i].name, text);
	else
		ck_assert_ptr_null(p);

	mem_deref(p);
	mem_deref(reg);
	list_flush(&have);
	mem_deref(m);
}
END_TEST


Suite *suite_plan(void);
Suite *suite_plan(void)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("plan");

	test_table(tc, a_plan_follows_from_what_is_there, casev);
	suite_add_tcase(s, tc);

	return s;
}
