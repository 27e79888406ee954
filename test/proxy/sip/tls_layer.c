/**
 * @file test/proxy/sip/tls_layer.c  SIP over TLS, on loopback
 *
 * The far ends are OpenSSL on a socket, the certificates are made here. The
 * handler answers each OPTIONS with 200.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include "test/test.h"
#include "test/mock/certificate.h"
#include "test/mock/stack.h"
#include "test/mock/tempdir.h"
#include "test/mock/wire.h"
#include "common/metrics.h"
#include "proxy/sip/tls_context.h"
#include "proxy/sip/tls_layer.h"
#include "proxy/sip/transport.h"


#define HEAD                                                    \
	"OPTIONS sip:127.0.0.1 SIP/2.0\r\n"                     \
	"Via: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK-control\r\n" \
	"Max-Forwards: 70\r\n"                                  \
	"From: <sip:a@example.com>;tag=s1\r\n"                  \
	"To: <sip:b@example.com>\r\n"                           \
	"Call-ID: control@test\r\n"                             \
	"CSeq: 1 OPTIONS\r\n"
#define OPTIONS HEAD "Content-Length: 0\r\n\r\n"
#define BAD     HEAD "no colon\r\n\r\n"

enum { CONNECT_MS = 5000, PATH_SIZE = 128 };

static struct timers *timers;
static struct metrics *metrics;
static struct transport *t;
static struct sa bound;
static struct wire w, w2;
static char dir[TEMPDIR_SIZE];
static struct certificate ca, other_ca, leaf;
static SSL_CTX *client, *server;

static struct {
	unsigned requests;
	struct flow *flow; /* of the last one */
	unsigned closed;
	int err;
} seen;

static char pathv[8][PATH_SIZE]; /* of file() */


/* a path in the test's folder */
static const char *file(const char *name)
{
	static unsigned n;
	char *path = pathv[n++ % ARRAY_SIZE(pathv)];

	(void)snprintf(path, PATH_SIZE, "%s/%s", dir, name);

	return path;
}


static void make(struct certificate *c, const char *san,
		 const struct certificate *by, int days)
{
	const struct certificate_request rq = {
		.san = san, .ca = by, .days = days};

	certificate_make(c, &rq);
}


static void make_file(const char *name, const char *san,
		      const struct certificate *by)
{
	struct certificate c;

	make(&c, san, by, 0);
	certificate_write_all(&c, NULL, file(name));
	certificate_free(&c);
}


static void message_handler(struct message *m, void *arg)
{
	(void)arg;
	if (!m->req)
		return;

	++seen.requests;
	mem_deref(seen.flow);
	seen.flow = mem_ref(m->flow);
	ck_assert_int_eq(transport_reply(t, m, 200, NULL, NULL), 0);
}


static void setup(void)
{
	const struct certificate_request root = {.cn = "root"};
	const struct certificate_request stranger = {.cn = "stranger"};

	memset(&seen, 0, sizeof(seen));
	w.fd = w2.fd = -1;
	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	tempdir_make(dir);
	certificate_make(&ca, &root);
	certificate_make(&other_ca, &stranger);
	make(&leaf, "DNS:peer.example,IP:127.0.0.2", &ca, 0);
	certificate_write_cert(&ca, file("ca"));
	make_file("default", "DNS:sip.example,DNS:*.wild.example", &ca);
	client = SSL_CTX_new(TLS_client_method());
	server = SSL_CTX_new(TLS_server_method());
	ck_assert(client && server);
}


static void teardown(void)
{
	oom_after(-1);
	wire_close(&w);
	wire_close(&w2);
	seen.flow = mem_deref(seen.flow);
	t = mem_deref(t);
	metrics = mem_deref(metrics);
	timers = mem_deref(timers);
	SSL_CTX_free(client);
	SSL_CTX_free(server);
	certificate_free(&ca);
	certificate_free(&other_ca);
	certificate_free(&leaf);
	tempdir_remove(dir);
}


static int try_open(const struct tls_conf *tls)
{
	const struct transport_conf conf = {
		.tcp_per_source = 10,
		.tcp_total = 20,
		.tcp_message_ms = 10000,
		.tcp_idle_ms = 120000,
		.tcp_connect_ms = CONNECT_MS,
		.tls = tls,
	};

	return transport_alloc(&t, timers, NULL, metrics, &conf,
			       message_handler, NULL);
}


static void open_with(const struct tls_conf *tls)
{
	struct sa laddr;

	ck_assert_int_eq(try_open(tls), 0);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(t, FLOW_TLS, &laddr, &bound), 0);
}


/* the default certificate, and that many more files */
static struct tls_conf basic(void)
{
	struct tls_conf conf = {.certc = 1, .client_ca = "", .verify = true};

	conf.certv[0].cert = file("default");
	conf.ca = file("ca");

	return conf;
}


