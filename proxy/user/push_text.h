/**
 * @file push_text.h  What the hook that wakes phones is told: pure
 */
#ifndef PROXY_USER_PUSH_TEXT_H
#define PROXY_USER_PUSH_TEXT_H

#include "proxy/user/binding.h"

/* {"aor": ..., "provider": ..., "prid": ..., "param": ..., "call-id": ...},
 * the parameters without their escapes; to be freed by mem_deref() */
int push_text_make(char **textp, const struct binding *b,
		   const struct pl *callid);

#endif
