/**
 * @file test/relay/kernel/steer.c  What comes for a port, and who gets it
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include "relay/kernel/steer.h"
#include "test/test.h"

enum { MIN = 18500, MAX = 18599, WORKERS = 2, WAIT_MS = 2000 };

static struct sa addrv[3];
static struct steer_conf conf;
static struct steer *steer;
static int hearv[WORKERS][2];


static int sock_at(const char *host, uint16_t port)
{
	const int on = 1;
	struct sa sa;
	int fd;

	(void)sa_set_str(&sa, host, port);
	fd = socket(sa_af(&sa), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	if (sa_af(&sa) == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on,
				 sizeof(on));
	ck_assert_int_eq(bind(fd, &sa.u.sa, sa.len), 0);

	return fd;
}


/* where we may not, the reason is said and nothing else is tested */
static void setup(void)
{
	const char *why = NULL;

	(void)sa_set_str(&addrv[0], "127.0.0.1", 0);
	(void)sa_set_str(&addrv[1], "::1", 0);
	(void)sa_set_str(&addrv[2], "127.0.0.9", 0);
	conf.addrv = addrv;
	conf.addrc = 3;
	conf.port_min = MIN;
	conf.port_max = MAX;
	if (steer_alloc(&steer, &conf, &why)) {
		ck_assert_ptr_nonnull(why);
		(void)printf("skipped: %s\n", why);
		return;
	}

	for (unsigned w = 0; w < WORKERS; w++) {
		hearv[w][0] = sock_at("127.0.0.1", 0);
		hearv[w][1] = sock_at("::1", 0);
		ck_assert_int_eq(steer_hear(steer, w, AF_INET, STEER_OTHERS,
					    hearv[w][0]),
				 0);
		ck_assert_int_eq(steer_hear(steer, w, AF_INET6, STEER_OTHERS,
					    hearv[w][1]),
				 0);
	}
}


static void teardown(void)
{
	steer = mem_deref(steer);
}


