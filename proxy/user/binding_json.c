/**
 * @file binding_json.c  A binding as the text that outlives the process
 *
 * What a phone wrote may hold any octet, JSON holds UTF-8 only: a text that is
 * none stands as {"hex": "..."}. What is read was written by us, or by an
 * operator's hand: it is checked like anything else.
 */
#include <string.h>
#include <re.h>
#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/user/binding_json.h"

enum { TEXT_SIZE = 1024 }; /* most are shorter */


static void put_flow(struct json_out *o, const struct binding *b)
{
	json_out_string(o, "proto", flow_proto_param(b->proto));
	if (b->flow)
		json_out_sa(o, "local", &b->flow->local);
	json_out_sa(o, "source", &b->source);
}


static void put_verdict(struct json_out *o, const struct nat_verdict *v)
{
	json_out_number(o, "media", v->media);
	json_out_number(o, "reason", v->reason);
	json_out_sa(o, "seen", &v->source);
	json_out_sa(o, "said", &v->sdp);
}


static int put_all(struct json_out *o, const struct binding *b)
{
	json_out_object(o, NULL);
	json_out_exact(o, "contact", b->contact);
	json_out_exact(o, "path", b->path);
	json_out_exact(o, "callid", b->callid);
	json_out_exact(o, "user_agent", b->user_agent);
	json_out_exact(o, "instance", b->instance);
	json_out_number(o, "cseq", b->cseq);
	json_out_number(o, "q", b->q);
	json_out_number(o, "registered_at",
			b->registered_at > 0 ? (uint64_t)b->registered_at : 0);
	if (b->reg_id)
		json_out_number(o, "reg_id", b->reg_id);
	if (b->mapping_s)
		json_out_number(o, "mapping", b->mapping_s);
	put_flow(o, b);
	put_verdict(o, &b->verdict);
	json_out_object_end(o);

	return o->err;
}


/**
 * Write a binding
 *
 * @param textp JSON text
 * @param b     Binding
 *
 * @return 0 if success, otherwise errorcode; EOVERFLOW: too long
 */
int binding_json_encode(char **textp, const struct binding *b)
{
	struct json_out o;
	struct mbuf *mb;
	char *text;
	int err;

	if (!textp || !b || !b->contact || !b->callid)
		return EINVAL;

	mb = mbuf_alloc(TEXT_SIZE);
	if (!mb)
		return ENOMEM;

	json_out_init(&o, mb);
	err = put_all(&o, b);
	if (!err && mb->end > BINDING_JSON_MAX)
		err = EOVERFLOW;
	text = err ? NULL : mem_zalloc(mb->end + 1, NULL);
	if (text) {
		memcpy(text, mb->buf, mb->end);
		*textp = text;
	}
	else if (!err) {
		err = ENOMEM;
	}
	mem_deref(mb);

	return err;
}


static int get_texts(struct binding *b, const json_t *o)
{
	int err;

	err = json_in_text(&b->contact, o, "contact");
	if (!err)
		err = json_in_text(&b->path, o, "path");
	if (!err)
		err = json_in_text(&b->callid, o, "callid");
	if (!err)
		err = json_in_text(&b->user_agent, o, "user_agent");
	if (!err)
		err = json_in_text(&b->instance, o, "instance");

	return err;
}


static int get_numbers(struct binding *b, const json_t *o)
{
	uint64_t cseq, q, reg_id, mapping, media, reason, at;

	if (json_in_number(&cseq, o, "cseq", UINT32_MAX) ||
	    json_in_number(&q, o, "q", 1000) ||
	    json_in_number(&reg_id, o, "reg_id", UINT32_MAX) ||
	    json_in_number(&mapping, o, "mapping", UINT32_MAX) ||
	    json_in_number(&media, o, "media", NAT_RELAY) ||
	    json_in_number(&reason, o, "reason", NAT_OTHER_SIDE) ||
	    json_in_number(&at, o, "registered_at", INT64_MAX))
		return EBADMSG;

	b->registered_at = (int64_t)at;
	b->cseq = (uint32_t)cseq;
	b->q = (uint16_t)q;
	b->reg_id = (uint32_t)reg_id;
	b->mapping_s = (uint32_t)mapping;
	b->verdict.media = (enum nat_media)media;
	b->verdict.reason = (enum nat_reason)reason;

	return 0;
}


static int get_flow(struct binding *b, struct sa *local, const json_t *o)
{
	const char *proto = json_string_value(json_object_get(o, "proto"));
	struct pl pl;

	if (!proto)
		return EBADMSG;

	pl_set_str(&pl, proto);
	if (flow_proto_decode(&b->proto, &pl) ||
	    json_in_sa(local, o, "local") ||
	    json_in_sa(&b->source, o, "source") ||
	    json_in_sa(&b->verdict.source, o, "seen") ||
	    json_in_sa(&b->verdict.sdp, o, "said"))
		return EBADMSG;

	return 0;
}


/* a number on disk may be another version's; a text may be anybody's */
static int check(const struct binding *b)
{
	struct sipuri uri;
	struct pl pl;

	if (!b->contact || !b->callid || (b->reg_id && !b->instance))
		return EBADMSG;

	pl_set_str(&pl, b->contact);

	return sipuri_decode(&uri, &pl) || !sipuri_is_sip(&uri) ? EBADMSG : 0;
}


/**
 * Read a binding
 *
 * @param bp    Binding, without a flow
 * @param local Our address on its flow, AF_UNSPEC if not known
 * @param aor   Its canonical address-of-record
 * @param text  JSON text
 *
 * @return 0 if success, otherwise errorcode; EBADMSG: not a binding
 */
int binding_json_decode(struct binding **bp, struct sa *local, const char *aor,
			const char *text)
{
	struct binding *b;
	json_t *o;
	int err;

	if (!bp || !local || !aor || !text)
		return EINVAL;

	o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o)) {
		json_decref(o);
		return EBADMSG;
	}

	err = binding_alloc(&b, aor);
	if (err)
		goto out;

	err = get_texts(b, o);
	if (!err)
		err = get_numbers(b, o);
	if (!err)
		err = get_flow(b, local, o);
	if (!err)
		err = check(b);
	if (err)
		mem_deref(b);
	else
		*bp = b;
out:
	json_decref(o);

	return err;
}
