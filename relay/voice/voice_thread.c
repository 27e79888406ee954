/**
 * @file voice_thread.c  The thread in which all voices speak and listen
 *
 * Its clock beats every 20 ms while there is a voice, and not otherwise. Beats
 * that were missed are made up for as long as they are few: a phone's playout
 * buffer takes a short burst, and drops what is older.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include "common/bell.h"
#include "common/thread.h"
#include "relay/voice/voice_thread.h"

enum {
	READY_MAX = 64,
	READ_MAX = 8, /* packets of one port in a turn */
	BEATS_MAX = 5,
	TICK_NS = 20000000
};

struct voice_thread {
	struct voice_mail mail;
	struct voice_handlers h;
	struct list endl; /* the thread's */
	int epfd, clock;
	pthread_t thread;
	bool running;
	_Atomic bool stop;
};


static void destructor(void *arg)
{
	struct voice_thread *t = arg;

	if (t->running) {
		atomic_store(&t->stop, true);
		bell_ring(t->mail.order_bell);
		(void)pthread_join(t->thread, NULL);
	}

	if (t->mail.news_bell >= 0)
		fd_close(t->mail.news_bell);
	if (t->epfd >= 0)
		(void)close(t->epfd);
	if (t->clock >= 0)
		(void)close(t->clock);
	list_clear(&t->endl);
	voice_mail_close(&t->mail);
}


static void set_clock(const struct voice_thread *t, bool on)
{
	const struct timespec beat = {.tv_nsec = on ? TICK_NS : 0};
	const struct itimerspec its = {.it_value = beat, .it_interval = beat};

	(void)timerfd_settime(t->clock, 0, &its, NULL);
}


static void take_in(struct voice_thread *t, struct voice_end *e)
{
	if (e->thread_le.list)
		return;

	if (list_isempty(&t->endl))
		set_clock(t, true);
	list_append(&t->endl, &e->thread_le, e);
}


/* events of this turn may still point to it: it is told when they are done */
static void take_out(struct voice_thread *t, struct voice_end *e,
		     struct list *removedl)
{
	for (int i = 0; i < 2; i++)
		(void)epoll_ctl(t->epfd, EPOLL_CTL_DEL, e->portv[i].leg.fd,
				NULL);

	e->removed = true;
	list_unlink(&e->thread_le);
	if (list_isempty(&t->endl))
		set_clock(t, false);
	list_append(removedl, &e->thread_le, e);
}


static void obey(struct voice_thread *t, struct list *removedl)
{
	struct voice_order order;
	struct voice_end *e;

	while ((e = voice_mail_order(&t->mail, &order))) {
		voice_end_obey(e, &order);
		if (order.remove)
			take_out(t, e, removedl);
		else
			take_in(t, e);
	}
}


static void tell(struct voice_thread *t, struct voice_end *e,
		 const struct voice_result *res)
{
	if (res->key || res->latched || res->said)
		voice_mail_tell(&t->mail, e, res);
}


static void beat(struct voice_thread *t)
{
	uint64_t beats = 0;

	if (read(t->clock, &beats, sizeof(beats)) < 0)
		return;

	for (struct le *le = t->endl.head; le; le = le->next) {
		struct voice_end *e = le->data;

		if (beats > BEATS_MAX)
			e->ts += (uint32_t)(beats - BEATS_MAX) * VOICE_FRAME;

		for (uint64_t i = 0; i < beats && i < BEATS_MAX; i++) {
			struct voice_result res = {.key = 0};

			voice_end_tick(e, &res);
			tell(t, e, &res);
		}
	}
}


static void read_port(struct voice_thread *t, struct voice_port *port)
{
	for (int i = 0; i < READ_MAX && !port->end->removed; i++) {
		struct voice_result res = {.key = 0};

		if (!voice_end_read(port, &res))
			return;

		tell(t, port->end, &res);
	}
}


static void turn(struct voice_thread *t, const struct epoll_event *evv, int n)
{
	struct list removedl = LIST_INIT;
	struct le *le;

	for (int i = 0; i < n; i++) {
		void *what = evv[i].data.ptr;

		obey(t, &removedl);

		if (what == &t->mail)
			bell_hush(t->mail.order_bell);
		else if (what == &t->clock)
			beat(t);
		else
			read_port(t, what);
	}

	obey(t, &removedl);
	while ((le = removedl.head)) {
		list_unlink(le);
		voice_mail_removed(&t->mail, le->data);
	}
}


static void *thread_main(void *arg)
{
	struct epoll_event evv[READY_MAX];
	struct voice_thread *t = arg;

	while (!atomic_load(&t->stop)) {
		const int n = epoll_wait(t->epfd, evv, READY_MAX, -1);

		if (n < 0 && errno != EINTR)
			break;

		turn(t, evv, n);
	}

	return NULL;
}


static int listen_to(const struct voice_thread *t, int fd, void *what)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = what};

	return epoll_ctl(t->epfd, EPOLL_CTL_ADD, fd, &ev) ? errno : 0;
}


static int open_loop(struct voice_thread *t)
{
	int err;

	t->epfd = epoll_create1(EPOLL_CLOEXEC);
	t->clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (t->epfd < 0 || t->clock < 0)
		return errno;

	err = listen_to(t, t->mail.order_bell, &t->mail);

	return err ? err : listen_to(t, t->clock, &t->clock);
}


static void news_handler(int flags, void *arg)
{
	struct voice_thread *t = arg;
	void *held = mem_ref(t->h.arg);
	struct voice_news news;
	struct voice_end *e;
	(void)flags;

	bell_hush(t->mail.news_bell);

	/* its owner is held by others as well, or there is none left to tell
	 */
	while (mem_nrefs(held) > 1 && (e = voice_mail_news(&t->mail, &news)))
		t->h.newsh(e, &news, t->h.arg);

	mem_deref(held);
}


/**
 * Allocate the voices' thread and start it
 *
 * @param tp Pointer to allocated thread
 * @param h  Handlers
 *
 * @return 0 if success, otherwise errorcode
 */
int voice_thread_alloc(struct voice_thread **tp,
		       const struct voice_handlers *h)
{
	struct voice_thread *t;
	int err;

	if (!tp || !h || !h->newsh || !h->arg)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->epfd = t->clock = t->mail.order_bell = t->mail.news_bell = -1;
	t->h = *h;

	err = voice_mail_init(&t->mail);
	if (!err)
		err = open_loop(t);
	if (!err)
		err = fd_listen(t->mail.news_bell, FD_READ, news_handler, t);
	if (!err) {
		err = thread_start(&t->thread, "viaduct-voice", thread_main,
				   t);
		t->running = !err;
	}

	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/**
 * Give an end with open ports to the thread
 *
 * @param t Thread
 * @param e End
 *
 * @return 0 if success, otherwise errorcode: remove it all the same
 */
int voice_thread_add(struct voice_thread *t, struct voice_end *e)
{
	int err = 0;

	for (int i = 0; i < 2 && !err; i++)
		err = listen_to(t, e->portv[i].leg.fd, &e->portv[i]);

	return err;
}


/**
 * Where orders for the thread go to
 *
 * @param t Thread
 *
 * @return Its mail
 */
struct voice_mail *voice_thread_mail(struct voice_thread *t)
{
	return &t->mail;
}
