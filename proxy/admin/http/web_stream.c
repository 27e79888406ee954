/**
 * @file web_stream.c  Those who listen to events
 */
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/http/web_backlog.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_reply.h"
#include "proxy/admin/http/web_state.h"
#include "proxy/admin/http/web_stream.h"

enum { BLOCK = 16384 };

struct web_stream {
	struct le le;
	struct web *web;
	struct MHD_Connection *mc;
	struct mbuf *out; /* pos: sent so far */
	bool suspended, over;
};


static void destructor(void *arg)
{
	struct web_stream *s = arg;

	list_unlink(&s->le);
	(void)atomic_fetch_sub(&s->web->streams, 1);
	mem_deref(s->out);
}


static void free_handler(void *arg)
{
	mem_deref(arg);
}


static ssize_t read_handler(void *arg, uint64_t pos, char *buf, size_t max)
{
	struct web_stream *s = arg;
	const size_t n = web_backlog_take(s->out, buf, max);
	(void)pos;

	if (!n && s->over)
		return MHD_CONTENT_READER_END_OF_STREAM;

	if (!n) {
		s->suspended = true;
		MHD_suspend_connection(s->mc);
		return 0;
	}

	return (ssize_t)n;
}


static void wake(struct web_stream *s)
{
	if (!s->suspended)
		return;

	s->suspended = false;
	MHD_resume_connection(s->mc);
}


static void finish(struct web_stream *s, const char *why)
{
	if (!s->over)
		(void)web_backlog_put(s->out, why, strlen(why));
	s->over = true;
	wake(s);
}


static struct web_stream *stream_alloc(struct web *w,
				       struct MHD_Connection *mc)
{
	static const char hello[] = "retry: 3000\n: viaduct\n\n";
	struct web_stream *s = mem_zalloc(sizeof(*s), destructor);

	if (!s)
		return NULL;

	s->web = w;
	s->mc = mc;
	(void)atomic_fetch_add(&w->streams, 1);
	list_append(&w->streaml, &s->le, s);
	s->out = mbuf_alloc(BLOCK);
	if (!s->out || web_backlog_put(s->out, hello, strlen(hello)))
		return mem_deref(s);

	return s;
}


/**
 * Let a request listen to events
 *
 * @param w  Server
 * @param mc Connection
 *
 * @return MHD_NO: the connection ends
 */
enum MHD_Result web_stream_open(struct web *w, struct MHD_Connection *mc)
{
	struct web_stream *s;
	struct MHD_Response *r;
	enum MHD_Result res;

	if (list_count(&w->streaml) >= WEB_STREAMS_MAX)
		return web_reply_problem(mc, 503, "too many listen",
					 "Retry-After", "10");

	s = stream_alloc(w, mc);
	if (!s)
		return MHD_NO;

	r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK,
					      read_handler, s, free_handler);
	if (!r) {
		mem_deref(s);
		return MHD_NO;
	}

	web_reply_headers(r, "text/event-stream", "no-store");
	web_connection_allow(mc, 0);
	res = MHD_queue_response(mc, MHD_HTTP_OK, r);
	MHD_destroy_response(r);

	return res;
}


/**
 * Tell all who listen
 *
 * @param w    Server
 * @param type Name of the event
 * @param data What is new
 */
void web_stream_tell(struct web *w, const char *type, const json_t *data)
{
	char *text = json_dumps(data, JSON_COMPACT | JSON_DIGITS);
	struct mbuf *mb = mbuf_alloc(BLOCK);

	if (!text || !mb ||
	    mbuf_printf(mb, "event: %s\ndata: %s\n\n", type, text))
		goto out;

	for (struct le *le = w->streaml.head; le; le = le->next) {
		struct web_stream *s = le->data;

		if (s->over)
			continue;
		if (web_backlog_put(s->out, (const char *)mb->buf, mb->end))
			finish(s, ": too slow\n\n");
		else
			wake(s);
	}

out:
	mem_deref(mb);
	free(text);
}


/**
 * Let nobody listen any longer
 *
 * @param w Server
 */
void web_stream_flush(struct web *w)
{
	for (struct le *le = w->streaml.head; le; le = le->next)
		finish(le->data, ": the server ends\n\n");
}
