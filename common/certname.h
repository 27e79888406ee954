/**
 * @file certname.h  Whom a certificate names (RFC 5922 section 7.1)
 *
 * DNS names, the hosts of SIP URIs without user, IP addresses; the common
 * name only where there is no alternative name at all. As text: lower case,
 * separated by spaces.
 */
#ifndef COMMON_CERTNAME_H
#define COMMON_CERTNAME_H

#include <stdbool.h>
#include <openssl/x509.h>

enum { CERTNAME_MAX = 8192 }; /* octets of them all */

/* *namesp: mem_deref() it; "" where it names nobody */
int certname_read(char **namesp, X509 *cert);

/* wildcard: "*.example.net" covers "a.example.net" */
bool certname_covers(const char *names, const char *host, bool wildcard);

#endif
