/**
 * @file test/relay/lookup_call.c  Calls whose ports have no sockets
 */
#include <stdio.h>
#include <string.h>
#include "test/relay/lookup_call.h"
#include "test/test.h"


struct relay_conf lookup_conf(const char *host)
{
	struct relay_conf conf = rig_conf();

	(void)sa_set_str(&conf.addrv[0], host, 0);
	conf.rung = RELAY_LOOKUP;
	conf.port_min = 19000;
	conf.port_max = 19199;
	conf.dscp = 34;

	return conf;
}


bool lookup_open(struct rig *rig, const struct relay_conf *conf)
{
	struct relay_plane plane;

	rig_open(rig, conf);
	ck_assert_int_eq(relay_plane(rig->relay, &plane), 0);
	if (plane.rung == RELAY_LOOKUP) {
		ck_assert_ptr_null(plane.no_lookup);
		return true;
	}

	ck_assert_int_eq(plane.rung, RELAY_SOCKETS);
	ck_assert_ptr_nonnull(plane.no_lookup);
	(void)printf("skipped: %s\n", plane.no_lookup);
	rig_close(rig);

	return false;
}


static void event_handler(struct relay_session *s, enum relay_event ev,
			  const struct relay_info *info, void *arg)
{
	(void)s;
	(void)ev;
	(void)info;
	(void)arg;
}


void lookup_call_begin(struct lookup_call *c, struct rig *rig, const char *a,
		       const char *b)
{
	struct relay_anchor to[2];
	struct pl id;
	int af;

	pl_set_str(&id, "call");
	media_open(&c->a, a);
	media_open(&c->b, b);
	af = sa_af(&c->a.addr);
	to[0] = rig_anchor(&c->a, &c->a);
	to[1] = rig_anchor(&c->b, &c->b);
	ck_assert_int_eq(relay_session_alloc(&c->s, rig->relay, &id,
					     event_handler, NULL),
			 0);
	ck_assert_int_eq(relay_stream_open(c->s, 0, af, af), 0);
	for (int side = 0; side < 2; side++) {
		ck_assert_int_eq(relay_stream_addr(c->s, 0,
						   (enum relay_side)side,
						   RELAY_RTP, &c->at[side]),
				 0);
		ck_assert_int_eq(relay_stream_anchor(c->s, 0,
						     (enum relay_side)side,
						     &to[side]),
				 0);
	}
}


void lookup_call_latch(struct lookup_call *c)
{
	for (int i = 0; i < 3; i++) {
		uint16_t seq = media_send_rtp(&c->a, &c->at[0]);

		media_expect_rtp(&c->b, c->a.ssrc, seq, &c->at[1]);
		seq = media_send_rtp(&c->b, &c->at[1]);
		media_expect_rtp(&c->a, c->b.ssrc, seq, &c->at[0]);
	}
}


void lookup_call_end(struct lookup_call *c)
{
	mem_deref(c->s);
	media_close(&c->a);
	media_close(&c->b);
}
