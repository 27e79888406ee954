/**
 * @file trunk.c  Peers that calls go to: their state while we run
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/core/trunk_probe.h"
#include "proxy/core/trunk_register.h"
#include "proxy/core/trunk_state.h"
#include "proxy/sip/agent.h"


/* slots may keep some of them a little longer; they do nothing any more */
static void destructor(void *arg)
{
	struct trunks *ts = arg;
	struct le *le;

	list_flush(&ts->leavel);
	while (ts->trunkc) {
		struct trunk *t = ts->trunkv[--ts->trunkc];

		trunk_part(t);
		mem_deref(t);
	}
	while ((le = list_head(&ts->gonel)) != NULL) {
		struct trunk *t = le->data;

		list_unlink(le);
		t->all = NULL;
	}
	mem_deref(ts->trunkv);
	mem_deref(ts->agent);
}


static void trunk_destructor(void *arg)
{
	struct trunk *t = arg;

	list_unlink(&t->le);
	mem_deref(t->probe);
	mem_deref(t->reg);
	config_peer_release(t->peer);
}


/**
 * Make a trunk that does nothing yet
 *
 * @param tp   Pointer to allocated trunk
 * @param ts   Trunks, among which it will be
 * @param peer Its peer, held
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_alloc(struct trunk **tp, struct trunks *ts,
		const struct config_peer *peer)
{
	struct metrics *m = ts->conf.metrics;
	struct trunk *t = mem_zalloc(sizeof(*t), trunk_destructor);

	if (!t)
		return ENOMEM;

	t->all = ts;
	t->peer = config_peer_hold(peer);
	t->up = metrics_labelled(m, "peer_up", "peer", peer->name);
	t->active = metrics_labelled(m, "peer_calls", "peer", peer->name);
	t->refused = metrics_labelled(m, "peer_calls_refused_total", "peer",
				      peer->name);
	*tp = t;

	return 0;
}


/**
 * Begin to probe a trunk and to register there, where its peer says so
 *
 * @param t Trunk that does neither
 *
 * @return 0 if success, otherwise errorcode
 */
int trunk_start(struct trunk *t)
{
	int err = 0;

	counter_set(t->up, 1);
	if (t->peer->probe)
		err = trunk_probe_alloc(&t->probe, t);
	if (!err && t->peer->do_register)
		err = trunk_registration_alloc(&t->reg, t);

	return err;
}


/**
 * A trunk leaves the table; who still holds it may look at it
 *
 * @param t Trunk
 */
void trunk_part(struct trunk *t)
{
	t->probe = mem_deref(t->probe);
	t->reg = mem_deref(t->reg);
	list_append(&t->all->gonel, &t->le, t);
}


static int add(struct trunks *ts, const struct config_peer *peer)
{
	struct trunk *t;
	int err = trunk_alloc(&t, ts, peer);

	if (err)
		return err;

	ts->trunkv[ts->trunkc++] = t;

	return trunk_start(t);
}


/**
 * Make the trunks of a configuration; probing and registering begin
 *
 * @param tp   Pointer to allocated table
 * @param conf What they work with, must outlive it
 *
 * @return 0 if success, otherwise errorcode
 */
int trunks_alloc(struct trunks **tp, const struct trunks_conf *conf)
{
	struct trunks *ts;
	int err = 0;

	if (!tp || !conf || !conf->cfg || !conf->timers)
		return EINVAL;

	ts = mem_zalloc(sizeof(*ts), destructor);
	if (!ts)
		return ENOMEM;

	ts->conf = *conf;
	ts->trunkv = mem_zalloc((conf->cfg->peerc + 1) * sizeof(void *), NULL);
	if (!ts->trunkv)
		err = ENOMEM;
	if (!err && conf->tp && conf->txns)
		err = agent_alloc(&ts->agent, conf->tp, conf->txns,
				  &conf->branch_key);

	for (size_t i = 0; !err && i < conf->cfg->peerc; i++)
		err = add(ts, &conf->cfg->peerv[i]);

	if (err)
		mem_deref(ts);
	else
		*tp = ts;

	return err;
}


/**
 * Find a trunk by its peer's name
 *
 * @param ts   Trunks
 * @param name Name
 *
 * @return Trunk, or NULL
 */
struct trunk *trunks_find(const struct trunks *ts, const char *name)
{
	for (size_t i = 0; ts && name && i < ts->trunkc; i++) {
		if (!strcmp(ts->trunkv[i]->peer->name, name))
			return ts->trunkv[i];
	}

	return NULL;
}


