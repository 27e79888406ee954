/**
 * @file ctl_wait.c  Waits for the calls of a server that takes no new ones
 */
#include <poll.h>
#include <stdio.h>
#include "proxy/command/cli.h"
#include "proxy/command/ctl_link.h"
#include "proxy/command/ctl_wait.h"

enum { TURN_MS = 500 };


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


/**
 * Read what an answer means
 *
 * @param answer   Answer to "status"; NULL: none came
 * @param stopping Whether the last one said that the server ends; is set
 *
 * @return Whether to wait on
 */
enum ctl_wait_sign ctl_wait_read(const json_t *answer, bool *stopping)
{
	if (!json_is_true(json_object_get(answer, "ok")))
		return *stopping ? CTL_WAIT_DONE : CTL_WAIT_FAILED;

	*stopping = json_is_true(json_object_get(answer, "stopping"));
	if (!json_is_true(json_object_get(answer, "draining")))
		return CTL_WAIT_FAILED;

	/* until it has ended where it does */
	return number(answer, "calls") || *stopping ? CTL_WAIT_ON
						    : CTL_WAIT_DONE;
}


static void say(const json_t *answer, bool json)
{
	if (json) {
		(void)json_dumpf(answer, stdout, JSON_COMPACT);
		(void)fputc('\n', stdout);
	}
	else {
		const long long n = number(answer, "calls");

		(void)printf("%lld %s left", n,
			     n == 1 ? "call is" : "calls are");
		if (json_is_true(json_object_get(answer, "stopping")))
			(void)printf(", the server ends in %lld s at the "
				     "latest",
				     number(answer, "left_s"));
		(void)fputc('\n', stdout);
	}
	(void)fflush(stdout);
}


static void say_end(enum ctl_wait_sign sign, bool stopping)
{
	if (sign == CTL_WAIT_DONE)
		(void)puts(stopping ? "the server has ended"
				    : "no call is up any more");
	else
		(void)fputs("viaduct: it drains no longer\n", stderr);
}


/**
 * Wait until no call is up
 *
 * @param path     Path of the control socket
 * @param stopping Whether it was told to end
 * @param json     Progress as JSON
 *
 * @return Exit code
 */
int ctl_wait(const char *path, bool stopping, bool json)
{
	json_t *question = json_pack("{s:s}", "command", "status");
	enum ctl_wait_sign sign;
	long long said = -1;

	for (;;) {
		json_t *answer = ctl_link_ask(path, question, true);

		sign = ctl_wait_read(answer, &stopping);
		if (sign == CTL_WAIT_ON && number(answer, "calls") != said) {
			said = number(answer, "calls");
			say(answer, json);
		}
		json_decref(answer);
		if (sign != CTL_WAIT_ON)
			break;
		(void)poll(NULL, 0, TURN_MS);
	}

	if (!json || sign == CTL_WAIT_FAILED)
		say_end(sign, stopping);
	json_decref(question);

	return sign == CTL_WAIT_DONE ? CLI_OK : CLI_FAILED;
}
