/**
 * @file test/proxy/admin/control.c  Questions over the control socket
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include "common/json.h"
#include "common/timer.h"
#include "proxy/admin/control.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

enum { STEPS = 500, BIG = 300000 };

static struct timers *timers;
static struct control *control;
static char dir[TEMPDIR_SIZE], path[96];


static int echo_handler(json_t *answer, const json_t *question, void *arg)
{
	const json_t *text = json_object_get(question, "text");

	ck_assert_ptr_eq(arg, &control);
	if (!text)
		return ENOENT;

	(void)json_object_set(answer, "text", (json_t *)text);

	return 0;
}


static int big_handler(json_t *answer, const json_t *question, void *arg)
{
	char *text = calloc(1, BIG + 1);
	(void)question;
	(void)arg;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', BIG);
	(void)json_object_set_new(answer, "text", json_string(text));
	free(text);

	return 0;
}


static int fail_handler(json_t *answer, const json_t *question, void *arg)
{
	(void)question;
	(void)arg;
	(void)json_object_set_new(answer, "error", json_string("it is so"));

	return EINVAL;
}


/* what works on an answer that takes time */
struct work {
	unsigned *gone;
};

static struct control_request *waiting;
static unsigned works_gone;


static void work_destructor(void *arg)
{
	const struct work *w = arg;

	++*w->gone;
}


static int later_handler(struct control_request *rq, json_t *answer,
			 const json_t *question, void *arg)
{
	struct work *w = mem_zalloc(sizeof(*w), work_destructor);
	(void)question;
	(void)arg;

	ck_assert_ptr_nonnull(w);
	ck_assert_ptr_eq(answer, control_request_answer(rq));
	w->gone = &works_gone;
	control_request_work(rq, w);
	waiting = rq;

	return EINPROGRESS;
}


static int open_control(void)
{
	return control_alloc(&control, path, timers, NULL);
}


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/run/control.sock", dir);
	ck_assert_int_eq(timers_alloc_virtual(&timers, 1000), 0);
	ck_assert_int_eq(open_control(), 0);
	ck_assert_int_eq(
		control_command(control, "echo", echo_handler, &control), 0);
	ck_assert_int_eq(control_command(control, "big", big_handler, NULL),
			 0);
	ck_assert_int_eq(control_command(control, "fail", fail_handler, NULL),
			 0);
	ck_assert_int_eq(
		control_command_later(control, "later", later_handler, NULL),
		0);
}


static void teardown(void)
{
	control = mem_deref(control);
	timers = mem_deref(timers);
	tempdir_remove(dir);
}


static const struct {
	const char *question, *answer;
} casev[] = {
	{"{\"command\":\"echo\",\"text\":\"hello\"}",
	 "{\"text\":\"hello\",\"ok\":true}"},
	{"{\"command\":\"echo\"}",
	 "{\"ok\":false,\"error\":\"No such file or directory\"}"},
	{"{\"command\":\"fail\"}", "{\"error\":\"it is so\",\"ok\":false}"},
	{"{\"command\":\"nothing\"}",
	 "{\"ok\":false,\"error\":\"unknown command\"}"},
	{"{\"command\":7}", "{\"ok\":false,\"error\":\"no command\"}"},
	{"{}", "{\"ok\":false,\"error\":\"no command\"}"},
	{"[]", "{\"ok\":false,\"error\":\"not a JSON object\"}"},
	{"", "{\"ok\":false,\"error\":\"not a JSON object\"}"},
	{"\x01\xff", "{\"ok\":false,\"error\":\"not a JSON object\"}"},
	{"{\"command\":\"echo\",\"command\":\"big\"}",
	 "{\"ok\":false,\"error\":\"not a JSON object\"}"},
};


START_TEST(a_line_is_answered)
{
	char *text = control_answer(control, casev[_i].question,
				    strlen(casev[_i].question));

	ck_assert_str_eq(text, casev[_i].answer);
	free(text);
}
END_TEST


