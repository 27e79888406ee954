/**
 * @file tls_store.c  What TLS is spoken with: certificates, keys, trust
 */
#include <errno.h>
#include <string.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <re.h>
#include "common/certname.h"
#include "common/keypair.h"
#include "common/log.h"
#include "common/trust.h"
#include "proxy/sip/tls_layer.h"
#include "proxy/sip/tls_store.h"

enum { WHY_MAX = 128, DEPTH_MAX = 8 };

/* with forward secrecy; TLS 1.3 has its own */
static const char ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:"
			      "DHE+AESGCM:!aNULL:!PSK:!CAMELLIA";

struct tls_store {
	struct keypair *pairv[TLS_CERT_MAX]; /* referenced */
	size_t pairc;
	X509_STORE *trust;        /* of those that we connect to, or NULL */
	X509_STORE *client_trust; /* of our clients, or NULL */
	SSL_CTX *server, *client;
};


static void destructor(void *data)
{
	struct tls_store *s = data;

	SSL_CTX_free(s->server);
	SSL_CTX_free(s->client);
	X509_STORE_free(s->trust);
	X509_STORE_free(s->client_trust);
	for (size_t i = 0; i < s->pairc; i++)
		mem_deref(s->pairv[i]);
}


static void log_fault(struct log *log, const char *path, const char *why,
		      bool kept)
{
	log_error(log, "tls.file", KV_STR("file", path), KV_STR("why", why),
		  KV_STR("then", kept ? "the old one stays" : "no TLS"));
}


static void log_pair(struct log *log, const char *path,
		     const struct keypair *kp)
{
	const char *warning = keypair_warning(kp);

	if (warning)
		log_warn(log, "tls.certificate", KV_STR("file", path),
			 KV_STR("names", kp->names), KV_STR("why", warning));
	else
		log_info(log, "tls.certificate", KV_STR("file", path),
			 KV_STR("names", kp->names));
}


static int load_pairs(struct tls_store *s, const struct tls_conf *conf,
		      const struct tls_store *old, struct log *log,
		      size_t *kept)
{
	char why[WHY_MAX] = "";
	int err;

	for (size_t i = 0; i < conf->certc; i++) {
		const char *path = conf->certv[i].cert;
		struct keypair *kp = NULL;

		err = keypair_load(&kp, path, conf->certv[i].key, why,
				   sizeof(why));
		if (err) {
			log_fault(log, path, why, old != NULL);
			if (!old)
				return err;
			kp = mem_ref(old->pairv[i]);
			++*kept;
		}
		else {
			log_pair(log, path, kp);
		}
		s->pairv[s->pairc++] = kp;
	}

	return 0;
}


static int load_trust(X509_STORE **sp, const char *path, X509_STORE *old,
		      struct log *log, size_t *kept)
{
	char why[WHY_MAX] = "";
	int err = trust_load(sp, path, why, sizeof(why));

	if (!err)
		return 0;

	log_fault(log, *path ? path : "certificates of the system", why,
		  old != NULL);
	if (!old)
		return err;

	(void)X509_STORE_up_ref(old);
	*sp = old;
	++*kept;

	return 0;
}


/* the earlier one wins where two have keys of one type, so it comes last */
static bool use_pairs(const struct tls_store *s, SSL *ssl, const char *host,
		      bool wildcard)
{
	bool found = false;

	for (size_t i = s->pairc; i--;) {
		const struct keypair *kp = s->pairv[i];

		if (certname_covers(kp->names, host, wildcard) &&
		    SSL_use_cert_and_key(ssl, kp->cert, kp->key, kp->chain, 1))
			found = true;
	}

	return found;
}


/* 1: go on; who asks for a name that we have not gets the default */
static int cert_handler(SSL *ssl, void *arg)
{
	const struct tls_store *s = arg;
	const struct keypair *kp = s->pairc ? s->pairv[0] : NULL;
	const char *host = NULL;

	if (SSL_is_server(ssl))
		host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);

	if (host &&
	    (use_pairs(s, ssl, host, false) || use_pairs(s, ssl, host, true)))
		return 1;

	return !kp ||
	       SSL_use_cert_and_key(ssl, kp->cert, kp->key, kp->chain, 1);
}


/* RFC 7301; a peer that offers only others is not refused for it */
static int alpn_handler(SSL *ssl, const unsigned char **out,
			unsigned char *outlen, const unsigned char *in,
			unsigned int inlen, void *arg)
{
	const char *ours = tls_layer_alpn(ssl);
	const size_t len = strlen(ours);
	(void)arg;

	for (unsigned int i = 0; i < inlen && in[i] < inlen - i;
	     i += 1u + in[i]) {
		if (in[i] == len && !memcmp(in + i + 1, ours, len)) {
			*out = in + i + 1;
			*outlen = in[i];
			return SSL_TLSEXT_ERR_OK;
		}
	}

	return SSL_TLSEXT_ERR_NOACK;
}