static void open_basic(void)
{
	const struct tls_conf conf = basic();

	open_with(&conf);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static bool has_ok(void *arg)
{
	wire_poll(&w);

	return wire_count(&w, "SIP/2.0 200 ") >= *(const size_t *)arg;
}


static bool is_shaken(void *arg)
{
	struct wire *wire = arg;

	wire_poll(wire);

	return wire->shaken || wire->eof;
}


static bool has_end(void *arg)
{
	struct wire *wire = arg;

	wire_poll(wire);

	return wire->eof;
}


static void await_ok(size_t n)
{
	stack_run(timers, has_ok, &n);
}


/* sni: NULL for none */
static SSL *dialler(const char *sni)
{
	SSL *ssl = SSL_new(client);

	ck_assert_ptr_nonnull(ssl);
	SSL_set_connect_state(ssl);
	if (sni)
		ck_assert(SSL_set_tlsext_host_name(ssl, sni));

	return ssl;
}


static void dial(struct wire *wire, const char *sni)
{
	wire_connect(wire, &bound);
	wire_start_tls(wire, dialler(sni));
	stack_run(timers, is_shaken, wire);
}


static void ask(void)
{
	wire_send(&w, OPTIONS, sizeof(OPTIONS) - 1);
}


static void use(SSL_CTX *ctx, const struct certificate *c)
{
	ck_assert_int_eq(SSL_CTX_use_certificate(ctx, c->cert), 1);
	ck_assert_int_eq(SSL_CTX_use_PrivateKey(ctx, c->key), 1);
}


static const struct {
	int version;
	bool ok;
} versionv[] = {
	{TLS1_3_VERSION, true},
	{TLS1_2_VERSION, true},
	{TLS1_1_VERSION, false},
};

START_TEST(tls_1_2_and_up_are_spoken)
{
	const int version = versionv[_i].version;

	open_basic();
	/* the far end would do it: so it is we who refuse */
	SSL_CTX_set_security_level(client, 0);
	ck_assert(SSL_CTX_set_min_proto_version(client, version));
	ck_assert(SSL_CTX_set_max_proto_version(client, version));
	dial(&w, "sip.example");
	ck_assert(w.shaken == versionv[_i].ok);
	if (!versionv[_i].ok) {
		ck_assert_uint_eq(counted("tls_handshakes_failed_total"), 1);
		return;
	}

	ask();
	await_ok(1);
	ck_assert_int_eq(seen.flow->proto, FLOW_TLS);
	ck_assert(seen.flow->accepted);
	ck_assert_ptr_null(seen.flow->names);
	ck_assert_uint_eq(counted("tls_handshakes_total"), 1);
	ck_assert(!SSL_session_reused(w.ssl));
}
END_TEST


static const struct {
	const char *sni, *names; /* which the certificate has */
} sniv[] = {
	{"sip.example", "sip.example"},
	{"SIP.Example", "sip.example"},
	{"b.example", "b.example"},
	{"x.wild.example", "sip.example"},
	{"a.b.wild.example", "sip.example"},
	{"b.wild.example", "b.wild"},
	{"c.example", "c.example"},
	{"unknown.example", "sip.example"},
	{NULL, "sip.example"},
};

START_TEST(the_certificate_is_that_of_the_name_that_is_asked_for)
{
	struct tls_conf conf = basic();
	struct certificate c;
	char line[256] = "";
	X509 *cert;
	BIO *bio;

	make_file("b", "DNS:b.example,DNS:b.wild.example,IP:127.0.0.9", &ca);
	make(&c, "URI:sip:c.example", &ca, 0);
	certificate_write_cert(&c, file("c"));
	certificate_write_key(&c, file("c.key"));
	certificate_free(&c);
	conf.certv[1].cert = file("b");
	conf.certv[2].cert = file("c");
	conf.certv[2].key = file("c.key");
	conf.certc = 3;
	open_with(&conf);

	dial(&w, sniv[_i].sni);
	ck_assert(w.shaken);
	cert = SSL_get0_peer_certificate(w.ssl);
	bio = BIO_new(BIO_s_mem());
	ck_assert(X509_print_ex(bio, cert, 0, 0));
	for (bool found = false; !found;) {
		ck_assert_int_gt(BIO_gets(bio, line, sizeof(line)), 0);
		found = strstr(line, "DNS:") || strstr(line, "URI:");
	}
	ck_assert_msg(strstr(line, sniv[_i].names) != NULL, "%s: %s",
		      sniv[_i].sni, line);
	BIO_free(bio);
}
END_TEST


START_TEST(with_keys_of_two_types_an_old_phone_gets_the_one_it_knows)
{
	const struct certificate_request rq = {
		.san = "DNS:sip.example", .ca = &ca, .rsa_bits = 2048};
	struct tls_conf conf = basic();
	struct certificate rsa;

	certificate_make(&rsa, &rq);
	certificate_write_all(&rsa, &ca, file("rsa"));
	certificate_free(&rsa);
	conf.certv[1].cert = file("rsa");
	conf.certc = 2;
	open_with(&conf);
	ck_assert(SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION));
	ck_assert(SSL_CTX_set_cipher_list(client, _i ? "aECDSA" : "aRSA"));
	dial(&w, "sip.example");
	ck_assert(w.shaken);
	ck_assert_int_eq(EVP_PKEY_get_base_id(X509_get0_pubkey(
				 SSL_get0_peer_certificate(w.ssl))),
			 _i ? EVP_PKEY_EC : EVP_PKEY_RSA);
}
END_TEST


