/**
 * @file dialog_json.h  The dialogs of a call as text, and out of it
 */
#ifndef PROXY_CORE_DIALOG_JSON_H
#define PROXY_CORE_DIALOG_JSON_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/core/dialog_table.h"

/* into an object; NULL: there are none */
void dialogs_save(struct json_out *o, const struct dialogs *ds);

/* *dp: to be kept by the call, NULL where the text has none. EBADMSG;
 * EALREADY: the call has some */
int dialogs_restore(struct dialogs **dp, struct dialog_table *t, uint64_t call,
		    const struct pl *callid, const json_t *o);

#endif
