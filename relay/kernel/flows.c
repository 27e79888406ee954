/**
 * @file flows.c  RTP that the kernel forwards by itself
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <linux/capability.h>
#include "common/addr.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/privilege.h"
#include "relay/kernel/attach.h"
#include "relay/kernel/flow_entry.h"
#include "relay/kernel/spare.h"

/* slots that wait to be used anew */
enum { FLOWS_MAX = 1 << 20, RESTING = 512 };

/* bits of what has changed that are followed in a beat */
enum { FOLLOW_MAX = 8 };

struct flows {
	pthread_mutex_t lock; /* all but what the kernel shares */
	bool locks;
	struct program *prog;
	struct attach *attach;
	struct ways *ways;
	struct spare *spare, *rings;
	uint32_t max, count;

	/* flows that were removed: another thread may read one's counts still,
	 * and finds out only then that they are nobody's any more */
	struct list parkedl;
};


static void destructor(void *data)
{
	struct flows *fs = data;

	mem_deref(fs->attach);
	mem_deref(fs->ways);
	mem_deref(fs->prog);
	mem_deref(fs->spare);
	mem_deref(fs->rings);
	list_flush(&fs->parkedl);
	if (fs->locks)
		(void)pthread_mutex_destroy(&fs->lock);
}


static int init(struct flows *fs, const struct flows_conf *conf,
		struct log *log, const char **why)
{
	const uint32_t slots = conf->max + RESTING;
	int err;

	err = pthread_mutex_init(&fs->lock, NULL);
	if (err)
		return err;

	fs->locks = true;
	fs->max = conf->max;
	err = spare_alloc(&fs->spare, slots);
	if (!err)
		err = spare_alloc(&fs->rings, FLOW_RINGS);
	if (!err)
		err = program_alloc(&fs->prog, slots, log, why);
	if (!err)
		err = ways_alloc(&fs->ways, program_ways(fs->prog), slots);
	if (!err)
		err = attach_alloc(&fs->attach, program_fd(fs->prog), conf,
				   why);

	return err;
}


/**
 * Load the program and put it where our addresses' packets come in
 *
 * @param fsp     Flows
 * @param conf    Configuration
 * @param log     Log, or NULL
 * @param why     Set on error, a static text
 *
 * @return 0 if success, ENOSYS if it was built without eBPF, EPERM if
 *         capabilities are missing, otherwise errorcode
 */
int flows_alloc(struct flows **fsp, const struct flows_conf *conf,
		struct log *log, const char **why)
{
	struct flows *fs;
	int err;

	if (!fsp || !conf || !why || !conf->max || conf->max > FLOWS_MAX ||
	    conf->addrc > FLOWS_ADDR_MAX)
		return EINVAL;

	*why = "CAP_BPF and CAP_NET_ADMIN are missing";
	if (!privilege_has(CAP_NET_ADMIN) ||
	    !(privilege_has(CAP_BPF) || privilege_has(CAP_SYS_ADMIN)))
		return EPERM;

	*why = "out of memory";
	fs = mem_zalloc(sizeof(*fs), destructor);
	if (!fs)
		return ENOMEM;

	err = init(fs, conf, log, why);
	if (err) {
		log_debug(log, "kernel.refused", KV_STR("why", *why),
			  KV_ERRNO("error", err));
		mem_deref(fs);
		return err;
	}

	flows_beat(fs);
	*fsp = fs;

	return 0;
}


/**
 * How is the program attached?
 *
 * @param fs Flows
 *
 * @return "tcx" or "clsact"
 */
const char *flows_attached(const struct flows *fs)
{
	return attach_mode(fs->attach) == FLOWS_TCX ? "tcx" : "clsact";
}


/**
 * How many flows are there?
 *
 * @param fs Flows
 *
 * @return Number of flows
 */
uint32_t flows_count(const struct flows *fs)
{
	return fs ? __atomic_load_n(&fs->count, __ATOMIC_RELAXED) : 0;
}


/**
 * We are alive; follow what changes of routes and neighbours
 *
 * @param fs Flows
 */
void flows_beat(struct flows *fs)
{
	bool more = true;

	program_beat(fs->prog, clock_us() * 1000);

	(void)pthread_mutex_lock(&fs->lock);
	ways_check(fs->ways);
	(void)pthread_mutex_unlock(&fs->lock);

	/* bit by bit: others wait to add and remove theirs */
	for (int i = 0; more && i < FOLLOW_MAX; i++) {
		(void)pthread_mutex_lock(&fs->lock);
		more = ways_follow(fs->ways);
		(void)pthread_mutex_unlock(&fs->lock);
	}
}


static bool is_usable(const struct sa *sa)
{
	const enum addr_class cls = addr_classify(sa);

	return sa_port(sa) && cls != ADDR_UNSPECIFIED &&
	       cls != ADDR_MULTICAST && cls != ADDR_LOOPBACK &&
	       !sa_is_linklocal(sa);
}


