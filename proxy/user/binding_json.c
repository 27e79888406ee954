/**
 * @file binding_json.c  A binding as the text that outlives the process
 *
 * What a phone wrote may hold any octet, JSON holds UTF-8 only: a text that is
 * none stands as {"hex": "..."}. What is read was written by us, or by an
 * operator's hand: it is checked like anything else.
 */
#include <string.h>
#include <re.h>
#include "common/ink.h"
#include "common/json.h"
#include "common/json_out.h"
#include "proxy/user/binding_json.h"

enum { TEXT_SIZE = 1024 }; /* most are shorter */


static int put_hex(struct json_out *o, const char *name, const char *text)
{
	const size_t size = 2 * strlen(text) + 1;
	char *hex = mem_zalloc(size, NULL);
	struct ink k;

	if (!hex)
		return ENOMEM;

	ink_init(&k, hex, size);
	for (; *text; text++)
		ink_hex(&k, (uint8_t)*text, 2);
	(void)ink_end(&k);

	json_out_object(o, name);
	json_out_string(o, "hex", hex);
	json_out_object_end(o);
	mem_deref(hex);

	return 0;
}


static int put_text(struct json_out *o, const char *name, const char *text)
{
	if (!text)
		return 0;
	if (!json_out_is_utf8(text))
		return put_hex(o, name, text);

	json_out_string(o, name, text);

	return 0;
}


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
	int err;

	json_out_object(o, NULL);
	err = put_text(o, "contact", b->contact);
	err |= put_text(o, "path", b->path);
	err |= put_text(o, "callid", b->callid);
	err |= put_text(o, "user_agent", b->user_agent);
	err |= put_text(o, "instance", b->instance);
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

	return err ? ENOMEM : o->err;
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


static int decode_hex(char **textp, const char *hex)
{
	const size_t len = strlen(hex);
	char *text;
	int err;

	if (!len || len % 2)
		return EBADMSG;

	text = mem_zalloc(len / 2 + 1, NULL);
	if (!text)
		return ENOMEM;

	err = str_hex((uint8_t *)text, len / 2, hex);
	if (!err && strlen(text) != len / 2)
		err = EBADMSG;
	if (err)
		mem_deref(text);
	else
		*textp = text;

	return err ? EBADMSG : 0;
}


/* an absent text stays NULL */
static int get_text(char **textp, const json_t *o, const char *name)
{
	const json_t *val = json_object_get(o, name);
	const json_t *hex = json_object_get(val, "hex");

	if (!val)
		return 0;
	if (json_is_string(hex))
		return decode_hex(textp, json_string_value(hex));
	if (!json_is_string(val))
		return EBADMSG;

	return str_dup(textp, json_string_value(val));
}


static int get_number(int64_t *n, const json_t *o, const char *name,
		      int64_t max)
{
	const json_t *val = json_object_get(o, name);

	*n = 0;
	if (!val)
		return 0;
	if (!json_is_integer(val))
		return EBADMSG;

	*n = json_integer_value(val);

	return *n < 0 || *n > max ? EBADMSG : 0;
}


static int get_addr(struct sa *sa, const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	sa_init(sa, AF_UNSPEC);
	if (!text)
		return 0;

	return sa_decode(sa, text, strlen(text)) ? EBADMSG : 0;
}


static int get_texts(struct binding *b, const json_t *o)
{
	int err;

	err = get_text(&b->contact, o, "contact");
	if (!err)
		err = get_text(&b->path, o, "path");
	if (!err)
		err = get_text(&b->callid, o, "callid");
	if (!err)
		err = get_text(&b->user_agent, o, "user_agent");
	if (!err)
		err = get_text(&b->instance, o, "instance");

	return err;
}


static int get_numbers(struct binding *b, const json_t *o)
{
	int64_t cseq, q, reg_id, mapping, media, reason;

	if (get_number(&cseq, o, "cseq", UINT32_MAX) ||
	    get_number(&q, o, "q", 1000) ||
	    get_number(&reg_id, o, "reg_id", UINT32_MAX) ||
	    get_number(&mapping, o, "mapping", UINT32_MAX) ||
	    get_number(&media, o, "media", NAT_RELAY) ||
	    get_number(&reason, o, "reason", NAT_OTHER_SIDE) ||
	    get_number(&b->registered_at, o, "registered_at", INT64_MAX))
		return EBADMSG;

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
	if (flow_proto_decode(&b->proto, &pl) || get_addr(local, o, "local") ||
	    get_addr(&b->source, o, "source") ||
	    get_addr(&b->verdict.source, o, "seen") ||
	    get_addr(&b->verdict.sdp, o, "said"))
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
