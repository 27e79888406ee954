/**
 * @file admission.c  Which new calls are taken: pure, the clock is passed in
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/admission.h"

/** What was decided */
struct decision {
	uint64_t until_ms; /* it stands; 0: nothing was */
	uint32_t cseq;     /* of what was refused */
	bool taken;
	bool begun; /* an INVITE of it was worked at */
};

struct admission {
	struct throttle_table *calls; /* struct decision */
};


static void destructor(void *arg)
{
	struct admission *a = arg;

	mem_deref(a->calls);
}


/**
 * Allocate the memory of decisions
 *
 * @param ap Pointer to allocated memory
 *
 * @return 0 if success, otherwise errorcode
 */
int admission_alloc(struct admission **ap)
{
	struct admission *a;
	int err;

	if (!ap)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	err = throttle_table_alloc(&a->calls, ADMISSION_MAX,
				   sizeof(struct decision), 0);
	if (err)
		mem_deref(a);
	else
		*ap = a;

	return err;
}


static void decide(struct decision *d, bool taken, uint32_t cseq,
		   uint64_t now_ms)
{
	d->taken = taken;
	d->begun = false;
	d->cseq = cseq;
	d->until_ms = now_ms + ADMISSION_MS;
}


/**
 * Is a new call taken?
 *
 * @param a      Memory of decisions
 * @param o      Controller
 * @param call   The call
 * @param cseq   Of its INVITE
 * @param dice   Any number, evenly spread
 * @param now_ms Now
 *
 * @return false if it is refused
 */
bool admission_takes(struct admission *a, const struct overload *o,
		     const struct throttle_key *call, uint32_t cseq,
		     uint32_t dice, uint64_t now_ms)
{
	struct decision *d = throttle_table_get(a->calls, call);

	/* who was refused and calls again begins anew */
	if (d->until_ms <= now_ms || (!d->taken && d->cseq != cseq))
		decide(d, overload_takes(o, dice), cseq, now_ms);

	return d->taken;
}


/**
 * Refuse a call for another reason: so it is when it comes again
 *
 * @param a      Memory of decisions
 * @param call   The call
 * @param cseq   Of its INVITE
 * @param now_ms Now
 *
 * @return false if it has begun, and must not be refused
 */
bool admission_refuse(struct admission *a, const struct throttle_key *call,
		      uint32_t cseq, uint64_t now_ms)
{
	struct decision *d = throttle_table_get(a->calls, call);

	if (d->begun && d->until_ms > now_ms)
		return false;

	decide(d, false, cseq, now_ms);

	return true;
}


/**
 * An INVITE of a call is worked at: what comes of it again belongs to that
 *
 * @param a    Memory of decisions
 * @param call The call
 */
void admission_begin(struct admission *a, const struct throttle_key *call)
{
	struct decision *d = throttle_table_find(a->calls, call);

	if (d)
		d->begun = d->taken;
}
