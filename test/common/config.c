/**
 * @file test/common/config.c  What a file may say, and what is said of faults
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "test/test.h"
#include "common/addr.h"
#include "common/config.h"


#define LISTEN "listen = { \"udp:192.0.2.1:5060\" }\n"

static struct config *conf;
static struct mbuf *errs;
static char said[8192];


static void setup(void)
{
	conf = NULL;
	errs = mbuf_alloc(256);
	ck_assert_ptr_nonnull(errs);
}


static void teardown(void)
{
	oom_after(-1);
	conf = mem_deref(conf);
	errs = mem_deref(errs);
}


static const char *faults(void)
{
	size_t n = errs->end < sizeof(said) ? errs->end : sizeof(said) - 1;

	memcpy(said, errs->buf, n);
	said[n] = '\0';

	return said;
}


static int decode(const char *text)
{
	conf = mem_deref(conf);
	errs->pos = errs->end = 0;

	return config_decode(&conf, "v.conf", text, errs);
}


static void must(const char *text)
{
	int err = decode(text);

	ck_assert_msg(!err, "%s", faults());
	ck_assert_ptr_nonnull(conf);
}


static const char full[] =
	"# the whole of it\n"
	"listen   = { \"udp:203.0.113.1:5060\", \"tcp:203.0.113.1:5060\",\n"
	"             \"udp:[2001:db8::1]:5070\", \"tcp:203.0.113.9\" }\n"
	"domain   = { \"Example.NET\", \"203.0.113.1\" } // two\n"
	"data     = \"/srv/viaduct\"\n"
	"control  = \"/run/v.sock\"\n"
	"auth     = no\n"
	"log { level = \"debug\" }\n"
	"timer { t1 = 100 t2 = 1000 t4 = 2000 c = 200000 }\n"
	"proxy { branches = 5 fork = \"serial\" redirects = \"pass\" ring = 9 "
	"}\n"
	"registrar {\n"
	"	expires = 600 expires_min = 30 expires_max = 1200\n"
	"	contacts = 3\n"
	"	jitter = 25\n"
	"	service_route = yes\n"
	"	keepalive = 0 keepalive_max = 90 keepalive_method = "
	"\"options\"\n"
	"}\n"
	"push { url = \"https://hook.example.net/wake\" timeout = 2 wait = 7\n"
	"       providers = { \"fcm\", \"x.y\" } }\n"
	"tcp { connections_per_source = 7 connections = 99\n"
	"      message_timeout = 3 idle_timeout = 60 }\n"
	"ws { origins = { \"https://phone.example.net\", "
	"\"http://localhost:8000\" } ping = 0 }\n"
	"relay {\n"
	"	mode = external\n"
	"	address = { \"203.0.113.1\", \"2001:db8::1\" }\n"
	"	ports = \"20000-29999\" /* below\n"
	"	the ephemeral ones */\n"
	"	servers = { \"sip:203.0.113.7:5062\",\n"
	"	            \"SIP:[2001:db8::7];Transport=TCP\" }\n"
	"	serve = yes lease = 30 media_timeout = 10 hold_timeout = 20\n"
	"	one_side_timeout = 0\n"
	"	quarantine = 0 latch_packets = 5 allow_local = on\n"
	"}\n"
	"redirect {\n"
	"	servers = { \"sip:203.0.113.9\" }\n"
	"	serve = true announce = yes name = \"proxy1\"\n"
	"	secret = 'a secret \"quoted\" # with # signs' cache = 0\n"
	"}\n"
	"peer \"proxy2\" { address = { \"203.0.113.2\", "
	"\"[2001:db8::2]:5080\" }\n"
	"	media = \"direct\" secret = \"12345678\" }\n"
	"peer proxy3 { address = \"203.0.113.3:5060\" }\n";


START_TEST(a_full_file_is_decoded_top_and_log)
{
	must(full);
	ck_assert_uint_eq(conf->listenc, 4);
	ck_assert_int_eq(conf->listenv[0].proto, CONFIG_UDP);
	ck_assert_int_eq(conf->listenv[1].proto, CONFIG_TCP);
	ck_assert_int_eq(sa_af(&conf->listenv[2].sa), AF_INET6);
	ck_assert_uint_eq(sa_port(&conf->listenv[2].sa), 5070);
	ck_assert_uint_eq(sa_port(&conf->listenv[3].sa), 5060);
	ck_assert_uint_eq(conf->domainc, 2);
	ck_assert_str_eq(conf->domainv[0], "example.net");
	ck_assert_str_eq(conf->domainv[1], "203.0.113.1");
	ck_assert_str_eq(conf->data, "/srv/viaduct");
	ck_assert_str_eq(conf->control, "/run/v.sock");
	ck_assert(!conf->auth);
	ck_assert_str_eq(conf->log_level, "debug");
}
END_TEST


