/**
 * @file fuzz/ws.c  A WebSocket is read the same however it comes
 *
 * The first octet says whether a good handshake went before (its upper bit)
 * and in pieces of how many octets the rest is fed; what comes out is compared
 * with the whole fed at once.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "common/timer.h"
#include "test/mock/wsclient.h"
#include "proxy/sip/ws_frames.h"
#include "proxy/sip/ws_layer.h"


/** What one connection said and heard */
struct tape {
	struct layer below, above;
	uint64_t sum; /* of what went up and down, in its order */
	size_t messages, sent;
	unsigned ended, refused;
	int err;
	bool partial;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


static void mix(struct tape *t, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		t->sum = t->sum * 31 + p[i];
	t->sum = t->sum * 31 + len;
}


static int start_handler(struct layer *l)
{
	return l->below ? 0 : 1;
}


static int up_handler(struct layer *l, const uint8_t *p, size_t len)
{
	struct tape *t = l->owner;

	must(len > 0 && len <= WS_MESSAGE_MAX && !t->ended);
	++t->messages;
	mix(t, p, len);

	/* every message is answered with itself */
	return layer_down(l, p, len);
}


static int down_handler(struct layer *l, const uint8_t *p, size_t len)
{
	struct tape *t = l->owner;

	must(!t->ended);
	t->sent += len;
	mix(t, p, len);

	return 0;
}


static void heard_handler(bool progress, bool partial, void *arg)
{
	struct tape *t = arg;

	(void)progress;
	t->partial = partial;
}


static void refused_handler(uint16_t status, const char *why, void *arg)
{
	struct tape *t = arg;

	must(status >= 400 && why);
	++t->refused;
}


static void end_handler(int err, void *arg)
{
	struct tape *t = arg;

	must(!err && !t->ended);
	++t->ended;
}


static void feed(struct tape *t, struct timers *timers, bool shaken,
		 const uint8_t *p, size_t len, size_t step)
{
	static const struct layer_ops above = {.start = start_handler,
					       .input = up_handler};
	static const struct layer_ops below = {.output = down_handler};
	static const struct ws_hooks hooks = {heard_handler, refused_handler,
					      end_handler};
	static const char request[] = WSCLIENT_REQUEST;
	const struct ws_conf conf = {.ping_ms = 1000};
	struct layer *ws = NULL;

	memset(t, 0, sizeof(*t));
	t->above.ops = &above;
	t->below.ops = &below;
	t->above.owner = t->below.owner = t;
	must(!ws_layer_alloc(&ws, &conf, timers, &hooks, t));
	layer_put_on(&t->below, ws);
	layer_put_on(ws, &t->above);

	if (shaken)
		must(!layer_up(&t->below, (const uint8_t *)request,
			       sizeof(request) - 1));

	while (len && !t->err) {
		const size_t n = len < step ? len : step;

		t->err = layer_up(&t->below, p, n);
		p += n;
		len -= n;
	}
	mem_deref(ws);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct timers *timers = NULL;
	struct tape whole, pieces;
	bool shaken;
	size_t step;

	if (!size)
		return 0;

	shaken = data[0] & 0x80;
	step = (size_t)(data[0] & 0x7f) + 1;
	must(!timers_alloc_virtual(&timers, 0));
	feed(&whole, timers, shaken, data + 1, size - 1, size);
	feed(&pieces, timers, shaken, data + 1, size - 1, step);
	must(whole.sum == pieces.sum && whole.messages == pieces.messages &&
	     whole.sent == pieces.sent && whole.ended == pieces.ended &&
	     whole.refused == pieces.refused && whole.err == pieces.err);
	must(whole.ended || whole.err || whole.partial == pieces.partial);
	/* nobody is sent much more than he sent: the answers to two requests
	 * apart, a frame's head is 4 octets longer than that of its echo */
	must(whole.sent <= size + 2 * 512);
	mem_deref(timers);

	return 0;
}
