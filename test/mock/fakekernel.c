/**
 * @file fakekernel.c  A kernel that forwards flows, by hand
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include "relay/latch/packet.h"
#include "relay/quality/timing.h"
#include "test/mock/fakekernel.h"
#include "test/test.h"

enum { FLOWS = 256, HEADERS = 64 };

const char *__real_flows_attached(const struct flows *fs);
uint32_t __real_flows_count(const struct flows *fs);
void __real_flows_beat(struct flows *fs);
int __real_flow_add(struct flow **fp, struct flows *fs,
		    const struct flow_conf *conf);
int __real_flow_start(struct flow *f, uint64_t handled,
		      const struct flow_measure *measure);
bool __real_flow_started(const struct flow *f);
void __real_flow_counts(const struct flow *f, struct flow_counts *counts);
void __real_flow_measured(const struct flow *f, struct flow_measure *m);
int __real_flow_keep(struct flow *f, bool on);
size_t __real_flow_headers(struct flow *f, struct flow_header *v, size_t n,
			   uint64_t *missed);
void __real_flow_stop(struct flow *f);
void __real_flow_remove(struct flow *f);
const char *__wrap_flows_attached(const struct flows *fs);
uint32_t __wrap_flows_count(const struct flows *fs);
void __wrap_flows_beat(struct flows *fs);
int __wrap_flow_add(struct flow **fp, struct flows *fs,
		    const struct flow_conf *conf);
int __wrap_flow_start(struct flow *f, uint64_t handled,
		      const struct flow_measure *measure);
bool __wrap_flow_started(const struct flow *f);
void __wrap_flow_counts(const struct flow *f, struct flow_counts *counts);
void __wrap_flow_measured(const struct flow *f, struct flow_measure *m);
int __wrap_flow_keep(struct flow *f, bool on);
size_t __wrap_flow_headers(struct flow *f, struct flow_header *v, size_t n,
			   uint64_t *missed);
void __wrap_flow_stop(struct flow *f);
void __wrap_flow_remove(struct flow *f);

/* slots are never freed: their counts stay readable */
struct flow {
	bool used, started;
	struct flow_conf conf;
	struct flow_counts counts;
	struct flow_measure m;
	bool kept;
	struct flow_header headerv[HEADERS]; /* not read yet */
	size_t headerc;
	uint64_t missed;
};

static struct {
	bool open, sleeps;
	uint32_t crowd;
	int err;
	struct flow v[FLOWS];
	size_t added;
	unsigned beats;
	pthread_mutex_t lock;
} kernel;


void fakekernel_open(void)
{
	memset(&kernel, 0, sizeof(kernel));
	ck_assert_int_eq(pthread_mutex_init(&kernel.lock, NULL), 0);
	kernel.open = true;
}


void fakekernel_close(void)
{
	ck_assert_uint_eq(fakekernel_count(), 0);
	kernel.open = false;
	(void)pthread_mutex_destroy(&kernel.lock);
}


/* an address, and nothing else */
struct flows *fakekernel_flows(void)
{
	return (struct flows *)(void *)&kernel;
}


void fakekernel_refuse(int err)
{
	kernel.err = err;
}


void fakekernel_sleeps(bool on)
{
	kernel.sleeps = on;
}


size_t fakekernel_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < FLOWS; i++)
		n += kernel.v[i].used;

	return n;
}


size_t fakekernel_started(void)
{
	size_t n = 0;

	for (size_t i = 0; i < FLOWS; i++)
		n += kernel.v[i].used && kernel.v[i].started;

	return n;
}


size_t fakekernel_added(void)
{
	return kernel.added;
}


unsigned fakekernel_beats(void)
{
	return kernel.beats;
}


static struct flow *find(const struct sa *src, const struct sa *local)
{
	for (size_t i = 0; i < FLOWS; i++) {
		struct flow *f = &kernel.v[i];

		if (f->used && sa_cmp(&f->conf.src, src, SA_ALL) &&
		    sa_cmp(&f->conf.local, local, SA_ALL))
			return f;
	}

	return NULL;
}


const struct flow_conf *fakekernel_conf(const struct sa *src,
					const struct sa *local)
{
	const struct flow *f = find(src, local);

	return f ? &f->conf : NULL;
}


static const struct flow_format *format(const struct flow *f, uint8_t pt)
{
	static const struct flow_format unknown;

	for (size_t i = 0; i < f->conf.formatc; i++) {
		if (f->conf.formatv[i].pt == pt)
			return &f->conf.formatv[i];
	}

	return &unknown;
}


static void measure_time(struct flow_measure *m, const struct flow_format *fmt,
			 const struct packet *pkt, bool next, uint64_t now_us)
{
	const enum codec_kind kind = (enum codec_kind)fmt->kind;
	const uint64_t gap = now_us - m->at_us;
	const int64_t us = timing_us(fmt->scale, (int32_t)(pkt->ts - m->ts));

	if (!timing_is_clocked(kind, fmt->scale) ||
	    (m->timed && pkt->ts == m->ts))
		return;

	if (m->timed && !timing_is_leap(us, gap) &&
	    (kind != CODEC_AUDIO || !timing_is_pause(pkt->marker, us, gap))) {
		m->jitter = timing_jitter(m->jitter, us, gap);
		m->jitter_us = m->jitter >> 4;
		m->jitter_max_us = max(m->jitter_max_us, m->jitter_us);
	}
	if (m->timed && kind == CODEC_AUDIO && next && timing_is_step(us)) {
		if (m->step_us == (uint32_t)us)
			m->ptime_us = m->step_us;
		m->step_us = (uint32_t)us;
	}

	m->ts = pkt->ts;
	m->at_us = now_us;
	m->timed = true;
}