START_TEST(a_full_file_is_decoded_limits)
{
	must(full);
	ck_assert_uint_eq(conf->timer.t1, 100);
	ck_assert_uint_eq(conf->timer.t2, 1000);
	ck_assert_uint_eq(conf->timer.t4, 2000);
	ck_assert_uint_eq(conf->timer.c, 200000);
	ck_assert_uint_eq(conf->proxy.branches, 5);
	ck_assert_int_eq(conf->proxy.fork, CONFIG_FORK_SERIAL);
	ck_assert(conf->proxy.redirects_pass);
	ck_assert_uint_eq(conf->proxy.ring, 9);
	ck_assert_uint_eq(conf->registrar.expires_default, 600);
	ck_assert_uint_eq(conf->registrar.expires_min, 30);
	ck_assert_uint_eq(conf->registrar.expires_max, 1200);
	ck_assert_uint_eq(conf->registrar.contacts_max, 3);
	ck_assert_uint_eq(conf->registrar.jitter, 25);
	ck_assert(conf->registrar.service_route);
	ck_assert_str_eq(conf->push.url, "https://hook.example.net/wake");
	ck_assert_uint_eq(conf->push.timeout, 2);
	ck_assert_uint_eq(conf->push.wait, 7);
	ck_assert_uint_eq(conf->push.providerc, 2);
	ck_assert_str_eq(conf->push.providerv[1], "x.y");
	ck_assert_uint_eq(conf->registrar.keepalive, 0);
	ck_assert_uint_eq(conf->registrar.keepalive_max, 90);
	ck_assert(conf->registrar.keepalive_options);
	ck_assert_uint_eq(conf->tcp.per_source, 7);
	ck_assert_uint_eq(conf->tcp.total, 99);
	ck_assert_uint_eq(conf->tcp.message_timeout, 3);
	ck_assert_uint_eq(conf->tcp.idle_timeout, 60);
	ck_assert_uint_eq(conf->ws.originc, 2);
	ck_assert_str_eq(conf->ws.originv[0], "https://phone.example.net");
	ck_assert_str_eq(conf->ws.originv[1], "http://localhost:8000");
	ck_assert_uint_eq(conf->ws.ping, 0);
}
END_TEST


START_TEST(a_full_file_is_decoded_relay)
{
	must(full);
	ck_assert(conf->relay.external);
	ck_assert_uint_eq(conf->relay.addrc, 2);
	ck_assert_uint_eq(sa_port(&conf->relay.addrv[0]), 0);
	ck_assert_uint_eq(conf->relay.port_min, 20000);
	ck_assert_uint_eq(conf->relay.port_max, 29999);
	ck_assert_uint_eq(conf->relay.serverc, 2);
	ck_assert_uint_eq(sa_port(&conf->relay.serverv[0].sa), 5062);
	ck_assert_int_eq(conf->relay.serverv[1].proto, CONFIG_TCP);
	ck_assert_uint_eq(sa_port(&conf->relay.serverv[1].sa), 5060);
	ck_assert(conf->relay.serve && conf->relay.allow_local);
	ck_assert_uint_eq(conf->relay.lease, 30);
	ck_assert_uint_eq(conf->relay.timeout, 10);
	ck_assert_uint_eq(conf->relay.hold_timeout, 20);
	ck_assert_uint_eq(conf->relay.one_side_timeout, 0);
	ck_assert_uint_eq(conf->relay.quarantine, 0);
	ck_assert_uint_eq(conf->relay.latch_packets, 5);
}
END_TEST


START_TEST(a_full_file_is_decoded_redirect_and_peers)
{
	must(full);
	ck_assert_uint_eq(conf->redirect.serverc, 1);
	ck_assert(conf->redirect.serve && conf->redirect.announce);
	ck_assert_str_eq(conf->redirect.name, "proxy1");
	ck_assert_str_eq(conf->redirect.secret,
			 "a secret \"quoted\" # with # signs");
	ck_assert_uint_eq(conf->redirect.cache, 0);
	ck_assert_uint_eq(conf->peerc, 2);
	ck_assert_str_eq(conf->peerv[0].name, "proxy2");
	ck_assert_uint_eq(conf->peerv[0].addrc, 2);
	ck_assert_uint_eq(sa_port(&conf->peerv[0].addrv[0]), 0);
	ck_assert_uint_eq(sa_port(&conf->peerv[0].addrv[1]), 5080);
	ck_assert_int_eq(conf->peerv[0].media, CONFIG_MEDIA_DIRECT);
	ck_assert_str_eq(conf->peerv[0].secret, "12345678");
	ck_assert_str_eq(conf->peerv[1].name, "proxy3");
	ck_assert_int_eq(conf->peerv[1].media, CONFIG_MEDIA_AUTO);
	ck_assert_str_eq(conf->peerv[1].secret, "");
}
END_TEST


