/**
 * @file riding.c  A stream of two phones, and a kernel played by hand
 */
#include <string.h>
#include "relay/engine/ride.h"
#include "test/mock/fakekernel.h"
#include "test/mock/riding.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { DATAGRAM_MAX = 1500, TALK = 100 };


static void set_port(struct port *port, enum relay_side side,
		     enum relay_comp comp)
{
	port->fd = 0;
	(void)sa_set_str(
		&port->local, "203.0.113.1",
		(uint16_t)(17000 + 2 * (unsigned)side + (unsigned)comp));
}


static void set_phone(struct riding_phone *p, const char *host, uint32_t ssrc)
{
	(void)sa_set_str(&p->addr, host, 4000);
	p->ssrc = ssrc;
	p->seq = 65530;
	p->payload = 160;
}


void riding_anchor(struct riding *r, enum relay_side side,
		   const struct sa *rtp)
{
	struct order order = {.listen = false};
	struct order_side *os = mem_zalloc(sizeof(*os), NULL);
	struct anchor *av = os->anchorv;
	const struct relay_codec codecv[] = {
		{0, "PCMU", 8000, 1},
		{8, "PCMA", 8000, 1},
		{13, "CN", 8000, 1},
		{101, "telephone-event", 8000, 1},
	};
	struct relay_terms *terms;

	ck_assert_int_eq(relay_terms_alloc(&terms), 0);
	memcpy(terms->codecv, codecv, sizeof(codecv));
	terms->codecc = sizeof(codecv) / sizeof(codecv[0]);
	terms->sends = terms->hears = true;

	av[RELAY_RTP].sdp = av[RELAY_RTCP].sdp = *rtp;
	av[RELAY_RTP].signalling = av[RELAY_RTCP].signalling = *rtp;
	sa_set_port(&av[RELAY_RTCP].sdp, (uint16_t)(sa_port(rtp) + 1));
	os->terms = terms;
	order.sidev[side] = os;
	path_obey(r->path, &order);
}


void riding_open(struct riding *r, bool kernel)
{
	memset(r, 0, sizeof(*r));
	r->kernel = kernel;
	r->now_us = r->looked_us = 1000000;
	r->conf = rig_conf();
	ck_assert_int_eq(timers_alloc_virtual(&r->timers, 0), 0);
	ck_assert_int_eq(path_alloc(&r->path, &r->conf, r->timers), 0);

	for (int i = 0; i < 4; i++) {
		struct port *port = &r->portv[i >> 1][i & 1];
		struct leg *leg = &r->path->legv[i >> 1][i & 1];

		set_port(port, (enum relay_side)(i >> 1),
			 (enum relay_comp)(i & 1));
		leg_attach(leg, port);
		leg_listen(leg);
	}

	set_phone(&r->phonev[RELAY_A], "198.51.100.7", 0xa1);
	set_phone(&r->phonev[RELAY_B], "198.51.100.8", 0xb1);
	riding_anchor(r, RELAY_A, &r->phonev[RELAY_A].addr);
	riding_anchor(r, RELAY_B, &r->phonev[RELAY_B].addr);
}


void riding_close(struct riding *r)
{
	if (r->path)
		ride_end(r->path);
	mem_deref(r->path);
	mem_deref(r->timers);
}


struct leg *riding_leg(struct riding *r, enum relay_side side)
{
	return &r->path->legv[side][RELAY_RTP];
}


struct relay_stats riding_stats(const struct riding *r, enum relay_side side)
{
	struct relay_stats st;

	path_stats(r->path, side, &st);

	return st;
}


bool riding_datagram(struct riding *r, enum relay_side side,
		     enum relay_comp comp, const struct sa *src,
		     const uint8_t *p, size_t len)
{
	struct leg *leg = &r->path->legv[side][comp];
	struct arrival arr = {
		.src = src,
		.p = p,
		.len = len,
		.now_us = r->now_us,
	};
	struct sa dst;

	r->event = -1;
	if (r->kernel && fakekernel_hears(src, leg->local, p, len, r->now_us))
		return true;

	leg = port_leg(leg->port, src, p, len);
	if (!leg_hear(leg, &arr)) {
		r->event = arr.event;
		return false;
	}

	r->event = arr.event;
	leg = leg_out(leg, &arr);
	if (latch_target(&leg->latch, &dst))
		leg_sent(leg, 1, len, 0);
	else
		leg_sent(leg, 0, 0, 1);

	return true;
}


static void put(uint8_t *p, uint32_t n, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		p[i] = (uint8_t)(n >> (8 * (octets - 1 - i)));
}


void riding_lose(struct riding *r, enum relay_side side)
{
	struct riding_phone *ph = &r->phonev[side];

	++ph->seq;
	ph->ts += 160;
}


bool riding_speak(struct riding *r, enum relay_side side)
{
	const struct riding_phone *ph = &r->phonev[side];
	uint8_t buf[DATAGRAM_MAX] = {0x80};

	buf[1] = (uint8_t)(ph->pt | (ph->marker ? 0x80 : 0));
	put(buf + 2, ph->seq, 2);
	put(buf + 4, ph->ts, 4);
	put(buf + 8, ph->ssrc, 4);
	riding_lose(r, side);

	return riding_datagram(r, side, RELAY_RTP, &ph->addr, buf,
			       12 + ph->payload);
}


void riding_look(struct riding *r)
{
	r->looked_us = r->now_us;
	for (int side = 0; r->kernel && side < 2; side++) {
		struct ride_guide guide = {
			.fs = fakekernel_flows(),
			.now_us = r->now_us,
			.adds = 1,
		};

		(void)ride_look(&r->path->legv[side][RELAY_RTP], &guide);
	}
}


void riding_talk(struct riding *r, unsigned packets)
{
	for (unsigned i = 0; i < packets; i++) {
		ck_assert(riding_speak(r, RELAY_A));
		ck_assert(riding_speak(r, RELAY_B));
		r->now_us += RIDING_PTIME_US;
		if (r->now_us - r->looked_us >= RIDING_LOOK_US)
			riding_look(r);
	}
}


void riding_settle(struct riding *r)
{
	riding_talk(r, TALK);
	ck_assert_uint_eq(fakekernel_started(), 2);
}
