/**
 * @file mock/certificate.h  Certificates made by the test that needs them
 */
#ifndef TEST_MOCK_CERTIFICATE_H
#define TEST_MOCK_CERTIFICATE_H

#include <stdbool.h>
#include <openssl/x509.h>

struct certificate {
	X509 *cert;
	EVP_PKEY *key;
};

struct certificate_request {
	const char *cn;  /* NULL: no common name */
	const char *san; /* "DNS:a.example,URI:sip:b.example"; NULL: none */
	const struct certificate *ca; /* who signs; NULL: itself, as a CA */
	int days;     /* until it expires; 0: 365; -1: it has */
	bool later;   /* valid from tomorrow */
	int rsa_bits; /* 0: P-256 */
};

void certificate_make(struct certificate *c,
		      const struct certificate_request *rq);
void certificate_free(struct certificate *c);

/* PEM files; locked: a key with a password; all: certificate, chain, key */
void certificate_write_cert(const struct certificate *c, const char *path);
void certificate_write_key(const struct certificate *c, const char *path);
void certificate_write_locked(const struct certificate *c, const char *path);
void certificate_write_all(const struct certificate *c,
			   const struct certificate *ca, const char *path);

#endif
