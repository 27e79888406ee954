/**
 * @file tls_layer.c  The layer that encrypts
 *
 * OpenSSL reads from and writes to its neighbours by a BIO of our own: what
 * came is consumed before the call that brought it returns, so nothing is
 * kept here but OpenSSL's record.
 */
#include <errno.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <re.h>
#include "common/certname.h"
#include "common/log.h"
#include "proxy/sip/tls_layer.h"

enum { RECORD_MAX = 16384, NAME_SIZE = 64 };

struct tls_layer {
	struct layer layer; /* the first: layer.h */
	SSL *ssl;
	struct tls_context *ctx; /* referenced */
	struct tls_store *store; /* referenced */
	struct flow *flow;       /* not owned */
	char *host;              /* NULL: accepted */
	const uint8_t *in;       /* what came and is not read yet */
	size_t left;
	int err;          /* of the layer below */
	bool established; /* the handshake is done */
	bool broken;      /* nothing can be said any more */
};


static void destructor(void *data)
{
	struct tls_layer *t = data;

	SSL_free(t->ssl);
	mem_deref(t->store);
	mem_deref(t->ctx);
	mem_deref(t->host);
}


static int bio_read(BIO *bio, char *buf, int size)
{
	struct tls_layer *t = BIO_get_data(bio);
	size_t n = size > 0 ? (size_t)size : 0;

	BIO_clear_retry_flags(bio);
	if (!t->left) {
		BIO_set_retry_read(bio);
		return -1;
	}

	if (n > t->left)
		n = t->left;
	memcpy(buf, t->in, n);
	t->in += n;
	t->left -= n;

	return (int)n;
}


static int bio_write(BIO *bio, const char *p, int len)
{
	struct tls_layer *t = BIO_get_data(bio);

	BIO_clear_retry_flags(bio);
	if (!t->err)
		t->err = layer_down(&t->layer, (const uint8_t *)p,
				    (size_t)len);

	return t->err ? -1 : len;
}


static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
	(void)bio;
	(void)num;
	(void)ptr;

	return cmd == BIO_CTRL_FLUSH;
}


/* the one of the process: methods cannot be freed before all their users */
static BIO_METHOD *bio_method(void)
{
	static BIO_METHOD *method;

	if (method)
		return method;

	method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "layer");
	if (method) {
		(void)BIO_meth_set_read(method, bio_read);
		(void)BIO_meth_set_write(method, bio_write);
		(void)BIO_meth_set_ctrl(method, bio_ctrl);
	}

	return method;
}


static void log_failure(const struct tls_layer *t, const char *why)
{
	log_info(tls_context_log(t->ctx), "tls.failed",
		 KV_SA("peer", &t->flow->peer),
		 KV_STR("host", t->host ? t->host : "-"), KV_STR("why", why));
}


static int fail(struct tls_layer *t, int err, const char *why)
{
	t->broken = true;
	if (!t->established) {
		tls_context_count(t->ctx, false);
		log_failure(t, why);
	}
	ERR_clear_error();

	return t->err ? t->err : err;
}


static int fail_ssl(struct tls_layer *t)
{
	const long verdict = SSL_get_verify_result(t->ssl);
	const char *why = ERR_reason_error_string(ERR_peek_error());

	if (verdict != X509_V_OK)
		return fail(t, EACCES, X509_verify_cert_error_string(verdict));

	return fail(t, EPROTO, why ? why : "closed");
}


/* RFC 5922 section 7.3: whom we have dialled must be who is there */
static int check_host(struct tls_layer *t)
{
	char addr[NAME_SIZE];
	const char *host = t->host;

	if (!*host) {
		(void)re_snprintf(addr, sizeof(addr), "%j", &t->flow->peer);
		host = addr;
	}
	if (certname_covers(t->flow->names, host, false))
		return 0;

	return fail(t, EACCES, "the certificate names another host");
}


static int verify(struct tls_layer *t)
{
	X509 *cert = SSL_get0_peer_certificate(t->ssl);
	int err = 0;

	if (!tls_store_verifies(t->store, !t->host))
		return 0;

	if (cert && SSL_get_verify_result(t->ssl) == X509_V_OK)
		err = certname_read(&t->flow->names, cert);
	if (!err && t->host)
		err = check_host(t);

	return err;
}


