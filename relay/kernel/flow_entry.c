/**
 * @file flow_entry.c  A flow: started, stopped, what it has done
 *
 * All of it by the memory that is shared with the program.
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <string.h>
#include "relay/kernel/flow_entry.h"

/* so near to being overwritten it is not read any more */
enum { NEAR = 8 };


/**
 * Let the kernel have a flow
 *
 * @param f       Flow
 * @param handled Packets of its source that user space has done with since
 *                it was added
 * @param measure How it came in so far
 *
 * @return 0 if success, EBUSY if some are still on their way up
 */
int flow_start(struct flow *f, uint64_t handled,
	       const struct flow_measure *measure)
{
	uint64_t up;

	if (!f || !measure)
		return EINVAL;

	up = __atomic_load_n(&f->slot->state, __ATOMIC_ACQUIRE);
	if (up & FLOW_STARTED)
		return 0;

	if (handled < up)
		return EBUSY;

	f->slot->measure = *measure;

	/* none came up meanwhile, and from now on none does */
	return __atomic_compare_exchange_n(&f->slot->state, &up,
					   up | FLOW_STARTED, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)
		       ? 0
		       : EBUSY;
}


/**
 * Has the kernel got it?
 *
 * @param f Flow
 *
 * @return True if it was started and not stopped
 */
bool flow_started(const struct flow *f)
{
	return f && __atomic_load_n(&f->slot->state, __ATOMIC_RELAXED) &
			    FLOW_STARTED;
}


/**
 * What has the kernel done?
 *
 * @param f      Flow
 * @param counts Filled
 */
void flow_counts(const struct flow *f, struct flow_counts *counts)
{
	const struct flow_slot *s = f->slot;

	counts->packets = __atomic_load_n(&s->packets, __ATOMIC_RELAXED);
	counts->octets = __atomic_load_n(&s->octets, __ATOMIC_RELAXED);
	counts->up = __atomic_load_n(&s->state, __ATOMIC_RELAXED) &
		     ~FLOW_STARTED;
	counts->seen_us = __atomic_load_n(&s->seen_us, __ATOMIC_RELAXED);
	memcpy(&counts->losses, &s->losses, sizeof(counts->losses));
}


/**
 * How has its source come in?
 *
 * @param f       Flow
 * @param measure Filled
 */
void flow_measured(const struct flow *f, struct flow_measure *measure)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	memcpy(measure, &f->slot->measure, sizeof(*measure));
}


/**
 * Let its packets go up
 *
 * @param f Flow; NULL is harmless
 */
void flow_stop(struct flow *f)
{
	if (f)
		(void)__atomic_fetch_and(&f->slot->state, ~FLOW_STARTED,
					 __ATOMIC_SEQ_CST);
}


/**
 * Keep headers from now on
 *
 * @param f    Flow that keeps none
 * @param ring Where
 */
void flow_remember(struct flow *f, struct flow_head *ring)
{
	memset(ring, 0, FLOW_HEADS * sizeof(*ring));
	f->ring = ring;
	f->read = __atomic_load_n(&f->slot->packets, __ATOMIC_RELAXED);
	__atomic_store_n(&f->slot->ring, (uint16_t)(f->ring_index + 1),
			 __ATOMIC_RELEASE);
}


/**
 * Keep headers no more; what was under way may write one still
 *
 * @param f      Flow
 * @param rings  Where its ring goes back
 * @param now_us Monotonic time
 */
void flow_forget(struct flow *f, struct spare *rings, uint64_t now_us)
{
	if (!f->ring)
		return;

	__atomic_store_n(&f->slot->ring, 0, __ATOMIC_RELAXED);
	spare_give(rings, f->ring_index, now_us);
	f->ring = NULL;
}


/* false: of two at the same moment only one has left its header */
static bool read_head(struct flow_header *to, struct flow_head *h)
{
	const uint64_t at_us = __atomic_exchange_n(&h->at_us, 0,
						   __ATOMIC_ACQUIRE);

	to->at_us = at_us;
	to->len = h->rest >> FLOW_HEAD_LEN;
	memcpy(to->rtp, &h->begin, sizeof(h->begin));
	memcpy(to->rtp + sizeof(h->begin), &h->rest,
	       sizeof(to->rtp) - sizeof(h->begin));

	return at_us;
}


/**
 * Read the headers of packets that were forwarded
 *
 * @param f      Flow
 * @param v      Headers
 * @param n      Room for so many
 * @param missed Grows by those that were overwritten
 *
 * @return How many there are
 */
size_t flow_headers(struct flow *f, struct flow_header *v, size_t n,
		    uint64_t *missed)
{
	const uint64_t end = __atomic_load_n(&f->slot->packets,
					     __ATOMIC_ACQUIRE);
	size_t i = 0;

	if (!f->ring)
		return 0;

	if (end - f->read > FLOW_HEADS - NEAR) {
		*missed += end - f->read - (FLOW_HEADS - NEAR);
		f->read = end - (FLOW_HEADS - NEAR);
	}

	for (; i < n && f->read < end; f->read++) {
		if (read_head(&v[i], &f->ring[f->read & (FLOW_HEADS - 1)]))
			++i;
		else
			++*missed;
	}

	return i;
}

#endif
