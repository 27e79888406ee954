/**
 * @file announce_server.c  The queue of announcements to one redirect server
 *
 * They leave by a bounded number at once; a server that fails is left alone
 * for a while that doubles, and is then tried with one.
 */
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/redirect/announce_state.h"


enum {
	ACTIVE_MAX = 50, /* requests under way to one server */
	BACKOFF_MIN_MS = 2000,
	BACKOFF_MAX_MS = 120000,
	REFUSED_MS = 300000, /* this user again */
};


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg);


static struct announcement_path server_path(const struct announce_server *s)
{
	return (struct announcement_path){
		.agent = s->a->agent,
		.server = &s->addr,
		.name = s->a->name,
		.secret = s->a->secret,
	};
}


static int begin(struct announcement *an)
{
	const struct announcement_path path = server_path(an->server);
	int err;

	err = announcement_send(an, &path, response_handler);
	if (!err)
		counter_inc(an->server->a->sent);

	return err;
}


static void enqueue(struct announcement *an)
{
	timer_cancel(&an->tmr);
	if (!an->qle.list)
		list_append(&an->server->queue, &an->qle, an);
}


static void pump(struct announce_server *s);


static void pause_handler(void *arg)
{
	pump(arg);
}


/* one probe after a pause that doubles */
static void server_pause(struct announce_server *s, int err, uint16_t scode)
{
	s->limit = 1;
	s->backoff_ms = s->backoff_ms ? s->backoff_ms * 2 : BACKOFF_MIN_MS;
	if (s->backoff_ms > BACKOFF_MAX_MS)
		s->backoff_ms = BACKOFF_MAX_MS;

	counter_inc(s->a->failed);
	log_warn(s->a->log, "announce.server_failed",
		 KV_SA("server", &s->addr.sa), KV_ERRNO("err", err),
		 KV_UINT("status", scode), KV_UINT("pause_ms", s->backoff_ms));
	timer_start(s->a->timers, &s->pause, s->backoff_ms, pause_handler, s);
}


static void user_drop(struct announcement *an, int err)
{
	log_warn(an->server->a->log, "announce.dropped",
		 KV_STR("user", an->aor), KV_ERRNO("err", err));
	mem_deref(an);
}


static void pump(struct announce_server *s)
{
	while (s->active < s->limit && !timer_isrunning(&s->pause)) {
		struct announcement *an = list_ledata(list_head(&s->queue));
		int err;

		if (!an)
			return;

		err = begin(an);
		if (err == EINVAL) {
			user_drop(an, err); /* no message can be made of it */
			continue;
		}
		if (err) {
			server_pause(s, err, 0);
			return;
		}

		list_unlink(&an->qle);
		++s->active;
	}
}


static void refresh_handler(void *arg)
{
	struct announcement *an = arg;

	enqueue(an);
	pump(an->server);
}


/* half of what was granted, less a bit so that they do not come in waves */
static void refresh_in(struct announcement *an, uint32_t expires_s)
{
	uint32_t half_ms = expires_s * 500;

	timer_start(an->server->a->timers, &an->tmr,
		    half_ms - rand_u32() % (half_ms / 4 + 1), refresh_handler,
		    an);
}


static void succeeded(struct announcement *an, const struct message *resp)
{
	struct announce_server *s = an->server;
	const struct announcement_path path = server_path(s);

	s->limit = ACTIVE_MAX;
	s->backoff_ms = 0;
	timer_cancel(&s->pause);

	if (an->served != an->sent)
		enqueue(an);
	else if (an->served)
		refresh_in(an, announcement_granted(an, &path, resp));
	else
		mem_deref(an);
}


/* this user is not welcome there: perhaps later */
static void refused(struct announcement *an, uint16_t scode)
{
	struct announce *a = an->server->a;

	counter_inc(a->failed);
	log_warn(a->log, "announce.refused", KV_STR("user", an->aor),
		 KV_SA("server", &an->server->addr.sa),
		 KV_UINT("status", scode));

	if (!an->served)
		mem_deref(an);
	else
		timer_start(a->timers, &an->tmr, REFUSED_MS, refresh_handler,
			    an);
}


static void failed(struct announcement *an, int err, uint16_t scode)
{
	struct announce_server *s = an->server;

	enqueue(an);
	if (!timer_isrunning(&s->pause))
		server_pause(s, err, scode);
}


static void conclude(struct announcement *an, int err,
		     const struct message *resp)
{
	uint16_t scode = err ? 0 : resp->scode;

	if (scode / 100 == 2)
		succeeded(an, resp);
	else if (err || scode == 408 || scode / 100 == 5)
		failed(an, err, scode);
	else
		refused(an, scode);
}


static void response_handler(struct client_txn *ct, int err,
			     struct message *resp, void *arg)
{
	struct announcement *an = arg;
	struct announce_server *s = an->server;
	const struct announcement_path path = server_path(s);

	if (!err && resp->scode < 200)
		return;

	client_txn_forget(ct);
	an->ct = mem_deref(an->ct);
	if (!err && (resp->scode == 401 || resp->scode == 407) &&
	    !announcement_authorize(an, &path, resp, response_handler))
		return;

	--s->active;
	conclude(an, err, resp);
	pump(s);
}


/**
 * Begin with a server that nothing is known of
 *
 * @param s    Server, zeroed
 * @param a    Announcer that owns it
 * @param addr Its address
 */
void announce_server_init(struct announce_server *s, struct announce *a,
			  const struct config_addr *addr)
{
	s->a = a;
	s->addr = *addr;
	s->limit = ACTIVE_MAX;
}


/**
 * Send what may leave
 *
 * @param s  Server
 * @param an Announcement that has something new to say, or NULL
 */
void announce_server_wants(struct announce_server *s, struct announcement *an)
{
	if (an)
		enqueue(an);
	pump(s);
}
