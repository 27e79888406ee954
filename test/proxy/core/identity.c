/**
 * @file test/proxy/core/identity.c  Who says who is calling, and who may know
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/identity.h"
#include "test/mock/decoded.h"
#include "test/test.h"


#define PAI     "P-Asserted-Identity: <sip:boss@example.net>\r\n"
#define RPID    "Remote-Party-ID: <sip:boss@example.net>\r\n"
#define DIV     "Diversion: <sip:boss@example.net>\r\n"
#define HIST    "History-Info: <sip:boss@example.net>;index=1\r\n"
#define PPI     "P-Preferred-Identity: <sip:boss@example.net>\r\n"
#define CHARGE  "P-Charge-Info: <sip:boss@example.net>\r\n"
#define PRIV(x) "Privacy: " x "\r\n"


static const struct {
	const char *lines;
	unsigned flags;
	bool can;
} privacyv[] = {
	{"", 0, true},
	{PRIV("none"), PRIVACY_NONE, true},
	{PRIV("id"), PRIVACY_ID, true},
	{PRIV("ID;Critical"), PRIVACY_ID | PRIVACY_CRITICAL, true},
	{PRIV("history; critical"), PRIVACY_HISTORY | PRIVACY_CRITICAL, true},
	{PRIV("user;critical"), PRIVACY_USER | PRIVACY_CRITICAL, false},
	{PRIV("header;critical"), PRIVACY_HEADER | PRIVACY_CRITICAL, false},
	{PRIV("session , critical"), PRIVACY_SESSION | PRIVACY_CRITICAL,
	 false},
	{PRIV("newthing;critical"), PRIVACY_OTHER | PRIVACY_CRITICAL, false},
	{PRIV("newthing"), PRIVACY_OTHER, true},
	{PRIV("user;header;session"),
	 PRIVACY_USER | PRIVACY_HEADER | PRIVACY_SESSION, true},
	{PRIV("id") PRIV("critical"), PRIVACY_ID | PRIVACY_CRITICAL, true},
	{"privacy :\r\n id\r\n", PRIVACY_ID, true},
	{PRIV(";;,"), 0, true},
	{PRIV(""), 0, true},
	{PRIV("identity"), PRIVACY_OTHER, true},
};


START_TEST(rfc3323_privacy_is_read)
{
	struct message *m = decoded_with("INVITE", privacyv[_i].lines);

	ck_assert_uint_eq(identity_privacy(m), privacyv[_i].flags);
	ck_assert(identity_can(privacyv[_i].flags) == privacyv[_i].can);
	mem_deref(m);
}
END_TEST


/* which of the lines above stay: their first letters, P for PAI, p for PPI */
static const struct {
	const char *privacy;
	bool believed;
	enum identity_hop hop;
	const char *stay;
	bool asserted;
} changev[] = {
	/* a phone's word counts for nothing, wherever it goes */
	{"", false, IDENTITY_PHONE, "", true},
	{"", false, IDENTITY_PEER, "", false},
	{"", false, IDENTITY_TRUSTED, "", true},
	{PRIV("id"), false, IDENTITY_PHONE, "", false},
	{PRIV("id"), false, IDENTITY_PEER, "", false},
	{PRIV("id"), false, IDENTITY_TRUSTED, "", true},
	{PRIV("user"), false, IDENTITY_PHONE, "", false},
	{PRIV("none"), false, IDENTITY_PHONE, "", true},
	{PRIV("none"), false, IDENTITY_PEER, "", true},

	/* a trusted peer's is passed on, as far as the caller likes */
	{"", true, IDENTITY_TRUSTED, "PRDHC", false},
	{PRIV("id"), true, IDENTITY_TRUSTED, "PRDHC", false},
	{"", true, IDENTITY_PHONE, "PRDH", false},
	{PRIV("none"), true, IDENTITY_PHONE, "PRDH", false},
	{PRIV("id"), true, IDENTITY_PHONE, "", false},
	{PRIV("user"), true, IDENTITY_PHONE, "", false},
	{PRIV("header"), true, IDENTITY_PHONE, "", false},
	{PRIV("history"), true, IDENTITY_PHONE, "PR", false},
	{PRIV("session"), true, IDENTITY_PHONE, "PRDH", false},
	{"", true, IDENTITY_PEER, "", false},
	{PRIV("none"), true, IDENTITY_PEER, "PRDH", false},
	{PRIV("id"), true, IDENTITY_PEER, "", false},
};


static bool stays(const struct identity_change *c, enum hdr_id id)
{
	for (size_t i = 0; i < c->stripc; i++) {
		if (c->stripv[i] == id)
			return false;
	}

	return true;
}


START_TEST(rfc3325_who_may_know)
{
	static const struct {
		enum hdr_id id;
		char letter;
	} idv[] = {
		{HDR_P_ASSERTED_IDENTITY, 'P'},
		{HDR_REMOTE_PARTY_ID, 'R'},
		{HDR_DIVERSION, 'D'},
		{HDR_HISTORY_INFO, 'H'},
		{HDR_P_CHARGE_INFO, 'C'},
		{HDR_P_PREFERRED_IDENTITY, 'p'},
	};
	struct identity_change c;
	char lines[1024];
	struct message *m;

	(void)re_snprintf(lines, sizeof(lines), "%s%s",
			  PAI RPID DIV HIST PPI CHARGE, changev[_i].privacy);
	m = decoded_with("INVITE", lines);
	identity_change(&c, m, changev[_i].believed, changev[_i].hop);
	for (size_t i = 0; i < ARRAY_SIZE(idv); i++)
		ck_assert_msg(
			stays(&c, idv[i].id) ==
				!!strchr(changev[_i].stay, idv[i].letter),
			"%c", idv[i].letter);
	ck_assert(c.asserted == changev[_i].asserted);
	ck_assert(!c.private);
	mem_deref(m);
}
END_TEST


