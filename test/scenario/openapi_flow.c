/**
 * @file scenario/openapi_flow.c  Answers are as openapi.json describes them
 *
 * A server with a call up, one that has failed, a test call, registrations,
 * peers, a ban, accounts, traces: each operation is asked, and what it says is
 * held against its schema by test/tool/answers.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "common/json.h"
#include "proxy/admin/http/web.h"
#include "proxy/server_state.h"
#include "test/scenario/parley.h"
#include "test/scenario/talk.h"
#include "test/scenario/witness.h"
#include "test/test.h"

#define API "/api/v1"

enum { PATH_SIZE = 512, SAID_SIZE = 16384, PACKETS = 60, PATIENCE_MS = 5000 };

static const char text[] =
	"http { listen = \"127.0.0.1:1\" }\n"
	"peer one { uri = \"sip:one.example\" calls = 7 media = relay }\n"
	"peer two { address = \"127.0.0.51\" strip = 1 add = \"+49\" }\n"
	"route emergency { match = 110 peers = { one, two } emergency = yes "
	"}\n"
	"route premium { match = \"0900*\" refuse = 403 }\n"
	"route world { match = \"0*\" peers = { one, two } }\n";

static struct parley t;
static struct witness w;


static void write_configuration(void)
{
	struct config *cfg = t.rig.cfg;
	FILE *f;

	ck_assert_int_eq(re_sdprintf(&cfg->path, "%s/viaduct.conf", t.rig.dir),
			 0);
	f = fopen(cfg->path, "w");
	ck_assert_ptr_nonnull(f);
	(void)fprintf(f,
		      "listen = { \"udp:127.0.0.1:%u\", \"tcp:127.0.0.1:%u\" "
		      "}\ndomain = { \"example.net\" }\ndata = \"%s\"\n"
		      "control = \"%s/control.sock\"\n%s"
		      "limit { requests = 7000 }\n",
		      sa_port(&t.rig.us), sa_port(&t.rig.us_tcp), t.rig.dir,
		      t.rig.dir, text);
	(void)fclose(f);
	cfg->listenv[0].sa = t.rig.us;
	cfg->listenv[1].sa = t.rig.us_tcp;
}


static void setup(void)
{
	const struct account_settings set = {
		.allow = "00",
		.calls_max = 3,
		.forward_busy = "sip:carol@example.net",
		.forward_noanswer = "0301",
		.noanswer_s = 15,
	};

	parley_open(&t, "quarantine = 0", text);
	rig_account_with(&t.rig, "carol@example.net", "christmas", &set,
			 "200@example.net");
	write_configuration();
	memset(&w, 0, sizeof(w));
	w.wc.port = sa_port(web_bound(t.rig.srv->web));
	w.wc.token = web_token(t.rig.srv->web);
	(void)snprintf(w.file, sizeof(w.file), "%s/answers", t.rig.dir);
}


static void teardown(void)
{
	webclient_close(&w.wc);
	parley_close(&t);
}


static void ban_somebody(void)
{
	struct phone ph;

	phone_open(&ph, &t.rig, "127.0.0.77");
	for (unsigned i = 0; i < 31; i++) {
		phone_send(&ph,
			   "REGISTER sip:example.net SIP/2.0\r\n"
			   "Via: SIP/2.0/UDP x;branch=z9hG4bK%u;rport\r\n"
			   "From: <sip:alice@example.net>;tag=1\r\n"
			   "To: <sip:alice@example.net>\r\n"
			   "Call-ID: b\r\nCSeq: %u REGISTER\r\n"
			   "Authorization: Digest username=\"alice\", "
			   "realm=\"example.net\", nonce=\"1\", qop=auth, "
			   "nc=00000001, cnonce=\"1\", uri=\"sip:x\", "
			   "response=\"0123456789abcdef0123456789abcdef\""
			   "\r\n\r\n",
			   i, i + 1);
		webclient_wait(2);
	}
	phone_close(&ph);
	witness_get(&w, API "/bans", "");
	ck_assert_str_eq(witness_value(&w, "bans", "source"), "127.0.0.77");
}


/* in the dialog of the call to the test number */
static void send_to_desk(struct phone *ph, const char *met, const char *to,
			 unsigned cseq)
{
	phone_send(ph,
		   "%s sip:test@127.0.0.1:%u SIP/2.0\r\n"
		   "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bKdesk%s;rport\r\n"
		   "Max-Forwards: 70\r\n"
		   "From: <sip:alice@example.net>;tag=a\r\nTo: %s\r\n"
		   "Call-ID: openapi-test\r\nCSeq: %u %s\r\n"
		   "Content-Length: 0\r\n\r\n",
		   met, sa_port(&t.rig.us), ph->host, ph->port, met, to, cseq,
		   met);
}


