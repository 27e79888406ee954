/**
 * @file ws_layer.c  The layer of a connection that speaks WebSocket (RFC 7118)
 */
#include <errno.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/ws_frames.h"
#include "proxy/sip/ws_layer.h"
#include "proxy/sip/ws_request.h"


enum state {
	STATE_ASKED = 0, /* its request is not whole */
	STATE_TALKS,
	STATE_ENDED, /* our last words are said */
};

struct ws_layer {
	struct layer layer;
	const struct ws_conf *conf; /* not owned */
	struct timers *timers;      /* referenced */
	const struct ws_hooks *hooks;
	void *arg;
	enum state state;
	struct mbuf *head; /* of the request; NULL once it was read */
	size_t scan;
	struct ws_frames *frames;
	struct timer tmr;
	bool heard; /* since the last ping */
};


static void destructor(void *data)
{
	struct ws_layer *w = data;

	timer_cancel(&w->tmr);
	mem_deref(w->timers);
	mem_deref(w->head);
	mem_deref(w->frames);
}


static int send_and_free(struct ws_layer *w, struct mbuf *mb, int err)
{
	if (!err)
		err = layer_down(&w->layer, mb->buf, mb->end);
	mem_deref(mb);

	return err;
}


static int send_control(struct ws_layer *w, enum ws_kind kind,
			const uint8_t *p, size_t len)
{
	struct mbuf *mb = mbuf_alloc(WS_CONTROL_MAX + 16);

	if (!mb)
		return ENOMEM;

	return send_and_free(w, mb,
			     ws_frames_control(w->frames, mb, kind, p, len));
}


static int send_close(struct ws_layer *w, enum ws_code code)
{
	struct mbuf *mb = mbuf_alloc(32);

	if (!mb)
		return ENOMEM;

	w->state = STATE_ENDED;
	timer_cancel(&w->tmr);

	return send_and_free(w, mb, ws_frames_close(w->frames, mb, code));
}


/* RFC 6455 sections 5.5.1 and 7.1.1: the server is the first to end the TCP
 * connection */
static int finish(struct ws_layer *w, enum ws_code code)
{
	const int err = send_close(w, code);

	if (!err)
		w->hooks->endh(0, w->arg);

	return err;
}


static void ping_handler(void *arg)
{
	struct ws_layer *w = arg;
	int err = ETIMEDOUT;

	if (w->heard) {
		timer_start(w->timers, &w->tmr, w->conf->ping_ms, ping_handler,
			    w);
		w->heard = false;
		err = send_control(w, WS_KIND_PING, NULL, 0);
	}
	else {
		counter_inc(w->conf->silent);
	}

	if (err)
		w->hooks->endh(err, w->arg);
}


static int take(struct ws_layer *w, const struct ws_item *item, bool *progress)
{
	w->heard = true;

	switch (item->kind) {
	case WS_KIND_MESSAGE:
		*progress = true;
		return item->len ? layer_up(&w->layer, item->p, item->len) : 0;

	case WS_KIND_PING:
	case WS_KIND_PONG:
		/* in the middle of a message they win no time for it */
		*progress |= !ws_frames_partial(w->frames);
		return item->kind == WS_KIND_PONG
			       ? 0
			       : send_control(w, WS_KIND_PONG, item->p,
					      item->len);

	default:
		return finish(w, item->code);
	}
}


static int talk(struct ws_layer *w, const uint8_t *p, size_t len)
{
	bool progress = false;
	struct ws_item item;
	int err = 0;

	if (w->state != STATE_TALKS || !len)
		return 0;

	ws_frames_push(w->frames, p, len);
	while (!err && w->state == STATE_TALKS) {
		ws_frames_next(w->frames, &item);
		if (item.kind == WS_KIND_MORE)
			break;
		err = take(w, &item, &progress);
	}

	if (!err && w->state == STATE_TALKS)
		w->hooks->heardh(progress, ws_frames_partial(w->frames),
				 w->arg);

	return err;
}


static int answer(struct ws_layer *w, const struct ws_handshake *hs)
{
	struct mbuf *mb = mbuf_alloc(512);

	if (!mb)
		return ENOMEM;

	return send_and_free(w, mb, ws_handshake_print(mb, hs));
}


