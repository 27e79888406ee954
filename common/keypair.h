/**
 * @file keypair.h  A certificate with its chain and its private key
 */
#ifndef COMMON_KEYPAIR_H
#define COMMON_KEYPAIR_H

#include <stddef.h>
#include <openssl/x509.h>

struct keypair {
	X509 *cert;
	STACK_OF(X509) * chain; /* without the first one */
	EVP_PKEY *key;
	char *names; /* certname.h */
};

/*
 * key_path: NULL where the key is in the same file. why: what is wrong, the
 * end of a sentence that begins with the file.
 * errno of the file; EBADMSG: not what it should be; EPROTO: key and
 * certificate are not of each other.
 */
int keypair_load(struct keypair **kp, const char *path, const char *key_path,
		 char *why, size_t size);

/* until it expires; less than 0: it has */
int keypair_days(const struct keypair *kp);

/* "has expired" and the like; NULL: nothing to say */
const char *keypair_warning(const struct keypair *kp);

#endif