START_TEST(deep_json_is_no_danger)
{
	char deep[CONTROL_LINE_MAX];
	char *text;

	memset(deep, '[', sizeof(deep));
	text = control_answer(control, deep, sizeof(deep));
	ck_assert_ptr_nonnull(strstr(text, "not a JSON object"));
	free(text);
}
END_TEST


START_TEST(the_socket_is_for_its_owner)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	ck_assert(S_ISSOCK(st.st_mode));
	control = mem_deref(control);
	ck_assert_int_ne(stat(path, &st), 0);
}
END_TEST


START_TEST(a_live_socket_is_not_stolen)
{
	struct control *second = NULL;

	ck_assert_int_eq(control_alloc(&second, path, timers, NULL),
			 EADDRINUSE);
	ck_assert_ptr_null(second);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST


START_TEST(what_a_killed_server_has_left_goes)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd;

	control = mem_deref(control);
	(void)str_ncpy(sun.sun_path, path, sizeof(sun.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sun, sizeof(sun)),
			 0);
	(void)close(fd);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(open_control(), 0);
}
END_TEST


START_TEST(a_file_of_somebody_elses_stays)
{
	FILE *f;

	control = mem_deref(control);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	(void)fclose(f);
	ck_assert_int_eq(open_control(), EEXIST);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST


START_TEST(another_ones_socket_is_not_taken_away_at_the_end)
{
	ck_assert_int_eq(unlink(path), 0);
	{
		struct control *second = NULL;

		ck_assert_int_eq(control_alloc(&second, path, timers, NULL),
				 0);
		control = mem_deref(control);
		ck_assert_int_eq(access(path, F_OK), 0);
		mem_deref(second);
	}
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST


static int dial(void)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)str_ncpy(sun.sun_path, path, sizeof(sun.sun_path));
	ck_assert_int_eq(
		connect(fd, (const struct sockaddr *)&sun, sizeof(sun)), 0);

	return fd;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


static void step(void)
{
	struct tmr tmr;

	tmr_init(&tmr);
	tmr_start(&tmr, 1, stop_handler, NULL);
	(void)re_main(NULL);
	tmr_cancel(&tmr);
}


/* up to so many octets, or until the other side closes: 0 then */
static size_t take(int fd, char *buf, size_t size)
{
	size_t n = 0;

	for (int i = 0; i < STEPS && n < size; i++) {
		const ssize_t k = recv(fd, buf + n, size - n, 0);

		if (!k)
			return 0;
		if (k > 0)
			n += (size_t)k;
		if (n && buf[n - 1] == '\n')
			break;
		step();
	}

	return n;
}


static void put(int fd, const char *text)
{
	ck_assert_int_eq(send(fd, text, strlen(text), 0),
			 (ssize_t)strlen(text));
}


START_TEST(questions_come_in_pieces_and_in_heaps)
{
	char buf[512];
	const int fd = dial();
	size_t n;

	put(fd, "{\"command\":\"ec");
	step();
	put(fd, "ho\",\"text\":\"a\"}\n{\"command\":\"echo\",");
	n = take(fd, buf, sizeof(buf) - 1);
	buf[n] = '\0';
	ck_assert_str_eq(buf, "{\"text\":\"a\",\"ok\":true}\n");
	put(fd, "\"text\":\"b\"}\n{\"command\":\"echo\",\"text\":\"c\"}\n");
	step();
	step();
	n = take(fd, buf, sizeof(buf) - 1);
	buf[n] = '\0';
	ck_assert_str_eq(buf, "{\"text\":\"b\",\"ok\":true}\n"
			      "{\"text\":\"c\",\"ok\":true}\n");
	(void)close(fd);
}
END_TEST


START_TEST(a_large_answer_waits_for_its_reader)
{
	char *buf = calloc(1, 2 * BIG);
	const int fd = dial();
	size_t n = 0;

	ck_assert_ptr_nonnull(buf);
	put(fd, "{\"command\":\"big\"}\n{\"command\":\"echo\",\"text\":1}\n");
	for (int i = 0; i < 20; i++)
		step();
	for (int i = 0; i < STEPS && !strstr(buf, "\"text\":1"); i++) {
		const ssize_t k = recv(fd, buf + n, 2 * BIG - n - 1, 0);

		if (k > 0)
			n += (size_t)k;
		step();
	}
	ck_assert_uint_gt(n, BIG);
	ck_assert_ptr_nonnull(strstr(buf, "{\"text\":1,\"ok\":true}\n"));
	free(buf);
	(void)close(fd);
}
END_TEST


START_TEST(an_answer_that_takes_time_keeps_its_place)
{
	char buf[512];
	const int fd = dial();
	size_t n;

	put(fd, "{\"command\":\"later\"}\n{\"command\":\"echo\","
		"\"text\":1}\n");
	for (int i = 0; i < 5; i++)
		step();
	ck_assert_ptr_nonnull(waiting);
	ck_assert_int_lt(recv(fd, buf, sizeof(buf), 0), 0);
	(void)json_object_set_new(control_request_answer(waiting), "ms",
				  json_integer(3));
	control_request_done(waiting, 0);
	ck_assert_uint_eq(works_gone, 1);
	step();
	n = take(fd, buf, sizeof(buf) - 1);
	buf[n] = '\0';
	ck_assert_str_eq(buf, "{\"ms\":3,\"ok\":true}\n"
			      "{\"text\":1,\"ok\":true}\n");
	(void)close(fd);
}
END_TEST


START_TEST(no_answer_takes_for_ever)
{
	char buf[512];
	const int fd = dial();
	size_t n;

	put(fd, "{\"command\":\"later\"}\n");
	for (int i = 0; i < 5; i++)
		step();
	timers_advance(timers, CONTROL_LATER_MS);
	n = take(fd, buf, sizeof(buf) - 1);
	buf[n] = '\0';
	ck_assert_str_eq(buf, "{\"ok\":false,\"error\":\"Connection timed "
			      "out\"}\n");
	ck_assert_uint_eq(works_gone, 1);
	(void)close(fd);
}
END_TEST


START_TEST(who_goes_takes_his_question_along)
{
	const int fd = dial();

	put(fd, "{\"command\":\"later\"}\n");
	for (int i = 0; i < 5; i++)
		step();
	(void)close(fd);
	for (int i = 0; i < STEPS && !works_gone; i++)
		step();
	ck_assert_uint_eq(works_gone, 1);
}
END_TEST


static void count_handler(int err, json_t *answer, void *arg)
{
	unsigned *n = arg;

	ck_assert_int_eq(json_is_true(json_object_get(answer, "ok")), !err);
	json_decref(answer);
	++*n;
}


/* of a question that waits */
START_TEST(the_control_answers_what_is_asked_from_inside)
{
	json_t *later = json_pack("{s:s}", "command", "later");
	json_t *none = json_pack("{s:s}", "command", "none");
	struct control_request *rqv[CONTROL_REQUESTS_MAX], *more = NULL;
	unsigned n = 0;

	ck_assert_int_eq(control_ask(&more, control, none, count_handler, &n),
			 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_null(more);
	for (size_t i = 0; i < ARRAY_SIZE(rqv); i++)
		ck_assert_int_eq(control_ask(&rqv[i], control, later,
					     count_handler, &n),
				 0);
	ck_assert_int_eq(control_ask(&more, control, later, count_handler, &n),
			 EBUSY);
	mem_deref(rqv[0]); /* given up: nothing is heard */
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(works_gone, 1);
	control = mem_deref(control);
	ck_assert_uint_eq(n, ARRAY_SIZE(rqv));
	for (size_t i = 1; i < ARRAY_SIZE(rqv); i++)
		mem_deref(rqv[i]);
	json_decref(later);
	json_decref(none);
}
END_TEST


START_TEST(a_line_without_end_ends_the_connection)
{
	char line[CONTROL_LINE_MAX + 1];
	const int fd = dial();

	memset(line, ' ', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	put(fd, line);
	ck_assert_uint_eq(take(fd, line, sizeof(line)), 0);
	ck_assert_int_eq(recv(fd, line, 1, 0), 0);
	(void)close(fd);
}
END_TEST


START_TEST(who_says_nothing_goes)
{
	char c;
	const int fd = dial();

	step();
	step();
	timers_advance(timers, CONTROL_IDLE_MS);
	ck_assert_int_eq(recv(fd, &c, 1, 0), 0);
	(void)close(fd);
}
END_TEST


START_TEST(there_are_not_too_many)
{
	int fdv[CONTROL_CLIENTS_MAX + 1];
	char c;

	for (size_t i = 0; i < ARRAY_SIZE(fdv); i++) {
		fdv[i] = dial();
		step();
		step();
	}
	ck_assert_int_eq(recv(fdv[CONTROL_CLIENTS_MAX], &c, 1, 0), 0);
	ck_assert_int_eq(recv(fdv[0], &c, 1, 0), -1);
	(void)close(fdv[0]);
	step();
	step();
	(void)close(fdv[CONTROL_CLIENTS_MAX]);
	fdv[0] = dial();
	put(fdv[0], "{}\n");
	ck_assert_uint_eq(take(fdv[0], &c, 1), 1);
	for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++)
		(void)close(fdv[i]);
}
END_TEST


START_TEST(commands_are_bounded)
{
	static char namev[CONTROL_COMMANDS_MAX + 1][8];
	int err = 0;

	ck_assert_int_eq(control_command(control, "echo", echo_handler, NULL),
			 EEXIST);
	for (size_t i = 0; i < ARRAY_SIZE(namev) && !err; i++) {
		(void)snprintf(namev[i], sizeof(namev[i]), "c%zu", i);
		err = control_command(control, namev[i], echo_handler, NULL);
	}
	ck_assert_int_eq(err, ENOSPC);
}
END_TEST


START_TEST(what_cannot_be_is_refused)
{
	struct control *c = NULL;
	char lengthy[200];

	memset(lengthy, 'a', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	ck_assert_int_eq(control_alloc(&c, lengthy, timers, NULL),
			 ENAMETOOLONG);
	ck_assert_int_eq(control_alloc(&c, "", timers, NULL), EINVAL);
	ck_assert_int_eq(control_alloc(&c, NULL, timers, NULL), EINVAL);
	ck_assert_int_ne(control_alloc(&c, "/nowhere/at/all", timers, NULL),
			 0);
	ck_assert_ptr_null(control_answer(NULL, "", 0));
	ck_assert_int_eq(control_command(NULL, "x", echo_handler, NULL),
			 EINVAL);
}
END_TEST


Suite *suite_control(void);
Suite *suite_control(void)
{
	Suite *s = suite_create("control");
	TCase *tc = tcase_create("control");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, a_line_is_answered, casev);
	tcase_add_test(tc, deep_json_is_no_danger);
	tcase_add_test(tc, the_socket_is_for_its_owner);
	tcase_add_test(tc, a_live_socket_is_not_stolen);
	tcase_add_test(tc, what_a_killed_server_has_left_goes);
	tcase_add_test(tc, a_file_of_somebody_elses_stays);
	tcase_add_test(tc, another_ones_socket_is_not_taken_away_at_the_end);
	tcase_add_test(tc, questions_come_in_pieces_and_in_heaps);
	tcase_add_test(tc, a_large_answer_waits_for_its_reader);
	tcase_add_test(tc, an_answer_that_takes_time_keeps_its_place);
	tcase_add_test(tc, no_answer_takes_for_ever);
	tcase_add_test(tc, who_goes_takes_his_question_along);
	tcase_add_test(tc, the_control_answers_what_is_asked_from_inside);
	tcase_add_test(tc, a_line_without_end_ends_the_connection);
	tcase_add_test(tc, who_says_nothing_goes);
	tcase_add_test(tc, there_are_not_too_many);
	tcase_add_test(tc, commands_are_bounded);
	tcase_add_test(tc, what_cannot_be_is_refused);
	suite_add_tcase(s, tc);

	return s;
}
