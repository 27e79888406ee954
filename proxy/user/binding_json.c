/**
 * @file binding_json.c  A binding as the text that outlives the process
 *
 * What a phone wrote may hold any octet, JSON holds UTF-8 only: a text that is
 * none stands as {"hex": "..."}. What is read was written by us, or by an
 * operator's hand: it is checked like anything else.
 */
#include <string.h>
#include <re.h>
#include "common/json.h"
#include "proxy/user/binding_json.h"


static int set(json_t *o, const char *name, json_t *val)
{
	return val && !json_object_set_new(o, name, val) ? 0 : ENOMEM;
}


static json_t *hex_object(const char *text)
{
	const size_t len = strlen(text);
	char *hex = mem_zalloc(2 * len + 1, NULL);
	json_t *o = NULL;

	if (!hex)
		return NULL;

	for (size_t i = 0; i < len; i++)
		(void)re_snprintf(hex + 2 * i, 3, "%02x", (uint8_t)text[i]);
	o = json_pack("{s:s}", "hex", hex);
	mem_deref(hex);

	return o;
}


static int set_text(json_t *o, const char *name, const char *text)
{
	json_t *val;

	if (!text)
		return 0;

	val = json_string(text);

	return set(o, name, val ? val : hex_object(text));
}


static int set_addr(json_t *o, const char *name, const struct sa *sa)
{
	char buf[64];

	if (!sa_isset(sa, SA_ADDR))
		return 0;
	if (re_snprintf(buf, sizeof(buf), "%J", sa) < 0)
		return EOVERFLOW;

	return set(o, name, json_string(buf));
}


static int set_flow(json_t *o, const struct binding *b)
{
	int err;

	err = set(o, "proto", json_string(flow_proto_param(b->proto)));
	if (!err && b->flow)
		err = set_addr(o, "local", &b->flow->local);
	if (!err)
		err = set_addr(o, "source", &b->source);

	return err;
}


static int set_verdict(json_t *o, const struct nat_verdict *v)
{
	int err;

	err = set(o, "media", json_integer(v->media));
	err |= set(o, "reason", json_integer(v->reason));
	if (err)
		return ENOMEM;

	err = set_addr(o, "seen", &v->source);

	return err ? err : set_addr(o, "said", &v->sdp);
}


static int set_all(json_t *o, const struct binding *b)
{
	int err;

	err = set_text(o, "contact", b->contact);
	err |= set_text(o, "path", b->path);
	err |= set_text(o, "callid", b->callid);
	err |= set_text(o, "user_agent", b->user_agent);
	err |= set_text(o, "instance", b->instance);
	err |= set(o, "cseq", json_integer(b->cseq));
	err |= set(o, "q", json_integer(b->q));
	err |= set(o, "registered_at", json_integer(b->registered_at));
	if (b->reg_id)
		err |= set(o, "reg_id", json_integer(b->reg_id));
	if (b->mapping_s)
		err |= set(o, "mapping", json_integer(b->mapping_s));
	if (err)
		return ENOMEM;

	err = set_flow(o, b);

	return err ? err : set_verdict(o, &b->verdict);
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
	json_t *o;
	char *text, *copy;
	size_t len;
	int err;

	if (!textp || !b || !b->contact || !b->callid)
		return EINVAL;

	o = json_object();
	err = o ? set_all(o, b) : ENOMEM;
	if (err)
		goto out;

	len = json_dumpb(o, NULL, 0, JSON_COMPACT);
	if (!len || len > BINDING_JSON_MAX) {
		err = len ? EOVERFLOW : ENOMEM;
		goto out;
	}

	copy = mem_zalloc(len + 1, NULL);
	text = copy;
	if (!copy)
		err = ENOMEM;
	else if (json_dumpb(o, text, len, JSON_COMPACT) != len)
		err = ENOMEM;
	if (err)
		mem_deref(copy);
	else
		*textp = copy;
out:
	json_decref(o);

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
