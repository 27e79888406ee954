/**
 * @file server_ground.c  What all parts of a server stand on
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/dir_lock.h"
#include "common/log.h"
#include "common/log_journal.h"
#include "common/metrics.h"
#include "common/store.h"
#include "proxy/server_state.h"

enum { LOG_BURST = 50 /* lines a second for each kind */ };


static void take_advice(struct server *srv)
{
	struct host_facts facts;

	host_facts_read(&facts, srv->cfg->data);
	advice_make(&srv->advice, srv->cfg, &facts);
}


/**
 * Start what all others stand on: timers, metrics, log and store
 *
 * @param srv Server
 *
 * @return 0 if success, EBUSY if another server uses the data directory,
 *         otherwise errorcode
 */
int server_start_ground(struct server *srv)
{
	enum log_level level = LEVEL_INFO;
	char why[256] = "";
	struct pl pl;
	int err;

	pl_set_str(&pl, srv->cfg->log_level);
	(void)log_level_decode(&level, &pl);

	err = timers_alloc(&srv->timers);
	err |= metrics_alloc(&srv->metrics);
	if (err)
		return server_fail("start", ENOMEM);

	err = log_alloc(&srv->log, STDERR_FILENO, level, LOG_BURST,
			srv->timers);
	if (err)
		return server_fail("log", err);

	/* where the journal cannot be had, stderr leads there as well */
	if (log_journal_reads(STDERR_FILENO, getenv("JOURNAL_STREAM")))
		(void)log_take_journal(srv->log, LOG_JOURNAL_PATH);

	log_take_libre(srv->log);
	err = store_open(&srv->store, srv->cfg->data, why, sizeof(why));
	if (err) {
		(void)fprintf(stderr, "viaduct: %s: %s\n", srv->cfg->data,
			      why[0] ? why : strerror(err));
		return err;
	}

	take_advice(srv);
	store_observe(srv->store, srv->log, srv->metrics);
	err = dir_lock_alloc(&srv->lock, srv->cfg->data);
	if (err == EBUSY)
		(void)fprintf(stderr,
			      "viaduct: %s: another server uses this data "
			      "directory\n",
			      srv->cfg->data);

	return err && err != EBUSY ? server_fail(srv->cfg->data, err) : err;
}


/**
 * Derive a key for each purpose from the secret in the store
 *
 * @param srv Server with its store
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_keys(struct server *srv)
{
	uint8_t secret[HASH_SECRET_SIZE];
	int err;

	err = store_secret(srv->store, secret);
	if (err)
		return server_fail("secret", err);

	hash_key_derive(&srv->branch_key, secret, sizeof(secret), "branch");
	hash_key_derive(&srv->route_key, secret, sizeof(secret), "route");
	hash_key_derive(&srv->flow_key, secret, sizeof(secret), "flow");
	hash_key_derive(&srv->trunk_key, secret, sizeof(secret), "trunk");
	hash_key_derive(&srv->nonce_key, secret, sizeof(secret), "nonce");
	explicit_bzero(secret, sizeof(secret));

	return 0;
}