static SSL_CTX *make(const SSL_METHOD *method, struct tls_store *s)
{
	SSL_CTX *ctx = SSL_CTX_new(method);

	if (!ctx)
		return NULL;

	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_cipher_list(ctx, ciphers);
	(void)SSL_CTX_set_dh_auto(ctx, 1);
	/* nothing is kept between connections, so nothing has to be bounded
	 * or verified a second time */
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_num_tickets(ctx, 0);
	(void)SSL_CTX_set_options(
		ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
			     SSL_OP_NO_TICKET |
			     SSL_OP_CIPHER_SERVER_PREFERENCE);
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_verify_depth(ctx, DEPTH_MAX);
	SSL_CTX_set_cert_cb(ctx, cert_handler, s);

	return ctx;
}


/* a certificate that is shown must be good; none need be shown */
static int make_server(struct tls_store *s, const char *client_ca)
{
	s->server = make(TLS_server_method(), s);
	if (!s->server)
		return ENOMEM;

	SSL_CTX_set_alpn_select_cb(s->server, alpn_handler, NULL);
	if (!s->client_trust)
		return 0;

	/* trunks show the certificate of a server, too */
	(void)SSL_CTX_set_purpose(s->server, X509_PURPOSE_ANY);
	SSL_CTX_set1_cert_store(s->server, s->client_trust);
	SSL_CTX_set_client_CA_list(s->server,
				   SSL_load_client_CA_file(client_ca));
	SSL_CTX_set_verify(s->server, SSL_VERIFY_PEER, NULL);

	return 0;
}


static int make_client(struct tls_store *s)
{
	s->client = make(TLS_client_method(), s);
	if (!s->client)
		return ENOMEM;
	if (!s->trust)
		return 0;

	SSL_CTX_set1_cert_store(s->client, s->trust);
	SSL_CTX_set_verify(s->client, SSL_VERIFY_PEER, NULL);

	return 0;
}


/**
 * Load what TLS is spoken with
 *
 * @param sp   Pointer to the allocated store
 * @param conf Paths
 * @param old  What is kept of what cannot be loaded, or NULL
 * @param log  Log, or NULL
 * @param kept Pointer to how much was kept
 *
 * @return 0 if success, otherwise errorcode
 */
int tls_store_alloc(struct tls_store **sp, const struct tls_conf *conf,
		    const struct tls_store *old, struct log *log, size_t *kept)
{
	struct tls_store *s;
	int err;

	if (!sp || !conf || !kept || conf->certc > TLS_CERT_MAX)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	*kept = 0;
	err = load_pairs(s, conf, old, log, kept);
	if (!err && conf->verify)
		err = load_trust(&s->trust, conf->ca, old ? old->trust : NULL,
				 log, kept);
	if (!err && *conf->client_ca)
		err = load_trust(&s->client_trust, conf->client_ca,
				 old ? old->client_trust : NULL, log, kept);
	if (!err)
		err = make_server(s, conf->client_ca);
	if (!err)
		err = make_client(s);
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/**
 * How long all certificates last
 *
 * @param s Store
 *
 * @return Whole days, less than 0 once one has expired
 */
int tls_store_days(const struct tls_store *s)
{
	int least = INT_MAX;

	for (size_t i = 0; s && i < s->pairc; i++) {
		const int days = keypair_days(s->pairv[i]);

		if (days < least)
			least = days;
	}

	return least;
}


/**
 * Warn of certificates that expire, or have expired
 *
 * @param s    Store
 * @param conf Paths
 * @param log  Log, or NULL
 */
void tls_store_warn(const struct tls_store *s, const struct tls_conf *conf,
		    struct log *log)
{
	for (size_t i = 0; s && conf && i < s->pairc; i++) {
		if (keypair_warning(s->pairv[i]))
			log_pair(log, conf->certv[i].cert, s->pairv[i]);
	}
}


/**
 * What accepted connections begin with
 *
 * @param s Store
 *
 * @return Context of OpenSSL
 */
SSL_CTX *tls_store_server(const struct tls_store *s)
{
	return s ? s->server : NULL;
}


/**
 * What connections that we open begin with
 *
 * @param s Store
 *
 * @return Context of OpenSSL
 */
SSL_CTX *tls_store_client(const struct tls_store *s)
{
	return s ? s->client : NULL;
}


/**
 * Does the certificate of a peer count?
 *
 * @param s      Store
 * @param server We are the server
 *
 * @return True if it is verified
 */
bool tls_store_verifies(const struct tls_store *s, bool server)
{
	return s && (server ? s->client_trust : s->trust) != NULL;
}
