/**
 * @file oom.c  Lets the n-th allocation fail
 *
 * By -Wl,--wrap=mem_zalloc: only allocations of this program's own objects,
 * not those inside libre.
 */
#include "test/test.h"


void *__real_mem_zalloc(size_t size, mem_destroy_h *dh);
void *__wrap_mem_zalloc(size_t size, mem_destroy_h *dh);


static int left = -1;


/**
 * Let one allocation fail
 *
 * @param n How many succeed before it; -1: none fails
 */
void oom_after(int n)
{
	left = n;
}


void *__wrap_mem_zalloc(size_t size, mem_destroy_h *dh)
{
	if (left == 0) {
		left = -1;
		return NULL;
	}

	if (left > 0)
		--left;

	return __real_mem_zalloc(size, dh);
}