static void call_the_test_number(void)
{
	static const char uri[] = "sip:test@example.net";
	struct phone *ph = &t.alice.ph;
	char to[PATH_SIZE];
	struct talk k;

	talk_begin(&k, ph, &t.bob.ph, "openapi-test");
	talk_send(&k, ph, "INVITE", uri, "", talk_sdp("192.168.1.10", ""));
	talk_expect(ph, "SIP/2.0 407 ");
	phone_answer_challenge(ph, "alice", "wonderland", "INVITE", uri);
	talk_send(&k, ph, "INVITE", uri, "", talk_sdp("192.168.1.10", ""));
	talk_expect(ph, "SIP/2.0 200 ");
	ph->auth[0] = '\0';
	(void)str_ncpy(to, phone_header(ph, "To"), sizeof(to));
	send_to_desk(ph, "ACK", to, k.invite);
	send_to_desk(ph, "BYE", to, k.invite + 1);
	talk_expect(ph, "SIP/2.0 200 ");
}


static void speak(void)
{
	for (int i = 0; i < PACKETS; i++) {
		(void)media_send_rtp(&t.alice.rtp, &t.alice.to[0]);
		if (i % 3)
			(void)media_send_rtp(&t.bob.rtp, &t.bob.to[0]);
		else
			++t.bob.rtp.seq;
		(void)media_send_rtp(&t.stranger, &t.bob.to[0]);
		webclient_wait(5);
	}
	parley_rtcp(&t);
}


/* a second one rings; a page has one */
static void turn_pages(void)
{
	struct phone *a = &t.alice.ph, *b = &t.bob.ph;
	struct talk k;

	talk_begin(&k, a, b, "openapi-2");
	talk_invite(&k, "", talk_sdp("192.168.1.10", ""));
	talk_expect(b, "INVITE ");
	talk_reply(b, "180 Ringing", "", "");
	talk_expect(a, "SIP/2.0 180 ");
	witness_get(&w, API "/calls", API "/calls?limit=1");
	ck_assert_str_eq(witness_value(&w, "calls", "call_id"), "parley-1");
	ck_assert_ptr_nonnull(strstr(w.wc.body, "\"count\":2,"));
	ck_assert_ptr_null(strstr(w.wc.body, "openapi-2"));
}


static void turn_to_the_next_page(void)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), API "/calls?limit=1&after=%s",
		       witness_value(&w, NULL, "next"));
	witness_get(&w, API "/calls", path);
	ck_assert_str_eq(witness_value(&w, "calls", "call_id"), "openapi-2");
	ck_assert_str_eq(witness_value(&w, NULL, "next"), "");
	witness_ask(&w, "DELETE", API "/calls/{id}", API "/calls/openapi-2",
		    NULL, 200);
	parley_expect(&t.bob, "CANCEL ");
	talk_reply(&t.bob.ph, "200 OK", "", "");
	parley_expect(&t.alice, "SIP/2.0 ");
}


static void ask_of_calls(void)
{
	char path[PATH_SIZE];

	witness_get(&w, API "/calls", "");
	(void)snprintf(path, sizeof(path), API "/calls/%s",
		       witness_value(&w, "calls", "id"));
	witness_get(&w, API "/calls/{id}", path);
	ck_assert_ptr_nonnull(strstr(w.wc.body, "\"strangers\":[{"));
	ck_assert_ptr_nonnull(strstr(w.wc.body, "\"quality\":{"));
	witness_get(&w, API "/calls/{id}/ladder",
		    API "/calls/parley-1/ladder");
	witness_get(&w, API "/ladders/{id}", API "/ladders/parley-1");
	witness_ask(&w, "PUT", API "/calls/{id}/recording",
		    API "/calls/parley-1/recording", "{\"on\":true}", 200);
	witness_get(&w, API "/calls/{id}", path);
	witness_ask(&w, "PUT", API "/calls/{id}/recording",
		    API "/calls/parley-1/recording", "{\"on\":false}", 200);
	witness_get(&w, API "/history", API "/history?status=open");
	witness_get(&w, API "/status", "");
	witness_get(&w, API "/peers", "");
	witness_get(&w, API "/relays", "");
}


