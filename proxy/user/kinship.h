/**
 * @file kinship.h  Are two bindings one phone's? Pure
 */
#ifndef PROXY_USER_KINSHIP_H
#define PROXY_USER_KINSHIP_H

#include "proxy/user/binding.h"

/* old leads nowhere any more, now that its phone has registered this one */
bool kinship_same_phone(const struct binding *old, const struct binding *now);

#endif
