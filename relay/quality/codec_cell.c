/**
 * @file codec_cell.c  A codec that one thread writes and others read
 */
#include <assert.h>
#include <string.h>
#include "relay/quality/codec_cell.h"

enum { WORDS = 2 };
static_assert(RELAY_CODEC_NAME == WORDS * sizeof(uint64_t),
	      "a name fits the cell");


/**
 * Write the codec; from one thread only
 *
 * @param c     Cell
 * @param codec Codec
 */
void codec_cell_set(struct codec_cell *c, const struct relay_codec *codec)
{
	const uint32_t turn = atomic_load_explicit(&c->turn,
						   memory_order_relaxed);
	uint64_t namev[WORDS] = {0};

	memcpy(namev, codec->name, strnlen(codec->name, RELAY_CODEC_NAME - 1));

	/* each word is released, so who sees it sees the odd turn as well */
	atomic_store_explicit(&c->turn, turn + 1, memory_order_relaxed);
	atomic_store_explicit(&c->pt, codec->pt, memory_order_release);
	atomic_store_explicit(&c->clock, codec->clock, memory_order_release);
	for (size_t i = 0; i < WORDS; i++)
		atomic_store_explicit(&c->namev[i], namev[i],
				      memory_order_release);
	atomic_store_explicit(&c->turn, turn + 2, memory_order_release);
}


/**
 * Read the codec, from any thread
 *
 * @param c     Cell
 * @param codec Codec, all but its channels; all 0 if there is none
 */
void codec_cell_get(const struct codec_cell *c, struct relay_codec *codec)
{
	uint64_t namev[WORDS];
	uint32_t turn;

	memset(codec, 0, sizeof(*codec));
	do {
		turn = atomic_load_explicit(&c->turn, memory_order_acquire);
		codec->pt = (uint8_t)atomic_load_explicit(
			&c->pt, memory_order_acquire);
		codec->clock = atomic_load_explicit(&c->clock,
						    memory_order_acquire);
		for (size_t i = 0; i < WORDS; i++)
			namev[i] = atomic_load_explicit(&c->namev[i],
							memory_order_acquire);
	} while (turn & 1 ||
		 turn != atomic_load_explicit(&c->turn, memory_order_relaxed));

	memcpy(codec->name, namev, sizeof(codec->name));
}