static void hang_up(void)
{
	witness_ask(&w, "DELETE", API "/calls/{id}", API "/calls/parley-1",
		    NULL, 200);
	parley_expect(&t.alice, "BYE ");
	parley_answer(&t.alice, "200 OK", "");
	parley_expect(&t.bob, "BYE ");
	parley_answer(&t.bob, "200 OK", "");
	witness_ask(&w, "DELETE", API "/calls/{id}", API "/calls/parley-1",
		    NULL, 404);
}


/* bob's phone says so while the question waits */
static void ping(void)
{
	static char said[SAID_SIZE];
	char question[PATH_SIZE];
	const struct sa *sa = web_bound(t.rig.srv->web);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *body = NULL;
	size_t n = 0;

	ck_assert_int_eq(connect(fd, &sa->u.sa, sa->len), 0);
	(void)snprintf(question, sizeof(question),
		       "POST " API "/registrations/bob/ping HTTP/1.0\r\n"
		       "Authorization: Bearer %s\r\n\r\n",
		       w.wc.token);
	(void)send(fd, question, strlen(question), MSG_NOSIGNAL);
	for (int ms = 0; ms < PATIENCE_MS && !body; ms += 2) {
		const ssize_t got = recv(fd, said + n, sizeof(said) - n - 1,
					 MSG_DONTWAIT);

		n += got > 0 ? (size_t)got : 0;
		said[n] = '\0';
		body = strstr(said, "\r\n\r\n{");
		if (phone_take(&t.bob.ph) &&
		    !strncmp(t.bob.ph.msg, "OPTIONS ", 8))
			talk_reply(&t.bob.ph, "200 OK", "", "");
		webclient_wait(2);
	}
	(void)close(fd);
	ck_assert_ptr_nonnull(body);
	ck_assert_ptr_nonnull(strstr(body, "\"status\":200"));
	(void)str_ncpy(w.wc.body, body + 4, WEBCLIENT_BODY_MAX);
	(void)str_ncpy(w.wc.head, said, sizeof(w.wc.head));
	w.wc.status = 200;
	witness_note(&w, "POST", API "/registrations/{aor}/ping");
}


static void ask_of_users(void)
{
	static const char route[] = API "/accounts/{aor}";
	static const char dora[] = API "/accounts/dora@example.net";

	witness_get(&w, API "/registrations", "");
	witness_get(&w, API "/registrations",
		    API "/registrations?search=bob&limit=5");
	ping();
	witness_get(&w, API "/accounts", "");
	witness_get(&w, API "/accounts", API "/accounts?limit=1");
	ck_assert_str_ne(witness_value(&w, NULL, "next"), "");
	witness_get(&w, route, API "/accounts/carol@example.net");
	witness_ask(&w, "PUT", route, dora,
		    "{\"password\":\"explorer1\",\"aliases\":[\"300\"]}", 201);
	witness_ask(&w, "PUT", route, dora,
		    "{\"name\":\"Dora\",\"media\":\"relay\"}", 200);
	witness_ask(&w, "PATCH", route, dora,
		    "{\"record\":true,\"noanswer\":null}", 200);
	witness_ask(&w, "DELETE", route, dora, NULL, 200);
	witness_ask(&w, "DELETE", route, dora, NULL, 404);
}


static void ask_of_routes(void)
{
	static const char route[] = API "/routes/{number}";
	static const char explain[] = API "/explain";

	witness_get(&w, route, API "/routes/200");
	witness_get(&w, route, API "/routes/0301");
	witness_get(&w, route, API "/routes/0301?from=carol");
	witness_get(&w, route, API "/routes/110");
	witness_get(&w, route, API "/routes/777");
	witness_get(&w, route, API "/routes/09005");
	witness_get(&w, explain, API "/explain?from=alice&to=bob");
	witness_get(&w, explain, API "/explain?from=alice&to=200");
	witness_get(&w, explain, API "/explain?from=alice&to=0301");
	witness_get(&w, explain, API "/explain?from=carol&to=0301");
	witness_get(&w, explain, API "/explain?from=two&to=110");
	witness_get(&w, explain, API "/explain?from=&to=test");
	witness_get(&w, explain, API "/explain?from=alice&to=09005");
	witness_ask(&w, "GET", explain, API "/explain?from=nobody&to=bob",
		    NULL, 404);
}


