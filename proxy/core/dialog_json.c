/**
 * @file dialog_json.c  The dialogs of a call as text, and out of it
 */
#include <errno.h>
#include "proxy/core/dialog_json.h"

static const char *const cseqv[2] = {"cseq_a", "cseq_b"};


static void put_token_end(struct json_out *o, const struct route_end *end)
{
	json_out_object(o, NULL);
	json_out_flag(o, "phone", end->phone);
	if (end->phone)
		json_out_string(o, "proto", flow_proto_param(end->proto));
	json_out_sa(o, "local", &end->local);
	json_out_sa(o, "at", &end->peer);
	if (end->name)
		json_out_number(o, "name", end->name);
	json_out_object_end(o);
}


static void put_token(struct json_out *o, const struct route_token *tok)
{
	json_out_object(o, "token");
	json_out_id(o, "call", tok->call);
	json_out_number(o, "shift", tok->shift);
	json_out_array(o, "ends");
	put_token_end(o, &tok->endv[0]);
	put_token_end(o, &tok->endv[1]);
	json_out_array_end(o);
	json_out_object_end(o);
}


static void put_party(struct json_out *o, const struct dialog_party *p)
{
	json_out_object(o, NULL);
	json_out_exact(o, "name", p->name);
	json_out_exact(o, "target", p->target);
	json_out_exact(o, "routes", p->routes);
	json_out_object_end(o);
}


static void put_dialog(struct json_out *o, const struct dialog *d)
{
	json_out_object(o, NULL);
	json_out_exact(o, "tag", d->tag);
	json_out_array(o, "ends");
	put_party(o, &d->endv[0]);
	put_party(o, &d->endv[1]);
	json_out_array_end(o);
	json_out_object_end(o);
}


/**
 * Write the dialogs of a call
 *
 * @param o  Writer, in an object
 * @param ds Dialogs; NULL: nothing is written
 */
void dialogs_save(struct json_out *o, const struct dialogs *ds)
{
	if (!ds)
		return;

	json_out_object(o, "spoken");
	for (int i = 0; i < 2; i++)
		json_out_number(o, cseqv[i], ds->cseqv[i]);
	put_token(o, &ds->tok);
	json_out_array(o, "dialogs");
	for (struct le *le = list_head(&ds->dialogl); le; le = le->next)
		put_dialog(o, le->data);
	json_out_array_end(o);
	json_out_object_end(o);
}


static int get_token_end(struct route_end *end, const json_t *o)
{
	const char *proto = json_string_value(json_object_get(o, "proto"));
	uint64_t name;
	struct pl pl;

	end->phone = json_in_bool(o, "phone");
	pl_set_str(&pl, proto ? proto : "udp");
	if (flow_proto_decode(&end->proto, &pl) ||
	    json_in_sa(&end->local, o, "local") ||
	    json_in_sa(&end->peer, o, "at") ||
	    json_in_number(&name, o, "name", UINT32_MAX))
		return EBADMSG;

	end->name = (uint32_t)name;

	return 0;
}


static int get_token(struct route_token *tok, const json_t *o)
{
	const json_t *ends = json_object_get(o, "ends");
	uint64_t shift;

	if (json_in_id(&tok->call, o, "call") ||
	    json_in_number(&shift, o, "shift", UINT8_MAX) ||
	    get_token_end(&tok->endv[0], json_array_get(ends, 0)) ||
	    get_token_end(&tok->endv[1], json_array_get(ends, 1)))
		return EBADMSG;

	tok->shift = (uint8_t)shift;

	return 0;
}


static int get_party(struct dialog_party *p, const json_t *o)
{
	int err;

	err = json_in_text(&p->name, o, "name");
	if (!err)
		err = json_in_text(&p->target, o, "target");
	if (!err)
		err = json_in_text(&p->routes, o, "routes");
	if (!err && (!p->name || !p->target))
		err = EBADMSG;

	return err;
}


static int get_dialog(struct dialogs *ds, const json_t *o)
{
	const json_t *ends = json_object_get(o, "ends");
	struct dialog *d;
	char *tag = NULL;
	struct pl pl;
	int err;

	err = json_in_text(&tag, o, "tag");
	if (err || !tag)
		return err ? err : EBADMSG;

	pl_set_str(&pl, tag);
	err = dialogs_add(&d, ds, &pl);
	mem_deref(tag);
	for (size_t i = 0; i < 2 && !err; i++)
		err = get_party(&d->endv[i], json_array_get(ends, i));

	return err;
}


static int get_all(struct dialogs *ds, const json_t *o)
{
	const json_t *a = json_object_get(o, "dialogs");
	int err;

	err = get_token(&ds->tok, json_object_get(o, "token"));
	for (int i = 0; i < 2 && !err; i++) {
		uint64_t cseq;

		err = json_in_number(&cseq, o, cseqv[i], UINT32_MAX);
		ds->cseqv[i] = (uint32_t)cseq;
	}
	for (size_t i = 0; i < json_array_size(a) && !err; i++)
		err = get_dialog(ds, json_array_get(a, i));

	return err;
}


/**
 * Have the dialogs of a call again
 *
 * @param dp     Pointer to the dialogs, to be kept by the call; NULL where
 *               the text has none
 * @param t      Table
 * @param call   Number of the call
 * @param callid Its Call-ID
 * @param o      Object that they were written into
 *
 * @return 0 if success, EALREADY if the call has some, EBADMSG if they are
 *         broken, otherwise errorcode
 */
int dialogs_restore(struct dialogs **dp, struct dialog_table *t, uint64_t call,
		    const struct pl *callid, const json_t *o)
{
	const json_t *spoken = json_object_get(o, "spoken");
	struct dialogs *ds = NULL;
	int err;

	if (!dp)
		return EINVAL;

	*dp = NULL;
	if (!spoken)
		return 0;

	err = dialogs_get(&ds, t, call, callid);
	if (err)
		return err;

	err = get_all(ds, spoken);
	if (err)
		mem_deref(ds);
	else
		*dp = ds;

	return err;
}
