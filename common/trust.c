/**
 * @file trust.c  Whose signatures under certificates are believed
 */
#include <errno.h>
#include <stdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include "common/pem.h"
#include "common/trust.h"


/* revocation lists count where there are any */
static int add(X509_STORE *store, BIO *bio)
{
	STACK_OF(X509_INFO) * infos;
	int n = 0, crls = 0;

	infos = PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);
	if (!infos)
		return EBADMSG;

	for (int i = 0; i < sk_X509_INFO_num(infos); i++) {
		const X509_INFO *info = sk_X509_INFO_value(infos, i);

		if (info->x509)
			n += X509_STORE_add_cert(store, info->x509);
		if (info->crl)
			crls += X509_STORE_add_crl(store, info->crl);
	}
	sk_X509_INFO_pop_free(infos, X509_INFO_free);

	if (crls)
		(void)X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);

	return n ? 0 : EBADMSG;
}


static int load(X509_STORE *store, const char *path, char *why, size_t size)
{
	BIO *bio = NULL;
	int err;

	err = pem_read(&bio, path, why, size);
	if (err)
		return err;

	err = add(store, bio);
	BIO_free(bio);
	if (err)
		(void)snprintf(why, size, "no certificate in PEM form in it");

	return err;
}


/**
 * Load the certificates of those who may sign others
 *
 * @param sp   Pointer to the allocated store
 * @param path File; "" for the system's
 * @param why  What is wrong
 * @param size Octets there
 *
 * @return 0 if success, otherwise errorcode
 */
int trust_load(X509_STORE **sp, const char *path, char *why, size_t size)
{
	X509_STORE *store;
	int err = 0;

	if (!sp || !path || !why)
		return EINVAL;

	store = X509_STORE_new();
	if (!store)
		return ENOMEM;

	if (*path)
		err = load(store, path, why, size);
	else if (X509_STORE_set_default_paths(store) != 1)
		err = ENOMEM;

	ERR_clear_error();
	if (err)
		X509_STORE_free(store);
	else
		*sp = store;

	return err;
}
