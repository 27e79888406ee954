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
#include <sys/wait.h>
#include "common/json.h"
#include "proxy/admin/http/web.h"
#include "proxy/server_state.h"
#include "test/mock/webclient.h"
#include "test/scenario/parley.h"
#include "test/scenario/talk.h"
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
static struct webclient wc;
static char answers[PATH_SIZE];


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
	memset(&wc, 0, sizeof(wc));
	wc.port = sa_port(web_bound(t.rig.srv->web));
	wc.token = web_token(t.rig.srv->web);
	(void)snprintf(answers, sizeof(answers), "%s/answers", t.rig.dir);
}


static void teardown(void)
{
	webclient_close(&wc);
	parley_close(&t);
}


static void note(const char *method, const char *route)
{
	const char *type = strstr(wc.head, "\r\nContent-Type: ");
	json_t *body = json_loads(wc.body, 0, NULL), *line;
	FILE *f = fopen(answers, "a");

	ck_assert_ptr_nonnull(type);
	ck_assert_ptr_nonnull(f);
	type += strlen("\r\nContent-Type: ");
	if (!body)
		body = json_string(wc.body);
	if (!body) /* it is no text */
		body = json_null();
	line = json_pack("{s:s,s:s,s:I,s:s%,s:o}", "method", method, "route",
			 route, "status", (json_int_t)wc.status, "type", type,
			 strcspn(type, "\r"), "body", body);
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(json_dumpf(line, f, JSON_COMPACT), 0);
	(void)fputs("\n", f);
	(void)fclose(f);
	json_decref(line);
}


/* path: "" for the route's own */
static void ask(const char *method, const char *route, const char *path,
		const char *body, long status)
{
	(void)webclient_ask(&wc, method, *path ? path : route, body);
	ck_assert_msg(wc.status == status, "%s %s: %ld %s", method, route,
		      wc.status, wc.body);
	note(method, route);
}


static void get(const char *route, const char *path)
{
	ask("GET", route, path, NULL, 200);
}


/* the value of a member in an object of the last answer's array, or its own */
static const char *value(const char *array, const char *key)
{
	static char buf[PATH_SIZE];
	json_t *obj = json_loads(wc.body, 0, NULL);
	const json_t *from = array ? json_array_get(
					     json_object_get(obj, array), 0)
				   : obj;
	const char *s = json_string_value(json_object_get(from, key));

	(void)str_ncpy(buf, s ? s : "", sizeof(buf));
	json_decref(obj);

	return buf;
}


