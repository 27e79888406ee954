/**
 * @file test/relay/rig.c  A relay on loopback with one call of two phones
 */
#include <poll.h>
#include <string.h>
#include "test/relay/rig.h"
#include "test/test.h"

enum { DEADLINE_MS = 10000, STEP_MS = 5 };


struct relay_conf rig_conf(void)
{
	struct relay_conf conf;

	memset(&conf, 0, sizeof(conf));
	(void)sa_set_str(&conf.addrv[0], "127.0.0.1", 0);
	conf.addrc = 1;
	conf.port_min = 17000;
	conf.port_max = 17999;
	conf.quarantine_ms = 5000;
	conf.timeout_ms = 60000;
	conf.hold_timeout_ms = 3600000;
	conf.latch_packets = 3;
	conf.allow_local = true;

	return conf;
}


void rig_open(struct rig *rig, const struct relay_conf *conf)
{
	memset(rig, 0, sizeof(*rig));
	rig->a.fd = rig->b.fd = rig->a_rtcp.fd = rig->b_rtcp.fd = -1;
	rig->conf = conf ? *conf : rig_conf();
	ck_assert_int_eq(timers_alloc_virtual(&rig->timers, 1000), 0);
	ck_assert_int_eq(
		relay_alloc(&rig->relay, &rig->conf, rig->timers, NULL, NULL),
		0);
}


void rig_close(struct rig *rig)
{
	struct media *mv[] = {&rig->a, &rig->b, &rig->a_rtcp, &rig->b_rtcp};

	mem_deref(rig->s);
	mem_deref(rig->relay);
	mem_deref(rig->timers);
	for (size_t i = 0; i < 4; i++) {
		if (mv[i]->fd >= 0)
			media_close(mv[i]);
	}
}


static void event_handler(struct relay_session *s, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	struct rig *rig = arg;

	ck_assert_ptr_eq(s, rig->s);
	ck_assert_uint_lt(rig->eventc, RIG_EVENTS);
	rig->eventv[rig->eventc].ev = ev;
	rig->eventv[rig->eventc++].info = *info;
	re_cancel();
}


struct relay_anchor rig_anchor(const struct media *rtp,
			       const struct media *rtcp)
{
	struct relay_anchor a;

	memset(&a, 0, sizeof(a));
	a.rtp = rtp->addr;
	a.rtcp = rtcp->addr;
	a.signalling = rtp->addr;
	sa_set_port(&a.signalling, 5060);

	return a;
}


void rig_call(struct rig *rig)
{
	struct relay_anchor a, b;
	struct pl id;

	pl_set_str(&id, "call");
	ck_assert_int_eq(relay_session_alloc(&rig->s, rig->relay, &id,
					     event_handler, rig),
			 0);
	ck_assert_int_eq(relay_stream_open(rig->s, 0, AF_INET, AF_INET), 0);

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(relay_stream_addr(rig->s, 0,
						   (enum relay_side)(i >> 1),
						   (enum relay_comp)(i & 1),
						   &rig->at[i >> 1][i & 1]),
				 0);

	media_open(&rig->a, "127.0.0.2");
	media_open(&rig->a_rtcp, "127.0.0.2");
	media_open(&rig->b, "127.0.0.3");
	media_open(&rig->b_rtcp, "127.0.0.3");

	a = rig_anchor(&rig->a, &rig->a_rtcp);
	b = rig_anchor(&rig->b, &rig->b_rtcp);
	ck_assert_int_eq(relay_stream_anchor(rig->s, 0, RELAY_A, &a), 0);
	ck_assert_int_eq(relay_stream_anchor(rig->s, 0, RELAY_B, &b), 0);
}


static void step_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


/* one event of the main loop, or STEP_MS */
static void step(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, STEP_MS, step_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


void rig_wait_events(struct rig *rig, size_t n)
{
	const uint64_t end = tmr_jiffies() + DEADLINE_MS;

	while (rig->eventc < n && tmr_jiffies() < end)
		step();

	ck_assert_uint_ge(rig->eventc, n);
}


bool rig_has_event(const struct rig *rig, enum relay_event ev,
		   enum relay_side side, enum relay_comp comp)
{
	for (size_t i = 0; i < rig->eventc; i++) {
		if (rig->eventv[i].ev == ev &&
		    rig->eventv[i].info.side == side &&
		    rig->eventv[i].info.comp == comp)
			return true;
	}

	return false;
}


void rig_wait_ports(struct rig *rig, uint32_t n)
{
	const uint64_t end = tmr_jiffies() + DEADLINE_MS;

	while (relay_ports_free(rig->relay) != n && tmr_jiffies() < end) {
		step();
		timers_advance(rig->timers, rig->conf.quarantine_ms);
	}

	ck_assert_uint_eq(relay_ports_free(rig->relay), n);
}


struct relay_stats rig_stats(const struct rig *rig, enum relay_side side)
{
	struct relay_stats st;

	ck_assert_int_eq(relay_stream_stats(rig->s, 0, side, &st), 0);

	return st;
}


void rig_wait_seen(struct rig *rig, enum relay_side side, uint64_t n)
{
	const uint64_t end = tmr_jiffies() + DEADLINE_MS;
	uint64_t seen;

	do {
		const struct relay_stats st = rig_stats(rig, side);

		seen = st.rx_packets + st.refused + st.invalid;
		if (seen < n)
			(void)poll(NULL, 0, 1);
	} while (seen < n && tmr_jiffies() < end);

	ck_assert_uint_eq(seen, n);
}


void rig_latch(struct rig *rig)
{
	uint8_t buf[64];
	size_t len;

	for (uint32_t i = 0; i < rig->conf.latch_packets; i++) {
		uint16_t seq = media_send_rtp(&rig->a, &rig->at[0][0]);

		media_expect_rtp(&rig->b, rig->a.ssrc, seq, &rig->at[1][0]);
		seq = media_send_rtp(&rig->b, &rig->at[1][0]);
		media_expect_rtp(&rig->a, rig->b.ssrc, seq, &rig->at[0][0]);
	}

	len = media_make_rr(buf, rig->a.ssrc);
	media_send(&rig->a_rtcp, &rig->at[0][1], buf, len);
	ck_assert_uint_eq(media_recv(&rig->b_rtcp, buf, sizeof(buf), NULL),
			  len);
	len = media_make_rr(buf, rig->b.ssrc);
	media_send(&rig->b_rtcp, &rig->at[1][1], buf, len);
	ck_assert_uint_eq(media_recv(&rig->a_rtcp, buf, sizeof(buf), NULL),
			  len);

	rig_wait_events(rig, 4);
	ck_assert(rig_has_event(rig, RELAY_LATCHED, RELAY_A, RELAY_RTP));
	ck_assert(rig_has_event(rig, RELAY_LATCHED, RELAY_B, RELAY_RTP));
	ck_assert(rig_has_event(rig, RELAY_LATCHED, RELAY_A, RELAY_RTCP));
	ck_assert(rig_has_event(rig, RELAY_LATCHED, RELAY_B, RELAY_RTCP));
	rig->eventc = 0;
}