static const struct {
	const char *offer, *answer;
} alpnv[] = {
	{"\x03sip", "sip"},
	{"\x08http/1.1\x03sip", "sip"},
	{"\x02h2", ""},
	{"", ""},
};

START_TEST(alpn_sip_is_answered_and_others_are_not_refused)
{
	const unsigned char *p = NULL;
	unsigned int len = 0;
	const char *offer = alpnv[_i].offer;

	open_basic();
	ck_assert_int_eq(SSL_CTX_set_alpn_protos(client,
						 (const unsigned char *)offer,
						 (unsigned)strlen(offer)),
			 0);
	dial(&w, NULL);
	ck_assert(w.shaken);
	SSL_get0_alpn_selected(w.ssl, &p, &len);
	ck_assert_uint_eq(len, strlen(alpnv[_i].answer));
	ck_assert(!len || !memcmp(p, alpnv[_i].answer, len));
}
END_TEST


/* what a stranger may say instead of a handshake */
static const struct {
	const char *text;
	bool end; /* at once */
} strangerv[] = {
	{"", false},
	{"\x16", false},
	{"\x16\x03\x01\x02", false},
	{OPTIONS, true},
	{"GET / HTTP/1.1\r\n\r\n", true},
	{"\r\n\r\n\r\n\r\n", true},
};

START_TEST(S20_a_handshake_has_a_deadline)
{
	const size_t len = strlen(strangerv[_i].text);

	open_basic();
	wire_connect(&w, &bound);
	if (len)
		wire_send(&w, strangerv[_i].text, len);
	stack_run(timers, NULL, NULL);
	wire_poll(&w);
	ck_assert(w.eof == strangerv[_i].end);
	ck_assert_uint_eq(seen.requests, 0);
	if (w.eof)
		return;

	timers_advance(timers, CONNECT_MS);
	stack_run(timers, has_end, &w);
	ck_assert_uint_eq(counted("tcp_connections_timeout_total"), 1);
	ck_assert_uint_eq(counted("tcp_connections"), 0);
}
END_TEST


/* octets of a TLS client, without a socket under it */
static size_t tls_octets(SSL *ssl, BIO *out, char *buf, size_t size)
{
	int n;

	(void)SSL_do_handshake(ssl);
	n = BIO_read(out, buf, (int)size);

	return n > 0 ? (size_t)n : 0;
}


START_TEST(S20_a_dribbled_handshake_ends_as_late_as_any)
{
	SSL *ssl = dialler("sip.example");
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	char hello[4096];
	size_t len;

	SSL_set_bio(ssl, in, out);
	len = tls_octets(ssl, out, hello, sizeof(hello));
	ck_assert_uint_gt(len, 100);
	open_basic();
	wire_connect(&w, &bound);
	for (size_t i = 0; i < 50 && !w.eof; i++) {
		wire_send(&w, hello + i, 1);
		stack_run(timers, NULL, NULL);
		timers_advance(timers, CONNECT_MS / 50);
		wire_poll(&w);
	}
	stack_run(timers, has_end, &w);
	ck_assert_uint_eq(counted("tcp_connections_timeout_total"), 1);
	SSL_free(ssl);
}
END_TEST


START_TEST(octet_by_octet_is_as_good_as_all_at_once)
{
	char hello[4096];
	SSL *ssl = dialler("sip.example");
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	size_t len;

	SSL_set_bio(ssl, in, out);
	open_basic();
	wire_connect(&w, &bound);
	for (int round = 0; round < 4 && !seen.requests; round++) {
		len = tls_octets(ssl, out, hello, sizeof(hello));
		if (!len && SSL_is_init_finished(ssl)) {
			ck_assert_int_gt(
				SSL_write(ssl, OPTIONS, sizeof(OPTIONS) - 1),
				0);
			len = (size_t)BIO_read(out, hello, sizeof(hello));
		}
		for (size_t i = 0; i < len; i++) {
			wire_send(&w, hello + i, 1);
			if (i % 64 == 0)
				stack_run(timers, NULL, NULL);
		}
		stack_run(timers, NULL, NULL);
		wire_poll(&w);
		ck_assert(!w.eof);
		(void)BIO_write(in, w.buf, (int)w.len);
		w.len = 0;
	}
	ck_assert_uint_eq(seen.requests, 1);
	SSL_free(ssl);
}
END_TEST


