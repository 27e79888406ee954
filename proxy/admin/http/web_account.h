/**
 * @file web_account.h  Accounts over HTTP
 *
 * In the thread that may wait, with a connection to the database of its own,
 * by the rules of "viaduct user".
 */
#ifndef PROXY_ADMIN_HTTP_WEB_ACCOUNT_H
#define PROXY_ADMIN_HTTP_WEB_ACCOUNT_H

struct config;
struct web;
struct web_accounts;

/* before web_start(); it outlives the server */
int web_accounts_alloc(struct web_accounts **ap, struct web *w,
		       const struct config *cfg);

/* other domains are ours now */
int web_accounts_reload(struct web_accounts *a, const struct config *cfg);

#endif
