/**
 * @file certificate.c  Certificates made by the test that needs them
 */
#include <stdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include "test/mock/certificate.h"
#include "test/test.h"

enum { DAY = 24 * 3600, DAYS = 365 };


static void set_times(X509 *x, const struct certificate_request *rq)
{
	const int days = rq->days ? rq->days : DAYS;

	ck_assert_ptr_nonnull(X509_gmtime_adj(X509_getm_notBefore(x),
					      rq->later ? DAY : -2 * DAY));
	ck_assert_ptr_nonnull(
		X509_gmtime_adj(X509_getm_notAfter(x), (long)days * DAY + 60));
}


static void set_names(X509 *x, const struct certificate_request *rq)
{
	X509_NAME *name = X509_NAME_new();

	if (rq->cn)
		ck_assert(X509_NAME_add_entry_by_txt(
			name, "CN", MBSTRING_UTF8,
			(const unsigned char *)rq->cn, -1, -1, 0));
	else
		ck_assert(X509_NAME_add_entry_by_txt(
			name, "O", MBSTRING_UTF8,
			(const unsigned char *)"test", -1, -1, 0));
	ck_assert(X509_set_subject_name(x, name));
	ck_assert(X509_set_issuer_name(
		x, rq->ca ? X509_get_subject_name(rq->ca->cert) : name));
	X509_NAME_free(name);
}


static void extend(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	ck_assert_ptr_nonnull(ext);
	ck_assert(X509_add_ext(x, ext, -1));
	X509_EXTENSION_free(ext);
}


void certificate_make(struct certificate *c,
		      const struct certificate_request *rq)
{
	uint32_t serial = 0;

	c->key = rq->rsa_bits ? EVP_RSA_gen((unsigned)rq->rsa_bits)
			      : EVP_EC_gen("P-256");
	c->cert = X509_new();
	ck_assert(c->key && c->cert);
	ck_assert(RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1);
	ck_assert(X509_set_version(c->cert, X509_VERSION_3));
	ck_assert(ASN1_INTEGER_set_uint64(X509_get_serialNumber(c->cert),
					  serial));
	set_times(c->cert, rq);
	set_names(c->cert, rq);
	ck_assert(X509_set_pubkey(c->cert, c->key));
	extend(c->cert, NID_basic_constraints,
	       rq->ca ? "critical,CA:FALSE" : "critical,CA:TRUE");
	if (rq->san)
		extend(c->cert, NID_subject_alt_name, rq->san);
	ck_assert(X509_sign(c->cert, rq->ca ? rq->ca->key : c->key,
			    EVP_sha256()));
}


void certificate_free(struct certificate *c)
{
	X509_free(c->cert);
	EVP_PKEY_free(c->key);
	c->cert = NULL;
	c->key = NULL;
}


static FILE *create(const char *path)
{
	FILE *f = fopen(path, "w");

	ck_assert_msg(f != NULL, "cannot write %s", path);

	return f;
}


void certificate_write_cert(const struct certificate *c, const char *path)
{
	FILE *f = create(path);

	ck_assert(PEM_write_X509(f, c->cert));
	(void)fclose(f);
}


void certificate_write_key(const struct certificate *c, const char *path)
{
	FILE *f = create(path);

	ck_assert(PEM_write_PrivateKey(f, c->key, NULL, NULL, 0, NULL, NULL));
	(void)fclose(f);
}


void certificate_write_locked(const struct certificate *c, const char *path)
{
	static unsigned char password[] = "secret";
	FILE *f = create(path);

	ck_assert(PEM_write_PrivateKey(f, c->key, EVP_aes_128_cbc(), password,
				       sizeof(password) - 1, NULL, NULL));
	(void)fclose(f);
}


void certificate_write_all(const struct certificate *c,
			   const struct certificate *ca, const char *path)
{
	FILE *f = create(path);

	ck_assert(PEM_write_X509(f, c->cert));
	if (ca)
		ck_assert(PEM_write_X509(f, ca->cert));
	ck_assert(PEM_write_PrivateKey(f, c->key, NULL, NULL, 0, NULL, NULL));
	(void)fclose(f);
}