/* a call that fails, which the flight recorder keeps */
static void call_in_vain(void)
{
	char path[PATH_SIZE];

	(void)str_ncpy(t.callid, "parley-2", sizeof(t.callid));
	t.alice.cseq = t.bob.cseq = 0;
	parley_invite(&t, parley_nat_sdp(&t.alice), "");
	parley_expect(&t.bob, "INVITE ");
	parley_answer(&t.bob, "500 Oops", "");
	parley_expect(&t.alice, "SIP/2.0 500");
	parley_ack(&t, &t.alice, NULL);
	t.rig.srv->flights = mem_deref(t.rig.srv->flights);
	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		(void)webclient_ask(&w.wc, "GET", API "/flights", NULL);
		if (*witness_value(&w, "flights", "name"))
			break;
		webclient_wait(10);
	}
	witness_note(&w, "GET", API "/flights");
	(void)snprintf(path, sizeof(path), API "/flights/%s",
		       witness_value(&w, "flights", "name"));
	witness_get(&w, API "/flights/{name}", path);
}


/* its record, and the name of its file, are written when they are */
static void wait_for_the_past(void)
{
	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		(void)webclient_ask(&w.wc, "GET",
				    API "/history?search=parley-2&status=5xx",
				    NULL);
		if (*witness_value(&w, "calls", "flight"))
			break;
		webclient_wait(10);
	}
	ck_assert_str_ne(witness_value(&w, "calls", "flight"), "");
	witness_note(&w, "GET", API "/history");
}


static void ask_of_the_past(void)
{
	witness_get(&w, API "/history/{id}", API "/history/parley-1");
	ck_assert_ptr_nonnull(strstr(w.wc.body, "\"streams\":[{"));
	witness_get(&w, API "/history/{id}", API "/history/parley-2");
	witness_get(&w, API "/history", "");
	witness_get(&w, API "/history",
		    API "/history?limit=1&status=answered&peer=none");
	witness_get(&w, API "/history", API "/history?limit=1");
	ck_assert_str_ne(witness_value(&w, NULL, "next"), "");
	witness_get(&w, API "/history.csv",
		    API "/history.csv?user=bob&bad=true&from=1");
	witness_ask(&w, "GET", API "/history", API "/history?status=7777",
		    NULL, 400);
	witness_get(&w, API "/tests", "");
	ck_assert_str_eq(witness_value(&w, "tests", "call"), "openapi-test");
}


static void work_on_the_server(void)
{
	witness_ask(&w, "PUT", API "/log", "", "{\"level\":\"error\"}", 200);
	witness_ask(&w, "POST", API "/drain", "", "{}", 200);
	witness_get(&w, API "/status", "");
	witness_ask(&w, "GET", "/ready", "", NULL, 503);
	witness_ask(&w, "POST", API "/drain", "", "{\"on\":false}", 200);
	witness_ask(&w, "POST", API "/rotate", "", NULL, 200);
	witness_ask(&w, "POST", API "/reload", "", NULL, 200);
	ck_assert_ptr_nonnull(strstr(w.wc.body, "\"limit.requests\""));
	witness_get(&w, API "/settings", "");
	witness_get(&w, API "/series", API "/series?since_ms=1");
	witness_get(&w, "/ready", "");
	witness_get(&w, "/health", "");
	witness_get(&w, "/metrics", "");
	witness_get(&w, API "/openapi.json", "");
	witness_ask(&w, "DELETE", API "/bans/{address}",
		    API "/bans/127.0.0.77", NULL, 200);
}