/**
 * The trunk of a peer
 *
 * @param ts   Trunks
 * @param peer Peer, maybe of an earlier configuration, or NULL
 *
 * @return Trunk, or NULL
 */
struct trunk *trunks_of(const struct trunks *ts,
			const struct config_peer *peer)
{
	return peer ? trunks_find(ts, peer->name) : NULL;
}


/**
 * What stands for a trunk in the cookie of a dialog
 *
 * @param t Trunk
 *
 * @return Hash of its name, never 0; the same after a restart
 */
uint32_t trunk_hash(const struct trunk *t)
{
	const uint32_t hash = (uint32_t)hash_sip(
		&t->all->conf.token_key, t->peer->name, strlen(t->peer->name));

	return hash ? hash : 1;
}


/**
 * Find a trunk by what stands for it in a cookie
 *
 * @param ts   Trunks
 * @param hash trunk_hash(), 0: none
 *
 * @return Trunk, or NULL
 */
struct trunk *trunks_by_hash(const struct trunks *ts, uint32_t hash)
{
	for (size_t i = 0; ts && hash && i < ts->trunkc; i++) {
		if (trunk_hash(ts->trunkv[i]) == hash)
			return ts->trunkv[i];
	}

	return NULL;
}


/**
 * The trunks in order
 *
 * @param ts Trunks
 * @param i  Index
 *
 * @return Trunk, NULL behind the last
 */
struct trunk *trunks_at(const struct trunks *ts, size_t i)
{
	return ts && i < ts->trunkc ? ts->trunkv[i] : NULL;
}


/**
 * What the trunks work with
 *
 * @param ts Trunks
 *
 * @return Their configuration
 */
const struct trunks_conf *trunks_conf(const struct trunks *ts)
{
	return &ts->conf;
}


/**
 * The user agent of the trunks
 *
 * @param ts Trunks
 *
 * @return Agent
 */
struct agent *trunks_agent(const struct trunks *ts)
{
	return ts->agent;
}


/**
 * Does a failure say that another trunk may do better?
 *
 * @param scode Status code; 0: no answer
 *
 * @return true if the next one is to be tried
 */
bool trunk_fails_over(uint16_t scode)
{
	switch (scode) {
	case 0:
	case 408:
	case 500:
	case 502:
	case 503:
	case 504:
		return true;

	default:
		return false;
	}
}


/**
 * Note what a trunk has said to a request
 *
 * @param t     Trunk
 * @param scode Status code; 0: it did not answer
 */
void trunk_heard(struct trunk *t, uint16_t scode)
{
	struct trunks *ts = t ? t->all : NULL;

	if (!ts)
		return;

	if (scode && scode != 503) {
		t->rest_until = 0;
		return;
	}

	if (!trunk_rests(t))
		log_warn(ts->conf.log, "peer.rests",
			 KV_STR("peer", t->peer->name),
			 KV_UINT("status", scode),
			 KV_UINT("ms", TRUNK_REST_MS));
	t->rest_until = timers_now(ts->conf.timers) + TRUNK_REST_MS;
}


/**
 * Has it failed a moment ago?
 *
 * @param t Trunk
 *
 * @return true if others come first
 */
bool trunk_rests(const struct trunk *t)
{
	return t->all && t->rest_until > timers_now(t->all->conf.timers);
}


/**
 * The user part of the Contact that we register at a trunk
 *
 * Nobody but us and the registrar there knows it, and it is the same after a
 * restart.
 *
 * @param buf Token
 * @param t   Trunk
 */
void trunk_token(char buf[TRUNK_TOKEN_SIZE], const struct trunk *t)
{
	uint8_t mac[HASH_MAC_SIZE];

	hash_mac(mac, &t->all->conf.token_key, t->peer->name,
		 strlen(t->peer->name));
	(void)re_snprintf(buf, TRUNK_TOKEN_SIZE, "t%w", mac, (size_t)9);
}


/**
 * Find the trunk whose registration brings a request
 *
 * @param ts  Trunks
 * @param req Request
 *
 * @return Trunk, NULL: none
 */
struct trunk *trunks_inbound(const struct trunks *ts,
			     const struct message *req)
{
	for (size_t i = 0; ts && req && i < ts->trunkc; i++) {
		struct trunk *t = ts->trunkv[i];
		char token[TRUNK_TOKEN_SIZE];

		if (!t->reg || !trunk_registered_from(t->reg, req))
			continue;

		trunk_token(token, t);
		if (req->uri.user.l == strlen(token) &&
		    hash_equal(req->uri.user.p, token, req->uri.user.l))
			return t;
	}

	return NULL;
}