START_TEST(what_is_not_given_has_its_default)
{
	must(LISTEN);
	ck_assert(conf->auth);
	ck_assert_str_eq(conf->log_level, "info");
	ck_assert_uint_eq(conf->timer.t1, 500);
	ck_assert_uint_eq(conf->timer.c, 185000);
	ck_assert_uint_eq(conf->proxy.branches, 12);
	ck_assert_int_eq(conf->proxy.fork, CONFIG_FORK_Q);
	ck_assert(!conf->proxy.redirects_pass);
	ck_assert_uint_eq(conf->proxy.ring, 30);
	ck_assert_uint_eq(conf->registrar.expires_default, 3600);
	ck_assert_uint_eq(conf->registrar.keepalive, 25);
	ck_assert_uint_eq(conf->registrar.keepalive_max, 180);
	ck_assert(!conf->registrar.keepalive_options);
	ck_assert_uint_eq(conf->tcp.total, 4096);
	ck_assert_uint_eq(conf->ws.originc, 0);
	ck_assert_uint_eq(conf->ws.ping, 30);
	ck_assert(!conf->relay.external && !conf->relay.allow_local);
	ck_assert_uint_eq(conf->relay.port_min, 16384);
	ck_assert_uint_eq(conf->relay.port_max, 32767);
	ck_assert_uint_eq(conf->relay.latch_packets, 3);
	ck_assert_uint_eq(conf->redirect.cache, 60);
	ck_assert_uint_eq(conf->peerc, 0);
	ck_assert_uint_gt(strlen(conf->data), 0);
	ck_assert_uint_gt(strlen(conf->control), 0);
}
END_TEST


START_TEST(domains_and_relay_addresses_come_from_the_listeners)
{
	must("listen = { \"udp:192.0.2.1\", \"tcp:192.0.2.1\", "
	     "\"udp:[2001:db8::1]\" }\n");
	ck_assert_uint_eq(conf->domainc, 2);
	ck_assert_str_eq(conf->domainv[0], "192.0.2.1");
	ck_assert_str_eq(conf->domainv[1], "2001:db8::1");
	ck_assert_uint_eq(conf->relay.addrc, 2);
	ck_assert_uint_eq(sa_in(&conf->relay.addrv[0]), 0xc0000201);
	ck_assert_uint_eq(sa_port(&conf->relay.addrv[0]), 0);

	must(LISTEN "domain = { \"a.example\" }\n"
		    "relay { address = { \"192.0.2.7\" } }\n");
	ck_assert_uint_eq(conf->domainc, 1);
	ck_assert_uint_eq(conf->relay.addrc, 1);
	ck_assert_uint_eq(sa_in(&conf->relay.addrv[0]), 0xc0000207);
}
END_TEST


