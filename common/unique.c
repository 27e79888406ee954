/**
 * @file unique.c  Numbers that nobody foresees, cheaply
 */
#include <errno.h>
#include "common/hash.h"
#include "common/unique.h"

struct unique {
	struct hash_key key;
	uint64_t n;
};


/**
 * Allocate a source of numbers
 *
 * @param up Pointer to the allocated source
 *
 * @return 0 if success, otherwise errorcode
 */
int unique_alloc(struct unique **up)
{
	struct unique *u;

	if (!up)
		return EINVAL;

	u = mem_zalloc(sizeof(*u), NULL);
	if (!u)
		return ENOMEM;

	hash_key_random(&u->key);
	*up = u;

	return 0;
}


/**
 * The next number
 *
 * @param u Source
 *
 * @return Number, not foreseen by who has seen all others
 */
uint64_t unique_next(struct unique *u)
{
	++u->n;

	return hash_sip(&u->key, &u->n, sizeof(u->n));
}
