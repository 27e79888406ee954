/**
 * @file test/proxy/sip/outbox.c  What is sent in a batch leaves at its end
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "test/test.h"
#include "common/metrics.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/outbox.h"


enum { SOCKETS = 2, TEXT_MAX = OUTBOX_LARGE + 64 };

static struct metrics *metrics;
static struct outbox *o;
static int fdv[SOCKETS]; /* ours */
static int far_fd;
static struct sa far;
static struct flow *flow;

static struct {
	struct flow_watch w;
	unsigned n;
	int err;
	char text[8]; /* of the last one */
} failed;


static int send_handler(struct flow *fl, struct mbuf *mb)
{
	return outbox_send(o, fdv[0], fl, mb);
}


static void close_handler(struct flow *fl, int err, void *arg)
{
	(void)fl;
	(void)err;
	(void)arg;
}


static void failed_handler(struct flow *fl, const struct mbuf *mb, int err,
			   void *arg)
{
	ck_assert_ptr_eq(arg, &failed);
	ck_assert_ptr_eq(fl, flow);
	++failed.n;
	failed.err = err;
	memcpy(failed.text, mb->buf, mb->end < 7 ? mb->end : 7);
}


static int bound(struct sa *sa)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sa_set_str(sa, "127.0.0.1", 0), 0);
	ck_assert_int_eq(bind(fd, &sa->u.sa, sa->len), 0);
	sa->len = sizeof(sa->u);
	ck_assert_int_eq(getsockname(fd, &sa->u.sa, &sa->len), 0);

	return fd;
}


static void to(const struct sa *peer)
{
	struct sa local;

	mem_deref(flow);
	ck_assert_int_eq(sa_set_str(&local, "127.0.0.1", 5060), 0);
	ck_assert_int_eq(
		flow_alloc(&flow, FLOW_UDP, &local, peer, send_handler, NULL),
		0);
	memset(&failed, 0, sizeof(failed));
	failed.w.failedh = failed_handler;
	flow_watch(flow, &failed.w, close_handler, &failed);
}


static void setup(void)
{
	struct sa sa;

	ck_assert_int_eq(metrics_alloc(&metrics), 0);
	ck_assert_int_eq(outbox_alloc(&o, metrics), 0);
	for (size_t i = 0; i < SOCKETS; i++)
		fdv[i] = bound(&sa);
	far_fd = bound(&far);
	to(&far);
}


static void teardown(void)
{
	oom_after(-1);
	o = mem_deref(o);
	flow_unwatch(&failed.w);
	flow = mem_deref(flow);
	for (size_t i = 0; i < SOCKETS; i++)
		(void)close(fdv[i]);
	(void)close(far_fd);
	metrics = mem_deref(metrics);
}


static uint64_t counted(const char *name)
{
	return counter_value(metrics_counter(metrics, name));
}


static int post(int fd, const char *text, size_t len)
{
	struct mbuf *mb = mbuf_alloc(len);
	int err;

	(void)mbuf_write_mem(mb, (const uint8_t *)text, len);
	mb->pos = 0;
	err = outbox_send(o, fd, flow, mb);
	mem_deref(mb);

	return err;
}


static void post_number(unsigned n)
{
	char text[8];

	(void)re_snprintf(text, sizeof(text), "%u", n);
	ck_assert_int_eq(post(fdv[n % SOCKETS], text, strlen(text)), 0);
}