/* each is a whole fault line, after a listen in line 1 */
static const struct {
	const char *text;
	const char *fault;
} faultv[] = {
	/* keys */
	{"relay { port = \"1-9\" }",
	 "v.conf:2: unknown key \"port\" in relay, expected one of mode, "
	 "address, ports, servers, serve, lease, media_timeout, "},
	{"relay { port = \"1-9\" }", "did you mean \"ports\"?"},
	{"\n\nlisen = { \"udp:192.0.2.1\" }",
	 "v.conf:4: unknown key \"lisen\", expected one of listen, domain, "},
	{"lisen = { \"udp:192.0.2.1\" }", "did you mean \"listen\"?"},
	{"# one\n/* two\nthree */ // three\nrealy { mode = internal }",
	 "did you mean \"relay\"?"},
	{"# one\n/* two\nthree */ // three\nrealy { mode = internal }",
	 "v.conf:5: unknown key \"realy\""},
	{"ports = \"16384-32767\"", "did you mean \"ports\" in relay { }?"},
	{"relay { auth = no }", "did you mean \"auth\" outside of relay { }?"},
	{"zzzzzz = 1", "redirect, peer"},
	{"auth = yes\nauth = no",
	 "v.conf:3: auth is given twice, expected it once (it is in line 2 "
	 "already)"},
	{"domain = { \"a\" }\ndomain = { \"b\" }",
	 "v.conf:3: domain is given twice"},
	{"relay { serve = yes }\nrelay { serve = no }",
	 "v.conf:3: serve is given twice"},
	{"\"auth\" = no", "v.conf:2: key in quotes, expected KEY = VALUE"},
	{"\"relay|ports\" = \"1-9\"", "v.conf:2: key in quotes"},
	{"relay|ports = 3", "v.conf:2: unexpected \"|\""},
	{"include(\"/etc/passwd\")", "v.conf:2: unknown key \"include\""},
	/* form */
	{"data = \"/x\nauth = no", "v.conf:2: string without end"},
	{"data = '/x\nauth = no", "v.conf:2: string without end"},
	{"data = \"", "v.conf:2: string without end"},
	{"data = \"\\", "v.conf:2: "},
	{"auth = no /* and\nso on", "v.conf:2: comment without end"},
	{"data = \"\\9\"", "v.conf:2: unknown escape"},
	{"data = \"${HOME}/x\"", "v.conf:2: \"${\" in a value"},
	{"data = ${HOME}", "v.conf:2: unexpected \"$\""},
	{"data = \"a\001b\"", "v.conf:2: control character in a string"},
	{"auth = yes;", "v.conf:2: unexpected \";\""},
	{"auth = y\xc3\xa4", "v.conf:2: unexpected octet 0xc3"},
	{"auth + yes", "v.conf:2: unexpected \"+\""},
	{"auth yes", "v.conf:2: missing equal sign"},
	{"auth =", "v.conf:3: premature end of file, expected KEY"},
	{"relay {\nserve = no\n",
	 "v.conf:2: brace without end, expected \"}\""},
	{"}", "v.conf:2: unexpected closing brace"},
	{"relay = no", "v.conf:2: missing opening brace"},
	{"peer { }", "v.conf:2: missing title"},
	{"auth += yes", "v.conf:2: attempt to append"},
	/* words and numbers */
	{"auth = maybe", "v.conf:2: auth = \"maybe\": bad value, expected yes "
			 "or no"},
	{"log { level = \"warning\" }", "did you mean \"warn\"?"},
	{"relay { mode = \"exernal\" }", "did you mean \"external\"?"},
	{"proxy { fork = \"paralel\" }", "did you mean \"parallel\"?"},
	{"proxy { redirects = \"folow\" }", "did you mean \"follow\"?"},
	{"proxy { branches = 65 }", "expected a number, 1 to 64"},
	{"registrar { keepalive_method = \"option\" }",
	 "did you mean \"options\"?"},
	{"timer { t1 = 49 }", "v.conf:2: t1 = \"49\": out of range, expected "
			      "milliseconds, 50 to 5000"},
	{"timer { t1 = 010x }", "bad value, expected milliseconds"},
	{"timer { t1 = \"-500\" }", "bad value, expected milliseconds"},
	{"timer { t1 = 99999999999999999999 }", "out of range"},
	{"timer { t1 = 4294967796 }", "out of range"},
	{"timer { c = 180000 }", "expected milliseconds, 180001"},
	{"timer {\nt1 = 5000\nt2 = 600 }",
	 "v.conf:4: t2 is 600, expected at least t1 (5000)"},
	{"registrar { expires_min = 100 expires_max = 99 }",
	 "v.conf:2: expires_min is 100, expected at most expires_max (99)"},
	{"registrar { expires = 10 }",
	 "v.conf:2: expires is 10, expected expires_min (60) to expires_max "
	 "(7200)"},
	/* addresses */
	{"listen += { \"192.0.2.2:5060\" }", "v.conf:2: listen = "},
	{"listen += { \"udp:192.0.2.1:5060\" }", "given twice"},
	{"listen += { \"udp:0.0.0.0:5060\" }", "wildcard address: answers"},
	{"listen += { \"udp:[::]:5060\" }", "wildcard address: answers"},
	{"listen += { \"sctp:192.0.2.1:5061\" }",
	 "v.conf:2: listen = \"sctp:192.0.2.1:5061\": bad value, expected "
	 "\"udp:ADDRESS:PORT\" (or tcp, tls, ws, wss)"},
	{"listen += { \"tls:192.0.2.1\" }",
	 "v.conf:1: listen has tls without a certificate, expected tls { "
	 "certificates = { \"FILE\", ... } }"},
	{"listen += { \"wss:192.0.2.1\" }", "without a certificate"},
	{"listen += { \"udp:10.0.0.5 advertise\" }", "with a valid port"},
	{"listen += { \"udp:10.0.0.5 advertise x\" }", "with a valid port"},
	{"listen += { \"udp:10.0.0.5 advertise 0.0.0.0\" }",
	 "not an address of a host"},
	{"listen += { \"udp:10.0.0.5 advertise 2001:db8::1\" }",
	 "another family"},
	{"listen += { \"udp:10.0.0.5 advertised 192.0.2.2\" }",
	 "with a valid port"},
	{"tls { certificates = { \"/nowhere/a\" } }",
	 "v.conf:2: certificate \"/nowhere/a\": No such file or directory, "
	 "expected a certificate"},
	{"tls { certificates = { \"/\" } }", "\"/\": not a file"},
	{"tls { certificates = { \"/dev/null\" } }", "not a file"},
	{"tls {\nkeys = { \"/nowhere/a\" } }",
	 "v.conf:3: 1 keys for 0 certificates"},
	{"tls {\nverify = yes\nca = \"/nowhere/a\" }",
	 "v.conf:4: ca = \"/nowhere/a\": No such file"},
	{"tls { client_ca = \"/\" }", "v.conf:2: client_ca = \"/\": not a"},
	{"tls { keys = { \"/a\", \"/a\" } }", "given twice"},
	{"tls { verify = maybe }", "expected yes or no"},
	{"listen += { \"udp:example.net:5060\" }", "names are not looked up"},
	{"listen += { \"udp:192.0.2.1:0\" }", "no address with a valid port"},
	{"listen += { \"udp:192.0.2.1:65536\" }", "with a valid port"},
	{"listen += { \"udp:224.0.0.1:5060\" }", "not an address of a host"},
	{"listen += { \"udp:192.0.2.2\",\n\"tcp:192.0.2\" }",
	 "v.conf:3: listen = \"tcp:192.0.2\""},
	{"domain = { \"a_b.example\" }", "bad value, expected a domain"},
	{"domain = { \"a..example\" }", "bad value, expected a domain"},
	{"domain = { \"-a.example\" }", "bad value, expected a domain"},
	{"domain = { \"\" }", "bad value, expected a domain"},
	{"domain = { \"sip:a.example\" }", "bad value, expected a domain"},
	{"domain = { \"a.example\", \"A.example\" }", "given twice"},
	{"domain = { "
	 "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "aaaaaaaaaaaaaaa\" }",
	 "too long"},
	{"ws { origins = { \"phone.example.net\" } }",
	 "bad value, expected an origin like"},
	{"ws { origins = { \"https://a/\" } }", "bad value"},
	{"ws { origins = { \"https://\" } }", "bad value"},
	{"ws { origins = { \"://a\" } }", "bad value"},
	{"ws { ping = 3601 }", "out of range, expected seconds, 0 (off)"},
	{"relay { address = { \"0.0.0.0\" } }", "wildcard address"},
	{"relay { address = { \"192.0.2.1:5060\" } }", "without port"},
	{"relay { address = { \"192.0.2.1 advertise 1.2.3.4:5\" } }",
	 "without port"},
	{"relay { address = { \"192.0.2.1 advertise ::1\" } }", "family"},
	{"relay { address = { \"relay.example\" } }", "not looked up"},
	{"relay { ports = \"1-65536\" }", "no ports between"},
	{"relay { ports = \"0-9\" }", "no ports between"},
	{"relay { ports = \"20000\" }", "bad value, expected a range"},
	{"relay { ports = \"20000-19000\" }", "upside down, expected a range"},
	{"relay { ports = \"20000-20002\" }", "too few for one call"},
	{"relay { ports = \"20001-20004\" }", "too few for one call"},
	{"relay { ports = \"1024-65535\" }",
	 "v.conf:2: ports 1024-65535 hold port 5060 of listen"},
	{"relay { mode = external }",
	 "v.conf:2: mode is external without servers"},
	{"relay { servers = { \"203.0.113.7:5060\" } }",
	 "expected \"sip:ADDRESS:PORT\""},
	{"relay { servers = { \"sip:relay.example\" } }", "not looked up"},
	{"relay { servers = { \"sip:a@203.0.113.7\" } }", "not looked up"},
	{"relay { servers = { \"sips:203.0.113.7\" } }", "not supported"},
	{"relay { servers = { \"sip:203.0.113.7;transport=sctp\" } }",
	 "expected \"sip:ADDRESS:PORT\""},
	{"relay { servers = { \"sip:0.0.0.0\" } }",
	 "not an address of a host"},
	{"redirect { servers = { \"sip:203.0.113.7\", "
	 "\"sip:203.0.113.7:5060\" } }",
	 "given twice"},
	{"redirect { name = \"proxy1\" }", "name without secret"},
	{"redirect { secret = \"12345678\" }", "secret without name"},
	{"redirect { secret = \"1234567\" }",
	 "v.conf:2: secret = \"...\": too short to be secret, expected 8 to "
	 "63 characters"},
	/* peers */
	{"peer a { }", "v.conf:2: peer \"a\" has no address"},
	{"peer a {\nmedia = relay\n}", "v.conf:3: peer \"a\" has no address"},
	{"peer a { address = { } }", "peer \"a\" has no address"},
	{"peer \"a b\" { address = { \"192.0.2.9\" } }",
	 "v.conf:2: peer \"a b\": bad name"},
	{"push { url = \"ftp://h/\" }", "expected a URL like"},
	{"push { url = \"http://\" }", "expected a URL like"},
	{"push { url = \"http://h /\" }", "expected a URL like"},
	{"push { url = \"//h/\" }", "expected a URL like"},
	{"push { wait = 0 }", "seconds, 1 to 60"},
	{"push { providers = { \"a b\" } }", "expected a push service"},
	{"push { providers = { \"fcm\", \"FCM\" } }", "given twice"},
	{"peer \"\" { address = { \"192.0.2.9\" } }", "bad name"},
	{"peer a { address = { \"192.0.2.9\" } }\n"
	 "peer a { address = { \"192.0.2.8\" } }",
	 "v.conf:3: found duplicate title 'a'"},
	{"peer a { address = { \"192.0.2.9\" } }\n"
	 "peer b { address = { \"192.0.2.9:5060\" } }",
	 "v.conf:3: address = \"192.0.2.9:5060\": address of a peer above"},
	{"peer a { address = { \"0.0.0.0\" } }", "nobody sends from"},
	{"peer a { address = { \"192.0.2.0/24\" } }", "not looked up"},
	{"peer a { address = { \"192.0.2.9\" } media = rely }",
	 "did you mean \"relay\"?"},
	{"peer a { address = { \"192.0.2.9\" } secret = \"short\" }",
	 "too short to be secret"},
	{"peer a { address = { \"192.0.2.9\" } adress = 3 }",
	 "unknown key \"adress\" in peer, expected one of address, domain, "},
	{"peer a { adress = 3 }", "did you mean \"address\"?"},
};