static int handshake(struct tls_layer *t)
{
	int n, err;

	ERR_clear_error();
	n = SSL_do_handshake(t->ssl);
	if (n != 1) {
		n = SSL_get_error(t->ssl, n);
		return n == SSL_ERROR_WANT_READ && !t->err ? 0 : fail_ssl(t);
	}

	err = verify(t);
	if (err)
		return err;

	t->established = true;
	tls_context_count(t->ctx, true);

	return layer_established(&t->layer);
}


/* whatever came goes up, record by record */
static int read_all(struct tls_layer *t)
{
	uint8_t buf[RECORD_MAX];
	int n, err;

	for (;;) {
		ERR_clear_error();
		n = SSL_read(t->ssl, buf, sizeof(buf));
		if (n <= 0)
			break;

		err = layer_up(&t->layer, buf, (size_t)n);
		if (err)
			return err;
	}

	switch (SSL_get_error(t->ssl, n)) {
	case SSL_ERROR_WANT_READ:
		return t->err;
	case SSL_ERROR_ZERO_RETURN:
		return ECONNRESET;
	default:
		return fail_ssl(t);
	}
}


static int input(struct layer *l, const uint8_t *p, size_t len)
{
	struct tls_layer *t = (struct tls_layer *)l;
	int err = 0;

	if (t->broken)
		return EPROTO;

	t->in = p;
	t->left = len;
	if (!t->established)
		err = handshake(t);
	if (!err && t->established)
		err = read_all(t);
	t->in = NULL;
	t->left = 0;

	return err;
}


/* the client speaks first */
static int start(struct layer *l)
{
	struct tls_layer *t = (struct tls_layer *)l;

	return t->host ? handshake(t) : 0;
}


static int output(struct layer *l, const uint8_t *p, size_t len)
{
	struct tls_layer *t = (struct tls_layer *)l;

	if (!t->established || t->broken || len > INT_MAX)
		return ENOTCONN;
	if (!len)
		return 0;

	ERR_clear_error();

	return SSL_write(t->ssl, p, (int)len) > 0 ? t->err : fail_ssl(t);
}


static void end(struct layer *l)
{
	struct tls_layer *t = (struct tls_layer *)l;

	if (!t->established || t->broken)
		return;

	ERR_clear_error();
	(void)SSL_shutdown(t->ssl);
	ERR_clear_error();
	t->broken = true;
}


static const struct layer_ops ops = {
	.name = "tls",
	.start = start,
	.input = input,
	.output = output,
	.end = end,
};


static bool is_name(const char *host)
{
	struct sa sa;

	return *host && sa_set_str(&sa, host, 0);
}


static int make_ssl(struct tls_layer *t)
{
	const BIO_METHOD *method = bio_method();
	BIO *bio = method ? BIO_new(method) : NULL;

	t->ssl = SSL_new(t->host ? tls_store_client(t->store)
				 : tls_store_server(t->store));
	if (!t->ssl || !bio) {
		BIO_free(bio);
		return ENOMEM;
	}

	BIO_set_data(bio, t);
	BIO_set_init(bio, 1);
	SSL_set_bio(t->ssl, bio, bio);
	(void)SSL_set_app_data(t->ssl, t);
	if (!t->host)
		SSL_set_accept_state(t->ssl);
	else
		SSL_set_connect_state(t->ssl);

	if (t->host && is_name(t->host) &&
	    !SSL_set_tlsext_host_name(t->ssl, t->host))
		return EINVAL;

	return 0;
}


/**
 * Allocate the layer of a connection that encrypts
 *
 * @param lp   Pointer to the allocated layer
 * @param ctx  Certificates
 * @param flow The connection's flow
 * @param host Whom we dial, "" for an address; NULL: accepted
 *
 * @return 0 if success, otherwise errorcode
 */
int tls_layer_alloc(struct layer **lp, struct tls_context *ctx,
		    struct flow *flow, const char *host)
{
	struct tls_layer *t;
	int err = 0;

	if (!lp || !ctx || !flow)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->layer.ops = &ops;
	t->ctx = mem_ref(ctx);
	t->store = mem_ref(tls_context_store(ctx));
	t->flow = flow;
	if (host)
		err = str_dup(&t->host, host);
	if (!err)
		err = make_ssl(t);
	if (err)
		mem_deref(t);
	else
		*lp = &t->layer;

	return err;
}


/**
 * The protocol that is spoken inside (RFC 7301)
 *
 * @param ssl OpenSSL's side of a layer
 *
 * @return Its registered name
 */
const char *tls_layer_alpn(const SSL *ssl)
{
	const struct tls_layer *t = SSL_get_app_data(ssl);

	return t->flow->proto == FLOW_WSS ? "http/1.1" : "sip";
}
