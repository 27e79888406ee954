/**
 * @file account_table.h  Many accounts in little memory, by all their names
 *
 * Made once, then only read; whole in the hands of one thread at a time.
 */
#ifndef PROXY_USER_ACCOUNT_TABLE_H
#define PROXY_USER_ACCOUNT_TABLE_H

#include "proxy/user/account.h"

struct account_table;

int account_table_alloc(struct account_table **tp, size_t accountc,
			size_t aliasc);

/* ENOSPC: more than was said; EEXIST */
int account_table_add(struct account_table *t, const struct account *acc);

/* ENOENT: there is no such account */
int account_table_alias(struct account_table *t, const char *alias,
			const char *aor);

/* ENOENT; alias: other names count too */
int account_table_find(const struct account_table *t, struct account *acc,
		       const struct pl *name, bool alias);

/* it is there and not disabled */
bool account_table_serves(const struct account_table *t, const struct pl *aor);

size_t account_table_count(const struct account_table *t);
size_t account_table_size(const struct account_table *t); /* octets */

#endif