static int refuse(struct ws_layer *w, const struct ws_handshake *hs)
{
	const int err = answer(w, hs);

	w->state = STATE_ENDED;
	counter_inc(w->conf->refused);
	w->hooks->refusedh(hs->status, hs->why, w->arg);
	if (!err)
		w->hooks->endh(0, w->arg);

	return err;
}


static int welcome(struct ws_layer *w, const struct ws_handshake *hs)
{
	int err;

	err = ws_frames_alloc(&w->frames);
	if (!err)
		err = answer(w, hs);
	if (err)
		return err;

	w->state = STATE_TALKS;
	w->heard = true;
	counter_inc(w->conf->accepted);
	if (w->conf->ping_ms)
		timer_start(w->timers, &w->tmr, w->conf->ping_ms, ping_handler,
			    w);

	return layer_established(&w->layer);
}


/* n: octets of the request's head, which is whole */
static int asked(struct ws_layer *w, size_t n)
{
	struct ws_handshake hs;
	struct mbuf *mb = w->head;
	int err;

	w->head = NULL;
	ws_handshake_read(&hs, mb->buf, n, &w->conf->origins);
	err = hs.status == 101 ? welcome(w, &hs) : refuse(w, &hs);

	/* frames that did not wait for our answer */
	if (!err)
		err = talk(w, mb->buf + n, mb->end - n);
	mem_deref(mb);

	return err;
}


/* *taken: as many octets as a request may have */
static int listen_to(struct ws_layer *w, const uint8_t *p, size_t len,
		     size_t *taken)
{
	static const struct ws_handshake too_large = {
		.status = 431,
		.why = "The request is too large",
	};
	size_t n;

	if (!w->head && !(w->head = mbuf_alloc(1024)))
		return ENOMEM;

	n = WS_REQUEST_MAX - w->head->end;
	*taken = n = n < len ? n : len;
	if (mbuf_write_mem(w->head, p, n))
		return ENOMEM;

	if (!ws_request_may_be(w->head->buf, w->head->end))
		return EPROTO;

	n = ws_request_head(w->head->buf, w->head->end, &w->scan);
	if (n)
		return asked(w, n);

	return w->head->end < WS_REQUEST_MAX ? 0 : refuse(w, &too_large);
}


static int input(struct layer *l, const uint8_t *p, size_t len)
{
	struct ws_layer *w = (struct ws_layer *)l;
	size_t taken = 0;
	int err = 0;

	if (w->state == STATE_ASKED)
		err = listen_to(w, p, len, &taken);

	return err ? err : talk(w, p + taken, len - taken);
}


static int output(struct layer *l, const uint8_t *p, size_t len)
{
	struct ws_layer *w = (struct ws_layer *)l;
	struct mbuf *mb;

	if (w->state != STATE_TALKS)
		return ENOTCONN;

	mb = mbuf_alloc(len + 16);
	if (!mb)
		return ENOMEM;

	return send_and_free(w, mb, ws_frames_message(w->frames, mb, p, len));
}


/* the client begins */
static int start(struct layer *l)
{
	(void)l;

	return 0;
}


static void end(struct layer *l)
{
	struct ws_layer *w = (struct ws_layer *)l;

	if (w->state == STATE_TALKS)
		(void)send_close(w, WS_CODE_GOING_AWAY);
}


static const struct layer_ops ops = {
	.name = "ws",
	.whole = true,
	.start = start,
	.input = input,
	.output = output,
	.end = end,
};


/**
 * Allocate the WebSocket layer of a connection that was accepted
 *
 * @param lp     Pointer to the allocated layer
 * @param conf   What all of them share
 * @param timers Clock of the pings
 * @param hooks  Who is told what
 * @param arg    Hooks' argument
 *
 * @return 0 if success, otherwise errorcode
 */
int ws_layer_alloc(struct layer **lp, const struct ws_conf *conf,
		   struct timers *timers, const struct ws_hooks *hooks,
		   void *arg)
{
	struct ws_layer *w;

	if (!lp || !conf || !timers || !hooks)
		return EINVAL;

	w = mem_zalloc(sizeof(*w), destructor);
	if (!w)
		return ENOMEM;

	w->layer.ops = &ops;
	w->conf = conf;
	w->timers = mem_ref(timers);
	w->hooks = hooks;
	w->arg = arg;
	*lp = &w->layer;

	return 0;
}
