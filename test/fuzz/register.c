/**
 * @file test/fuzz/register.c  REGISTER, and what is kept of it
 *
 * A message's Contacts are slices of it and within the limits; what would be
 * bound is written as text and comes back the same. The input itself is no
 * flow token of ours, and as a stored text at most a binding that can be
 * written again.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/user/binding_json.h"
#include "proxy/user/flow_token.h"
#include "proxy/user/kinship.h"
#include "proxy/user/outbound.h"
#include "proxy/user/push_params.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


/* written, read and written again it is the same text */
static void there_and_back(const struct binding *b)
{
	struct binding *copy = NULL;
	char *one = NULL, *two = NULL;
	struct sa local;

	if (binding_json_encode(&one, b))
		return;

	must(!binding_json_decode(&copy, &local, "a@b", one));
	must(!strcmp(copy->contact, b->contact));
	must(!strcmp(copy->callid, b->callid));
	must(kinship_same_phone(b, copy) == kinship_same_phone(copy, b) ||
	     b->cseq != copy->cseq);
	copy->flow = b->flow;
	must(!binding_json_encode(&two, copy));
	copy->flow = NULL;
	must(!strcmp(one, two));
	mem_deref(copy);
	mem_deref(one);
	mem_deref(two);
}


static void keep(const struct contact *c, const struct message *m)
{
	struct push_params pp;
	struct binding b;
	int err;

	memset(&b, 0, sizeof(b));
	err = pl_strdup(&b.contact, &c->text);
	err |= pl_strdup(&b.callid, &m->callid);
	if (c->instance.l)
		err |= pl_strdup(&b.instance, &c->instance);
	if (!err) {
		b.reg_id = b.instance ? c->reg_id : 0;
		b.q = c->q;
		b.cseq = m->cseq;
		(void)push_params_decode(&pp, b.contact);
		there_and_back(&b);
	}
	mem_deref(b.contact);
	mem_deref(b.callid);
	mem_deref(b.instance);
}


static void as_message(const uint8_t *data, size_t size)
{
	const struct contact_limits lim = {3600, 60, 7200, 10};
	static struct guard g;
	struct message *m = NULL;
	struct contacts cs;
	bool applies;

	if (message_decode(&m, &g, data, size))
		return;

	if (m->req && !contacts_decode(&cs, m, &lim)) {
		must(cs.n <= CONTACT_MAX);
		(void)outbound_judge(&applies, &cs, m);
		for (size_t i = 0; i < cs.n; i++) {
			must(cs.v[i].expires_s <= 7200);
			must(cs.v[i].q <= 1000);
			keep(&cs.v[i], m);
		}
	}
	mem_deref(m);
}


static void as_text(const uint8_t *data, size_t size)
{
	char *text = mem_zalloc(size + 1, NULL);
	struct binding *b = NULL;
	struct sa local;

	if (!text)
		return;

	memcpy(text, data, size);
	if (!binding_json_decode(&b, &local, "a@b", text)) {
		struct push_params pp;

		(void)push_params_decode(&pp, b->contact);
		there_and_back(b);
	}
	mem_deref(b);
	mem_deref(text);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hash_key key = {{7}};
	const struct pl pl = {(const char *)data, size};
	struct flow_token tok;

	must(flow_token_decode(&tok, &key, &pl) == EACCES || !size);
	as_message(data, size);
	as_text(data, size);

	return 0;
}