static void throw(const char *host, uint16_t port, uint8_t mark)
{
	struct sa sa;
	int fd;

	(void)sa_set_str(&sa, host, port);
	fd = socket(sa_af(&sa), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(sendto(fd, &mark, 1, 0, &sa.u.sa, sa.len), 1);
	(void)close(fd);
}


/* -1: nothing comes */
static int caught(int fd, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint8_t mark;

	return poll(&p, 1, wait_ms) == 1 &&
			       recv(fd, &mark, 1, MSG_DONTWAIT) == 1
		       ? mark
		       : -1;
}


static const struct {
	const char *host;
	uint16_t port;
	int af; /* by which it is heard; 0: it is not ours */
} placev[] = {
	{"127.0.0.1", MIN, AF_INET},     {"127.0.0.1", MAX, AF_INET},
	{"127.0.0.9", MIN + 1, AF_INET}, {"::1", MIN, AF_INET6},
	{"::1", MAX, AF_INET6},          {"127.0.0.1", MIN - 1, 0},
	{"127.0.0.1", MAX + 1, 0},       {"127.0.0.2", MIN, 0},
};


START_TEST(what_comes_for_a_workers_port_comes_to_its_socket)
{
	const char *host = placev[_i].host;
	const uint16_t port = placev[_i].port;
	const bool v6 = placev[_i].af == AF_INET6;
	uint32_t place;
	struct sa sa;
	int own;

	if (!steer)
		return;

	(void)sa_set_str(&sa, host, port);
	place = steer_place(steer, &sa);
	if (!placev[_i].af) {
		ck_assert_uint_eq(place, STEER_NOWHERE);
		return;
	}

	ck_assert_uint_lt(place, steer_places(steer));
	for (unsigned w = 0; w < WORKERS; w++) {
		ck_assert(!steer_has(steer, place, w));
		steer_give(steer, place, w);
		ck_assert(steer_has(steer, place, w));
		ck_assert(!steer_has(steer, place, !w));
		throw(host, port, (uint8_t)(10 + w));
		ck_assert_int_eq(caught(hearv[w][v6], WAIT_MS), 10 + (int)w);
		ck_assert_int_eq(caught(hearv[!w][v6], 0), -1);
		steer_take(steer, place);
	}

	/* nobody's: as if we were not there */
	own = sock_at(host, port);
	throw(host, port, 77);
	ck_assert_int_eq(caught(own, WAIT_MS), 77);
	ck_assert_int_eq(caught(hearv[0][v6], 0), -1);
	(void)close(own);
}
END_TEST


static const struct {
	const char *host;
	int af;
} familyv[] = {{"127.0.0.1", AF_INET}, {"::1", AF_INET6}};


static void throw_from(int fd, const struct sa *to, uint8_t mark)
{
	ck_assert_int_eq(sendto(fd, &mark, 1, 0, &to->u.sa, to->len), 1);
}


START_TEST(who_is_known_has_a_door_of_his_own)
{
	const int v6 = familyv[_i].af == AF_INET6;
	int known, other, mate, stranger;
	struct sa port, src;
	uint32_t place;

	if (!steer)
		return;

	known = sock_at(familyv[_i].host, 0);
	ck_assert_int_eq(
		steer_hear(steer, 0, familyv[_i].af, STEER_KNOWN, known), 0);
	other = hearv[0][v6];
	mate = sock_at(familyv[_i].host, 0);
	stranger = sock_at(familyv[_i].host, 0);
	src.len = sizeof(src.u);
	ck_assert_int_eq(getsockname(mate, &src.u.sa, &src.len), 0);

	(void)sa_set_str(&port, familyv[_i].host, MIN + 2);
	place = steer_place(steer, &port);
	steer_give(steer, place, 0);
	ck_assert(!steer_knows(steer, place));
	throw_from(mate, &port, 1);
	ck_assert_int_eq(caught(other, WAIT_MS), 1);

	steer_know(steer, place, &src);
	ck_assert(steer_knows(steer, place));
	throw_from(mate, &port, 2);
	ck_assert_int_eq(caught(known, WAIT_MS), 2);
	throw_from(stranger, &port, 3);
	ck_assert_int_eq(caught(other, WAIT_MS), 3);
	ck_assert_int_eq(caught(known, 0), -1);

	/* not of another port, and not when it is given anew */
	steer_give(steer, place + 1, 0);
	sa_set_port(&port, MIN + 3);
	throw_from(mate, &port, 4);
	ck_assert_int_eq(caught(other, WAIT_MS), 4);
	steer_take(steer, place);
	steer_give(steer, place, 0);
	ck_assert(!steer_knows(steer, place));

	steer_know(steer, place, &src);
	steer_know(steer, place, NULL);
	ck_assert(!steer_knows(steer, place));
	(void)close(known);
	(void)close(mate);
	(void)close(stranger);
}
END_TEST


/* the kernel drops what nobody reads: both doors stay as empty as they are */
START_TEST(a_flood_of_a_port_ends_in_the_sink)
{
	int sink, stranger, n = 0;
	const int room = 1 << 20;
	struct sa port;

	if (!steer)
		return;

	sink = sock_at("127.0.0.1", 0);
	stranger = sock_at("127.0.0.1", 0);
	ck_assert_int_eq(steer_sink(steer, AF_INET, sink), 0);
	ck_assert_int_eq(steer_sink(steer, AF_INET, -1), EINVAL);
	(void)setsockopt(hearv[0][0], SOL_SOCKET, SO_RCVBUFFORCE, &room,
			 sizeof(room));
	(void)sa_set_str(&port, "127.0.0.1", MIN + 4);
	steer_give(steer, steer_place(steer, &port), 0);

	/* a window may end meanwhile, or several */
	while (n < 100 * STEER_STRANGERS && caught(sink, 0) < 0) {
		throw_from(stranger, &port, 9);
		(void)caught(hearv[0][0], 0);
		++n;
	}
	ck_assert_int_ge(n, STEER_STRANGERS);
	ck_assert_int_lt(n, 100 * STEER_STRANGERS);
	(void)close(sink);
	(void)close(stranger);
}
END_TEST


START_TEST(a_neighbours_port_is_not_touched)
{
	struct sa sa;
	int own;

	if (!steer)
		return;

	(void)sa_set_str(&sa, "127.0.0.1", MIN + 10);
	steer_give(steer, steer_place(steer, &sa), 0);
	for (int d = -1; d <= 1; d += 2) {
		own = sock_at("127.0.0.1", (uint16_t)(MIN + 10 + d));
		throw("127.0.0.1", (uint16_t)(MIN + 10 + d), 5);
		ck_assert_int_eq(caught(own, WAIT_MS), 5);
		(void)close(own);
	}

	/* nor the same port of another address, nor who is connected */
	own = sock_at("127.0.0.2", MIN + 10);
	throw("127.0.0.2", MIN + 10, 6);
	ck_assert_int_eq(caught(own, WAIT_MS), 6);
	(void)close(own);
}
END_TEST


START_TEST(a_worker_that_does_not_hear_takes_nothing_from_others)
{
	struct sa sa;
	int own;

	if (!steer)
		return;

	(void)sa_set_str(&sa, "127.0.0.1", MIN);
	steer_give(steer, steer_place(steer, &sa), 63);
	own = sock_at("127.0.0.1", MIN);
	throw("127.0.0.1", MIN, 8);
	ck_assert_int_eq(caught(own, WAIT_MS), 8);

	/* there is no such worker, no such place */
	steer_give(steer, steer_place(steer, &sa), 64);
	ck_assert(steer_has(steer, steer_place(steer, &sa), 63));
	steer_give(steer, STEER_NOWHERE, 0);
	steer_take(steer, STEER_NOWHERE);
	ck_assert(!steer_has(steer, STEER_NOWHERE, 0));
	ck_assert_int_eq(steer_hear(steer, 64, AF_INET, STEER_KNOWN, own),
			 EINVAL);
	ck_assert_int_eq(steer_hear(steer, 0, AF_INET, STEER_KNOWN, -1),
			 EINVAL);
	(void)close(own);
}
END_TEST


/* kill -9 leaves nothing behind */
START_TEST(it_ends_with_its_process)
{
	int fdv[2], status, own;
	char c;
	pid_t pid;

	if (!steer)
		return;

	ck_assert_int_eq(pipe(fdv), 0);
	pid = fork();
	if (!pid) {
		const char *why;
		struct steer *s;
		struct sa sa;

		(void)sa_set_str(&sa, "127.0.0.1", MIN + 20);
		if (steer_alloc(&s, &conf, &why) ||
		    steer_hear(s, 0, AF_INET, STEER_OTHERS,
			       sock_at("127.0.0.1", 0)))
			_exit(1);
		steer_give(s, steer_place(s, &sa), 0);
		(void)!write(fdv[1], "x", 1);
		(void)pause();
		_exit(0);
	}
	ck_assert_int_eq(read(fdv[0], &c, 1), 1);

	own = sock_at("127.0.0.1", MIN + 20);
	throw("127.0.0.1", MIN + 20, 1);
	ck_assert_int_eq(caught(own, 0), -1);

	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	for (int i = 0; i < 200; i++) {
		throw("127.0.0.1", MIN + 20, 2);
		if (caught(own, 10) == 2)
			break;
	}
	throw("127.0.0.1", MIN + 20, 4);
	ck_assert_int_eq(caught(own, WAIT_MS), 4);
	(void)close(own);
}
END_TEST


START_TEST(what_is_impossible_is_refused)
{
	struct steer_conf bad = conf;
	struct steer *s = NULL;
	const char *why = NULL;

	ck_assert_int_eq(steer_alloc(NULL, &conf, &why), EINVAL);
	ck_assert_int_eq(steer_alloc(&s, NULL, &why), EINVAL);
	ck_assert_int_eq(steer_alloc(&s, &conf, NULL), EINVAL);
	bad.addrc = 0;
	ck_assert_int_eq(steer_alloc(&s, &bad, &why), EINVAL);
	bad.addrc = 17;
	ck_assert_int_eq(steer_alloc(&s, &bad, &why), EINVAL);
	bad = conf;
	bad.port_min = MAX + 1;
	ck_assert_int_eq(steer_alloc(&s, &bad, &why), EINVAL);

	oom_after(0);
	ck_assert_int_eq(steer_alloc(&s, &conf, &why), ENOMEM);
	oom_after(-1);
	ck_assert_str_eq(why, "out of memory");
	ck_assert_ptr_null(s);
	ck_assert_uint_eq(steer_places(NULL), 0);
}
END_TEST


Suite *suite_steer(void);
Suite *suite_steer(void)
{
	Suite *s = suite_create("steer");
	TCase *tc = tcase_create("steer");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, what_comes_for_a_workers_port_comes_to_its_socket,
		   placev);
	test_table(tc, who_is_known_has_a_door_of_his_own, familyv);
	tcase_add_test(tc, a_flood_of_a_port_ends_in_the_sink);
	tcase_add_test(tc, a_neighbours_port_is_not_touched);
	tcase_add_test(tc,
		       a_worker_that_does_not_hear_takes_nothing_from_others);
	tcase_add_test(tc, it_ends_with_its_process);
	tcase_add_test(tc, what_is_impossible_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
