/**
 * @file phones.h  Where a user of ours is registered
 */
#ifndef PROXY_CORE_PHONES_H
#define PROXY_CORE_PHONES_H

#include "proxy/core/forwarding.h"

/* all his places become targets; ENOENT: there is none that is new */
int phones_add(struct forwarding *fw, const struct pl *aor);

/* that flow to a phone leads nowhere any more */
void phones_lost(struct proxy *px, const struct target *t);

#endif