/* 0: all is well; what is not is in said */
static int check(const char *file, const char *more, char *said, size_t size)
{
	char line[PATH_SIZE * 2];
	FILE *f;
	size_t n;

	(void)snprintf(line, sizeof(line),
		       "python3 test/tool/answers.py "
		       "proxy/admin/http/openapi.json "
		       "test/data/openapi/schema-3.1.json %s %s 2>&1",
		       file, more);
	f = popen(line, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(said, 1, size - 1, f);
	said[n] = '\0';
	while (fgetc(f) != EOF)
		;

	return WEXITSTATUS(pclose(f));
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
	get(API "/bans", "");
	ck_assert_str_eq(value("bans", "source"), "127.0.0.77");
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
	char path[PATH_SIZE], first[PATH_SIZE];
	struct talk k;

	talk_begin(&k, a, b, "openapi-2");
	talk_invite(&k, "", talk_sdp("192.168.1.10", ""));
	talk_expect(b, "INVITE ");
	talk_reply(b, "180 Ringing", "", "");
	talk_expect(a, "SIP/2.0 180 ");
	get(API "/calls", API "/calls?limit=1");
	(void)str_ncpy(first, value("calls", "call_id"), sizeof(first));
	ck_assert_str_eq(first, "parley-1");
	ck_assert_ptr_nonnull(strstr(wc.body, "\"count\":2,"));
	ck_assert_ptr_null(strstr(wc.body, "openapi-2"));
	(void)snprintf(path, sizeof(path), API "/calls?limit=1&after=%s",
		       value(NULL, "next"));
	get(API "/calls", path);
	ck_assert_str_eq(value("calls", "call_id"), "openapi-2");
	ck_assert_str_eq(value(NULL, "next"), "");
	ask("DELETE", API "/calls/{id}", API "/calls/openapi-2", NULL, 200);
	parley_expect(&t.bob, "CANCEL ");
	talk_reply(b, "200 OK", "", "");
	parley_expect(&t.alice, "SIP/2.0 ");
}


static void ask_of_calls(void)
{
	char path[PATH_SIZE];

	get(API "/calls", "");
	(void)snprintf(path, sizeof(path), API "/calls/%s",
		       value("calls", "id"));
	get(API "/calls/{id}", path);
	ck_assert_ptr_nonnull(strstr(wc.body, "\"strangers\":[{"));
	ck_assert_ptr_nonnull(strstr(wc.body, "\"quality\":{"));
	get(API "/calls/{id}/ladder", API "/calls/parley-1/ladder");
	get(API "/ladders/{id}", API "/ladders/parley-1");
	ask("PUT", API "/calls/{id}/recording",
	    API "/calls/parley-1/recording", "{\"on\":true}", 200);
	get(API "/calls/{id}", path);
	ask("PUT", API "/calls/{id}/recording",
	    API "/calls/parley-1/recording", "{\"on\":false}", 200);
	get(API "/history", API "/history?status=open");
	get(API "/status", "");
	get(API "/peers", "");
	get(API "/relays", "");
}


static void hang_up(void)
{
	ask("DELETE", API "/calls/{id}", API "/calls/parley-1", NULL, 200);
	parley_expect(&t.alice, "BYE ");
	parley_answer(&t.alice, "200 OK", "");
	parley_expect(&t.bob, "BYE ");
	parley_answer(&t.bob, "200 OK", "");
	ask("DELETE", API "/calls/{id}", API "/calls/parley-1", NULL, 404);
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
		       wc.token);
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
	(void)str_ncpy(wc.body, body + 4, WEBCLIENT_BODY_MAX);
	(void)str_ncpy(wc.head, said, sizeof(wc.head));
	wc.status = 200;
	note("POST", API "/registrations/{aor}/ping");
}


static void ask_of_users(void)
{
	static const char route[] = API "/accounts/{aor}";
	static const char dora[] = API "/accounts/dora@example.net";

	get(API "/registrations", "");
	get(API "/registrations", API "/registrations?search=bob&limit=5");
	ping();
	get(API "/accounts", "");
	get(API "/accounts", API "/accounts?limit=1");
	ck_assert_str_ne(value(NULL, "next"), "");
	get(route, API "/accounts/carol@example.net");
	ask("PUT", route, dora,
	    "{\"password\":\"explorer1\",\"aliases\":[\"300\"]}", 201);
	ask("PUT", route, dora, "{\"name\":\"Dora\",\"media\":\"relay\"}",
	    200);
	ask("PATCH", route, dora, "{\"record\":true,\"noanswer\":null}", 200);
	ask("DELETE", route, dora, NULL, 200);
	ask("DELETE", route, dora, NULL, 404);
}


static void ask_of_routes(void)
{
	static const char route[] = API "/routes/{number}";
	static const char explain[] = API "/explain";

	get(route, API "/routes/200");
	get(route, API "/routes/0301");
	get(route, API "/routes/0301?from=carol");
	get(route, API "/routes/110");
	get(route, API "/routes/777");
	get(route, API "/routes/09005");
	get(explain, API "/explain?from=alice&to=bob");
	get(explain, API "/explain?from=alice&to=200");
	get(explain, API "/explain?from=alice&to=0301");
	get(explain, API "/explain?from=carol&to=0301");
	get(explain, API "/explain?from=two&to=110");
	get(explain, API "/explain?from=&to=test");
	get(explain, API "/explain?from=alice&to=09005");
	ask("GET", explain, API "/explain?from=nobody&to=bob", NULL, 404);
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
		(void)webclient_ask(&wc, "GET", API "/flights", NULL);
		if (*value("flights", "name"))
			break;
		webclient_wait(10);
	}
	note("GET", API "/flights");
	(void)snprintf(path, sizeof(path), API "/flights/%s",
		       value("flights", "name"));
	get(API "/flights/{name}", path);
}


