/**
 * @file test/proxy/admin/http/web_desk.c  Questions, answers and news in order
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include "proxy/admin/http/web_desk.h"
#include "test/test.h"

static const struct web_route loop = {.place = WEB_LOOP},
			      search = {.place = WEB_SLOW, .lane = WEB_SEARCH},
			      account = {.place = WEB_SLOW,
					 .lane = WEB_ACCOUNTS},
			      export = {.place = WEB_FILE, .lane = WEB_EXPORT};

static struct web_desk desk;
static struct list donel, newsl;


static void setup(void)
{
	memset(&desk, 0, sizeof(desk));
	desk.loop_fd = desk.web_fd = -1;
	ck_assert_int_eq(web_desk_init(&desk), 0);
	list_init(&donel);
	list_init(&newsl);
}


static void teardown(void)
{
	list_flush(&donel);
	list_flush(&newsl);
	web_desk_close(&desk);
}


static struct web_errand *make(const struct web_route *route)
{
	struct web_errand *e = NULL;

	ck_assert_int_eq(web_errand_alloc(&e, route, json_object()), 0);

	return e;
}


static struct web_errand *put(const struct web_route *route)
{
	struct web_errand *e = make(route);

	ck_assert_int_eq(web_desk_put(&desk, e), 0);

	return e;
}


static bool rings(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}


START_TEST(the_loop_takes_what_is_its_own_in_order)
{
	struct web_errand *a, *b;
	bool more = false;

	ck_assert_ptr_null(web_desk_next(&desk, &more));
	ck_assert(!more && !rings(desk.loop_fd));
	a = put(&loop);
	b = put(&loop);
	(void)put(&search);
	ck_assert(rings(desk.loop_fd));
	ck_assert_ptr_eq(web_desk_next(&desk, &more), a);
	ck_assert(more);
	ck_assert_ptr_eq(web_desk_next(&desk, &more), b);
	ck_assert(!more);
	ck_assert(!rings(desk.web_fd));
	web_desk_done(&desk, b);
	web_desk_done(&desk, a);
	ck_assert(rings(desk.web_fd));
	ck_assert(web_desk_take(&desk, &donel, &newsl));
	ck_assert(!rings(desk.web_fd));
	ck_assert_ptr_eq(donel.head->data, b);
	ck_assert_ptr_eq(donel.head->next->data, a);
	ck_assert_uint_eq(desk.errands, 1);
}
END_TEST


START_TEST(each_lane_has_its_own)
{
	struct web_errand *a = put(&search), *b = put(&export),
			  *c = put(&account), *d = put(&search);

	ck_assert_ptr_eq(web_desk_wait(&desk, WEB_ACCOUNTS), c);
	ck_assert_ptr_eq(web_desk_wait(&desk, WEB_SEARCH), a);
	ck_assert_ptr_eq(web_desk_wait(&desk, WEB_EXPORT), b);
	ck_assert_ptr_eq(web_desk_wait(&desk, WEB_SEARCH), d);
	mem_deref(a);
	mem_deref(b);
	mem_deref(c);
	mem_deref(d);
}
END_TEST


START_TEST(a_lane_that_is_full_refuses_and_the_others_do_not)
{
	struct web_errand *e = make(&search), *taken;

	for (int i = 0; i < WEB_QUEUE_MAX; i++)
		(void)put(&search);
	ck_assert_int_eq(web_desk_put(&desk, e), ENOSPC);
	(void)put(&account);
	(void)put(&loop);
	taken = web_desk_wait(&desk, WEB_SEARCH);
	ck_assert_int_eq(web_desk_put(&desk, e), 0);
	mem_deref(taken);
}
END_TEST


START_TEST(all_that_is_on_its_way_is_bounded)
{
	struct web_errand *e = make(&loop);
	bool more;

	for (int i = 0; i < WEB_ERRANDS_MAX; i++)
		(void)put(&loop);
	ck_assert_int_eq(web_desk_put(&desk, e), ENOSPC);
	/* answered, but not taken: still on its way */
	web_desk_done(&desk, web_desk_next(&desk, &more));
	ck_assert_int_eq(web_desk_put(&desk, e), ENOSPC);
	(void)web_desk_take(&desk, &donel, &newsl);
	ck_assert_int_eq(web_desk_put(&desk, e), 0);
}
END_TEST


