/**
 * @file ctl_command.c  viaduct ctl: asks a running server
 *
 * One question, one answer, over the control socket that the configuration
 * names.
 */
#include "common/json.h"
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include "common/config.h"
#include "proxy/admin/control.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/ctl_print.h"
#include "proxy/command/ctl_print_call.h"
#include "proxy/command/ctl_print_ladder.h"
#include "proxy/command/ctl_print_metrics.h"
#include "proxy/command/ctl_print_setting.h"
#include "proxy/command/ctl_print_status.h"
#include "proxy/command/ctl_print_test.h"

enum exit_code { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };
enum { TIMEOUT_S = 10 };

/** One call of the command */
struct command {
	const char *config;
	const char *from;
	const char *message;
	bool json;
	char **argv; /* what is no option */
	int argc;
};

/** What can be asked */
static const struct question {
	const char *name;
	const char *argumentv[2]; /* their keys; NULL: there is none */
	ctl_print_h *printh;
} questionv[] = {
	{"status", {NULL}, ctl_print_status},
	{"route", {"number"}, ctl_print_route},
	{"peers", {NULL}, ctl_print_peers},
	{"bans", {NULL}, ctl_print_bans},
	{"unban", {"address"}, ctl_print_nothing},
	{"calls", {NULL}, ctl_print_calls},
	{"call", {"id"}, ctl_print_call},
	{"hangup", {"id"}, ctl_print_hangup},
	{"record", {"id", "mode"}, ctl_print_record},
	{"ladder", {"id"}, ctl_print_ladder},
	{"tests", {NULL}, ctl_print_tests},
	{"metrics", {NULL}, ctl_print_metrics},
	{"settings", {NULL}, ctl_print_settings},
	{"token", {NULL}, ctl_print_token},
};


static int usage(FILE *f, int code)
{
	(void)fputs(
		"usage: viaduct ctl [-c FILE] [--json] status\n"
		"       viaduct ctl [-c FILE] [--json] route NUMBER "
		"[--from USER@DOMAIN]\n"
		"       viaduct ctl [-c FILE] [--json] peers|bans\n"
		"       viaduct ctl [-c FILE] unban ADDRESS\n"
		"       viaduct ctl [-c FILE] [--json] calls\n"
		"       viaduct ctl [-c FILE] [--json] call|hangup ID\n"
		"       viaduct ctl [-c FILE] record ID on|off\n"
		"       viaduct ctl [-c FILE] [--json] ladder ID "
		"[--message N]\n"
		"       viaduct ctl [-c FILE] [--json] tests\n"
		"       viaduct ctl [-c FILE] metrics\n"
		"       viaduct ctl [-c FILE] [--json] settings\n"
		"       viaduct ctl [-c FILE] token\n"
		"\n"
		"status how it is: calls, ports, how packets move and why not "
		"better\n"
		"route  where a number goes: user, or rule and peers, or why "
		"not\n"
		"peers  state, calls and registration of each peer\n"
		"bans   addresses that are not heard, why and for how long\n"
		"unban  hear an address again, and forget what it did\n"
		"calls  all calls that are up or ring\n"
		"call   all that is known of one: its number or Call-ID\n"
		"hangup end it: both ends are told\n"
		"record write down what is spoken in it, or no longer\n"
		"ladder who said what when in a call, also in one that is "
		"over\n"
		"tests  what the last calls to the test number have shown\n"
		"metrics all counters, as Prometheus reads them\n"
		"settings what is in force, set or not, and what reload "
		"takes\n"
		"token  what the API over HTTP takes\n"
		"\n"
		"  -c, --config FILE  configuration of the running server\n"
		"  -f, --from AOR     route: the account that calls\n"
		"  -m, --message N    ladder: the text of its message N\n"
		"  -j, --json         the answer as it comes\n"
		"  -h, --help         this text\n",
		f);

	return code;
}


static int load_config(struct config **cp, const char *path)
{
	struct mbuf *errs = mbuf_alloc(512);
	int err;

	if (!errs)
		return ENOMEM;

	err = config_load(cp, path, errs);
	if (err)
		(void)fprintf(stderr, "%.*s", (int)errs->end,
			      (const char *)errs->buf);
	mem_deref(errs);

	return err;
}


static int dial(const char *path)
{
	const struct timeval tv = {.tv_sec = TIMEOUT_S};
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;

	(void)str_ncpy(sun.sun_path, path, sizeof(sun.sun_path));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	if (!connect(fd, (const struct sockaddr *)&sun, sizeof(sun)))
		return fd;

	(void)close(fd);

	return -1;
}


static int send_all(int fd, const char *text, size_t len)
{
	while (len) {
		const ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n <= 0)
			return EPIPE;
		text += n;
		len -= (size_t)n;
	}

	return 0;
}


