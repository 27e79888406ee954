/**
 * @file ctl_command.c  viaduct ctl: asks a running server
 *
 * One question, one answer, over the control socket that the configuration
 * names. A verb is a row of the table: its question, and how the answer is
 * printed.
 */
#include "common/json.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/config.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/ctl_link.h"
#include "proxy/command/ctl_past.h"
#include "proxy/command/ctl_print.h"
#include "proxy/command/ctl_print_call.h"
#include "proxy/command/ctl_print_explain.h"
#include "proxy/command/ctl_print_ladder.h"
#include "proxy/command/ctl_print_metrics.h"
#include "proxy/command/ctl_print_registration.h"
#include "proxy/command/ctl_print_server.h"
#include "proxy/command/ctl_print_setting.h"
#include "proxy/command/ctl_print_status.h"
#include "proxy/command/ctl_print_test.h"
#include "proxy/command/ctl_print_trace.h"
#include "proxy/command/ctl_table_call.h"
#include "proxy/command/ctl_table_registration.h"
#include "proxy/command/ctl_wait.h"
#include "proxy/command/ctl_watch.h"

enum { KEYS_MAX = 2 };

/** One call of the command */
struct call {
	const char *config;
	struct {
		char letter;
		const char *key, *value; /* of the question */
	} optionv[4];
	bool json, watch, bad, stop, wait;
	struct cli_line line;
};

/** What stands behind a verb */
struct question {
	const char *keyv[KEYS_MAX]; /* of its operands */
	const char *rows;           /* it is a table that comes in pages */
	ctl_print_h *printh;
	ctl_table_h *tableh; /* while it is watched; or NULL */
	bool ladder;         /* that is shown behind */
	char needs;          /* the letter of an option; 0: none */
	/* who answers, where it is not the server; NULL: it is */
	json_t *(*askh)(const struct config *cfg, const json_t *question);
};

#define ASKS(...)                \
	&(const struct question) \
	{                        \
		__VA_ARGS__      \
	}

static const struct cli_option optionv[] = {
	{"config", 'c', "FILE", "configuration of the running server"},
	{"json", 'j', NULL, "the answer as it comes"},
	{"watch", 'w', NULL, "again each second, until q or Ctrl-C"},
	{"from", 'f', "AOR", "the account or peer that calls"},
	{"to", 't', "AOR",
	 "whom it calls, a user or a number; of a trace: pcap, log"},
	{"message", 'm', "N", "the text of that message"},
	{"bad", 'b', NULL, "only calls that were bad"},
	{"stop", 's', NULL, "and end with the last call"},
	{"deadline", 'd', "SECONDS", "how long calls may go on"},
	{"wait", 'W', NULL, "until no call is up, with progress"},
	{NULL, 0, NULL, NULL},
};

static const struct cli_verb verbv[] = {
	{"status", "", "w", "how it is, and what should be changed",
	 ASKS(.printh = ctl_print_status)},
	{"calls", "", "w", "all calls that are up or ring",
	 ASKS(.rows = "calls", .printh = ctl_print_calls,
	      .tableh = ctl_table_calls)},
	{"call", "ID", "", "all that is known of one: its number or Call-ID",
	 ASKS({"id"}, .printh = ctl_print_call, .ladder = true)},
	{"ladder", "ID", "m", "who said what when in a call, also a past one",
	 ASKS({"id"}, .printh = ctl_print_ladder)},
	{"history", "[SEARCH]", "b",
	 "past calls: of a part of a name or number, or all of one ID",
	 ASKS({"search"}, .printh = ctl_past_print, .askh = ctl_past_ask)},
	{"trace", "WHO on|off", "t",
	 "write down the SIP of USER@DOMAIN or an address",
	 ASKS({"what", "on"}, .printh = ctl_print_nothing)},
	{"traces", "", "", "who is traced, and where to",
	 ASKS(.printh = ctl_print_traces)},
	{"flights", "", "", "packet files of calls that went wrong",
	 ASKS(.printh = ctl_print_flights)},
	{"hangup", "ID", "", "end a call: both ends are told",
	 ASKS({"id"}, .printh = ctl_print_hangup)},
	{"record", "ID on|off", "", "write down what is spoken, or no longer",
	 ASKS({"id", "mode"}, .printh = ctl_print_record)},
	{"registrations", "[SEARCH]", "w",
	 "who is registered, and how reached",
	 ASKS(.keyv = {"search"}, .rows = "registrations",
	      .printh = ctl_print_registrations,
	      .tableh = ctl_table_registrations)},
	{"ping", "AOR", "", "do the phones of a user answer, and how soon",
	 ASKS({"aor"}, .printh = ctl_print_ping)},
	{"explain", "", "ft", "what would become of a call, and why",
	 ASKS(.printh = ctl_print_explain, .needs = 't')},
	{"route", "NUMBER", "f",
	 "where a number goes: user, or rule and peers",
	 ASKS({"number"}, .printh = ctl_print_route)},
	{"peers", "", "", "state, calls and registration of each peer",
	 ASKS(.printh = ctl_print_peers)},
	{"relays", "", "", "who relays media, and how it is",
	 ASKS(.printh = ctl_print_relays)},
	{"bans", "", "", "addresses that are not heard, and why",
	 ASKS(.printh = ctl_print_bans)},
	{"unban", "ADDRESS", "", "hear an address again",
	 ASKS({"address"}, .printh = ctl_print_nothing)},
	{"tests", "", "", "what the last calls to the test number have shown",
	 ASKS(.printh = ctl_print_tests)},
	{"drain", "[on|off]", "sdW", "no new calls; those that are up go on",
	 ASKS({"on"}, .printh = ctl_print_drain)},
	{"log", "[debug|info|warn|error]", "", "what is logged from now on",
	 ASKS({"level"}, .printh = ctl_print_log)},
	{"metrics", "", "", "all counters, as Prometheus reads them",
	 ASKS(.printh = ctl_print_metrics)},
	{"settings", "", "", "what is in force, set or not",
	 ASKS(.printh = ctl_print_settings)},
	{"rotate", "", "", "begin other files of records and traces",
	 ASKS(.printh = ctl_print_nothing)},
	{"reload", "", "", "read the configuration again, while calls go on",
	 ASKS(.printh = ctl_print_reload)},
	{"token", "", "", "what the API over HTTP takes",
	 ASKS(.printh = ctl_print_token)},
	{NULL, NULL, NULL, NULL, NULL},
};