START_TEST(a_large_request_comes_whole_and_a_large_answer_too)
{
	static char text[60000];
	static char body[40000];

	memset(body, 'b', sizeof(body) - 1);
	(void)snprintf(text, sizeof(text), "%.*sContent-Length: %zu\r\n\r\n%s",
		       (int)(strstr(OPTIONS, "Content-Length") - OPTIONS),
		       OPTIONS, strlen(body), body);
	open_basic();
	dial(&w, NULL);
	wire_send(&w, text, strlen(text));
	await_ok(1);
	ck_assert_uint_eq(seen.requests, 1);

	/* pings are answered inside */
	w.len = 0;
	wire_send(&w, "\r\n\r\n", 4);
	for (int i = 0; i < 100 && !w.len; i++) {
		stack_run(timers, NULL, NULL);
		wire_poll(&w);
	}
	ck_assert_str_eq(w.buf, "\r\n");
}
END_TEST


/* after a good handshake: records that are none, or no message's */
static const struct {
	const char *what;
	size_t len; /* of p; or of a message by TLS without end */
	const char *p;
} oddv[] = {
	{"plain text", 8, "OPTIONS "},
	{"a record of 65535 octets", 5, "\x17\x03\x03\xff\xff"},
	{"a record of nothing", 5, "\x17\x03\x03\x00\x00"},
	{"a handshake", 9, "\x16\x03\x03\x00\x04\x01\x00\x00\x00"},
	{"an unknown type", 6, "\x63\x03\x03\x00\x01x"},
	{"an alert of nothing", 5, "\x15\x03\x03\x00\x00"},
	{"a message of a megabyte", 1000000, NULL},
};

START_TEST(S21_what_comes_inside_tls_is_bounded_too)
{
	static char flood[1000000];
	size_t n;

	open_basic();
	dial(&w, NULL);
	ask();
	await_ok(1);
	if (oddv[_i].p) {
		ck_assert_int_eq(send(w.fd, oddv[_i].p, oddv[_i].len, 0),
				 (ssize_t)oddv[_i].len);
	}
	else {
		n = (size_t)snprintf(flood, sizeof(flood),
				     HEAD "Content-Length: 999000\r\n\r\n");
		memset(flood + n, 'x', sizeof(flood) - n);
		wire_send(&w, flood, sizeof(flood));
	}
	stack_run(timers, has_end, &w);
	timers_advance(timers, 1000);
	ck_assert_msg(counted("tcp_connections") == 0, "%s", oddv[_i].what);
	ck_assert_uint_eq(seen.requests, 1);
	wire_close(&w);

	dial(&w, NULL);
	ask();
	await_ok(1);
}
END_TEST


START_TEST(a_connection_ends_by_close_notify)
{
	open_basic();
	dial(&w, NULL);
	wire_send(&w, BAD, sizeof(BAD) - 1);
	stack_run(timers, has_end, &w);
	ck_assert(w.notified);
	ck_assert_uint_eq(wire_count(&w, "SIP/2.0 400 "), 1);

	wire_close(&w);
	dial(&w, NULL);
	ask();
	await_ok(1);
	timers_advance(timers, 120000);
	stack_run(timers, has_end, &w);
	ck_assert(w.notified);

	wire_close(&w);
	dial(&w, NULL);
	ck_assert_int_eq(SSL_shutdown(w.ssl), 0);
	stack_run(timers, has_end, &w);
}
END_TEST


START_TEST(nobody_renegotiates)
{
	open_basic();
	ck_assert(SSL_CTX_set_max_proto_version(client, TLS1_2_VERSION));
	dial(&w, NULL);
	ck_assert(w.shaken);
	(void)SSL_renegotiate(w.ssl);
	ask();
	for (int i = 0; i < 5; i++) {
		stack_run(timers, NULL, NULL);
		wire_poll(&w);
	}
	ck_assert_uint_eq(counted("tls_handshakes_total"), 1);
	ck_assert_uint_eq(seen.requests, 0);
}
END_TEST


static const struct {
	const char *what;
	const char *san;
	int days;
	bool stranger;    /* signed by whom we do not know */
	bool asked;       /* client_ca is set */
	bool shaken;      /* it ends well */
	const char *name; /* that the flow has; NULL: none */
} clientv[] = {
	{"verified", "DNS:Trunk.Example,URI:sip:b.example", 0, false, true,
	 true, "trunk.example b.example"},
	{"not asked", "DNS:trunk.example", 0, false, false, true, NULL},
	{"none shown", NULL, 0, false, true, true, NULL},
	{"of a stranger", "DNS:trunk.example", 0, true, true, false, NULL},
	{"expired", "DNS:trunk.example", -1, false, true, false, NULL},
	{"a user's", "URI:sip:a@b.example", 0, false, true, true, ""},
	{"not SIP", "URI:https://b.example", 0, false, true, true, ""},
};