static void trace(void)
{
	witness_ask(&w, "POST", API "/traces", "",
		    "{\"what\":\"bob@example.net\",\"to\":\"pcap\"}", 200);
	witness_ask(&w, "POST", API "/traces", "",
		    "{\"what\":\"192.0.2.1\",\"to\":\"log\"}", 200);
	witness_get(&w, API "/traces", "");
	witness_ask(&w, "DELETE", API "/traces",
		    API "/traces?what=bob@example.net", NULL, 200);
	witness_ask(&w, "DELETE", API "/traces",
		    API "/traces?what=bob@example.net", NULL, 404);
}


static void listen_to_events(void)
{
	static const char question[] =
		"GET " API "/events HTTP/1.0\r\nHost: localhost\r\n\r\n";
	char *body;

	body = strstr(webclient_raw(&w.wc, question, strlen(question), 100),
		      "\r\n\r\n");
	ck_assert_ptr_nonnull(body);
	(void)snprintf(w.wc.head, sizeof(w.wc.head), "%.*s",
		       (int)(body + 4 - w.wc.body), w.wc.body);
	memmove(w.wc.body, body + 4, strlen(body + 4) + 1);
	w.wc.status = 200;
	witness_note(&w, "GET", API "/events");
}


START_TEST(each_answer_is_as_it_is_described)
{
	static char said[SAID_SIZE];

	trace();
	ban_somebody();
	call_the_test_number();
	parley_establish(&t);
	speak();
	ask_of_calls();
	turn_pages();
	turn_to_the_next_page();
	ask_of_users();
	ask_of_routes();
	hang_up();
	call_in_vain();
	wait_for_the_past();
	ask_of_the_past();
	listen_to_events();
	work_on_the_server();
	ck_assert_msg(!witness_judge(&w, "", said, sizeof(said)), "%s", said);
	ck_assert_str_eq(said, "");
}
END_TEST


#define LOG(status, body)                                                  \
	"{\"method\":\"PUT\",\"route\":\"" API "/log\",\"status\":" status \
	",\"type\":\"application/json\","                                  \
	"\"body\":" body "}\n"

static const struct {
	const char *answer;
	const char *said; /* "": nothing is wrong */
} wrongv[] = {
	{LOG("200", "{\"level\":\"warn\"}"), ""},
	{LOG("200", "{\"level\":\"warn\",\"more\":1}"),
	 "'more' was unexpecte"},
	{LOG("200", "{}"), "'level' is a required property"},
	{LOG("200", "{\"level\":\"loud\"}"), "'loud' is not one of"},
	{LOG("202", "{\"level\":\"warn\"}"), "a status that is not described"},
	{LOG("400", "{}"), "application/json is not described"},
	{"{\"method\":\"PUT\",\"route\":\"/log\",\"status\":200,\"type\":"
	 "\"application/json\",\"body\":{}}\n",
	 "not described"},
};


START_TEST(what_is_not_as_it_is_described_is_found)
{
	static char said[SAID_SIZE];
	FILE *f = fopen(w.file, "w");
	int code;

	ck_assert_ptr_nonnull(f);
	(void)fputs(wrongv[_i].answer, f);
	(void)fclose(f);
	code = witness_judge(&w, "--some", said, sizeof(said));
	ck_assert_msg(strstr(said, wrongv[_i].said) != NULL, "%s", said);
	ck_assert_int_eq(code, wrongv[_i].said[0] ? 1 : 0);
}
END_TEST


START_TEST(an_operation_that_nobody_asked_for_is_found)
{
	static char said[SAID_SIZE];
	FILE *f = fopen(w.file, "w");

	ck_assert_ptr_nonnull(f);
	(void)fputs(wrongv[0].answer, f);
	(void)fclose(f);
	ck_assert_int_eq(witness_judge(&w, "", said, sizeof(said)), 1);
	ck_assert_ptr_nonnull(
		strstr(said, "GET " API "/status: was not asked for\n"));
	ck_assert_ptr_null(strstr(said, "PUT " API "/log: was not asked for"));
}
END_TEST


Suite *suite_openapi_flow(void);
Suite *suite_openapi_flow(void)
{
	Suite *s = suite_create("openapi_flow");
	TCase *tc = tcase_create("openapi_flow");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, each_answer_is_as_it_is_described);
	test_table(tc, what_is_not_as_it_is_described_is_found, wrongv);
	tcase_add_test(tc, an_operation_that_nobody_asked_for_is_found);
	suite_add_tcase(s, tc);

	return s;
}
