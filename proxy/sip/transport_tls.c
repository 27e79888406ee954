/**
 * @file transport_tls.c  The certificates of the transport layer, anew
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/tls_context.h"
#include "proxy/sip/transport_state.h"


static int begin(struct transport *t, const struct tls_conf *conf)
{
	int err;

	err = tls_context_alloc(&t->tls, conf, t->timers, t->log, t->metrics);
	if (!err)
		tcp_pool_tls(t->tcp, t->tls);

	return err;
}


/**
 * Load other certificates and keys
 *
 * @param sp   Pointer to what transport_tls_take() gets; NULL: it need not
 * @param t    Transport layer
 * @param conf Paths
 *
 * @return 0 if success, otherwise errorcode
 */
int transport_tls_prepare(struct tls_store **sp, struct transport *t,
			  const struct tls_conf *conf)
{
	size_t kept;

	if (!sp || !t || !conf)
		return EINVAL;

	*sp = NULL;

	return t->tls ? tls_store_alloc(sp, conf, NULL, t->log, &kept)
		      : begin(t, conf);
}


/**
 * Use other certificates; open connections keep theirs
 *
 * @param t     Transport layer
 * @param conf  Paths, copied
 * @param store What was loaded of them, taken over; NULL: nothing changes
 */
void transport_tls_take(struct transport *t, const struct tls_conf *conf,
			struct tls_store *store)
{
	if (t && conf && store)
		tls_context_take(t->tls, conf, store);
}


/**
 * Load certificates and keys anew
 *
 * @param t Transport layer
 *
 * @return 0 if success, ENOENT without TLS, EBADMSG where a file is broken
 */
int transport_tls_reload(struct transport *t)
{
	if (!t)
		return EINVAL;

	return t->tls ? tls_context_reload(t->tls) : ENOENT;
}
