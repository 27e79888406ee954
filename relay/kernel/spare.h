/**
 * @file spare.h  Numbers of slots that are free, the longest free first
 *
 * Others may still look at a slot for some microseconds after it was given
 * back: it is given out again only after a grace time.
 */
#ifndef RELAY_KERNEL_SPARE_H
#define RELAY_KERNEL_SPARE_H

#include <stdint.h>

struct spare;

/* 0 to max - 1, all free */
int spare_alloc(struct spare **sp, uint32_t max);

/* ENOSPC: all are in use, or not long enough out of it */
int spare_take(struct spare *s, uint32_t *n, uint64_t now_us);
void spare_give(struct spare *s, uint32_t n, uint64_t now_us);

#endif