static const struct {
	const char *line;
	bool stays;
} rpidv[] = {
	{RPID, true},
	{"Remote-Party-ID: <sip:a@b>;privacy=off\r\n", true},
	{"Remote-Party-ID: <sip:a@b>;privacy=full\r\n", false},
	{"remote-party-id: <sip:a@b>;Privacy=name\r\n", false},
	{RPID "Remote-Party-ID: <sip:a@b>;privacy=uri\r\n", false},
	{"Remote-Party-ID: <\r\n", false},
};


START_TEST(a_remote_party_id_asks_for_privacy_itself)
{
	struct message *m = decoded_with("INVITE", rpidv[_i].line);
	struct identity_change c;

	identity_change(&c, m, true, IDENTITY_PHONE);
	ck_assert(stays(&c, HDR_REMOTE_PARTY_ID) == rpidv[_i].stays);
	mem_deref(m);
}
END_TEST


#define NOBODY                                              \
	"INVITE sip:b@example.net SIP/2.0\r\n"              \
	"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"    \
	"From: <sip:anonymous@Anonymous.invalid>;tag=1\r\n" \
	"To: <sip:b@example.net>\r\n"                       \
	"Call-ID: c\r\nCSeq: 1 INVITE\r\n"


static const struct {
	const char *privacy;
	enum identity_hop hop;
	bool asserted, private;
} nobodyv[] = {
	{"", IDENTITY_PHONE, false, false},
	{"", IDENTITY_PEER, false, false},
	{"", IDENTITY_TRUSTED, true, true},
	{PRIV("id"), IDENTITY_TRUSTED, true, false},
	{PRIV("none"), IDENTITY_TRUSTED, true, false},
};


START_TEST(rfc3323_who_calls_without_a_name_is_not_named_to_phones)
{
	struct identity_change c;
	struct message *m;
	char text[1024];

	(void)re_snprintf(text, sizeof(text), "%s%s\r\n", NOBODY,
			  nobodyv[_i].privacy);
	m = decoded(text);
	ck_assert(identity_anonymous(m));
	identity_change(&c, m, false, nobodyv[_i].hop);
	ck_assert(c.asserted == nobodyv[_i].asserted);
	ck_assert(c.private == nobodyv[_i].private);
	mem_deref(m);
}
END_TEST


static const struct {
	struct identity_account acc;
	const char *lines; /* NULL: EBADMSG */
} assertv[] = {
	{{"alice@example.net", "", false},
	 "P-Asserted-Identity: <sip:alice@example.net>\r\n"},
	{{"alice@example.net", "Alice", true},
	 "P-Asserted-Identity: \"Alice\" <sip:alice@example.net>\r\n"},
	{{"a b@example.net", "A\"l\\i\r\nce", false},
	 "P-Asserted-Identity: \"A\\\"l\\\\ice\" <sip:a%20b@example.net>\r\n"},
	{{"+4930123@example.net", "A", true},
	 "P-Asserted-Identity: \"A\" <sip:+4930123@example.net>\r\n"
	 "P-Asserted-Identity: \"A\" <tel:+4930123>\r\n"},
	{{"+4930123@example.net", "", false},
	 "P-Asserted-Identity: <sip:+4930123@example.net>\r\n"},
	{{"030123@example.net", "", true},
	 "P-Asserted-Identity: <sip:030123@example.net>\r\n"},
	{{"@example.net", "", false}, NULL},
	{{"alice", "", false}, NULL},
	{{"alice@", "", false}, NULL},
};


START_TEST(rfc3325_an_account_is_asserted)
{
	char buf[IDENTITY_LINES_MAX];
	int err;

	err = identity_assert(buf, sizeof(buf), &assertv[_i].acc);
	ck_assert_int_eq(err, assertv[_i].lines ? 0 : EBADMSG);
	if (!err)
		ck_assert_str_eq(buf, assertv[_i].lines);
}
END_TEST


START_TEST(long_names_are_cut_and_small_buffers_are_not_overrun)
{
	char name[400], buf[IDENTITY_LINES_MAX], small[40];
	const struct identity_account acc = {"+49@example.net", name, true};

	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_eq(identity_assert(buf, sizeof(buf), &acc), 0);
	ck_assert_uint_lt(strlen(buf), 500);
	ck_assert_int_eq(identity_assert(small, sizeof(small), &acc),
			 EOVERFLOW);
}
END_TEST


Suite *suite_identity(void);
Suite *suite_identity(void)
{
	Suite *s = suite_create("identity");
	TCase *tc = tcase_create("identity");

	test_table(tc, rfc3323_privacy_is_read, privacyv);
	test_table(tc, rfc3325_who_may_know, changev);
	test_table(tc, a_remote_party_id_asks_for_privacy_itself, rpidv);
	test_table(tc, rfc3323_who_calls_without_a_name_is_not_named_to_phones,
		   nobodyv);
	test_table(tc, rfc3325_an_account_is_asserted, assertv);
	tcase_add_test(tc,
		       long_names_are_cut_and_small_buffers_are_not_overrun);
	suite_add_tcase(s, tc);

	return s;
}
