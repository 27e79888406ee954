/**
 * @file test/proxy/admin/control_status.c  How the server says that it is
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/json.h"
#include "proxy/admin/control_status.h"
#include "proxy/command/ctl_print_status.h"
#include "test/mock/tempdir.h"
#include "test/relay/rig.h"
#include "test/test.h"

enum { WORKERS = 2, DAY_MS = 86400000 };

static struct rig rig;
static struct control *control;
static struct control_status *status;
static char dir[TEMPDIR_SIZE], path[96];


static void setup(void)
{
	struct relay_conf conf = rig_conf();

	conf.workers = WORKERS;
	conf.rung = RELAY_SOCKETS;
	rig_open(&rig, &conf);
	tempdir_make(dir);
	(void)re_snprintf(path, sizeof(path), "%s/control", dir);
	ck_assert_int_eq(control_alloc(&control, path, rig.timers, NULL), 0);
}


static void teardown(void)
{
	control = mem_deref(control);
	status = mem_deref(status);
	rig_close(&rig);
	tempdir_remove(dir);
}


static json_t *ask(void)
{
	static const char q[] = "{\"command\":\"status\"}";
	char *text = control_answer(control, q, strlen(q));
	json_t *answer;

	ck_assert_ptr_nonnull(text);
	answer = json_loads(text, 0, NULL);
	free(text);
	ck_assert(json_is_true(json_object_get(answer, "ok")));

	return answer;
}


static const char *printed(const json_t *answer)
{
	static char text[2048];
	FILE *f = fmemopen(text, sizeof(text), "w");

	ck_assert_ptr_nonnull(f);
	ctl_print_status(f, answer);
	(void)fclose(f);

	return text;
}


static json_int_t number(const json_t *obj, const char *key)
{
	return json_integer_value(json_object_get(obj, key));
}


START_TEST(it_says_how_packets_move_and_why_not_better)
{
	const json_t *plane, *workers;
	json_t *answer;
	const char *text;

	ck_assert_int_eq(control_status_alloc(&status, control, rig.relay,
					      NULL, rig.timers),
			 0);
	timers_advance(rig.timers, DAY_MS + 3723000);
	rig_call(&rig);
	answer = ask();
	plane = json_object_get(answer, "plane");
	workers = json_object_get(answer, "workers");
	ck_assert_str_eq(json_string_value(json_object_get(plane, "rung")),
			 "sockets");
	ck_assert_ptr_nonnull(json_object_get(plane, "no_kernel"));
	ck_assert_ptr_null(json_object_get(plane, "attached"));
	ck_assert_int_eq(number(answer, "uptime_s"), 86400 + 3723);
	ck_assert_int_eq(number(answer, "sessions"), 1);
	ck_assert_int_eq(number(answer, "ports_free"),
			 relay_ports_free(rig.relay));
	ck_assert_uint_eq(json_array_size(workers), WORKERS);
	ck_assert_int_eq(number(json_array_get(workers, 0), "sessions"), 1);

	text = printed(answer);
	ck_assert_ptr_nonnull(strstr(text, "up        1 days 1:02:03\n"));
	ck_assert_ptr_nonnull(strstr(text, "packets   by sockets\n"));
	ck_assert_ptr_nonnull(
		strstr(text, "not sk_lookup: the configuration does not "
			     "want it\n"));
	ck_assert_ptr_nonnull(strstr(text, "worker 1  0 sessions, "));
	json_decref(answer);
}
END_TEST


START_TEST(a_workers_load_is_that_of_the_last_seconds)
{
	const json_t *worker;
	json_t *answer;

	rig_call(&rig);
	ck_assert_int_eq(control_status_alloc(&status, control, rig.relay,
					      NULL, rig.timers),
			 0);
	for (int i = 0; i < 20; i++)
		(void)media_send_rtp(&rig.a, &rig.at[0][0]);
	rig_wait_seen(&rig, RELAY_A, 20);

	timers_advance(rig.timers, 1000);
	answer = ask();
	worker = json_array_get(json_object_get(answer, "workers"), 0);
	ck_assert_int_eq(number(worker, "packets"), 20);
	ck_assert_int_eq(number(worker, "packets_per_s"), 20);
	json_decref(answer);

	timers_advance(rig.timers, 60000);
	answer = ask();
	worker = json_array_get(json_object_get(answer, "workers"), 0);
	ck_assert_int_eq(number(worker, "packets"), 20);
	ck_assert_int_eq(number(worker, "packets_per_s"), 0);
	json_decref(answer);
}
END_TEST


START_TEST(without_a_relay_it_says_less)
{
	json_t *answer;

	ck_assert_int_eq(
		control_status_alloc(NULL, control, NULL, NULL, rig.timers),
		EINVAL);
	oom_after(0);
	ck_assert_int_eq(
		control_status_alloc(&status, control, NULL, NULL, rig.timers),
		ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(
		control_status_alloc(&status, control, NULL, NULL, rig.timers),
		0);
	answer = ask();
	ck_assert_ptr_null(json_object_get(answer, "plane"));
	ck_assert_ptr_null(strstr(printed(answer), "packets"));
	json_decref(answer);
}
END_TEST


/* what a server says moves no terminal */
START_TEST(the_kernel_has_its_own_line)
{
	json_t *answer = json_loads(
		"{\"version\":\"1\",\"plane\":{\"rung\":\"kernel\","
		"\"attached\":\"t\\u001bcx\",\"flows\":7}}",
		0, NULL);

	ck_assert_ptr_nonnull(strstr(printed(answer),
				     "packets   by kernel (t?cx), which "
				     "forwards 7 directions now\n"));
	json_decref(answer);
}
END_TEST


Suite *suite_control_status(void);
Suite *suite_control_status(void)
{
	Suite *s = suite_create("control_status");
	TCase *tc = tcase_create("status");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_says_how_packets_move_and_why_not_better);
	tcase_add_test(tc, a_workers_load_is_that_of_the_last_seconds);
	tcase_add_test(tc, without_a_relay_it_says_less);
	tcase_add_test(tc, the_kernel_has_its_own_line);
	suite_add_tcase(s, tc);

	return s;
}
