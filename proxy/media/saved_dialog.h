/**
 * @file saved_dialog.h  Offer and answer in a dialog, as text and back
 */
#ifndef PROXY_MEDIA_SAVED_DIALOG_H
#define PROXY_MEDIA_SAVED_DIALOG_H

#include "proxy/media/saved_ask.h"

void saved_origin_put(struct json_out *o, const char *name,
		      const struct sdp_origin *origin);
int saved_origin_get(struct sdp_origin *origin, const json_t *o,
		     const char *name);

void saved_offer_put(struct json_out *o, const char *name,
		     const struct offer *offer);
int saved_offer_get(struct offer *offer, const json_t *o, const char *name);

void saved_dialog_side_put(struct json_out *o, const struct dialog_side *s,
			   const struct saved_asks *asks);
int saved_dialog_side_get(struct dialog_side *s, const json_t *o,
			  const struct saved_asks *asks);

#endif
