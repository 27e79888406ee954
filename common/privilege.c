/**
 * @file privilege.c  Capabilities that are needed only to open things
 */
#include <stdint.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "common/privilege.h"

struct caps {
	struct __user_cap_header_struct head;
	struct __user_cap_data_struct v[_LINUX_CAPABILITY_U32S_3];
};

static const unsigned dropv[] = {CAP_BPF, CAP_NET_ADMIN, CAP_NET_RAW,
				 CAP_SYS_ADMIN, CAP_PERFMON};


static bool caps_get(struct caps *c)
{
	c->head.version = _LINUX_CAPABILITY_VERSION_3;
	c->head.pid = 0;

	return !syscall(SYS_capget, &c->head, c->v);
}


/**
 * Does this thread have a capability?
 *
 * @param cap CAP_...
 *
 * @return True if it is in effect
 */
bool privilege_has(unsigned cap)
{
	struct caps c;

	return caps_get(&c) &&
	       c.v[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}


/**
 * Drop what this thread does not need any more
 *
 * @param keep_admin CAP_NET_ADMIN can be taken up again
 */
void privilege_drop(bool keep_admin)
{
	struct caps c;

	if (!caps_get(&c))
		return;

	for (unsigned i = 0; i < sizeof(dropv) / sizeof(dropv[0]); i++) {
		const unsigned cap = dropv[i];
		const uint32_t mask = CAP_TO_MASK(cap);
		struct __user_cap_data_struct *v = &c.v[CAP_TO_INDEX(cap)];

		v->effective &= ~mask;
		v->inheritable &= ~mask;
		if (!keep_admin || cap != CAP_NET_ADMIN)
			v->permitted &= ~mask;

		/* what root executes shall not have it either; only who has
		 * CAP_SETPCAP may say so */
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}

	(void)syscall(SYS_capset, &c.head, c.v);
}


/**
 * Take up what was put aside
 */
void privilege_take_admin(void)
{
	const uint32_t mask = CAP_TO_MASK(CAP_NET_ADMIN);
	struct __user_cap_data_struct *v;
	struct caps c;

	if (!caps_get(&c))
		return;

	v = &c.v[CAP_TO_INDEX(CAP_NET_ADMIN)];
	v->effective |= v->permitted & mask;
	(void)syscall(SYS_capset, &c.head, c.v);
}