/* up to the line's end; NULL: it never came */
static json_t *read_answer(int fd)
{
	struct mbuf *mb = mbuf_alloc(4096);
	json_t *answer = NULL;
	ssize_t n = 0;

	while (mb && mb->end <= CONTROL_ANSWER_MAX &&
	       (!mb->end || mb->buf[mb->end - 1] != '\n')) {
		if (mb->end == mb->size && mbuf_resize(mb, 2 * mb->size))
			break;
		n = recv(fd, mb->buf + mb->end, mb->size - mb->end, 0);
		if (n <= 0)
			break;
		mb->end += (size_t)n;
	}
	if (mb && n > 0)
		answer = json_loadb((const char *)mb->buf, mb->end, 0, NULL);

	mem_deref(mb);

	return answer;
}


static json_t *ask(const char *path, const json_t *question)
{
	char *text = json_dumps(question, JSON_COMPACT);
	json_t *answer = NULL;
	int fd = text ? dial(path) : -1;

	if (fd < 0) {
		(void)fprintf(stderr,
			      "viaduct: not running (nobody answers at %s: "
			      "%s)\n",
			      path, strerror(errno));
		goto out;
	}

	if (!send_all(fd, text, strlen(text)) && !send_all(fd, "\n", 1))
		answer = read_answer(fd);
	if (!answer)
		(void)fprintf(stderr,
			      "viaduct: the server at %s gave no "
			      "answer\n",
			      path);
	(void)close(fd);

out:
	free(text);

	return answer;
}


/* a long table comes in pages */
static json_t *ask_all(const char *path, json_t *question)
{
	json_t *answer = ask(path, question), *next;

	while ((next = json_object_get(answer, "next")) != NULL) {
		json_t *page;

		(void)json_object_set(question, "after", next);
		(void)json_object_del(answer, "next");
		page = ask(path, question);
		(void)json_array_extend(json_object_get(answer, "calls"),
					json_object_get(page, "calls"));
		next = json_object_get(page, "next");
		if (next)
			(void)json_object_set(answer, "next", next);
		json_decref(page);
	}

	return answer;
}


static int show(const struct command *cmd, const struct question *q,
		const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");

	if (cmd->json) {
		(void)json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_DIGITS);
		(void)fputc('\n', stdout);
	}
	else if (!error) {
		q->printh(stdout, answer);
	}

	if (error)
		(void)fprintf(stderr, "viaduct: %s\n",
			      json_string_value(error));

	return json_is_true(json_object_get(answer, "ok")) ? EXIT_OK
							   : EXIT_FAILED;
}


/* with its name */
static int arguments(const struct question *q)
{
	return 1 + (q->argumentv[0] != NULL) + (q->argumentv[1] != NULL);
}


static const struct question *find_question(const struct command *cmd)
{
	for (size_t i = 0; cmd->argc && i < ARRAY_SIZE(questionv); i++) {
		const struct question *q = &questionv[i];

		if (!strcmp(q->name, cmd->argv[0]))
			return cmd->argc == arguments(q) ? q : NULL;
	}

	return NULL;
}


static int run(const struct command *cmd, const struct question *q)
{
	json_t *question = json_object(), *answer = NULL;
	struct config *cfg = NULL;
	int code = EXIT_FAILED;

	if (load_config(&cfg, cmd->config)) {
		json_decref(question);
		return EXIT_USAGE;
	}

	(void)json_object_set_new(question, "command", json_string(q->name));
	for (size_t i = 0; i < 2 && q->argumentv[i]; i++)
		(void)json_object_set_new(question, q->argumentv[i],
					  json_string(cmd->argv[1 + i]));
	if (cmd->from)
		(void)json_object_set_new(question, "from",
					  json_string(cmd->from));
	if (cmd->message)
		(void)json_object_set_new(question, "message",
					  json_string(cmd->message));

	answer = ask_all(cfg->control, question);
	if (answer)
		code = show(cmd, q, answer);

	json_decref(answer);
	json_decref(question);
	mem_deref(cfg);

	return code;
}


/**
 * viaduct ctl: ask a running server
 *
 * @param argc Number of arguments
 * @param argv Arguments, argv[0] is "ctl"
 *
 * @return Exit status
 */
int ctl_command(int argc, char **argv)
{
	static const struct option longv[] = {
		{"config", required_argument, NULL, 'c'},
		{"from", required_argument, NULL, 'f'},
		{"message", required_argument, NULL, 'm'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct command cmd = {.config = NULL};
	const struct question *q;
	int opt;

	optind = 0;
	while ((opt = getopt_long(argc, argv, "c:f:m:jh", longv, NULL)) !=
	       -1) {
		switch (opt) {
		case 'c':
			cmd.config = optarg;
			break;
		case 'f':
			cmd.from = optarg;
			break;
		case 'm':
			cmd.message = optarg;
			break;
		case 'j':
			cmd.json = true;
			break;
		case 'h':
			return usage(stdout, EXIT_OK);
		default:
			return usage(stderr, EXIT_USAGE);
		}
	}

	cmd.argv = argv + optind;
	cmd.argc = argc - optind;
	q = find_question(&cmd);

	return q ? run(&cmd, q) : usage(stderr, EXIT_USAGE);
}
