/**
 * @file keypair.c  A certificate with its chain and its private key
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <re.h>
#include "common/certname.h"
#include "common/keypair.h"
#include "common/pem.h"

enum { CHAIN_MAX = 10, WARN_DAYS = 14 };


static void destructor(void *data)
{
	struct keypair *kp = data;

	X509_free(kp->cert);
	sk_X509_pop_free(kp->chain, X509_free);
	EVP_PKEY_free(kp->key);
	mem_deref(kp->names);
}


/* nobody is there to be asked */
static int password_handler(char *buf, int size, int rw, void *arg)
{
	(void)buf;
	(void)size;
	(void)rw;
	(void)arg;

	return -1;
}


static int read_chain(struct keypair *kp, BIO *bio)
{
	X509 *x;

	kp->cert = PEM_read_bio_X509(bio, NULL, password_handler, NULL);
	kp->chain = sk_X509_new_null();
	if (!kp->cert || !kp->chain)
		return EBADMSG;

	while (sk_X509_num(kp->chain) < CHAIN_MAX &&
	       (x = PEM_read_bio_X509(bio, NULL, password_handler, NULL))) {
		if (!sk_X509_push(kp->chain, x)) {
			X509_free(x);
			return ENOMEM;
		}
	}

	return 0;
}


static int read_certificate(struct keypair *kp, const char *path, char *why,
			    size_t size)
{
	BIO *bio = NULL;
	int err;

	err = pem_read(&bio, path, why, size);
	if (err)
		return err;

	err = read_chain(kp, bio);
	if (!err)
		err = certname_read(&kp->names, kp->cert);
	if (err)
		(void)snprintf(why, size, "no certificate in PEM form in it");
	BIO_free(bio);

	return err;
}


static int read_key(struct keypair *kp, const char *path, char *why,
		    size_t size)
{
	BIO *bio = NULL;
	int err;

	err = pem_read(&bio, path, why, size);
	if (err)
		return err;

	ERR_clear_error();
	kp->key = PEM_read_bio_PrivateKey(bio, NULL, password_handler, NULL);
	BIO_free(bio);
	if (kp->key)
		return 0;

	(void)snprintf(why, size, "%s",
		       ERR_GET_REASON(ERR_peek_last_error()) ==
				       PEM_R_BAD_PASSWORD_READ
			       ? "its private key needs a password"
			       : "no private key in PEM form in it");

	return EBADMSG;
}


/**
 * Load a certificate with its key
 *
 * @param kp       Pointer to the allocated pair
 * @param path     File of the certificate and its chain
 * @param key_path File of the key, NULL for the same file
 * @param why      What is wrong
 * @param size     Octets there
 *
 * @return 0 if success, otherwise errorcode
 */
int keypair_load(struct keypair **kp, const char *path, const char *key_path,
		 char *why, size_t size)
{
	struct keypair *pair;
	int err;

	if (!kp || !path || !why)
		return EINVAL;

	pair = mem_zalloc(sizeof(*pair), destructor);
	if (!pair)
		return ENOMEM;

	err = read_certificate(pair, path, why, size);
	if (!err)
		err = read_key(pair, key_path ? key_path : path, why, size);
	if (!err && X509_check_private_key(pair->cert, pair->key) != 1) {
		(void)snprintf(why, size,
			       "the key is not that of the certificate");
		err = EPROTO;
	}

	/* what went wrong is said; nothing may be left for the next handshake */
	ERR_clear_error();
	if (err)
		mem_deref(pair);
	else
		*kp = pair;

	return err;
}


/**
 * How long a certificate still lasts
 *
 * @param kp Pair
 *
 * @return Whole days, less than 0 once it has expired
 */
int keypair_days(const struct keypair *kp)
{
	int days = 0, seconds = 0;

	if (!kp || !ASN1_TIME_diff(&days, &seconds, NULL,
				   X509_get0_notAfter(kp->cert)))
		return -1;

	return seconds < 0 ? days - 1 : days;
}


/**
 * What should be said of a certificate that works
 *
 * @param kp Pair
 *
 * @return The end of a sentence; NULL: nothing
 */
const char *keypair_warning(const struct keypair *kp)
{
	if (!kp)
		return NULL;

	if (X509_cmp_current_time(X509_get0_notBefore(kp->cert)) > 0)
		return "is not valid yet";
	if (keypair_days(kp) < 0)
		return "has expired";
	if (keypair_days(kp) < WARN_DAYS)
		return "expires in less than 14 days";

	return kp->names[0] ? NULL : "names nobody";
}