START_TEST(a_client_certificate_is_verified_or_ends_the_handshake)
{
	struct tls_conf conf = basic();
	struct certificate c;

	conf.client_ca = clientv[_i].asked ? file("ca") : "";
	open_with(&conf);
	if (clientv[_i].san) {
		make(&c, clientv[_i].san,
		     clientv[_i].stranger ? &other_ca : &ca, clientv[_i].days);
		use(client, &c);
		certificate_free(&c);
	}

	/* in TLS 1.3 the client is done before we have seen it */
	dial(&w, NULL);
	ask();
	for (int i = 0; i < 50 && !w.eof && !w.len; i++) {
		stack_run(timers, NULL, NULL);
		wire_poll(&w);
	}
	ck_assert_msg((wire_count(&w, "SIP/2.0 200 ") > 0) ==
			      clientv[_i].shaken,
		      "%s", clientv[_i].what);
	if (!clientv[_i].shaken)
		return;

	if (clientv[_i].name)
		ck_assert_str_eq(seen.flow->names, clientv[_i].name);
	else
		ck_assert_ptr_null(seen.flow->names);
	ck_assert(flow_has_name(seen.flow, "trunk.example") ==
		  (clientv[_i].name && *clientv[_i].name));
}
END_TEST


static void close_handler(struct flow *flow, int err, void *arg)
{
	(void)flow;
	(void)arg;
	++seen.closed;
	seen.err = err;
}


static bool accepted(void *arg)
{
	(void)arg;

	return wire_accept(&w, &w2);
}


static bool sent_or_closed(void *arg)
{
	(void)arg;
	wire_poll(&w);

	return seen.closed || w.len;
}


static int flow_to(struct flow **fp, const char *host)
{
	struct hop hop = {.proto = FLOW_TLS, .addr = w2.addr};

	(void)str_ncpy(hop.host, host, sizeof(hop.host));

	return transport_flow_hop(fp, t, &hop);
}


static int say(struct flow *flow, const char *text)
{
	struct mbuf *mb = mbuf_alloc(strlen(text));
	int err;

	(void)mbuf_write_str(mb, text);
	mb->pos = 0;
	err = flow_send(flow, mb);
	mem_deref(mb);

	return err;
}


/* w2 listens, w is what it accepts */
static void serve_tls(const struct certificate *c)
{
	SSL *ssl;

	use(server, c);
	stack_run(timers, accepted, NULL);
	ssl = SSL_new(server);
	ck_assert_ptr_nonnull(ssl);
	SSL_set_accept_state(ssl);
	wire_start_tls(&w, ssl);
}


static const struct {
	const char *what;
	const char *san, *host;
	int days;
	bool stranger, careless; /* verify = no */
	bool ok;
} peerv[] = {
	{"named", "DNS:peer.example", "peer.example", 0, false, false, true},
	{"URI", "URI:sip:peer.example", "Peer.Example", 0, false, false, true},
	{"another's", "DNS:other.example", "peer.example", 0, false, false,
	 false},
	{"RFC 5922: no wildcard", "DNS:*.example", "peer.example", 0, false,
	 false, false},
	{"expired", "DNS:peer.example", "peer.example", -1, false, false,
	 false},
	{"a stranger's", "DNS:peer.example", "peer.example", 0, true, false,
	 false},
	{"numeric", "IP:127.0.0.2", "", 0, false, false, true},
	{"numeric, not named", "DNS:peer.example", "", 0, false, false, false},
	{"not verified", "DNS:other.example", "peer.example", -1, true, true,
	 true},
};

START_TEST(whom_we_dial_must_be_who_is_there)
{
	struct flow_watch watch = {.h = NULL};
	struct tls_conf conf = basic();
	struct flow *flow = NULL;
	struct certificate c;

	conf.verify = !peerv[_i].careless;
	open_with(&conf);
	make(&c, peerv[_i].san, peerv[_i].stranger ? &other_ca : &ca,
	     peerv[_i].days);
	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(flow_to(&flow, peerv[_i].host), 0);
	flow_watch(flow, &watch, close_handler, NULL);
	ck_assert_int_eq(say(flow, "one "), 0);
	ck_assert_int_eq(say(flow, "two"), 0);
	serve_tls(&c);
	stack_run(timers, sent_or_closed, NULL);
	if (peerv[_i].ok) {
		ck_assert_str_eq(w.buf, "one two");
		ck_assert(sa_cmp(&flow->local, &bound, SA_ADDR));
	}
	else {
		ck_assert_msg(seen.closed, "%s", peerv[_i].what);
		ck_assert_int_eq(seen.err, EACCES);
		ck_assert_uint_eq(w.len, 0);
	}
	if (*peerv[_i].host)
		ck_assert_str_eq(
			SSL_get_servername(w.ssl, TLSEXT_NAMETYPE_host_name),
			peerv[_i].host);
	else
		ck_assert_ptr_null(
			SSL_get_servername(w.ssl, TLSEXT_NAMETYPE_host_name));
	flow_unwatch(&watch);
	mem_deref(flow);
	certificate_free(&c);
}
END_TEST


