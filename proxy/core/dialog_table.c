/**
 * @file dialog_table.c  The dialogs of all calls, by the call's number
 */
#include <errno.h>
#include "common/hash.h"
#include "proxy/core/dialog_table.h"

enum { BUCKETS = 4096 };

struct dialog_table {
	struct hash *ht; /* struct dialogs, by call; not owned */
	struct hash_key key;
};


static void table_destructor(void *arg)
{
	struct dialog_table *t = arg;

	hash_clear(t->ht);
	mem_deref(t->ht);
}


/**
 * Make a table; it is empty while no call has dialogs
 *
 * @param tp Pointer to allocated table
 *
 * @return 0 if success, otherwise errorcode
 */
int dialog_table_alloc(struct dialog_table **tp)
{
	struct dialog_table *t;
	int err;

	if (!tp)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), table_destructor);
	if (!t)
		return ENOMEM;

	hash_key_random(&t->key);
	err = hash_alloc(&t->ht, BUCKETS);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


static uint32_t key_of(const struct dialog_table *t, uint64_t call)
{
	return (uint32_t)hash_sip(&t->key, &call, sizeof(call));
}


static bool match(struct le *le, void *arg)
{
	const struct dialogs *ds = le->data;
	const uint64_t *call = arg;

	return ds->call == *call;
}


/**
 * Find the dialogs of a call
 *
 * @param t    Table
 * @param call Its number
 *
 * @return Dialogs, NULL: none are known
 */
struct dialogs *dialogs_find(const struct dialog_table *t, uint64_t call)
{
	if (!t || !call)
		return NULL;

	return list_ledata(hash_lookup(t->ht, key_of(t, call), match, &call));
}


/**
 * The dialogs of a call; they live as long as someone refers to them
 *
 * @param dp     Dialogs; referenced for the caller where they are made
 * @param t      Table
 * @param call   Number of the call
 * @param callid Its Call-ID
 *
 * @return 0 if they were made, EALREADY if they were there, otherwise
 *         errorcode
 */
int dialogs_get(struct dialogs **dp, struct dialog_table *t, uint64_t call,
		const struct pl *callid)
{
	int err;

	if (!dp || !t || !callid)
		return EINVAL;
	if (!call)
		return ENOENT;

	*dp = dialogs_find(t, call);
	if (*dp)
		return EALREADY;

	err = dialogs_alloc(dp, call, callid);
	if (!err)
		hash_append(t->ht, key_of(t, call), &(*dp)->he, *dp);

	return err;
}
