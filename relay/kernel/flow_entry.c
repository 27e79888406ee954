/**
 * @file flow_entry.c  A flow: started, stopped, what it has done
 *
 * All of it by the memory that is shared with the program.
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <string.h>
#include "relay/kernel/flow_entry.h"


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

#endif