static void measure(struct flow *f, const struct packet *pkt, uint64_t now_us)
{
	const struct flow_format *fmt = format(f, pkt->pt);
	struct flow_measure *m = &f->m;
	const int ahead = sequence_add(&m->seq, &f->counts.losses, pkt->seq);

	if (fmt->kind != CODEC_EVENT && fmt->kind != CODEC_NOISE)
		m->pt = pkt->pt;
	if (ahead == SEQUENCE_LATE)
		return;

	if (ahead == SEQUENCE_JUMP)
		m->timed = false;
	if (timing_is_noise((enum codec_kind)fmt->kind, fmt->sid, fmt->frame,
			    pkt->payload))
		m->noise = true;

	measure_time(m, fmt, pkt, ahead == 1, now_us);
}


static void keep(struct flow *f, const uint8_t *p, size_t len, uint64_t now_us)
{
	struct flow_header *h = &f->headerv[f->headerc];

	if (!f->kept)
		return;

	if (f->headerc == HEADERS) {
		++f->missed;
		return;
	}

	h->at_us = now_us;
	h->len = len;
	memcpy(h->rtp, p, sizeof(h->rtp));
	++f->headerc;
}


size_t fakekernel_kept(void)
{
	size_t n = 0;

	for (size_t i = 0; i < FLOWS; i++)
		n += kernel.v[i].used && kernel.v[i].kept;

	return n;
}


void fakekernel_crowd(uint32_t flows)
{
	kernel.crowd = flows;
}


bool fakekernel_hears(const struct sa *src, const struct sa *local,
		      const uint8_t *p, size_t len, uint64_t now_us)
{
	struct flow *f = find(src, local);
	struct packet pkt;

	if (!f)
		return false;

	packet_decode(&pkt, p, len);
	if (!f->started || kernel.sleeps || pkt.type != PACKET_RTP ||
	    pkt.ssrc != f->m.ssrc) {
		++f->counts.up;
		return false;
	}

	keep(f, p, len, now_us);
	++f->counts.packets;
	f->counts.octets += len;
	f->counts.seen_us = now_us;
	measure(f, &pkt, now_us);

	return true;
}


const char *__wrap_flows_attached(const struct flows *fs)
{
	return kernel.open ? "tcx" : __real_flows_attached(fs);
}


uint32_t __wrap_flows_count(const struct flows *fs)
{
	return kernel.open ? (uint32_t)fakekernel_count() + kernel.crowd
			   : __real_flows_count(fs);
}


void __wrap_flows_beat(struct flows *fs)
{
	if (kernel.open)
		++kernel.beats;
	else
		__real_flows_beat(fs);
}


static struct flow *take(const struct flow_conf *conf)
{
	for (size_t i = 0; i < FLOWS; i++) {
		struct flow *f = &kernel.v[i];

		if (!f->used) {
			memset(f, 0, sizeof(*f));
			f->used = true;
			f->conf = *conf;
			return f;
		}
	}

	return NULL;
}


int __wrap_flow_add(struct flow **fp, struct flows *fs,
		    const struct flow_conf *conf)
{
	int err;

	if (!kernel.open)
		return __real_flow_add(fp, fs, conf);

	ck_assert_ptr_eq(fs, fakekernel_flows());
	(void)pthread_mutex_lock(&kernel.lock);
	err = find(&conf->src, &conf->local) ? EEXIST : kernel.err;
	if (!err) {
		*fp = take(conf);
		err = *fp ? 0 : ENOSPC;
		++kernel.added;
	}
	(void)pthread_mutex_unlock(&kernel.lock);

	return err;
}


int __wrap_flow_start(struct flow *f, uint64_t handled,
		      const struct flow_measure *measured)
{
	if (!kernel.open)
		return __real_flow_start(f, handled, measured);

	ck_assert(f->used && !f->started);
	if (f->counts.up != handled)
		return EBUSY;

	f->m = *measured;
	f->started = true;

	return 0;
}


bool __wrap_flow_started(const struct flow *f)
{
	return kernel.open ? f->started : __real_flow_started(f);
}


void __wrap_flow_counts(const struct flow *f, struct flow_counts *counts)
{
	if (kernel.open)
		*counts = f->counts;
	else
		__real_flow_counts(f, counts);
}


void __wrap_flow_measured(const struct flow *f, struct flow_measure *m)
{
	if (kernel.open)
		*m = f->m;
	else
		__real_flow_measured(f, m);
}


int __wrap_flow_keep(struct flow *f, bool on)
{
	if (!kernel.open)
		return __real_flow_keep(f, on);

	ck_assert(f->used && f->kept != on);
	f->kept = on;

	return 0;
}


size_t __wrap_flow_headers(struct flow *f, struct flow_header *v, size_t n,
			   uint64_t *missed)
{
	size_t got;

	if (!kernel.open)
		return __real_flow_headers(f, v, n, missed);

	ck_assert(f->used && f->kept);
	got = min(n, f->headerc);
	memcpy(v, f->headerv, got * sizeof(*v));
	memmove(f->headerv, f->headerv + got, (f->headerc - got) * sizeof(*v));
	f->headerc -= got;
	*missed += f->missed;
	f->missed = 0;

	return got;
}


void __wrap_flow_stop(struct flow *f)
{
	if (kernel.open)
		f->started = false;
	else
		__real_flow_stop(f);
}


void __wrap_flow_remove(struct flow *f)
{
	if (!kernel.open) {
		__real_flow_remove(f);
		return;
	}

	ck_assert(f->used);
	f->used = f->started = f->kept = false;
}