START_TEST(a_connection_is_used_again_for_the_host_that_was_verified)
{
	struct flow *flow, *again;
	struct hop plain = {.proto = FLOW_TCP};
	struct sa laddr;

	open_basic();
	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(flow_to(&flow, "peer.example"), 0);
	ck_assert_int_eq(say(flow, "x"), 0);
	serve_tls(&leaf);
	stack_run(timers, sent_or_closed, NULL);

	ck_assert_int_eq(flow_to(&again, "PEER.example"), 0);
	ck_assert_ptr_eq(flow, again);
	mem_deref(again);
	/* its certificate names that one, too */
	ck_assert_int_eq(flow_to(&again, "127.0.0.2"), 0);
	ck_assert_ptr_eq(flow, again);
	mem_deref(again);
	ck_assert_int_eq(flow_to(&again, "other.example"), 0);
	ck_assert_ptr_ne(flow, again);
	mem_deref(again);

	/* the way back is that connection, whoever is there */
	ck_assert_int_eq(transport_flow_back(&again, t, FLOW_TLS, &flow->local,
					     &w2.addr),
			 0);
	mem_deref(again);
	ck_assert_int_eq(transport_flow_back(&again, t, FLOW_TCP, &flow->local,
					     &w2.addr),
			 ENOTCONN);

	/* equal protocols only */
	plain.addr = w2.addr;
	ck_assert_int_eq(transport_flow_hop(&again, t, &plain), EAFNOSUPPORT);
	ck_assert_int_eq(sa_set_str(&laddr, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(t, FLOW_TCP, &laddr, NULL), 0);
	ck_assert_int_eq(transport_flow_hop(&again, t, &plain), 0);
	ck_assert_int_eq(again->proto, FLOW_TCP);
	mem_deref(again);
	mem_deref(flow);
}
END_TEST


START_TEST(our_certificate_is_shown_to_whom_we_dial)
{
	struct flow *flow;
	X509 *cert;

	open_basic();
	wire_listen(&w2, "127.0.0.2");
	SSL_CTX_set_verify(server, SSL_VERIFY_PEER, NULL);
	X509_STORE_add_cert(SSL_CTX_get_cert_store(server), ca.cert);
	ck_assert(SSL_CTX_set_purpose(server, X509_PURPOSE_ANY));
	ck_assert_int_eq(flow_to(&flow, "peer.example"), 0);
	ck_assert_int_eq(say(flow, "x"), 0);
	serve_tls(&leaf);
	stack_run(timers, sent_or_closed, NULL);
	ck_assert_str_eq(w.buf, "x");
	cert = SSL_get0_peer_certificate(w.ssl);
	ck_assert_ptr_nonnull(cert);
	ck_assert_int_eq(X509_check_host(cert, "sip.example", 0, 0, NULL), 1);
	mem_deref(flow);
}
END_TEST


START_TEST(a_connect_that_never_shakes_hands_is_told)
{
	struct flow_watch watch = {.h = NULL};
	struct flow *flow;

	open_basic();
	wire_listen(&w2, "127.0.0.2");
	ck_assert_int_eq(flow_to(&flow, "peer.example"), 0);
	flow_watch(flow, &watch, close_handler, NULL);
	stack_run(timers, accepted, NULL);
	stack_run(timers, NULL, NULL);
	ck_assert_uint_eq(seen.closed, 0);
	timers_advance(timers, CONNECT_MS);
	ck_assert_uint_eq(seen.closed, 1);
	ck_assert_int_eq(seen.err, ETIMEDOUT);
	mem_deref(flow);
}
END_TEST


START_TEST(who_does_not_read_loses_its_connection_alone)
{
	static char text[8192];
	struct flow *stuck;
	int err = 0;

	memset(text, 't', sizeof(text) - 1);
	open_basic();
	dial(&w, NULL);
	ask();
	await_ok(1);
	stuck = mem_ref(seen.flow);
	w2 = w;
	memset(&w, 0, sizeof(w));
	dial(&w, NULL);

	for (unsigned n = 0; !err && n < 10000; n++)
		err = say(stuck, text);
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_int_eq(say(stuck, "x"), ENOTCONN);
	ask();
	await_ok(1);
	ck_assert(stuck->closed);
	mem_deref(stuck);
}
END_TEST


/* the names that a new connection is shown */
static bool shows(const char *host)
{
	bool is;

	dial(&w, NULL);
	ck_assert(w.shaken);
	is = X509_check_host(SSL_get0_peer_certificate(w.ssl), host, 0, 0,
			     NULL) == 1;
	wire_close(&w);

	return is;
}


START_TEST(changed_files_are_seen_and_old_connections_live_on)
{
	open_basic();
	dial(&w2, NULL);
	ck_assert(shows("sip.example"));

	make_file("default", "DNS:new.example", &ca);
	ck_assert(shows("sip.example"));
	timers_advance(timers, TLS_WATCH_MS);
	ck_assert(shows("new.example"));
	ck_assert_uint_eq(counted("tls_reloads_total"), 1);

	/* what was open still talks */
	w = w2;
	memset(&w2, 0, sizeof(w2));
	ask();
	await_ok(1);
	ck_assert(!w.eof);

	/* nothing has changed: nothing is loaded */
	timers_advance(timers, 10 * TLS_WATCH_MS);
	ck_assert_uint_eq(counted("tls_reloads_total"), 1);
}
END_TEST


/* as many whole days as all certificates last */
static const struct {
	int days;
	unsigned shown;
} daysv[] = {{0, 365}, {30, 30}, {1, 1}, {-1, 0}};

START_TEST(the_days_until_a_certificate_expires_are_counted)
{
	struct tls_conf conf = basic();
	struct certificate c;

	make(&c, "DNS:short.example", &ca, daysv[_i].days);
	certificate_write_all(&c, NULL, file("short"));
	certificate_free(&c);
	conf.certv[1].cert = file("short");
	conf.certc = 2;
	open_with(&conf);
	ck_assert_uint_eq(counted("tls_certificate_left_seconds"),
			  daysv[_i].shown * 86400);
	/* it works, whatever is said of it */
	dial(&w, "short.example");
	ck_assert(w.shaken);
	timers_advance(timers, 25 * 3600 * 1000);
	ck_assert_uint_eq(counted("tls_reloads_total"), 0);
}
END_TEST


START_TEST(ipv6_is_spoken_too)
{
	struct tls_conf conf = basic();
	struct sa laddr;

	open_with(&conf);
	ck_assert_int_eq(sa_set_str(&laddr, "::1", 0), 0);
	ck_assert_int_eq(transport_listen(t, FLOW_TLS, &laddr, &bound), 0);
	dial(&w, "sip.example");
	ask();
	await_ok(1);
	ck_assert_int_eq(sa_af(&seen.flow->peer), AF_INET6);
}
END_TEST


START_TEST(a_broken_file_keeps_the_old_one)
{
	static const char half[] = "-----BEGIN CERTIFICATE-----\n"
				   "AAAA\n";
	static const char *const textv[] = {"", "no PEM at all", half};
	FILE *f;

	open_basic();
	f = fopen(file("default"), "w");
	(void)fputs(textv[_i], f);
	(void)fclose(f);
	ck_assert_int_eq(transport_tls_reload(t), EBADMSG);
	ck_assert(shows("sip.example"));
	ck_assert_int_eq(unlink(file("default")), 0);
	timers_advance(timers, TLS_WATCH_MS);
	ck_assert(shows("sip.example"));
	ck_assert_uint_eq(counted("tls_files_refused_total"), 2);

	make_file("default", "DNS:new.example", &ca);
	timers_advance(timers, TLS_WATCH_MS);
	ck_assert(shows("new.example"));
}
END_TEST


START_TEST(a_certificate_waits_for_its_key)
{
	struct tls_conf conf = basic();
	struct certificate c;

	make(&c, "DNS:old.example", &ca, 0);
	certificate_write_cert(&c, file("cert"));
	certificate_write_key(&c, file("key"));
	certificate_free(&c);
	conf.certv[0].cert = file("cert");
	conf.certv[0].key = file("key");
	open_with(&conf);
	ck_assert(shows("old.example"));

	make(&c, "DNS:new.example", &ca, 0);
	certificate_write_cert(&c, file("cert"));
	timers_advance(timers, TLS_WATCH_MS);
	ck_assert(shows("old.example"));
	certificate_write_key(&c, file("key"));
	timers_advance(timers, TLS_WATCH_MS);
	ck_assert(shows("new.example"));
	certificate_free(&c);
}
END_TEST


START_TEST(trust_is_loaded_anew_and_broken_trust_stays)
{
	struct tls_conf conf = basic();
	struct certificate c;
	FILE *f;

	conf.client_ca = file("clients");
	certificate_write_cert(&other_ca, file("clients"));
	open_with(&conf);
	make(&c, "DNS:trunk.example", &ca, 0);
	use(client, &c);
	certificate_free(&c);

	dial(&w, NULL);
	stack_run(timers, has_end, &w);
	wire_close(&w);
	certificate_write_cert(&ca, file("clients"));
	timers_advance(timers, TLS_WATCH_MS);
	for (int i = 0; i < 2; i++) {
		dial(&w, NULL);
		ask();
		await_ok(1);
		ck_assert(flow_has_name(seen.flow, "trunk.example"));
		wire_close(&w);

		f = fopen(file("clients"), "w");
		(void)fclose(f);
		timers_advance(timers, TLS_WATCH_MS);
	}
}
END_TEST


START_TEST(without_good_files_nothing_starts)
{
	struct tls_conf conf = basic();

	conf.certv[0].cert = file("none");
	ck_assert_int_eq(try_open(&conf), ENOENT);
	conf = basic();
	conf.certv[0].key = file("ca");
	ck_assert_int_eq(try_open(&conf), EBADMSG);
	conf = basic();
	conf.ca = file("none");
	ck_assert_int_eq(try_open(&conf), ENOENT);
	conf = basic();
	conf.client_ca = file("none");
	ck_assert_int_eq(try_open(&conf), ENOENT);
	conf = basic();
	conf.certc = 0;
	ck_assert_int_eq(try_open(&conf), EINVAL);
	ck_assert_ptr_null(t);

	/* without any, TLS is what we cannot do */
	ck_assert_int_eq(try_open(NULL), 0);
	ck_assert_int_eq(sa_set_str(&bound, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(t, FLOW_TLS, &bound, NULL),
			 EPROTONOSUPPORT);
	ck_assert_int_eq(transport_tls_reload(t), ENOENT);
	ck_assert_int_eq(transport_tls_reload(NULL), EINVAL);
}
END_TEST


START_TEST(without_memory_nothing_is_left_behind)
{
	const struct tls_conf conf = basic();
	unsigned failed = 0;
	int n, err;

	for (n = 0; n < 40; n++) {
		oom_after(n);
		err = try_open(&conf);
		oom_after(-1);
		ck_assert(err ? !t : t != NULL);
		failed += err != 0;
		t = mem_deref(t);
	}
	ck_assert_uint_ge(failed, 4);
	open_with(&conf);

	for (n = 0; n < 4; n++) {
		oom_after(n);
		wire_connect(&w, &bound);
		stack_run(timers, has_end, &w);
		oom_after(-1);
		wire_close(&w);
	}
	dial(&w, NULL);
	ask();
	await_ok(1);
	wire_close(&w);

	oom_after(0);
	ck_assert_int_eq(transport_tls_reload(t), ENOMEM);
	oom_after(-1);
	ck_assert(shows("sip.example"));
}
END_TEST


Suite *suite_tls_layer(void);

Suite *suite_tls_layer(void)
{
	Suite *s = suite_create("tls_layer");
	TCase *tc = tcase_create("tls_layer");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 20);
	test_table(tc, tls_1_2_and_up_are_spoken, versionv);
	test_table(tc, the_certificate_is_that_of_the_name_that_is_asked_for,
		   sniv);
	tcase_add_loop_test(
		tc, with_keys_of_two_types_an_old_phone_gets_the_one_it_knows,
		0, 2);
	test_table(tc, alpn_sip_is_answered_and_others_are_not_refused, alpnv);
	test_table(tc, S20_a_handshake_has_a_deadline, strangerv);
	tcase_add_test(tc, S20_a_dribbled_handshake_ends_as_late_as_any);
	tcase_add_test(tc, octet_by_octet_is_as_good_as_all_at_once);
	tcase_add_test(tc, a_large_request_comes_whole_and_a_large_answer_too);
	test_table(tc, S21_what_comes_inside_tls_is_bounded_too, oddv);
	tcase_add_test(tc, a_connection_ends_by_close_notify);
	tcase_add_test(tc, nobody_renegotiates);
	test_table(tc, a_client_certificate_is_verified_or_ends_the_handshake,
		   clientv);
	test_table(tc, whom_we_dial_must_be_who_is_there, peerv);
	tcase_add_test(
		tc, a_connection_is_used_again_for_the_host_that_was_verified);
	tcase_add_test(tc, our_certificate_is_shown_to_whom_we_dial);
	tcase_add_test(tc, a_connect_that_never_shakes_hands_is_told);
	tcase_add_test(tc, who_does_not_read_loses_its_connection_alone);
	tcase_add_test(tc, changed_files_are_seen_and_old_connections_live_on);
	test_table(tc, the_days_until_a_certificate_expires_are_counted,
		   daysv);
	tcase_add_test(tc, ipv6_is_spoken_too);
	tcase_add_loop_test(tc, a_broken_file_keeps_the_old_one, 0, 3);
	tcase_add_test(tc, a_certificate_waits_for_its_key);
	tcase_add_test(tc, trust_is_loaded_anew_and_broken_trust_stays);
	tcase_add_test(tc, without_good_files_nothing_starts);
	tcase_add_test(tc, without_memory_nothing_is_left_behind);
	suite_add_tcase(s, tc);

	return s;
}
