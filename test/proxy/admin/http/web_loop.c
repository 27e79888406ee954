/**
 * @file test/proxy/admin/http/web_loop.c  What the main loop does for others
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/bell.h"
#include "proxy/admin/http/web_state.h"
#include "test/mock/tempdir.h"
#include "test/mock/webclient.h"
#include "test/test.h"

enum {
	TURN_MAX = 8, /* questions between two turns of the others */
	QUESTIONS = 40,
	STATS_MS = 2000,
};

static const struct web_route route = {.place = WEB_LOOP},
			      ready = {.place = WEB_READY};

static char dir[TEMPDIR_SIZE];
static struct timers *timers;
static struct control *control;
static struct control_request *waiting;
static struct web w;
static struct list donel, newsl;
static unsigned asked, works_gone;


static int echo_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)arg;
	++asked;

	return json_object_set(answer, "text",
			       json_object_get(question, "text"));
}


static int bad_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)question;
	(void)arg;
	(void)json_object_set_new(answer, "error", json_string("no, why?"));

	return ENOENT;
}


static void work_destructor(void *arg)
{
	(void)arg;
	++works_gone;
}


static int later_handler(struct control_request *rq, json_t *answer,
			 const json_t *question, void *arg)
{
	(void)answer;
	(void)question;
	(void)arg;
	waiting = rq;
	control_request_work(rq, mem_zalloc(1, work_destructor));

	return EINPROGRESS;
}


static int status_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)question;
	(void)arg;

	return json_object_set_new(answer, "calls", json_integer(7));
}


static void setup(void)
{
	char path[TEMPDIR_SIZE + 16];

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/control", dir);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(control_alloc(&control, path, timers, NULL), 0);
	ck_assert_int_eq(control_command(control, "echo", echo_handler, NULL),
			 0);
	ck_assert_int_eq(control_command(control, "bad", bad_handler, NULL),
			 0);
	ck_assert_int_eq(
		control_command(control, "status", status_handler, NULL), 0);
	ck_assert_int_eq(
		control_command_later(control, "later", later_handler, NULL),
		0);
	memset(&w, 0, sizeof(w));
	ck_assert_int_eq(web_desk_init(&w.desk), 0);
	w.control = control;
	w.timers = timers;
	ck_assert_int_eq(web_loop_start(&w), 0);
	list_init(&donel);
	list_init(&newsl);
	asked = works_gone = 0;
}


static void teardown(void)
{
	web_loop_stop(&w);
	list_flush(&donel);
	list_flush(&newsl);
	web_desk_close(&w.desk);
	control = mem_deref(control);
	timers = mem_deref(timers);
	tempdir_remove(dir);
}


static struct web_errand *put(const struct web_route *r, const char *command)
{
	struct web_errand *e = NULL;

	ck_assert_int_eq(web_errand_alloc(&e, r,
					  json_pack("{s:s,s:s}", "command",
						    command, "text", "hello")),
			 0);
	ck_assert_int_eq(web_desk_put(&w.desk, e), 0);

	return e;
}


/* the loop runs; what was answered is taken */
static void run(void)
{
	webclient_wait(20);
	(void)web_desk_take(&w.desk, &donel, &newsl);
}


START_TEST(a_question_is_answered)
{
	struct web_errand *e = put(&route, "echo");

	run();
	ck_assert_ptr_eq(list_ledata(donel.head), e);
	ck_assert_int_eq(e->err, 0);
	ck_assert_str_eq(json_string_value(json_object_get(e->answer, "text")),
			 "hello");
	/* nobody of the loop has it any more */
	ck_assert_uint_eq(e->answer->refcount, 1);
}
END_TEST


START_TEST(a_failure_comes_with_its_words)
{
	struct web_errand *e = put(&route, "bad"), *none = put(&route, "none");

	run();
	ck_assert_int_eq(e->err, ENOENT);
	ck_assert_str_eq(
		json_string_value(json_object_get(e->answer, "error")),
		"no, why?");
	ck_assert_int_eq(none->err, EOPNOTSUPP);
}
END_TEST


START_TEST(without_a_control_nothing_is_answered)
{
	struct web_errand *e = put(&route, "echo");

	w.control = NULL;
	run();
	ck_assert_ptr_eq(list_ledata(donel.head), e);
	ck_assert_int_eq(e->err, EAGAIN);
	ck_assert_ptr_null(e->answer);
}
END_TEST


/** Somebody else on the same loop */
static struct {
	int fd;
	unsigned before, most, turns;
} other;


static void other_handler(int flags, void *arg)
{
	const unsigned n = asked - other.before;
	(void)flags;
	(void)arg;

	other.most = n > other.most ? n : other.most;
	other.before = asked;
	++other.turns;
}


