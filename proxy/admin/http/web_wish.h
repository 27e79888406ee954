/**
 * @file web_wish.h  What a body wants of an account, pure
 */
#ifndef PROXY_ADMIN_HTTP_WEB_WISH_H
#define PROXY_ADMIN_HTTP_WEB_WISH_H

#include "common/json.h"
#include "proxy/user/account_edit.h"

enum {
	WEB_WISH_MAX = SETTING_MAX + ACCOUNT_ALIAS_MAX + 1,
	WEB_WISH_WHY_MAX = 512,
};

/** Its texts are the body's, which outlives it */
struct web_wish {
	const char *password; /* NULL: none is said */
	struct account_change v[WEB_WISH_MAX];
	size_t n;
	char numberv[SETTING_MAX][24];
	char why[WEB_WISH_WHY_MAX]; /* it cannot be */
};

/* EINVAL: why says what is wrong */
int web_wish_read(struct web_wish *w, const struct config *cfg,
		  const char *aor, json_t *body);

#endif