START_TEST(a_fault_is_told_with_line_expectation_and_suggestion)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), LISTEN "%s\n", faultv[_i].text);
	ck_assert_int_eq(decode(text), EINVAL);
	ck_assert_ptr_null(conf);
	ck_assert_msg(strstr(faults(), faultv[_i].fault) != NULL, "%s\n%s",
		      faultv[_i].text, said);
	ck_assert_int_eq(said[strlen(said) - 1], '\n');
}
END_TEST


START_TEST(no_secret_is_told)
{
	ck_assert_int_eq(decode(LISTEN "redirect { secret = \"hunter2\" }\n"
				       "peer a { secret = \"hunter2\" }\n"),
			 EINVAL);
	ck_assert_ptr_null(strstr(faults(), "hunter2"));
}
END_TEST


START_TEST(all_faults_are_told_in_one_run)
{
	ck_assert_int_eq(decode("listen = { \"udp:1.2.3\" }\n"
				"atuh = yes\n"
				"timer { t1 = 1\n t3 = 5 }\n"
				"peer a { media = none }\n"
				"log { level = loud }\n"),
			 EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), "v.conf:1: listen = "));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:2: unknown key \"atuh\""));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:3: t1"));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:4: unknown key \"t3\""));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:5: media = \"none\""));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:5: peer \"a\" has no"));
	ck_assert_ptr_nonnull(strstr(said, "v.conf:6: level"));
}
END_TEST


