/**
 * @file recording.c  A recording: copies packets, and what becomes of them
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "relay/record/recording.h"

/* a turn's work is bounded, whoever sends: three times what fits */
enum { TURN_PACKETS = 3 * RECORD_RING_SIZE / 64 };


static uint64_t wall_now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}


static void destructor(void *arg)
{
	struct recording *rec = arg;

	mem_deref(rec->tape);
}


/* the last one that had it: nobody else counts its references */
static void free_handler(struct relay_tap *tap)
{
	mem_deref(tap);
}


/* in a worker's thread: copies, and that is all */
static void packet_handler(struct relay_tap *tap, const struct tap_packet *tp)
{
	struct recording *rec = (struct recording *)tap;
	struct record_packet pkt;

	if (atomic_load_explicit(&rec->deaf, memory_order_relaxed))
		return;

	memset(&pkt, 0, sizeof(pkt));
	pkt.now_us = tp->now_us;
	pkt.len = (uint32_t)min(tp->len, (size_t)UINT32_MAX - 1);
	pkt.stream = (uint8_t)tp->stream;
	pkt.side = (uint8_t)tp->side;
	pkt.comp = (uint8_t)tp->comp;
	record_addr_set(&pkt.src, tp->src);
	record_addr_set(&pkt.local, tp->local);

	if (record_ring_push(&rec->ring, &pkt, tp->p))
		return;

	(void)atomic_fetch_add_explicit(&rec->dropped, 1,
					memory_order_relaxed);
	counter_inc(rec->dropped_total);
}


static void name_it(struct recording *rec, struct tape_conf *tc,
		    const struct recording_conf *conf)
{
	const int64_t now_s = (int64_t)(tc->begin_wall_us / 1000000);

	record_name_day(tc->day, now_s);
	record_name_base(tc->base, now_s, conf->from, conf->to, conf->id);
	if (conf->take) {
		const size_t len = strlen(tc->base);

		(void)snprintf(tc->base + len, sizeof(tc->base) - len, ".%u",
			       conf->take + 1);
	}

	memcpy(rec->day, tc->day, sizeof(rec->day));
	(void)snprintf(rec->name, sizeof(rec->name), "%s/%s", tc->day,
		       tc->base);
}


/**
 * Make a recording; it begins now
 *
 * @param rp         Pointer to it
 * @param conf       Configuration
 * @param dir        Directory of all recordings, outlives it
 * @param call_bytes Octets at most
 *
 * @return 0 if success, otherwise errorcode
 */
int recording_make(struct recording **rp, const struct recording_conf *conf,
		   const char *dir, uint64_t call_bytes)
{
	struct recording *rec = mem_zalloc(sizeof(*rec), destructor);
	struct tape_conf tc = {.dir = dir, .bytes_max = call_bytes};
	int err;

	if (!rec)
		return ENOMEM;

	tap_init(&rec->tap, packet_handler, free_handler);
	tc.begin_us = rec->begin_us = clock_us();
	tc.begin_wall_us = wall_now_us();
	tc.wordv = rec->wordv;
	name_it(rec, &tc, conf);
	if (conf->call)
		(void)pl_strcpy(conf->call, rec->call, sizeof(rec->call));

	err = tape_alloc(&rec->tape, &tc);
	if (err)
		mem_deref(rec);
	else
		*rp = rec;

	return err;
}


static int drain(struct recording *rec)
{
	const struct record_packet *pkt;
	const uint8_t *p;
	int err = 0;

	for (int i = 0; i < TURN_PACKETS && !err; i++) {
		pkt = record_ring_peek(&rec->ring, &p);
		if (!pkt)
			break;

		err = tape_packet(rec->tape, pkt, p);
		record_ring_pop(&rec->ring);
	}

	return err;
}


static void publish(struct recording *rec)
{
	struct tape_sum sum;

	tape_sum(rec->tape, &sum);
	atomic_store(&rec->wav, sum.wav);
	atomic_store(&rec->pcap, sum.pcap);
	atomic_store(&rec->bytes, sum.bytes);
}


/**
 * End a recording
 *
 * @param rec    Recording
 * @param now_us When, in monotonic microseconds
 * @param err    Why; 0 for no error
 */
void recording_end(struct recording *rec, uint64_t now_us, int err)
{
	atomic_store(&rec->deaf, true);
	atomic_store(&rec->err, tape_end(rec->tape, now_us, err));
	publish(rec);
	rec->tape = mem_deref(rec->tape);
}


/**
 * Write what has come
 *
 * @param rec    Recording
 * @param now_us Monotonic microseconds
 *
 * @return True if it is over
 */
bool recording_turn(struct recording *rec, uint64_t now_us)
{
	const uint64_t stop_us = atomic_load(&rec->stop_us);
	int err = drain(rec);

	if (!err && !stop_us)
		err = tape_turn(rec->tape, now_us);
	if (err || stop_us) {
		recording_end(rec, stop_us ? stop_us : now_us, err);
		return true;
	}

	publish(rec);

	return false;
}


/**
 * Tell a recording what a side's SDP says of a stream
 *
 * @param rec    Recording, or NULL
 * @param stream Number of the stream
 * @param side   Side
 * @param terms  Its codecs, or NULL
 * @param opaque It is encrypted, or no RTP
 */
void recording_terms(struct recording *rec, unsigned stream,
		     enum relay_side side, const struct relay_terms *terms,
		     bool opaque)
{
	if (rec && stream < RELAY_STREAMS_MAX && (unsigned)side <= RELAY_B)
		record_words_set(&rec->wordv[stream][side], terms, opaque);
}


/**
 * The tap of a recording
 *
 * @param rec Recording
 *
 * @return Tap
 */
struct relay_tap *recording_tap(struct recording *rec)
{
	return rec ? &rec->tap : NULL;
}


/**
 * The name of a recording's files, in the directory of all of them
 *
 * @param rec Recording
 *
 * @return Name, without its ending
 */
const char *recording_name(const struct recording *rec)
{
	return rec ? rec->name : "";
}


/**
 * How a recording is doing
 *
 * @param rec   Recording
 * @param state Filled
 */
void recording_state(const struct recording *rec,
		     struct recording_state *state)
{
	memset(state, 0, sizeof(*state));
	if (!rec)
		return;

	state->over = atomic_load(&rec->deaf);
	state->err = atomic_load(&rec->err);
	state->wav = atomic_load(&rec->wav);
	state->pcap = atomic_load(&rec->pcap);
	state->bytes = atomic_load(&rec->bytes);
	state->dropped = atomic_load(&rec->dropped);
}
