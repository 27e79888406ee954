/**
 * @file test/relay/engine/engine_turn.c  A lookup engine's turns, one by one
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/epoll.h>
#include "common/timer.h"
#include "relay/engine/chute.h"
#include "relay/engine/engine_lookup.h"
#include "relay/engine/path.h"
#include "relay/engine/port.h"
#include "relay/engine/ports.h"
#include "relay/engine/switchboard.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { PACKETS = 60 };


static struct relay_conf lookup_conf(void)
{
	struct relay_conf conf = rig_conf();

	conf.rung = RELAY_LOOKUP;
	conf.port_min = 19000;
	conf.port_max = 19199;

	return conf;
}


static void leg_handler(struct leg *leg, enum relay_event ev,
			const struct sa *src, void *arg)
{
	(void)leg;
	(void)ev;
	(void)src;
	(void)arg;
}


/** An engine and a path without a worker: a turn is ours */
struct bench {
	struct relay_conf conf;
	struct timers *timers;
	struct switchboard *board;
	struct engine *engine;
	struct ports *ports;
	struct path *path;
	struct media a, b;
	int epfd;
};


/* false: not here */
static bool bench_open(struct bench *t)
{
	struct engine_lookup_conf lookup = {.worker = 0};
	const char *why = NULL;

	memset(t, 0, sizeof(*t));
	t->conf = lookup_conf();
	if (switchboard_alloc(&t->board, &t->conf, &why)) {
		(void)printf("skipped: %s\n", why);
		return false;
	}

	t->epfd = lookup.epfd = epoll_create1(EPOLL_CLOEXEC);
	lookup.conf = &t->conf;
	lookup.board = t->board;
	ck_assert_int_eq(engine_lookup_alloc(&t->engine, &lookup, NULL,
					     leg_handler, NULL),
			 0);
	ck_assert_int_eq(timers_alloc_virtual(&t->timers, 0), 0);
	ck_assert_int_eq(
		ports_alloc(&t->ports, t->conf.port_min, t->conf.port_max, 0),
		0);
	ck_assert_int_eq(path_alloc(&t->path, &t->conf, t->timers), 0);
	media_open(&t->a, "127.0.0.2");
	media_open(&t->b, "127.0.0.3");
	for (int side = 0; side < 2; side++) {
		struct leg *leg = &t->path->legv[side][RELAY_RTP];
		const struct media *m = side ? &t->b : &t->a;
		const struct anchor to = {.sdp = m->addr,
					  .signalling = m->addr};

		ck_assert_int_eq(path_steer(t->path, (enum relay_side)side,
					    t->board, &t->conf.addrv[0],
					    t->ports),
				 0);
		leg_listen(leg);
		leg_anchor(leg, &to, NULL);
		ck_assert_int_eq(t->engine->watchh(t->engine, leg->port), 0);
	}

	return true;
}


static void bench_close(struct bench *t)
{
	for (int side = 0; side < 2; side++)
		t->engine->unwatchh(t->engine,
				    t->path->legv[side][RELAY_RTP].port);
	mem_deref(t->path);
	mem_deref(t->ports);
	mem_deref(t->engine);
	mem_deref(t->board);
	mem_deref(t->timers);
	media_close(&t->a);
	media_close(&t->b);
	(void)close(t->epfd);
}


/* one that is ready; how many packets it had */
static unsigned bench_turn(struct bench *t)
{
	struct epoll_event ev;

	if (epoll_wait(t->epfd, &ev, 1, 0) != 1)
		return 0;

	return t->engine->moveh(t->engine, ev.data.ptr, 1000000);
}


/* it was locked while more of its packets waited among those of others */
START_TEST(who_is_introduced_is_not_overtaken_by_himself)
{
	struct bench t;
	const struct sa *at;
	uint16_t first;

	if (!bench_open(&t))
		return;

	at = &t.path->legv[RELAY_A][RELAY_RTP].port->local;
	first = t.a.seq;
	for (int i = 0; i < PACKETS; i++)
		(void)media_send_rtp(&t.a, at);
	ck_assert_uint_eq(bench_turn(&t), PACKETS);
	(void)media_send_rtp(&t.a, at);
	ck_assert_uint_eq(bench_turn(&t), 1);
	ck_assert_uint_eq(bench_turn(&t), 0);

	for (int i = 0; i <= PACKETS; i++)
		media_expect_rtp(
			&t.b, t.a.ssrc, (uint16_t)(first + i),
			&t.path->legv[RELAY_B][RELAY_RTP].port->local);
	bench_close(&t);
}
END_TEST


/* nobody is known there: a bounded batch of them is a turn */
START_TEST(strangers_have_a_small_part_of_a_turn)
{
	struct bench t;
	const struct sa *at;
	struct media stranger;

	if (!bench_open(&t))
		return;

	at = &t.path->legv[RELAY_A][RELAY_RTP].port->local;
	media_open(&stranger, "127.0.0.66");
	for (int i = 0; i < PACKETS; i++)
		(void)media_send_rtp(&stranger, at);
	ck_assert_uint_eq(bench_turn(&t), 16);
	ck_assert_uint_eq(bench_turn(&t), 16);
	ck_assert(media_is_silent(&t.b));
	media_close(&stranger);
	bench_close(&t);
}
END_TEST


START_TEST(short_memory_is_an_error_and_no_crash)
{
	const struct relay_conf conf = lookup_conf();
	struct engine_lookup_conf lookup = {.conf = &conf};
	struct switchboard *board = NULL;
	struct engine *e = NULL;
	const char *why = NULL;
	int err = ENOMEM, n;

	ck_assert_int_eq(chute_alloc(NULL, &conf), EINVAL);
	ck_assert_int_eq(engine_lookup_alloc(&e, &lookup, NULL, NULL, NULL),
			 EINVAL);

	for (n = 0; n < 10 && err == ENOMEM; n++) {
		oom_after(n);
		err = switchboard_alloc(&board, &conf, &why);
		if (err == ENOMEM)
			ck_assert_str_eq(why, "out of memory");
	}
	oom_after(-1);
	if (err)
		return;

	lookup.board = board;
	lookup.epfd = epoll_create1(EPOLL_CLOEXEC);
	err = ENOMEM;
	for (n = 0; n < 10 && err == ENOMEM; n++) {
		oom_after(n);
		err = engine_lookup_alloc(&e, &lookup, NULL, leg_handler,
					  NULL);
	}
	oom_after(-1);
	ck_assert(!err || err == EPERM);
	mem_deref(e);
	(void)close(lookup.epfd);
	mem_deref(board);
}
END_TEST


Suite *suite_engine_turn(void);
Suite *suite_engine_turn(void)
{
	Suite *s = suite_create("engine_turn");
	TCase *tc = tcase_create("turn");

	tcase_add_test(tc, who_is_introduced_is_not_overtaken_by_himself);
	tcase_add_test(tc, strangers_have_a_small_part_of_a_turn);
	tcase_add_test(tc, short_memory_is_an_error_and_no_crash);
	suite_add_tcase(s, tc);

	return s;
}