/* its bell rings all the time, as a socket under load */
START_TEST(others_have_their_turn_between_a_few_questions)
{
	memset(&other, 0, sizeof(other));
	other.fd = bell_open();
	bell_ring(other.fd);
	ck_assert_int_eq(fd_listen(other.fd, FD_READ, other_handler, NULL), 0);
	for (int i = 0; i < QUESTIONS; i++)
		(void)put(&route, "echo");
	for (int i = 0; i < 100 && asked < QUESTIONS; i++)
		webclient_wait(1);
	webclient_wait(1);
	ck_assert_uint_eq(asked, QUESTIONS);
	ck_assert_uint_gt(other.most, 0);
	ck_assert_uint_le(other.most, TURN_MAX);
	ck_assert_uint_ge(other.turns, QUESTIONS / TURN_MAX);
	fd_close(other.fd);
	(void)close(other.fd);
}
END_TEST


START_TEST(an_answer_may_come_later)
{
	struct web_errand *e = put(&route, "later");

	run();
	ck_assert_ptr_null(donel.head);
	(void)json_object_set_new(control_request_answer(waiting), "ms",
				  json_integer(3));
	control_request_done(waiting, 0);
	ck_assert_uint_eq(works_gone, 1);
	(void)web_desk_take(&w.desk, &donel, &newsl);
	ck_assert_ptr_eq(list_ledata(donel.head), e);
	ck_assert_int_eq(json_integer_value(json_object_get(e->answer, "ms")),
			 3);
	ck_assert_ptr_null(w.askedl.head);
}
END_TEST


START_TEST(what_is_not_answered_at_the_end_is_given_up)
{
	(void)put(&route, "later");
	run();
	ck_assert_uint_eq(list_count(&w.askedl), 1);
	web_loop_stop(&w);
	ck_assert_uint_eq(works_gone, 1);
	ck_assert_ptr_null(w.askedl.head);
	(void)web_desk_take(&w.desk, &donel, &newsl);
	ck_assert_ptr_null(donel.head);
}
END_TEST


START_TEST(nobody_asks_for_one_who_has_gone)
{
	web_desk_give_up(&w.desk, put(&route, "echo"));
	run();
	ck_assert_uint_eq(asked, 0);
	ck_assert_uint_eq(list_count(&donel), 1);
}
END_TEST


static bool ready_handler(char *why, size_t size, void *arg)
{
	const bool *is = arg;

	if (!*is)
		(void)str_ncpy(why, "it drains", size);

	return *is;
}


START_TEST(whether_it_is_ready_is_asked_on_the_loop)
{
	struct web_errand *a = put(&ready, "ready"), *b, *c;
	bool is = true;

	run(); /* nobody knows better */
	ck_assert_int_eq(a->err, 0);

	w.readyh = ready_handler;
	w.ready_arg = &is;
	b = put(&ready, "ready");
	run();
	ck_assert_int_eq(b->err, 0);
	is = false;
	c = put(&ready, "ready");
	run();
	ck_assert_int_eq(c->err, EAGAIN);
	ck_assert_str_eq(
		json_string_value(json_object_get(c->answer, "error")),
		"it drains");
}
END_TEST


START_TEST(who_listens_hears_the_status_every_two_seconds)
{
	const struct web_news *n;

	timers_advance(timers, STATS_MS);
	run();
	ck_assert_ptr_null(newsl.head); /* nobody listens */

	atomic_store(&w.streams, 1);
	timers_advance(timers, STATS_MS - 1);
	run();
	ck_assert_ptr_null(newsl.head);
	timers_advance(timers, 1);
	run();
	ck_assert_uint_eq(list_count(&newsl), 1);
	n = list_ledata(newsl.head);
	ck_assert_str_eq(n->type, "stats");
	ck_assert_int_eq(json_integer_value(json_object_get(n->data, "calls")),
			 7);
	ck_assert_uint_eq(n->data->refcount, 1);
	timers_advance(timers, STATS_MS);
	run();
	ck_assert_uint_eq(list_count(&newsl), 2);
}
END_TEST


Suite *suite_web_loop(void);
Suite *suite_web_loop(void)
{
	Suite *s = suite_create("web_loop");
	TCase *tc = tcase_create("web_loop");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_question_is_answered);
	tcase_add_test(tc, a_failure_comes_with_its_words);
	tcase_add_test(tc, without_a_control_nothing_is_answered);
	tcase_add_test(tc, others_have_their_turn_between_a_few_questions);
	tcase_add_test(tc, an_answer_may_come_later);
	tcase_add_test(tc, what_is_not_answered_at_the_end_is_given_up);
	tcase_add_test(tc, nobody_asks_for_one_who_has_gone);
	tcase_add_test(tc, whether_it_is_ready_is_asked_on_the_loop);
	tcase_add_test(tc, who_listens_hears_the_status_every_two_seconds);
	suite_add_tcase(s, tc);

	return s;
}