const struct cli ctl_cli = {
	.name = "ctl",
	.text = "Asks a running server.",
	.optionv = optionv,
	.options = "cj",
	.numbers = "md",
	.verbv = verbv,
};


static int load_config(struct config **cp, const char *path)
{
	struct mbuf *errs = mbuf_alloc(512);
	int err;

	if (!errs)
		return ENOMEM;

	err = config_load(cp, config_find(path), errs);
	if (err)
		(void)fprintf(stderr, "%.*s", (int)errs->end,
			      (const char *)errs->buf);
	mem_deref(errs);

	return err;
}


static int show(const struct call *call, const json_t *answer)
{
	const struct question *q = call->line.verb->detail;
	const json_t *error = json_object_get(answer, "error");

	if (call->json) {
		(void)json_dumpf(answer, stdout, JSON_INDENT(2) | JSON_DIGITS);
		(void)fputc('\n', stdout);
	}
	else if (!error) {
		q->printh(stdout, answer);
	}

	if (error)
		(void)fprintf(stderr, "viaduct: %s\n",
			      json_string_value(error));

	return json_is_true(json_object_get(answer, "ok")) ? CLI_OK
							   : CLI_FAILED;
}


static json_t *make_question(const struct call *call)
{
	const struct question *q = call->line.verb->detail;
	json_t *question = json_object();

	(void)json_object_set_new(question, "command",
				  json_string(call->line.verb->name));
	for (int i = 0; i < call->line.operandc; i++)
		(void)json_object_set_new(question, q->keyv[i],
					  json_string(call->line.operandv[i]));
	if (call->bad)
		(void)json_object_set_new(question, "bad", json_true());
	if (call->stop)
		(void)json_object_set_new(question, "stop", json_true());
	for (size_t i = 0; i < ARRAY_SIZE(call->optionv); i++) {
		if (call->optionv[i].value)
			(void)json_object_set_new(
				question, call->optionv[i].key,
				json_string(call->optionv[i].value));
	}

	return question;
}


/* a call's messages are part of what is known of it */
static void show_ladder(const char *path, json_t *question)
{
	json_t *answer;

	(void)json_object_set_new(question, "command", json_string("ladder"));
	answer = ctl_link_ask(path, question, true);
	if (json_is_true(json_object_get(answer, "ok"))) {
		(void)fputc('\n', stdout);
		ctl_print_ladder(stdout, answer);
	}
	json_decref(answer);
}


static int run(const struct call *call)
{
	const struct question *q = call->line.verb->detail;
	json_t *question, *answer;
	struct config *cfg = NULL;
	const struct ctl_view view = {
		.rows = q->rows,
		.json = call->json,
		.printh = q->printh,
		.tableh = q->tableh,
	};
	int code = CLI_FAILED;

	if (load_config(&cfg, call->config))
		return CLI_USAGE;

	question = make_question(call);
	if (call->watch) {
		code = ctl_watch(cfg->control, question, &view);
	}
	else {
		answer = q->askh ? q->askh(cfg, question)
				 : ctl_link_ask_all(cfg->control, question,
						    q->rows);
		code = answer ? show(call, answer) : CLI_FAILED;
		if (!code && q->ladder && !call->json)
			show_ladder(cfg->control, question);
		if (!code && call->wait)
			code = ctl_wait(cfg->control, call->stop, call->json);
		json_decref(answer);
	}
	json_decref(question);
	mem_deref(cfg);

	return code;
}


/* an option that a verb cannot do without */
static int check_needs(const struct call *call)
{
	const struct question *q = call->line.verb->detail;

	for (size_t i = 0; i < ARRAY_SIZE(call->optionv); i++) {
		if (call->optionv[i].letter != q->needs ||
		    call->optionv[i].value)
			continue;

		(void)fprintf(stderr, "viaduct: %s needs --%s\n",
			      call->line.verb->name,
			      cli_option(&ctl_cli, q->needs)->name);

		return CLI_USAGE;
	}

	return CLI_GO_ON;
}


static void option_handler(char letter, const char *value, void *arg)
{
	struct call *call = arg;

	if (letter == 'c')
		call->config = value;
	else if (letter == 'j')
		call->json = true;
	else if (letter == 'w')
		call->watch = true;
	else if (letter == 'b')
		call->bad = true;
	else if (letter == 's')
		call->stop = true;
	else if (letter == 'W')
		call->wait = true;

	for (size_t i = 0; i < ARRAY_SIZE(call->optionv); i++) {
		if (call->optionv[i].letter == letter)
			call->optionv[i].value = value;
	}
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
	struct call call = {
		.optionv = {{'f', "from", NULL},
			    {'t', "to", NULL},
			    {'m', "message", NULL},
			    {'d', "deadline", NULL}},
	};
	int code = cli_parse(&call.line, &ctl_cli, argc, argv, option_handler,
			     &call);

	if (code == CLI_GO_ON)
		code = check_needs(&call);

	return code == CLI_GO_ON ? run(&call) : code;
}