START_TEST(an_unknown_key_with_a_list_gives_one_fault)
{
	ck_assert_int_eq(decode(LISTEN "foo = { \"a\", \"b\" }\n"), EINVAL);
	ck_assert_ptr_eq(strchr(faults(), '\n'), said + strlen(said) - 1);
}
END_TEST


START_TEST(a_file_without_listeners_listens_on_each_address)
{
	static const char *const v[] = {"", "\n\n", "# nothing\n",
					"listen = { }\n", "auth = yes\n"};

	must(v[_i]);
	ck_assert_uint_ge(conf->listenc, 2);
	ck_assert_uint_eq(sa_port(&conf->listenv[0].sa), 5060);
}
END_TEST


/* what one text does to libconfuse's lexer must not reach the next */
START_TEST(a_broken_text_does_not_harm_the_next_one)
{
	static const char *const v[] = {
		"data = \"/x",   "data = '/x", "/* ", "data = \"\\9\"",
		"relay { mode ", "listen = {", "\"",
	};

	ck_assert_int_eq(decode(v[_i]), EINVAL);
	must(full);
	ck_assert_uint_eq(conf->listenc, 4);
}
END_TEST


START_TEST(lists_have_bounds)
{
	struct mbuf *mb = mbuf_alloc(65536);
	int err = mbuf_write_str(mb, "listen = { \"udp:192.0.2.1\"");

	for (int i = 2; i <= CONFIG_LISTEN_MAX + 1; i++)
		err |= mbuf_printf(mb, ", \"udp:192.0.2.%d\"", i);
	err |= mbuf_write_str(mb, " }\ndomain = { \"d0\"");
	for (int i = 1; i <= CONFIG_DOMAIN_MAX; i++)
		err |= mbuf_printf(mb, ", \"d%d\"", i);
	err |= mbuf_write_str(mb, " }\n");
	for (int i = 0; i <= CONFIG_PEER_MAX; i++)
		err |= mbuf_printf(
			mb, "peer p%d { address = { \"10.0.%d.%d\" } }\n", i,
			i / 250, i % 250 + 1);
	err |= mbuf_write_u8(mb, 0);
	ck_assert_int_eq(err, 0);

	ck_assert_int_eq(decode((const char *)mb->buf), EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), "listen = \"udp:192.0.2.17\": "
					       "too many entries"));
	ck_assert_ptr_nonnull(strstr(said, "domain = \"d64\": too many"));
	ck_assert_ptr_nonnull(
		strstr(said, "too many peers, expected at most"));
	mem_deref(mb);
}
END_TEST


