/**
 * @file ruri.c  Request-URIs: what must not stand in one, and what means us
 */
#include <errno.h>
#include <re.h>
#include "proxy/core/ruri.h"
#include "proxy/sip/param.h"
#include "proxy/sip/syntax.h"


static bool is_one_of(const struct pl *name, const char *const *namev)
{
	for (size_t i = 0; namev[i]; i++) {
		if (!pl_strcasecmp(name, namev[i]))
			return true;
	}

	return false;
}


static int params(struct mbuf *mb, const struct pl *all,
		  const char *const *dropv)
{
	struct pl rest = *all;
	struct param pm;
	int err = 0;

	while (!err && !param_next(&pm, &rest)) {
		if (!is_one_of(&pm.name, dropv))
			err = mbuf_write_pl(mb, &pm.all);
	}

	return err;
}


/* all up to the parameters as it is written; headers never */
static int without(char **dst, const struct pl *text, const char *const *dropv,
		   bool port)
{
	struct sipuri u;
	struct mbuf *mb;
	struct pl head;
	int err;

	if (!dst || !text || sipuri_decode(&u, text) || !sipuri_is_sip(&u))
		return EINVAL;

	mb = mbuf_alloc(text->l + 1);
	if (!mb)
		return ENOMEM;

	head = syntax_span(text->p, u.params.p);
	if (!port)
		head = syntax_span(text->p,
				   u.host.p + u.host.l + (u.ipv6 ? 1 : 0));

	err = mbuf_write_pl(mb, &head);
	err |= params(mb, &u.params, dropv);
	mb->pos = 0;
	if (!err)
		err = mbuf_strdup(mb, dst, mb->end);
	mem_deref(mb);

	return err;
}


/**
 * Turn a Contact's URI into a Request-URI
 *
 * @param dst Pointer to the text
 * @param uri Contact's URI
 *
 * @return 0 if success, EINVAL if it is none, otherwise errorcode
 *
 * RFC 3261 section 16.6 step 2
 */
int ruri_of_contact(char **dst, const struct pl *uri)
{
	static const char *const dropv[] = {"method", NULL};

	return without(dst, uri, dropv, true);
}


/**
 * Take a maddr that names us out of a Request-URI, with what belongs to it
 *
 * @param dst Pointer to the text
 * @param uri Request-URI
 *
 * @return 0 if success, EINVAL if it is none, otherwise errorcode
 *
 * RFC 3261 section 16.4
 */
int ruri_without_maddr(char **dst, const struct pl *uri)
{
	static const char *const dropv[] = {"maddr", "transport", NULL};

	return without(dst, uri, dropv, false);
}
