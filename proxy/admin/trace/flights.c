/**
 * @file flights.c  The flight recorder: packets of calls that went wrong
 */
#include <errno.h>
#include <string.h>
#include "common/clock.h"
#include "common/throttle.h"
#include "common/timer.h"
#include "proxy/admin/trace/call_ladder.h"
#include "proxy/admin/trace/flight_cargo.h"
#include "proxy/admin/trace/flights.h"
#include "proxy/admin/trace/shelf.h"
#include "proxy/admin/trace/wire_frame.h"

enum { BUFFER = 16384, TEXT_SIZE = 96 };

/** A call whose last words may not be said yet */
struct flight {
	struct le le;
	struct timer tmr;
	struct flights *flights; /* not owned */
	uint64_t number;         /* 0: it had none */
	struct sheaf *sheaf;     /* NULL: no media of it was kept */
	char name[SHELF_NAME_MAX];
	struct pl callid;
	char id[];
};

struct flights {
	struct list flightl;
	struct call_ladder *ladder; /* not owned */
	struct shelf *shelf;        /* not owned */
	struct timers *timers;
	flights_kept_h *h;
	void *arg;
	throttle_bucket bucket;
};


static void flight_destructor(void *data)
{
	struct flight *fl = data;

	timer_cancel(&fl->tmr);
	list_unlink(&fl->le);
	mem_deref(fl->sheaf);
}


/* NULL: nothing is known of it any more */
static struct mbuf *messages_of(const struct ladder_call *c)
{
	struct mbuf *mb = c ? mbuf_alloc(BUFFER) : NULL;

	if (!mb)
		return NULL;

	for (const struct le *le = c->rungl.head; le; le = le->next) {
		const struct rung *r = le->data;
		const struct wire_message m = {
			.local = &r->local,
			.peer = &r->peer,
			.proto = r->proto,
			.sent = r->sent,
			.wall_us = r->wall_us,
			.p = r->text,
			.len = r->kept,
			.wire = r->len,
		};

		(void)wire_frame(mb, &m);
	}
	mb->pos = 0;

	return mb;
}


static void write_flight(const struct flight *fl)
{
	const struct flights *f = fl->flights;
	struct shelf_source source = {.readh = flight_cargo_read};
	struct flight_cargo *cargo;
	struct mbuf *mb;

	mb = messages_of(call_ladder_find(f->ladder, &fl->callid));
	if (flight_cargo_alloc(&cargo, mb, fl->sheaf,
			       clock_wall_us() - clock_us())) {
		mem_deref(mb);
		return;
	}

	source.arg = cargo;
	source.bytes = flight_cargo_size(cargo);
	if (!source.bytes)
		mem_deref(cargo);
	else if (!shelf_put_from(f->shelf, fl->name, &source) && f->h &&
		 fl->number)
		f->h(fl->number, fl->name, f->arg);
}


static void destructor(void *data)
{
	struct flights *f = data;

	for (const struct le *le = f->flightl.head; le; le = le->next)
		write_flight(le->data);
	list_flush(&f->flightl);
	mem_deref(f->timers);
}


static void end_handler(void *arg)
{
	struct flight *fl = arg;

	write_flight(fl);
	mem_deref(fl);
}


/**
 * Allocate the flight recorder
 *
 * @param fp     Pointer to the allocated recorder
 * @param ladder What was said in calls
 * @param shelf  Where the files are
 * @param timers Timers
 * @param h      Handler for each call that has a file, or NULL
 * @param arg    Its argument
 *
 * @return 0 if success, otherwise errorcode
 */
int flights_alloc(struct flights **fp, struct call_ladder *ladder,
		  struct shelf *shelf, struct timers *timers,
		  flights_kept_h *h, void *arg)
{
	struct flights *f;

	if (!fp || !ladder || !shelf || !timers)
		return EINVAL;

	f = mem_zalloc(sizeof(*f), destructor);
	if (!f)
		return ENOMEM;

	f->ladder = ladder;
	f->shelf = shelf;
	f->timers = mem_ref(timers);
	f->h = h;
	f->arg = arg;
	*fp = f;

	return 0;
}


static void make_name(struct flight *fl, const char *why, uint64_t now_s)
{
	char text[TEXT_SIZE];

	if (fl->number)
		(void)re_snprintf(text, sizeof(text), "%016llx-%s", fl->number,
				  why);
	else
		(void)re_snprintf(text, sizeof(text), "%b-%s", fl->callid.p,
				  min(fl->callid.l, (size_t)40), why);
	shelf_name(fl->name, now_s, text);
}


/**
 * Keep what was said in a call
 *
 * @param f      Recorder, or NULL
 * @param callid Its Call-ID
 * @param number Its number, 0 if it had none
 * @param sheaf  Where the headers of its media's packets will be, or NULL
 * @param why    What was wrong, a word or two
 * @param now_s  Seconds since 1970
 *
 * @return 0 if success, ENOENT: nothing was kept of it, EBUSY: too many,
 *         otherwise errorcode
 */
int flights_keep(struct flights *f, const struct pl *callid, uint64_t number,
		 struct sheaf *sheaf, const char *why, uint64_t now_s)
{
	static const struct throttle_rate rate = {FLIGHTS_PER_MINUTE, 60000};
	struct flight *fl;

	if (!f || !callid || !why)
		return EINVAL;
	if (!call_ladder_find(f->ladder, callid))
		return ENOENT;
	if (list_count(&f->flightl) >= FLIGHTS_WAITING_MAX ||
	    !throttle_take(&f->bucket, &rate, timers_now(f->timers),
			   THROTTLE_UNIT))
		return EBUSY;

	fl = mem_zalloc(sizeof(*fl) + callid->l, flight_destructor);
	if (!fl)
		return ENOMEM;

	fl->flights = f;
	memcpy(fl->id, callid->p, callid->l);
	fl->callid.p = fl->id;
	fl->callid.l = callid->l;
	fl->number = number;
	fl->sheaf = mem_ref(sheaf);
	make_name(fl, why, now_s);
	list_append(&f->flightl, &fl->le, fl);
	timer_start(f->timers, &fl->tmr, FLIGHT_WAIT_MS, end_handler, fl);

	return 0;
}