START_TEST(faults_have_a_bound)
{
	struct mbuf *mb = mbuf_alloc(65536);

	for (int i = 0; i < 2000; i++)
		(void)mbuf_printf(mb, "x%d = 1\n", i);
	(void)mbuf_write_u8(mb, 0);
	ck_assert_int_eq(decode((const char *)mb->buf), EINVAL);
	ck_assert_uint_lt(errs->end, 64 * 1024);
	ck_assert_ptr_nonnull(
		memmem(errs->buf, errs->end, "too many faults", 15));
	mem_deref(mb);
}
END_TEST


START_TEST(the_systems_file_is_meant_where_none_is_named)
{
	const char *installed = access(CONFIG_PATH, R_OK) ? NULL : CONFIG_PATH;

	ck_assert_str_eq(config_find("mine.conf"), "mine.conf");
	ck_assert_pstr_eq(config_find(NULL), installed);
}
END_TEST


START_TEST(the_default_listens_and_serves_its_addresses)
{
	ck_assert_int_eq(config_load(&conf, NULL, errs), 0);
	ck_assert_uint_ge(conf->listenc, 2);
	ck_assert_uint_eq(conf->listenc % 2, 0);
	ck_assert_uint_eq(conf->domainc, conf->listenc / 2);
	ck_assert_uint_eq(conf->relay.addrc, conf->listenc / 2);
	for (size_t i = 0; i < conf->listenc; i++) {
		ck_assert_int_eq(conf->listenv[i].proto, i % 2);
		ck_assert_uint_eq(sa_port(&conf->listenv[i].sa), 5060);
		ck_assert(!addr_is_forbidden(&conf->listenv[i].sa) ||
			  conf->relay.allow_local);
	}
	ck_assert(conf->auth);
}
END_TEST


/* of listen and of relay's address */
static const struct {
	const char *text;
	const char *own, *advertised; /* "": none */
} advertisev[] = {
	{"udp:10.0.0.5", "10.0.0.5:5060", ""},
	{"udp:10.0.0.5 advertise 198.51.100.7", "10.0.0.5:5060",
	 "198.51.100.7:5060"},
	{"UDP:10.0.0.5:5070  advertise  198.51.100.7", "10.0.0.5:5070",
	 "198.51.100.7:5070"},
	{"tcp:10.0.0.5:5070 advertise 198.51.100.7:5062", "10.0.0.5:5070",
	 "198.51.100.7:5062"},
	{"ws:10.0.0.5 advertise 198.51.100.7", "10.0.0.5:80",
	 "198.51.100.7:80"},
	{"tcp:[fd00::5] advertise 2001:db8::7", "[fd00::5]:5060",
	 "[2001:db8::7]:5060"},
	{"tcp:[fd00::5] advertise [2001:db8::7]:5070", "[fd00::5]:5060",
	 "[2001:db8::7]:5070"},
};

START_TEST(behind_a_1_to_1_nat_the_outer_address_is_advertised)
{
	const char *outer = advertisev[_i].advertised;
	char text[256], buf[64];

	(void)snprintf(text, sizeof(text), "listen = { \"%s\" }\n",
		       advertisev[_i].text);
	must(text);
	(void)re_snprintf(buf, sizeof(buf), "%J", &conf->listenv[0].sa);
	ck_assert_str_eq(buf, advertisev[_i].own);
	ck_assert(sa_isset(&conf->listenv[0].advertise, SA_ADDR) == !!*outer);
	ck_assert(sa_isset(&conf->relay.advertisev[0], SA_ADDR) == !!*outer);
	if (!*outer)
		return;

	(void)re_snprintf(buf, sizeof(buf), "%J", &conf->listenv[0].advertise);
	ck_assert_str_eq(buf, outer);
	/* it is what the relay shows, and a name that phones know us by */
	ck_assert(addr_same_host(&conf->relay.advertisev[0],
				 &conf->listenv[0].advertise));
	ck_assert_uint_eq(conf->domainc, 2);
	(void)re_snprintf(buf, sizeof(buf), "%j", &conf->listenv[0].advertise);
	ck_assert_str_eq(conf->domainv[0], buf);
}
END_TEST


START_TEST(a_relay_address_has_an_outer_one_too)
{
	must(LISTEN "relay { address = { \"10.0.0.5 advertise 198.51.100.7\","
		    " \"fd00::5\" } }\n");
	ck_assert_uint_eq(conf->relay.addrc, 2);
	ck_assert_uint_eq(sa_in(&conf->relay.addrv[0]), 0x0a000005);
	ck_assert_uint_eq(sa_in(&conf->relay.advertisev[0]), 0xc6336407);
	ck_assert(!sa_isset(&conf->relay.advertisev[1], SA_ADDR));
}
END_TEST


START_TEST(T4_a_datagram_listener_without_a_stream_is_warned_about)
{
	must(LISTEN);
	ck_assert_str_eq(faults(), "v.conf:1: warning: udp:192.0.2.1:5060 "
				   "without tcp:192.0.2.1:5060: messages that "
				   "are too large for a datagram cannot "
				   "come\n");
	must("listen = { \"udp:192.0.2.1\", \"tcp:192.0.2.1\" }\n");
	ck_assert_str_eq(faults(), "");
}
END_TEST


