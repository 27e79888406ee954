/**
 * @file timer.c  A hierarchical timing wheel of intrusive timers
 *
 * Eleven levels of 64 slots cover 64 bits of milliseconds. A timer lies on the
 * level of the highest six-bit digit in which its time differs from the
 * wheel's, so each level holds only times before those of the next one, no
 * slot ever wraps, and the next timer is in the lowest slot of the lowest
 * level in use: two bit scans. When the wheel enters a slot of a higher level
 * it deals that slot's timers out to the levels below, in their order; thus
 * timers of one millisecond stay in the order in which they were started.
 *
 * Each slot remembers a lower bound of its times, so the timerfd is set for
 * the next timer itself: an idle process sleeps.
 */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include <sys/timerfd.h>
#include "common/clock.h"
#include "common/timer.h"


enum { BITS = 6, SLOTS = 1 << BITS, LEVELS = 11 };

/* most objects have several timers, so each has two pointers for its place; a
 * ring needs no more: whoever is alone in it is next to the slot itself */
struct slot {
	struct timer_link ring; /* first: a link may be its slot */
	uint64_t first;         /* no timer here is due before */
};

struct timers {
	struct slot slotv[LEVELS * SLOTS];
	uint64_t used[LEVELS]; /* bit n: slot n is not empty */
	uint64_t now;          /* all before is done, ms */
	uint64_t armed;        /* timerfd is set for, ms; UINT64_MAX: not */
	uint32_t count;
	bool firing;
	int fd; /* -1: virtual */
};


static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}


static void ring_init(struct timer_link *ring)
{
	ring->next = ring->prev = ring;
}


static bool is_empty(const struct slot *slot)
{
	return slot->ring.next == &slot->ring;
}


/* only of a slot that is not empty */
static struct timer *first_timer(const struct slot *slot)
{
	return (struct timer *)(void *)slot->ring.next;
}


static void destructor(void *arg)
{
	struct timers *t = arg;

	for (size_t i = 0; i < LEVELS * SLOTS; i++) {
		while (!is_empty(&t->slotv[i]))
			timer_cancel(first_timer(&t->slotv[i]));
	}

	if (t->fd >= 0) {
		fd_close(t->fd);
		(void)close(t->fd);
	}
}


static void insert(struct timers *t, struct timer *tm)
{
	uint64_t diff = tm->at ^ t->now;
	unsigned level = diff ? (63u - (unsigned)__builtin_clzll(diff)) / BITS
			      : 0;
	unsigned n = (tm->at >> (level * BITS)) & (SLOTS - 1);
	struct slot *slot = &t->slotv[level * SLOTS + n];

	if (is_empty(slot) || tm->at < slot->first)
		slot->first = tm->at;

	tm->link.next = &slot->ring;
	tm->link.prev = slot->ring.prev;
	slot->ring.prev->next = &tm->link;
	slot->ring.prev = &tm->link;
	t->used[level] |= 1ULL << n;
}


static void detach(struct timers *t, struct timer *tm)
{
	struct timer_link *next = tm->link.next;

	next->prev = tm->link.prev;
	tm->link.prev->next = next;
	if (next->next == next) {
		const struct slot *slot = (struct slot *)(void *)next;
		const size_t i = (size_t)(slot - t->slotv);

		t->used[i / SLOTS] &= ~(1ULL << (i % SLOTS));
	}
}


/* the slot of the next timer, and the time at which the wheel enters it */
static struct slot *next_slot(struct timers *t, uint64_t *enter)
{
	for (unsigned level = 0; level < LEVELS; level++) {
		unsigned shift = level * BITS, n;
		uint64_t above;

		if (!t->used[level])
			continue;

		n = (unsigned)__builtin_ctzll(t->used[level]);
		above = level + 1 < LEVELS
				? t->now >> (shift + BITS) << (shift + BITS)
				: 0;
		*enter = above | (uint64_t)n << shift;

		return &t->slotv[level * SLOTS + n];
	}

	return NULL;
}


static void deal_out(struct timers *t, struct slot *slot)
{
	struct timer_link *link = slot->ring.next;
	const size_t i = (size_t)(slot - t->slotv);

	ring_init(&slot->ring);
	t->used[i / SLOTS] &= ~(1ULL << (i % SLOTS));

	while (link != &slot->ring) {
		struct timer *tm = (struct timer *)(void *)link;

		link = link->next;
		insert(t, tm);
	}
}


/* the handler may do anything to any timer, so nothing is held across it */
static void fire(struct timer *tm)
{
	timer_h *h = tm->h;
	void *arg = tm->arg;

	timer_cancel(tm);
	if (h)
		h(arg);
}


static void arm(struct timers *t, uint64_t at)
{
	struct itimerspec its = {
		.it_value = {.tv_sec = (time_t)(at / 1000),
			     .tv_nsec = (long)(at % 1000) * 1000000},
	};

	if (t->fd < 0 || at == t->armed)
		return;

	/* all zero would disarm it */
	if (!at)
		its.it_value.tv_nsec = 1;
	if (at / 1000 > INT32_MAX)
		its.it_value.tv_sec = INT32_MAX;

	if (!timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &its, NULL))
		t->armed = at;
}


