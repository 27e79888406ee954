/**
 * @file traces.c  Whose messages are written down, and where
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "common/addr.h"
#include "common/hash.h"
#include "common/log.h"
#include "common/timer.h"
#include "proxy/admin/trace/glimpse.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/admin/trace/traces.h"
#include "proxy/admin/trace/wire_frame.h"

enum { CALLS_MAX = 64, BUFFER = 2048, LINE_SIZE = 120 };

_Static_assert((int)TRACE_NAME_MAX == (int)SHELF_NAME_MAX, "one name");

struct trace {
	struct le le;
	struct traces *traces; /* not owned */
	struct timer tmr;
	char what[TRACE_WHAT_MAX];
	struct sa host; /* unset: it is a user */
	struct pl user, domain;
	bool to_log;
	char file[SHELF_NAME_MAX]; /* "": to be named */
	uint64_t bytes, messages, lost;
	uint64_t callv[CALLS_MAX]; /* of its calls: all of them belong to it */
	size_t callc;
};

struct traces {
	struct list tracel;
	struct shelf *shelf; /* not owned */
	struct timers *timers;
	struct log *log; /* not owned */
	struct hash_key key;
	struct mbuf *mb; /* scratch */
};


static void trace_destructor(void *data)
{
	struct trace *tr = data;

	timer_cancel(&tr->tmr);
	list_unlink(&tr->le);
}


static void destructor(void *data)
{
	struct traces *t = data;

	list_flush(&t->tracel);
	mem_deref(t->mb);
	mem_deref(t->timers);
}


/**
 * Allocate traces, of nobody yet
 *
 * @param tp     Pointer to the allocated traces
 * @param shelf  Where files are written, or NULL
 * @param timers Timers
 * @param log    Log, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int traces_alloc(struct traces **tp, struct shelf *shelf,
		 struct timers *timers, struct log *log)
{
	struct traces *t;

	if (!tp || !timers)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->shelf = shelf;
	t->timers = mem_ref(timers);
	t->log = log;
	hash_key_random(&t->key);
	t->mb = mbuf_alloc(BUFFER);
	if (!t->mb) {
		mem_deref(t);
		return ENOMEM;
	}

	*tp = t;

	return 0;
}


static struct trace *find(const struct traces *t, const char *what)
{
	for (const struct le *le = t->tracel.head; le; le = le->next) {
		struct trace *tr = le->data;

		if (!strcasecmp(tr->what, what))
			return tr;
	}

	return NULL;
}


/* an address, or user@domain */
static int read_what(struct trace *tr, const char *what)
{
	const char *at = strchr(what, '@');

	(void)str_ncpy(tr->what, what, sizeof(tr->what));
	/* "0.0.0.0" and "::" are nobody's */
	if (!at)
		return sa_set_str(&tr->host, tr->what, 0) ||
				       !sa_isset(&tr->host, SA_ADDR)
			       ? EINVAL
			       : 0;
	if (at == what || !at[1] || strpbrk(what, " \t\r\n<>\""))
		return EINVAL;

	pl_set_str(&tr->domain, tr->what + (at - what) + 1);
	tr->user.p = tr->what;
	tr->user.l = (size_t)(at - what);

	return 0;
}


static void end_handler(void *arg)
{
	struct trace *tr = arg;

	log_info(tr->traces->log, "trace.end", KV_STR("what", tr->what),
		 KV_STR("why", "a day is over"));
	mem_deref(tr);
}


/**
 * Begin to write messages down
 *
 * @param t      Traces
 * @param what   "user@domain", or an address
 * @param to_log To the log; else to a file
 *
 * @return 0 if success, otherwise errorcode
 */
int traces_begin(struct traces *t, const char *what, bool to_log)
{
	struct trace *tr;
	int err;

	if (!t || !what || strlen(what) >= TRACE_WHAT_MAX)
		return EINVAL;
	if (find(t, what))
		return EEXIST;
	if (list_count(&t->tracel) >= TRACES_MAX)
		return ENOSPC;
	if (!to_log && !shelf_is_on(t->shelf))
		return ENOTSUP;

	tr = mem_zalloc(sizeof(*tr), trace_destructor);
	if (!tr)
		return ENOMEM;

	err = read_what(tr, what);
	if (err) {
		mem_deref(tr);
		return err;
	}

	tr->traces = t;
	tr->to_log = to_log;
	list_append(&t->tracel, &tr->le, tr);
	timer_start(t->timers, &tr->tmr, TRACE_LIFE_MS, end_handler, tr);

	return 0;
}


/**
 * Write somebody's messages down no longer
 *
 * @param t    Traces
 * @param what As it was begun
 *
 * @return 0 if success, ENOENT: nobody does
 */
