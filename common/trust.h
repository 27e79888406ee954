/**
 * @file trust.h  Whose signatures under certificates are believed
 */
#ifndef COMMON_TRUST_H
#define COMMON_TRUST_H

#include <stddef.h>
#include <openssl/x509.h>

/* path: certificates in PEM form; "": those of the system. why: the end of a
 * sentence that begins with the file. X509_STORE_free() it. */
int trust_load(X509_STORE **sp, const char *path, char *why, size_t size);

#endif