static int load(const char *path)
{
	conf = mem_deref(conf);
	errs->pos = errs->end = 0;

	return config_load(&conf, path, errs);
}


START_TEST(a_file_is_read_from_disk)
{
	char path[] = "/tmp/viaduct-config-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, full, strlen(full)), (ssize_t)strlen(full));
	ck_assert_int_eq(load(path), 0);
	ck_assert_uint_eq(conf->listenc, 4);

	/* a zero would hide what comes after it */
	ck_assert_int_eq(write(fd, "\0auth = no", 10), 10);
	ck_assert_int_eq(load(path), EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), ": zero octet, expected text"));

	ck_assert_int_eq(ftruncate(fd, 2 * 1024 * 1024), 0);
	ck_assert_int_eq(load(path), EINVAL);
	ck_assert_ptr_nonnull(strstr(faults(), ": too big, expected at most"));

	(void)close(fd);
	(void)unlink(path);
	ck_assert_int_eq(load(path), ENOENT);
	ck_assert_ptr_nonnull(strstr(faults(), "No such file or directory"));
}
END_TEST


START_TEST(what_is_no_file_is_refused)
{
	char path[] = "/tmp/viaduct-config-XXXXXX", fifo[64];

	ck_assert_int_eq(load("/"), EINVAL);
	ck_assert_str_eq(faults(), "/: not a file, expected a file with KEY = "
				   "VALUE lines\n");
	ck_assert_int_eq(load("/dev/zero"), EINVAL);
	ck_assert_int_eq(load(""), ENOENT);

	/* opening it must not wait for a writer */
	ck_assert_ptr_nonnull(mkdtemp(path));
	(void)snprintf(fifo, sizeof(fifo), "%s/fifo", path);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(load(fifo), EINVAL);
	(void)unlink(fifo);
	(void)rmdir(path);
}
END_TEST


START_TEST(each_argument_is_needed)
{
	ck_assert_int_eq(config_decode(NULL, "n", "", errs), EINVAL);
	ck_assert_int_eq(config_decode(&conf, NULL, "", errs), EINVAL);
	ck_assert_int_eq(config_decode(&conf, "n", NULL, errs), EINVAL);
	ck_assert_int_eq(config_decode(&conf, "n", "", NULL), EINVAL);
	ck_assert_int_eq(config_load(NULL, NULL, errs), EINVAL);
	ck_assert_int_eq(config_load(&conf, NULL, NULL), EINVAL);
}
END_TEST


START_TEST(out_of_memory_at_any_place_leaves_nothing)
{
	int n, err = ENOMEM;

	for (n = 0; err && n < 300; n++) {
		oom_after(n);
		err = decode(full);
		oom_after(-1);
		ck_assert(err ? !conf : conf != NULL);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_int_ge(n, 4);
}
END_TEST


Suite *suite_config(void);
Suite *suite_config(void)
{
	Suite *s = suite_create("config");
	TCase *tc = tcase_create("config");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_full_file_is_decoded_top_and_log);
	tcase_add_test(tc, a_full_file_is_decoded_limits);
	tcase_add_test(tc, a_full_file_is_decoded_relay);
	tcase_add_test(tc, a_full_file_is_decoded_redirect_and_peers);
	tcase_add_test(tc, what_is_not_given_has_its_default);
	tcase_add_test(tc,
		       domains_and_relay_addresses_come_from_the_listeners);
	test_table(tc, a_fault_is_told_with_line_expectation_and_suggestion,
		   faultv);
	tcase_add_test(tc, no_secret_is_told);
	tcase_add_test(tc, all_faults_are_told_in_one_run);
	tcase_add_test(tc, an_unknown_key_with_a_list_gives_one_fault);
	tcase_add_loop_test(
		tc, a_file_without_listeners_listens_on_each_address, 0, 5);
	tcase_add_loop_test(tc, a_broken_text_does_not_harm_the_next_one, 0,
			    7);
	tcase_add_test(tc, lists_have_bounds);
	tcase_add_test(tc, faults_have_a_bound);
	tcase_add_test(tc, the_systems_file_is_meant_where_none_is_named);
	tcase_add_test(tc, the_default_listens_and_serves_its_addresses);
	test_table(tc, behind_a_1_to_1_nat_the_outer_address_is_advertised,
		   advertisev);
	tcase_add_test(tc, a_relay_address_has_an_outer_one_too);
	tcase_add_test(
		tc, T4_a_datagram_listener_without_a_stream_is_warned_about);
	tcase_add_test(tc, a_file_is_read_from_disk);
	tcase_add_test(tc, what_is_no_file_is_refused);
	tcase_add_test(tc, each_argument_is_needed);
	tcase_add_test(tc, out_of_memory_at_any_place_leaves_nothing);
	suite_add_tcase(s, tc);

	return s;
}
