/**
 * @file test/fuzz/trace.c  Any octets can be looked at, hidden in and shown
 *
 * The input is a message as it came, of whatever kind. What is seen of it
 * lies within it, hiding changes no length and hides nothing twice, and what
 * is shown is UTF-8 without control characters.
 */
#include "common/json.h"
#include <stdlib.h>
#include <string.h>
#include "common/json_out.h"
#include "proxy/admin/trace/glimpse.h"
#include "proxy/admin/trace/hep.h"
#include "proxy/admin/trace/plain.h"
#include "proxy/admin/trace/secrecy.h"
#include "proxy/admin/trace/wire_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void within(const struct pl *pl, const char *p, size_t len)
{
	must(!pl->l || (pl->p >= p && pl->p + pl->l <= p + len));
}


static void look(const char *p, size_t len)
{
	struct pl callid = PL_INIT, user, host;
	struct glimpse g;

	glimpse(&g, p, len);
	within(&g.method, p, len);
	within(&g.uri, p, len);
	within(&g.reason, p, len);
	within(&g.callid, p, len);
	within(&g.cseq, p, len);
	within(&g.from, p, len);
	within(&g.to, p, len);
	if (glimpse_callid(&callid, p, len))
		within(&callid, p, len);

	glimpse_who(&user, &host, &g.from);
	within(&user, p, len);
	within(&host, p, len);
	glimpse_who(&user, &host, &g.uri);
	within(&user, p, len);
	within(&host, p, len);
}


static void hide(const char *p, size_t len)
{
	char *once = mem_alloc(len + 1, NULL), *twice;

	must(once != NULL);
	memcpy(once, p, len);
	secrecy_hide(once, len);
	for (size_t i = 0; i < len; i++)
		must(once[i] == p[i] || once[i] == '*');

	twice = mem_alloc(len + 1, NULL);
	must(twice != NULL);
	memcpy(twice, once, len);
	secrecy_hide(twice, len);
	must(!memcmp(once, twice, len));
	mem_deref(twice);
	mem_deref(once);
}


static void show(const char *p, size_t len)
{
	json_t *text = plain_json(p, len);
	const char *s;

	must(text != NULL);
	must(json_string_length(text) == strlen(json_string_value(text)));
	must(json_out_is_utf8(json_string_value(text)));
	for (s = json_string_value(text); *s; s++)
		must((unsigned char)*s >= ' ' || strchr("\r\n\t", *s));
	json_decref(text);
}


static void frame(const char *p, size_t len)
{
	struct mbuf *mb = mbuf_alloc(64);
	struct sa a, b;
	struct hep h = {.src = &a, .dst = &b, .p = p, .len = len};
	struct wire_message m = {&a, &b, FLOW_UDP, true, 1, p, len, len};

	must(mb != NULL);
	must(!sa_set_str(&a, "192.0.2.1", 5060));
	must(!sa_set_str(&b, "192.0.2.2", 5060));
	must(!hep_encode(mb, &h) || len > HEP_PAYLOAD_MAX);
	must(!wire_frame(mb, &m) || len > 65000);
	mem_deref(mb);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of its own size: what is read behind it is seen */
	char *p = mem_alloc(size ? size : 1, NULL);

	must(p != NULL);
	memcpy(p, data, size);
	look(p, size);
	hide(p, size);
	show(p, size);
	frame(p, size);
	mem_deref(p);

	return 0;
}