static void rearm(struct timers *t)
{
	uint64_t enter;
	const struct slot *slot = next_slot(t, &enter);

	if (slot)
		arm(t, slot->first);
}


static void run(struct timers *t, uint64_t target)
{
	struct slot *slot;
	uint64_t enter;

	mem_ref(t);
	t->firing = true;

	/* the last reference is ours when a handler let go of the wheel */
	while (mem_nrefs(t) > 1 && (slot = next_slot(t, &enter)) != NULL) {
		if (enter > target)
			break;

		if (slot < &t->slotv[SLOTS]) {
			t->now = enter;
			fire(first_timer(slot));
			continue;
		}

		t->now = slot->first < target ? slot->first : target;
		deal_out(t, slot);
	}

	if (t->now < target)
		t->now = target;
	t->firing = false;
	if (mem_nrefs(t) > 1)
		rearm(t);
	mem_deref(t);
}


static void expire_handler(int flags, void *arg)
{
	struct timers *t = arg;
	uint64_t n;
	(void)flags;

	if (read(t->fd, &n, sizeof(n)) < 0)
		return;

	t->armed = UINT64_MAX;
	run(t, clock_us() / 1000);
}


/**
 * Allocate a wheel on the virtual clock
 *
 * @param tp     Pointer to the new wheel
 * @param now_ms The time it stands at, ms
 *
 * @return 0 if success, otherwise errorcode
 */
int timers_alloc_virtual(struct timers **tp, uint64_t now_ms)
{
	struct timers *t;

	if (!tp)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	for (size_t i = 0; i < LEVELS * SLOTS; i++)
		ring_init(&t->slotv[i].ring);
	t->now = now_ms;
	t->armed = UINT64_MAX;
	t->fd = -1;

	*tp = t;

	return 0;
}


/**
 * Allocate a wheel on the monotonic clock, driven by this thread's loop
 *
 * @param tp Pointer to the new wheel
 *
 * @return 0 if success, otherwise errorcode
 */
int timers_alloc(struct timers **tp)
{
	struct timers *t;
	int err;

	if (!tp)
		return EINVAL;

	err = timers_alloc_virtual(&t, clock_us() / 1000);
	if (err)
		return err;

	t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	err = t->fd < 0 ? errno : fd_listen(t->fd, FD_READ, expire_handler, t);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/**
 * Move the virtual clock, firing what falls due, each at its own time
 *
 * A timer which a handler starts falls due in this same advance if its time
 * lies within; a delay of 0 counts there as 1 ms, so no chain of handlers can
 * hold time still.
 *
 * @param t  Wheel on the virtual clock; one on the real clock is left alone
 * @param ms How far, ms
 */
void timers_advance(struct timers *t, uint64_t ms)
{
	if (t && t->fd < 0 && !t->firing)
		run(t, add_saturated(t->now, ms));
}


/**
 * What time it is
 *
 * @param t Wheel
 *
 * @return Monotonic milliseconds; inside a handler on the virtual clock the
 *         time of that timer
 */
uint64_t timers_now(const struct timers *t)
{
	return t && t->fd < 0 ? t->now : clock_us() / 1000;
}


/**
 * How many timers run
 *
 * @param t Wheel
 *
 * @return Number of timers
 */
uint32_t timers_pending(const struct timers *t)
{
	return t ? t->count : 0;
}


/**
 * Start a timer, or start it anew
 *
 * @param t        Wheel; NULL leaves the timer stopped
 * @param tm       Timer
 * @param delay_ms From now, ms
 * @param h        Handler
 * @param arg      Its argument
 */
void timer_start(struct timers *t, struct timer *tm, uint64_t delay_ms,
		 timer_h *h, void *arg)
{
	uint64_t earliest;

	if (!tm)
		return;

	timer_cancel(tm);
	if (!t)
		return;

	earliest = t->firing ? add_saturated(t->now, 1) : t->now;
	tm->at = add_saturated(timers_now(t), delay_ms);
	if (tm->at < earliest)
		tm->at = earliest;
	tm->h = h;
	tm->arg = arg;
	tm->wheel = t;
	++t->count;
	insert(t, tm);

	if (!t->firing && tm->at < t->armed)
		arm(t, tm->at);
}


/**
 * Stop a timer; harmless when it does not run
 *
 * @param tm Timer
 */
void timer_cancel(struct timer *tm)
{
	if (!tm || !tm->wheel)
		return;

	--tm->wheel->count;
	detach(tm->wheel, tm);
	tm->wheel = NULL;
}


/**
 * Does a timer run
 *
 * @param tm Timer
 *
 * @return true if it does
 */
bool timer_isrunning(const struct timer *tm)
{
	return tm && tm->wheel;
}