START_TEST(what_is_given_up_is_not_worked_at)
{
	struct web_errand *a = put(&search), *b = put(&search),
			  *c = put(&loop);
	bool more = true;

	web_desk_give_up(&desk, a);
	web_desk_give_up(&desk, c);
	ck_assert_ptr_eq(web_desk_wait(&desk, WEB_SEARCH), b);
	ck_assert_ptr_null(web_desk_next(&desk, &more));
	ck_assert(!more);
	ck_assert(rings(desk.web_fd));
	(void)web_desk_take(&desk, &donel, &newsl);
	ck_assert_uint_eq(list_count(&donel), 2);
	ck_assert_ptr_null(((struct web_errand *)donel.head->data)->answer);

	/* who works at it already hears of it */
	ck_assert(!atomic_load(&b->given_up));
	web_desk_give_up(&desk, b);
	ck_assert(atomic_load(&b->given_up));
	ck_assert_ptr_null(b->request);
	mem_deref(b);
}
END_TEST


START_TEST(an_errand_closes_its_file)
{
	const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct web_errand *e = make(&export);

	ck_assert_int_ge(fd, 0);
	e->fd = fd;
	mem_deref(e);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
}
END_TEST


START_TEST(news_are_bounded)
{
	for (int i = 0; i < WEB_EVENTS_MAX + 10; i++)
		web_desk_tell(&desk, "call", json_integer(i));
	web_desk_tell(&desk, "call", NULL);
	(void)web_desk_take(&desk, &donel, &newsl);
	ck_assert_uint_eq(list_count(&newsl), WEB_EVENTS_MAX);
	web_desk_tell(&desk, "ban", json_integer(7));
	list_flush(&newsl);
	(void)web_desk_take(&desk, &donel, &newsl);
	ck_assert_uint_eq(list_count(&newsl), 1);
	ck_assert_str_eq(((struct web_news *)newsl.head->data)->type, "ban");
}
END_TEST


static void *lane_main(void *arg)
{
	enum web_lane *lane = arg;

	return web_desk_wait(&desk, *lane);
}


START_TEST(all_threads_hear_the_end)
{
	struct web_errand *e = make(&loop);
	enum web_lane lanev[WEB_LANES];
	pthread_t threadv[WEB_LANES];
	void *got;

	for (int i = 0; i < WEB_LANES; i++) {
		lanev[i] = (enum web_lane)i;
		ck_assert_int_eq(pthread_create(&threadv[i], NULL, lane_main,
						&lanev[i]),
				 0);
	}
	web_desk_stop(&desk);
	for (int i = 0; i < WEB_LANES; i++) {
		ck_assert_int_eq(pthread_join(threadv[i], &got), 0);
		ck_assert_ptr_null(got);
	}
	ck_assert(rings(desk.web_fd));
	ck_assert(!web_desk_take(&desk, &donel, &newsl));
	ck_assert_int_eq(web_desk_put(&desk, e), ECANCELED);
	web_desk_tell(&desk, "call", json_integer(1));
	(void)web_desk_take(&desk, &donel, &newsl);
	ck_assert_ptr_null(newsl.head);
	mem_deref(e);
}
END_TEST


Suite *suite_web_desk(void);
Suite *suite_web_desk(void)
{
	Suite *s = suite_create("web_desk");
	TCase *tc = tcase_create("web_desk");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_loop_takes_what_is_its_own_in_order);
	tcase_add_test(tc, each_lane_has_its_own);
	tcase_add_test(tc, a_lane_that_is_full_refuses_and_the_others_do_not);
	tcase_add_test(tc, all_that_is_on_its_way_is_bounded);
	tcase_add_test(tc, what_is_given_up_is_not_worked_at);
	tcase_add_test(tc, an_errand_closes_its_file);
	tcase_add_test(tc, news_are_bounded);
	tcase_add_test(tc, all_threads_hear_the_end);
	suite_add_tcase(s, tc);

	return s;
}
