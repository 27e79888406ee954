/**
 * @file certname.c  Whom a certificate names (RFC 5922 section 7.1)
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <openssl/x509v3.h>
#include <re.h>
#include "common/addr.h"
#include "common/certname.h"

enum { NAME_MAX_LEN = 253 };


/* a host name as it may stand in a URI: nothing that hides what follows */
static bool is_host(const char *p, size_t len)
{
	if (!len || len > NAME_MAX_LEN)
		return false;

	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)p[i]) && !strchr("-._*", p[i]))
			return false;
		if (!p[i])
			return false;
	}

	return true;
}


static int add(struct mbuf *mb, const char *p, size_t len)
{
	int err = 0;

	if (!is_host(p, len) || mb->end + len + 1 > CERTNAME_MAX)
		return 0;

	if (mb->end)
		err |= mbuf_write_u8(mb, ' ');
	for (size_t i = 0; i < len; i++)
		err |= mbuf_write_u8(mb,
				     (uint8_t)tolower((unsigned char)p[i]));

	return err;
}


/* a URI with a user names that user, not the domain */
static int add_uri(struct mbuf *mb, const char *p, size_t len)
{
	if (len < 4 || strncasecmp(p, "sip:", 4) || memchr(p, '@', len))
		return 0;

	return add(mb, p + 4, len - 4);
}


static int add_ip(struct mbuf *mb, const uint8_t *p, size_t len)
{
	struct sa sa;

	if (len == 4)
		sa_set_in(&sa,
			  (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
				  (uint32_t)p[2] << 8 | p[3],
			  0);
	else if (len == 16)
		sa_set_in6(&sa, p, 0);
	else
		return 0;

	return mbuf_printf(mb, "%s%j", mb->end ? " " : "", &sa);
}


static int add_general(struct mbuf *mb, const GENERAL_NAME *gn)
{
	int type;
	const ASN1_STRING *s = GENERAL_NAME_get0_value(gn, &type);
	const uint8_t *p;
	size_t len;

	if (type != GEN_DNS && type != GEN_URI && type != GEN_IPADD)
		return 0;

	p = ASN1_STRING_get0_data(s);
	len = (size_t)ASN1_STRING_length(s);
	if (type == GEN_IPADD)
		return add_ip(mb, p, len);

	return type == GEN_DNS ? add(mb, (const char *)p, len)
			       : add_uri(mb, (const char *)p, len);
}


static int add_common(struct mbuf *mb, const X509 *cert)
{
	const X509_NAME *name = X509_get_subject_name(cert);
	const ASN1_STRING *s;
	int i;

	i = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	if (i < 0)
		return 0;

	s = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));

	return add(mb, (const char *)ASN1_STRING_get0_data(s),
		   (size_t)ASN1_STRING_length(s));
}


static int collect(struct mbuf *mb, X509 *cert)
{
	GENERAL_NAMES *gens;
	int err = 0;

	gens = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
	if (!gens)
		return add_common(mb, cert);

	for (int i = 0; i < sk_GENERAL_NAME_num(gens); i++)
		err |= add_general(mb, sk_GENERAL_NAME_value(gens, i));
	GENERAL_NAMES_free(gens);

	return err;
}


/**
 * Read the names of a certificate
 *
 * @param namesp Pointer to the allocated names
 * @param cert   Certificate
 *
 * @return 0 if success, otherwise errorcode
 */
int certname_read(char **namesp, X509 *cert)
{
	struct mbuf *mb;
	int err;

	if (!namesp || !cert)
		return EINVAL;

	mb = mbuf_alloc(256);
	if (!mb)
		return ENOMEM;

	err = collect(mb, cert);
	mb->pos = 0;
	if (!err)
		err = mbuf_strdup(mb, namesp, mb->end);
	mem_deref(mb);

	return err;
}


static bool covers(const struct pl *name, const char *host, bool wildcard)
{
	struct pl rest = *name;
	const char *dot = strchr(host, '.');

	if (!pl_strcasecmp(name, host))
		return true;
	if (!wildcard || name->l < 3 || memcmp(name->p, "*.", 2) || !dot)
		return false;

	pl_advance(&rest, 1);

	return dot != host && !pl_strcasecmp(&rest, dot);
}


/**
 * Is a host among the names of a certificate?
 *
 * @param names    Names
 * @param host     Host
 * @param wildcard Whether "*." stands for one label (RFC 5922 section 7.2
 *                 forbids it where a SIP peer is verified)
 *
 * @return True if so
 */
bool certname_covers(const char *names, const char *host, bool wildcard)
{
	struct pl name;

	if (!names || !host || !*host)
		return false;

	while (*names) {
		name.p = names;
		name.l = strcspn(names, " ");
		if (covers(&name, host, wildcard))
			return true;
		names += name.l + (names[name.l] == ' ');
	}

	return false;
}