/* "": nothing has come */
static const char *next(void)
{
	static char buf[TEXT_MAX];
	const ssize_t n = recv(far_fd, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	buf[n > 0 ? n : 0] = '\0';

	return buf;
}


static void expect_numbers(unsigned n)
{
	char text[8];

	for (unsigned i = 0; i < n; i++) {
		(void)re_snprintf(text, sizeof(text), "%u", i);
		ck_assert_str_eq(next(), text);
	}
	ck_assert_str_eq(next(), "");
}


START_TEST(outside_of_a_batch_it_leaves_at_once)
{
	post_number(0);
	expect_numbers(1);
	ck_assert_uint_eq(counted("sip_send_batches_total"), 0);
}
END_TEST


START_TEST(in_a_batch_it_leaves_at_the_end_in_order)
{
	outbox_hold(o);
	outbox_hold(o);
	for (unsigned i = 0; i < 8; i++)
		post_number(i);
	outbox_release(o);
	ck_assert_str_eq(next(), "");
	outbox_release(o);
	expect_numbers(8);
	outbox_release(o);
}
END_TEST


START_TEST(of_one_socket_all_leave_by_one_call)
{
	outbox_hold(o);
	for (unsigned i = 0; i < OUTBOX_MAX; i++)
		ck_assert_int_eq(post(fdv[0], "x", 1), 0);
	outbox_release(o);
	for (unsigned i = 0; i < OUTBOX_MAX; i++)
		ck_assert_str_eq(next(), "x");
	ck_assert_uint_eq(counted("sip_send_batches_total"), 1);
}
END_TEST


START_TEST(a_full_box_does_not_wait_for_the_end)
{
	outbox_hold(o);
	for (unsigned i = 0; i <= OUTBOX_MAX; i++)
		post_number(i);
	ck_assert_str_eq(next(), "0");
	outbox_release(o);
	for (unsigned i = 1; i <= OUTBOX_MAX; i++)
		ck_assert_str_ne(next(), "");
	ck_assert_str_eq(next(), "");
}
END_TEST


START_TEST(a_large_one_waits_for_nobody_and_overtakes_nobody)
{
	static char large[OUTBOX_LARGE + 1], huge[65508];

	memset(large, 'l', sizeof(large));
	outbox_hold(o);
	post_number(0);
	ck_assert_int_eq(post(fdv[0], large, sizeof(large)), 0);
	ck_assert_str_eq(next(), "0");
	ck_assert_uint_eq(strlen(next()), sizeof(large));
	ck_assert_int_eq(post(fdv[0], huge, sizeof(huge)), EMSGSIZE);
	outbox_release(o);
}
END_TEST


/* of broadcast the kernel wants to be asked first */
START_TEST(what_the_kernel_refuses_is_told_and_stops_nobody)
{
	struct sa nobody;

	ck_assert_int_eq(sa_set_str(&nobody, "255.255.255.255", 5060), 0);
	to(&nobody);
	ck_assert_int_eq(post(fdv[0], "now", 3), EACCES);

	outbox_hold(o);
	ck_assert_int_eq(post(fdv[0], "first", 5), 0);
	ck_assert_int_eq(post(fdv[0], "second", 6), 0);
	ck_assert_uint_eq(failed.n, 0);
	outbox_release(o);
	ck_assert_uint_eq(failed.n, 2);
	ck_assert_int_eq(failed.err, EACCES);
	ck_assert_str_eq(failed.text, "second");
	ck_assert_uint_eq(counted("sip_datagrams_unsent_total"), 0);
}
END_TEST


START_TEST(one_that_is_refused_between_others_is_the_only_one)
{
	struct flow *good = mem_ref(flow);
	struct sa nobody;

	ck_assert_int_eq(sa_set_str(&nobody, "255.255.255.255", 5060), 0);
	outbox_hold(o);
	post_number(0);
	flow_unwatch(&failed.w);
	to(&nobody);
	ck_assert_int_eq(post(fdv[0], "no", 2), 0);
	outbox_flush(o);
	ck_assert_uint_eq(failed.n, 1);
	ck_assert_str_eq(failed.text, "no");
	flow_unwatch(&failed.w);
	mem_deref(flow);
	flow = good;
	post_number(1);
	outbox_release(o);
	expect_numbers(2);
	ck_assert_uint_eq(failed.n, 1);
}
END_TEST


START_TEST(what_waits_leaves_before_the_box_is_gone)
{
	outbox_hold(o);
	post_number(0);
	o = mem_deref(o);
	expect_numbers(1);
}
END_TEST


START_TEST(without_a_box_it_leaves_at_once)
{
	struct outbox *none = NULL;

	oom_after(0);
	ck_assert_int_eq(outbox_alloc(&none, metrics), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(none);
	ck_assert_int_eq(outbox_alloc(NULL, metrics), EINVAL);
	o = mem_deref(o);
	outbox_hold(o);
	post_number(0);
	expect_numbers(1);
	outbox_release(o);
	outbox_flush(o);
	ck_assert_int_eq(post(-1, "x", 1), EINVAL);
}
END_TEST


Suite *suite_outbox(void);
Suite *suite_outbox(void)
{
	Suite *s = suite_create("outbox");
	TCase *tc = tcase_create("outbox");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, outside_of_a_batch_it_leaves_at_once);
	tcase_add_test(tc, in_a_batch_it_leaves_at_the_end_in_order);
	tcase_add_test(tc, of_one_socket_all_leave_by_one_call);
	tcase_add_test(tc, a_full_box_does_not_wait_for_the_end);
	tcase_add_test(tc, a_large_one_waits_for_nobody_and_overtakes_nobody);
	tcase_add_test(tc, what_the_kernel_refuses_is_told_and_stops_nobody);
	tcase_add_test(tc, one_that_is_refused_between_others_is_the_only_one);
	tcase_add_test(tc, what_waits_leaves_before_the_box_is_gone);
	tcase_add_test(tc, without_a_box_it_leaves_at_once);
	suite_add_tcase(s, tc);

	return s;
}