static void ask_of_the_past(void)
{
	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		(void)webclient_ask(&wc, "GET",
				    API "/history?search=parley-2&status=5xx",
				    NULL);
		if (*value("calls", "flight"))
			break;
		webclient_wait(10);
	}
	ck_assert_str_ne(value("calls", "flight"), "");
	note("GET", API "/history");
	get(API "/history/{id}", API "/history/parley-1");
	ck_assert_ptr_nonnull(strstr(wc.body, "\"streams\":[{"));
	get(API "/history/{id}", API "/history/parley-2");
	get(API "/history", "");
	get(API "/history", API "/history?limit=1&status=answered&peer=none");
	get(API "/history", API "/history?limit=1");
	ck_assert_str_ne(value(NULL, "next"), "");
	get(API "/history.csv", API "/history.csv?user=bob&bad=true&from=1");
	ask("GET", API "/history", API "/history?status=7777", NULL, 400);
	get(API "/tests", "");
	ck_assert_str_eq(value("tests", "call"), "openapi-test");
}


static void work_on_the_server(void)
{
	ask("PUT", API "/log", "", "{\"level\":\"error\"}", 200);
	ask("POST", API "/drain", "", "{}", 200);
	get(API "/status", "");
	ask("GET", "/ready", "", NULL, 503);
	ask("POST", API "/drain", "", "{\"on\":false}", 200);
	ask("POST", API "/reload", "", NULL, 200);
	ck_assert_ptr_nonnull(strstr(wc.body, "\"limit.requests\""));
	get(API "/settings", "");
	get(API "/series", API "/series?since_ms=1");
	get("/ready", "");
	get("/health", "");
	get("/metrics", "");
	get(API "/openapi.json", "");
	ask("DELETE", API "/bans/{address}", API "/bans/127.0.0.77", NULL,
	    200);
}


static void trace(void)
{
	ask("POST", API "/traces", "",
	    "{\"what\":\"bob@example.net\",\"to\":\"pcap\"}", 200);
	ask("POST", API "/traces", "",
	    "{\"what\":\"192.0.2.1\",\"to\":\"log\"}", 200);
	get(API "/traces", "");
	ask("DELETE", API "/traces", API "/traces?what=bob@example.net", NULL,
	    200);
	ask("DELETE", API "/traces", API "/traces?what=bob@example.net", NULL,
	    404);
}


static void listen_to_events(void)
{
	static const char question[] =
		"GET " API "/events HTTP/1.0\r\nHost: localhost\r\n\r\n";
	char *body;

	body = strstr(webclient_raw(&wc, question, strlen(question), 100),
		      "\r\n\r\n");
	ck_assert_ptr_nonnull(body);
	(void)snprintf(wc.head, sizeof(wc.head), "%.*s",
		       (int)(body + 4 - wc.body), wc.body);
	memmove(wc.body, body + 4, strlen(body + 4) + 1);
	wc.status = 200;
	note("GET", API "/events");
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
	ask_of_users();
	ask_of_routes();
	hang_up();
	call_in_vain();
	ask_of_the_past();
	listen_to_events();
	work_on_the_server();
	ck_assert_msg(!check(answers, "", said, sizeof(said)), "%s", said);
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
	FILE *f = fopen(answers, "w");
	int code;

	ck_assert_ptr_nonnull(f);
	(void)fputs(wrongv[_i].answer, f);
	(void)fclose(f);
	code = check(answers, "--some", said, sizeof(said));
	ck_assert_msg(strstr(said, wrongv[_i].said) != NULL, "%s", said);
	ck_assert_int_eq(code, wrongv[_i].said[0] ? 1 : 0);
}
END_TEST


START_TEST(an_operation_that_nobody_asked_for_is_found)
{
	static char said[SAID_SIZE];
	FILE *f = fopen(answers, "w");

	ck_assert_ptr_nonnull(f);
	(void)fputs(wrongv[0].answer, f);
	(void)fclose(f);
	ck_assert_int_eq(check(answers, "", said, sizeof(said)), 1);
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
