/**
 * @file mock/streams.c  Sides' streams, released together when a test ends
 */
#include "test/mock/streams.h"
#include "test/test.h"

enum { KEPT_MAX = 256 };

static struct resource_media *keptv[KEPT_MAX];
static size_t keptc;


static struct resource_media *keep(struct resource_media *m)
{
	ck_assert_uint_lt(keptc, KEPT_MAX);
	keptv[keptc++] = m;

	return m;
}


/**
 * Make streams, none of them used
 *
 * @param n How many
 *
 * @return Streams, good until streams_free()
 */
struct resource_media *streams_make(size_t n)
{
	struct resource_media *m = NULL;

	ck_assert_int_eq(resource_media_alloc(&m, n), 0);

	return keep(m);
}


/**
 * Refer to streams that somebody else has made
 *
 * @param m Streams, or NULL
 *
 * @return The same, good until streams_free()
 */
struct resource_media *streams_keep(struct resource_media *m)
{
	return m ? keep(mem_ref(m)) : NULL;
}


/**
 * Release all of them
 */
void streams_free(void)
{
	while (keptc)
		mem_deref(keptv[--keptc]);
}