static int check(const struct flows *fs, const struct flow_conf *conf)
{
	const int af = sa_af(&conf->src);

	if ((af != AF_INET && af != AF_INET6) || sa_af(&conf->local) != af ||
	    sa_af(&conf->out) != af || sa_af(&conf->dst) != af)
		return EAFNOSUPPORT;

	if (conf->formatc > FLOW_FORMATS)
		return EINVAL;

	if (!is_usable(&conf->src) || !is_usable(&conf->local) ||
	    !is_usable(&conf->out) || !is_usable(&conf->dst) ||
	    !attach_covers(fs->attach, &conf->local))
		return ENETUNREACH;

	return 0;
}


/* known: to the program */
static void release(struct flow *f, bool known)
{
	struct flows *fs = f->fs;
	const uint64_t now_us = clock_us();

	(void)pthread_mutex_lock(&fs->lock);
	flow_forget(f, fs->rings, now_us);
	if (known)
		program_remove(fs->prog, f->index);
	way_release(f->way, now_us);
	spare_give(fs->spare, f->index, now_us);
	(void)__atomic_fetch_sub(&fs->count, 1, __ATOMIC_RELAXED);
	list_append(&fs->parkedl, &f->le, f);
	(void)pthread_mutex_unlock(&fs->lock);
}


/* with the lock held, as take() and acquire() */
static struct flow *unpark(struct flows *fs)
{
	struct flow *f = list_ledata(list_head(&fs->parkedl));

	if (f)
		list_unlink(&f->le);
	else
		f = mem_zalloc(sizeof(*f), NULL);

	return f;
}


/* a slot and a way */
static int take(struct flow *f, struct flows *fs, const struct flow_conf *conf)
{
	const uint64_t now_us = clock_us();
	int err;

	if (fs->count >= fs->max)
		return ENOSPC;

	err = way_acquire(&f->way, fs->ways, &conf->out, &conf->dst, now_us);
	if (err)
		return err;

	err = spare_take(fs->spare, &f->index, now_us);
	if (err) {
		way_release(f->way, now_us);
		return err;
	}

	f->fs = fs;
	f->slot = program_slot(fs->prog, f->index);
	(void)__atomic_fetch_add(&fs->count, 1, __ATOMIC_RELAXED);

	return 0;
}


static int acquire(struct flow **fp, struct flows *fs,
		   const struct flow_conf *conf)
{
	struct flow *f = unpark(fs);
	int err;

	if (!f)
		return ENOMEM;

	err = take(f, fs, conf);
	if (err)
		list_append(&fs->parkedl, &f->le, f);
	else
		*fp = f;

	return err;
}


static void fill(struct flow *f, const struct flow_conf *conf)
{
	struct flow_slot *s = f->slot;

	memset(s, 0, sizeof(*s));
	program_aim(s, conf);
	s->way = way_index(f->way);
	memcpy(s->formatv, conf->formatv, conf->formatc * sizeof(*s->formatv));
}


/**
 * Add a flow, armed
 *
 * @param fp   Flow, to be removed
 * @param fs   Flows; they outlive it
 * @param conf What comes from where, and goes where
 *
 * @return 0 if success, EEXIST if there is one of that source and port,
 *         ENOSPC if there is no room, EAFNOSUPPORT if families differ,
 *         ENETUNREACH if there is no Ethernet way, otherwise errorcode
 */
int flow_add(struct flow **fp, struct flows *fs, const struct flow_conf *conf)
{
	struct flow *f;
	int err;

	if (!fp || !fs || !conf)
		return EINVAL;

	err = check(fs, conf);
	if (err)
		return err;

	(void)pthread_mutex_lock(&fs->lock);
	err = acquire(&f, fs, conf);
	(void)pthread_mutex_unlock(&fs->lock);
	if (err)
		return err;

	fill(f, conf);
	(void)pthread_mutex_lock(&fs->lock);
	err = program_add(fs->prog, f->index);
	(void)pthread_mutex_unlock(&fs->lock);
	if (err)
		release(f, false);
	else
		*fp = f;

	return err;
}


/**
 * Keep headers of what a flow forwards, or keep them no more
 *
 * @param f  Flow
 * @param on True to keep them
 *
 * @return 0 if success, ENOSPC if those of too many are kept
 */
int flow_keep(struct flow *f, bool on)
{
	const uint64_t now_us = clock_us();
	struct flows *fs;
	int err = 0;

	if (!f)
		return EINVAL;

	fs = f->fs;
	(void)pthread_mutex_lock(&fs->lock);
	if (!on)
		flow_forget(f, fs->rings, now_us);
	else if (!f->ring)
		err = spare_take(fs->rings, &f->ring_index, now_us);
	(void)pthread_mutex_unlock(&fs->lock);
	if (on && !err && !f->ring)
		flow_remember(f, program_ring(fs->prog, f->ring_index));

	return err;
}


/**
 * Remove a flow
 *
 * @param f Flow; NULL is harmless
 */
void flow_remove(struct flow *f)
{
	if (!f)
		return;

	flow_stop(f);
	release(f, true);
}

#endif
