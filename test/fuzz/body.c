/**
 * @file test/fuzz/body.c  An SDP found in a body can be replaced there
 *
 * Up to the first line end: the parameters of Content-Type; then the body.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/media/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NEW "v=0\r\n"


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void check(const struct message *m, const struct pl *sdp)
{
	struct message now = *m;
	struct mbuf *mb = NULL, *with = mbuf_alloc(8);
	struct pl found;

	must(sdp->p >= m->body.p && sdp->p + sdp->l <= m->body.p + m->body.l);

	must(with && !mbuf_write_str(with, NEW));
	mbuf_set_pos(with, 0);
	must(!body_replace(&mb, &m->body, sdp, with));

	now.body.p = (const char *)mb->buf;
	now.body.l = mb->end;
	must(!body_find_sdp(&now, &found));
	must(!pl_strcmp(&found, NEW));

	mem_deref(mb);
	mem_deref(with);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nl = size ? memchr(data, '\n', size) : NULL;
	struct message m;
	struct pl sdp;

	if (!nl)
		return 0;

	memset(&m, 0, sizeof(m));
	pl_set_str(&m.ctype, "multipart/mixed");
	m.ctype_params.p = (const char *)data;
	m.ctype_params.l = (size_t)(nl - data);
	m.body.p = (const char *)nl + 1;
	m.body.l = size - m.ctype_params.l - 1;

	if (!body_find_sdp(&m, &sdp))
		check(&m, &sdp);

	return 0;
}
