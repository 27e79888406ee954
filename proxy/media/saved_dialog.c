/**
 * @file saved_dialog.c  Offer and answer in a dialog, as text and back
 */
#include <errno.h>
#include "proxy/media/offer_txn.h"
#include "proxy/media/saved_dialog.h"


/**
 * Write what was sent to a side, unless that was nothing
 *
 * @param o      Writer, in an object
 * @param name   Name
 * @param origin What it counts by
 */
void saved_origin_put(struct json_out *o, const char *name,
		      const struct sdp_origin *origin)
{
	if (!origin->sent)
		return;

	json_out_object(o, name);
	json_out_id(o, "session", origin->session);
	json_out_id(o, "text", origin->text);
	json_out_id(o, "version", origin->version);
	json_out_object_end(o);
}


/**
 * Write where offer and answer stand
 *
 * @param o     Writer, in an object
 * @param name  Name
 * @param offer State
 */
void saved_offer_put(struct json_out *o, const char *name,
		     const struct offer *offer)
{
	json_out_object(o, name);
	json_out_flag(o, "met", offer->met);
	json_out_array(o, "txns");
	for (size_t i = 0; i < offer->txnc; i++) {
		const struct offer_txn *t = &offer->txnv[i];

		json_out_object(o, NULL);
		json_out_number(o, "met", t->met);
		json_out_number(o, "state", t->state);
		json_out_number(o, "from", t->from);
		json_out_number(o, "cseq", t->cseq);
		json_out_flag(o, "previewed", t->previewed);
		json_out_flag(o, "acked", t->acked);
		json_out_object_end(o);
	}
	json_out_array_end(o);
	json_out_object_end(o);
}


/**
 * Write a side in a dialog, as an object
 *
 * @param o    Writer, in an array
 * @param s    Side
 * @param asks Asks of the call
 */
void saved_dialog_side_put(struct json_out *o, const struct dialog_side *s,
			   const struct saved_asks *asks)
{
	json_out_object(o, NULL);
	saved_ask_put(o, "now", asks, s->now);
	saved_ask_put(o, "offered", asks, s->offered);
	saved_ask_put(o, "agreed", asks, s->agreed);
	json_out_sa(o, "behind_nat", &s->behind_nat);
	saved_origin_put(o, "received", &s->received);
	json_out_object_end(o);
}


/**
 * Read what was sent to a side
 *
 * @param origin What it counts by
 * @param o      Object
 * @param name   Name in it
 *
 * @return 0 if success, EBADMSG if it is broken
 */
int saved_origin_get(struct sdp_origin *origin, const json_t *o,
		     const char *name)
{
	const json_t *val = json_object_get(o, name);

	origin->sent = val != NULL;
	if (json_in_id(&origin->session, val, "session") ||
	    json_in_id(&origin->text, val, "text") ||
	    json_in_id(&origin->version, val, "version"))
		return EBADMSG;

	return 0;
}


static int get_txn(struct offer_txn *t, const json_t *o)
{
	uint64_t met, state, from, cseq;

	if (json_in_number(&met, o, "met", OFFER_UPDATE) ||
	    json_in_number(&state, o, "state", OFFER_DONE) ||
	    json_in_number(&from, o, "from", CALL_B) ||
	    json_in_number(&cseq, o, "cseq", UINT32_MAX))
		return EBADMSG;

	t->met = (uint8_t)met;
	t->state = (uint8_t)state;
	t->from = (uint8_t)from;
	t->cseq = (uint32_t)cseq;
	t->previewed = json_in_bool(o, "previewed");
	t->acked = json_in_bool(o, "acked");

	return 0;
}


/**
 * Read where offer and answer stand
 *
 * @param offer State
 * @param o     Object
 * @param name  Name in it
 *
 * @return 0 if success, EBADMSG if it is broken
 */
int saved_offer_get(struct offer *offer, const json_t *o, const char *name)
{
	const json_t *val = json_object_get(o, name);
	const json_t *txns = json_object_get(val, "txns");
	int err = 0;

	if (json_array_size(txns) > OFFER_TXNS_MAX)
		return EBADMSG;

	offer->met = json_in_bool(val, "met");
	offer->txnc = json_array_size(txns);
	for (size_t i = 0; i < offer->txnc && !err; i++)
		err = get_txn(&offer->txnv[i], json_array_get(txns, i));

	return err;
}


/**
 * Read a side in a dialog
 *
 * @param s    Side, empty
 * @param o    Object
 * @param asks Asks of the call
 *
 * @return 0 if success, EBADMSG if it is broken
 */
int saved_dialog_side_get(struct dialog_side *s, const json_t *o,
			  const struct saved_asks *asks)
{
	int err;

	err = saved_ask_get(&s->now, asks, o, "now");
	if (!err)
		err = saved_ask_get(&s->offered, asks, o, "offered");
	if (!err)
		err = saved_ask_get(&s->agreed, asks, o, "agreed");
	if (!err)
		err = json_in_sa(&s->behind_nat, o, "behind_nat");
	if (!err)
		err = saved_origin_get(&s->received, o, "received");

	return err;
}
