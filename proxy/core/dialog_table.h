/**
 * @file dialog_table.h  The dialogs of all calls, by the call's number
 */
#ifndef PROXY_CORE_DIALOG_TABLE_H
#define PROXY_CORE_DIALOG_TABLE_H

#include "proxy/core/dialog_state.h"

struct dialog_table;

/* empty while no call has dialogs; it owns none of them */
int dialog_table_alloc(struct dialog_table **tp);

/* NULL: none are known */
struct dialogs *dialogs_find(const struct dialog_table *t, uint64_t call);

/* the call's, made where there are none; *dp: to be kept by the call. EALREADY:
 * they are there, not referenced for the caller; ENOENT (no call), ENOMEM */
int dialogs_get(struct dialogs **dp, struct dialog_table *t, uint64_t call,
		const struct pl *callid);

#endif
