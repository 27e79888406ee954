/**
 * @file tls_store.h  What TLS is spoken with: certificates, keys, trust
 *
 * One state of the files, never changed once it is made: connections keep the
 * one that they began with, new ones get the newest.
 */
#ifndef PROXY_SIP_TLS_STORE_H
#define PROXY_SIP_TLS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <openssl/ssl.h>

enum { TLS_CERT_MAX = 16 };

struct log;
struct tls_store;

/** Paths */
struct tls_conf {
	struct {
		const char *cert;
		const char *key; /* NULL: in the same file */
	} certv[TLS_CERT_MAX];   /* the first one is the default */
	size_t certc;
	const char *ca;        /* "": the system's */
	const char *client_ca; /* "": no certificate is asked for */
	bool verify;           /* of those that we connect to */
};

/*
 * What cannot be loaded is taken from old and logged; without old it is an
 * error. *kept: so many were.
 */
int tls_store_alloc(struct tls_store **sp, const struct tls_conf *conf,
		    const struct tls_store *old, struct log *log,
		    size_t *kept);

/* of the certificate that expires first; less than 0: it has */
int tls_store_days(const struct tls_store *s);

/* says again what should be said of certificates that work */
void tls_store_warn(const struct tls_store *s, const struct tls_conf *conf,
		    struct log *log);

SSL_CTX *tls_store_server(const struct tls_store *s);
SSL_CTX *tls_store_client(const struct tls_store *s);

/* does the peer's certificate count, on that side? */
bool tls_store_verifies(const struct tls_store *s, bool server);

#endif