int traces_end(struct traces *t, const char *what)
{
	struct trace *tr = t && what ? find(t, what) : NULL;

	if (!tr)
		return ENOENT;

	mem_deref(tr);

	return 0;
}


/**
 * Is anybody traced?
 *
 * @param t Traces, or NULL
 *
 * @return True if so
 */
bool traces_any(const struct traces *t)
{
	return t && t->tracel.head;
}


static bool is_user(const struct trace *tr, const struct pl *val)
{
	struct pl user, host;

	glimpse_who(&user, &host, val);

	return !pl_cmp(&user, &tr->user) && !pl_casecmp(&host, &tr->domain);
}


static bool is_its_call(const struct trace *tr, uint64_t call)
{
	for (size_t i = 0; i < CALLS_MAX; i++) {
		if (tr->callv[i] == call)
			return true;
	}

	return false;
}


/* what belongs to a call of his is his, whoever says it */
static bool concerns(struct trace *tr, const struct sighting *s,
		     const struct glimpse *g, uint64_t call)
{
	if (sa_isset(&tr->host, SA_ADDR))
		return addr_same_host(&tr->host, &s->flow->peer);
	if (is_its_call(tr, call))
		return true;
	if (!is_user(tr, &g->from) && !is_user(tr, &g->to) &&
	    !is_user(tr, &g->uri))
		return false;

	tr->callv[tr->callc++ % CALLS_MAX] = call;

	return true;
}


static void write_log(struct trace *tr, const struct sighting *s,
		      const struct glimpse *g)
{
	char said[LINE_SIZE];

	if (g->req)
		(void)re_snprintf(said, sizeof(said), "%r %r", &g->method,
				  &g->uri);
	else
		(void)re_snprintf(said, sizeof(said), "%u %r", g->status,
				  &g->reason);
	log_info(tr->traces->log, "trace.message", KV_STR("what", tr->what),
		 KV_STR("way", s->sent ? "sent" : "heard"),
		 KV_STR("protocol", flow_proto_name(s->flow->proto)),
		 KV_SA("peer", &s->flow->peer), KV_STR("said", said),
		 KV_PL("cseq", &g->cseq), KV_PL("call", &s->callid));
}


static void write_file(struct trace *tr, const struct sighting *s)
{
	struct mbuf *mb = tr->traces->mb;
	const struct wire_message m = {
		.local = &s->flow->local,
		.peer = &s->flow->peer,
		.proto = s->flow->proto,
		.sent = s->sent,
		.wall_us = s->wall_us,
		.p = s->p,
		.len = s->len,
		.wire = s->len,
	};

	if (!tr->file[0] || tr->bytes > TRACE_FILE_MAX) {
		shelf_name(tr->file, s->wall_us / 1000000, tr->what);
		tr->bytes = 0;
	}

	mbuf_rewind(mb);
	if (wire_frame(mb, &m) ||
	    shelf_put(tr->traces->shelf, tr->file, mb->buf, mb->end))
		++tr->lost;
	else
		tr->bytes += mb->end;
}


/**
 * Write a message down, for each whom it concerns
 *
 * @param t Traces, or NULL
 * @param s Message
 */
void traces_note(struct traces *t, const struct sighting *s)
{
	struct glimpse g;
	uint64_t call;

	if (!traces_any(t))
		return;

	glimpse(&g, s->p, s->len);
	call = hash_sip(&t->key, s->callid.p, s->callid.l);
	for (const struct le *le = t->tracel.head; le; le = le->next) {
		struct trace *tr = le->data;

		if (!concerns(tr, s, &g, call))
			continue;

		++tr->messages;
		if (tr->to_log)
			write_log(tr, s, &g);
		else
			write_file(tr, s);
	}
}


/**
 * Begin all files anew
 *
 * @param t Traces, or NULL
 */
void traces_rotate(struct traces *t)
{
	if (!t)
		return;

	for (const struct le *le = t->tracel.head; le; le = le->next) {
		struct trace *tr = le->data;

		tr->file[0] = '\0';
	}
}


/**
 * Call a handler for each trace
 *
 * @param t   Traces, or NULL
 * @param h   Handler
 * @param arg Its argument
 */
void traces_apply(const struct traces *t, trace_h *h, void *arg)
{
	if (!t || !h)
		return;

	for (const struct le *le = t->tracel.head; le; le = le->next) {
		const struct trace *tr = le->data;
		const uint64_t now = timers_now(t->timers);
		const struct trace_state st = {
			.what = tr->what,
			.to_log = tr->to_log,
			.file = tr->file,
			.messages = tr->messages,
			.lost = tr->lost,
			.left_s = (tr->tmr.at - min(now, tr->tmr.at)) / 1000,
		};

		h(&st, arg);
	}
}
