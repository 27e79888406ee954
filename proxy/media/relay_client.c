/**
 * @file relay_client.c  Relay resources from a relay server, by INVITE and 302
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/media/relay_client.h"
#include "proxy/media/relay_remote.h"


static void maker_destructor(void *arg)
{
	struct relay_client *rc = arg;

	mem_deref(rc->enquirer);
	mem_deref(rc->rotation);
	mem_deref(rc->agent);
}


static int client_init(struct relay_client *rc,
		       const struct relay_client_conf *conf,
		       struct transport *tp, struct txns *txns)
{
	int err;

	err = agent_alloc(&rc->agent, tp, txns, &conf->branch_key);
	if (err)
		return err;

	err = rotation_alloc(&rc->rotation, conf->serverv, conf->serverc,
			     conf->rest_ms, rc->timers);
	if (err)
		return err;

	return enquirer_alloc(&rc->enquirer, "relay", rc->agent, rc->rotation,
			      conf->deadline_ms, rc->timers, rc->log);
}


/**
 * Allocate the maker of resources from relay servers
 *
 * @param mp      Pointer to the allocated maker
 * @param conf    Servers and times
 * @param tp      Transport (not owned)
 * @param txns    Transactions (not owned)
 * @param timers  Timers (not owned)
 * @param log     Log or NULL (not owned)
 * @param metrics Metrics or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_client_alloc(struct resource_maker **mp,
		       const struct relay_client_conf *conf,
		       struct transport *tp, struct txns *txns,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics)
{
	struct relay_client *rc;
	int err;

	if (!mp || !conf || !timers || !conf->lease_s || !conf->deadline_ms)
		return EINVAL;

	rc = mem_zalloc(sizeof(*rc), maker_destructor);
	if (!rc)
		return ENOMEM;

	rc->maker.name = "external";
	rc->maker.alloc = relay_remote_alloc;
	rc->timers = timers;
	rc->log = log;
	rc->lease_s = conf->lease_s;
	rc->granted = metrics_counter(metrics, "relay_requests_granted_total");
	rc->failed = metrics_counter(metrics, "relay_requests_failed_total");
	rc->lost = metrics_counter(metrics, "relay_resources_lost_total");

	err = client_init(rc, conf, tp, txns);
	if (err) {
		mem_deref(rc);
		return err;
	}

	*mp = &rc->maker;
	return 0;
}


/**
 * A relay server, and how it is
 *
 * @param rests_ms How long it is left alone, in ms
 * @param m        Maker of resources
 * @param i        Index of the server
 *
 * @return Its address, NULL behind the last, or where resources are made here
 */
const struct config_addr *relay_client_server(uint64_t *rests_ms,
					      const struct resource_maker *m,
					      size_t i)
{
	const struct relay_client *rc = (const struct relay_client *)m;

	if (!rests_ms || !m || m->alloc != relay_remote_alloc)
		return NULL;

	*rests_ms = rotation_rests(rc->rotation, i);

	return rotation_server(rc->rotation, i);
}
