/**
 * @file proxy/main.c  The commands
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "common/advice.h"
#include "common/config.h"
#include "proxy/command/complete.h"
#include "proxy/command/config_command.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/manual_page.h"
#include "proxy/command/user_command.h"
#include "proxy/command/welcome.h"
#include "proxy/server.h"

enum { FDS_MAX = 65536 };

static const struct cli_option no_optionv[] = {{NULL, 0, NULL, NULL}};
static const struct cli_option run_optionv[] = {
	{"config", 'c', "FILE", "configuration; without, " CONFIG_PATH},
	{NULL, 0, NULL, NULL},
};

static const struct cli run_cli = {
	.name = "run",
	.text = "Runs the server in the foreground; it logs to stderr.",
	.optionv = run_optionv,
	.options = "c",
	.takes = "",
};
static const struct cli check_cli = {
	.name = "check",
	.text = "Says what is wrong with a configuration, and what is unwise.",
	.optionv = no_optionv,
	.options = "",
	.takes = "FILE",
};
static const struct cli version_cli = {
	.name = "version",
	.text = "Says which version this is.",
	.optionv = no_optionv,
	.options = "",
	.takes = "",
};


static int load_config(struct config **cp, const char *path)
{
	struct mbuf *errs = mbuf_alloc(512);
	int err;

	if (!errs)
		return ENOMEM;

	err = config_load(cp, config_find(path), errs);
	/* faults, or warnings where there is none */
	(void)fprintf(stderr, "%.*s", (int)errs->end, (const char *)errs->buf);

	mem_deref(errs);

	return err;
}


static struct server *running;


static void signal_handler(int sig)
{
	(void)sig;
	server_leave(running);
}


/* accept must never fail for want of a descriptor that libre would take */
static void raise_limits(void)
{
	struct rlimit lim;

	if (!getrlimit(RLIMIT_NOFILE, &lim)) {
		lim.rlim_cur = lim.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &lim);
	}

	(void)fd_setsize(FDS_MAX);
}


static int serve(const char *path)
{
	struct server *srv = NULL;
	struct config *cfg = NULL;
	int err;

	if (load_config(&cfg, path))
		return CLI_USAGE;

	raise_limits();
	err = server_alloc(&srv, cfg);
	if (!err) {
		server_drop_privileges(srv);
		if (cfg->auth && !server_accounts(srv))
			welcome_print(stdout, cfg, path);
		(void)fflush(stdout);
		running = srv;
		err = re_main(signal_handler);
		server_log_counters(srv);
	}

	mem_deref(srv);
	mem_deref(cfg);

	return err ? CLI_FAILED : CLI_OK;
}


static void config_handler(char letter, const char *value, void *arg)
{
	const char **path = arg;

	if (letter == 'c')
		*path = value;
}


static int run_command(int argc, char **argv)
{
	const char *path = NULL;
	struct cli_line line;
	const int code = cli_parse(&line, &run_cli, argc, argv, config_handler,
				   &path);

	return code == CLI_GO_ON ? serve(path) : code;
}


/* what this machine and that configuration make of each other */
static void print_advice(const struct config *cfg)
{
	static struct advice advice;
	struct host_facts facts;
	const char *text;

	host_facts_read(&facts, cfg->data);
	advice_make(&advice, cfg, &facts);
	for (size_t i = 0; (text = advice_at(&advice, i)) != NULL; i++)
		(void)fprintf(stderr, "warning: %s\n", text);
}


static int check_command(int argc, char **argv)
{
	struct config *cfg = NULL;
	struct cli_line line;
	const int code = cli_parse(&line, &check_cli, argc, argv,
				   config_handler, NULL);

	if (code != CLI_GO_ON)
		return code;
	if (load_config(&cfg, line.operandv[0]))
		return CLI_USAGE;

	print_advice(cfg);
	(void)printf("%s: fine\n", line.operandv[0]);
	mem_deref(cfg);

	return CLI_OK;
}


static int version_command(int argc, char **argv)
{
#ifdef HAVE_BPF
	const char *bpf = "with eBPF";
#else
	const char *bpf = "without eBPF";
#endif
	struct cli_line line;
	const int code = cli_parse(&line, &version_cli, argc, argv,
				   config_handler, NULL);

	if (code != CLI_GO_ON)
		return code;

	(void)printf("viaduct %s (libre %s, %s)\n", VIADUCT_VERSION,
		     sys_libre_version_get(), bpf);

	return CLI_OK;
}


static const struct {
	const struct cli *cli;
	int (*fn)(int argc, char **argv);
} commandv[] = {
	{&run_cli, run_command},       {&check_cli, check_command},
	{&user_cli, user_command},     {&ctl_cli, ctl_command},
	{&config_cli, config_command}, {&version_cli, version_command},
};


static int usage(FILE *f, int code)
{
	(void)fputs("usage: viaduct COMMAND ...\n\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(commandv); i++)
		(void)fprintf(f, "  %-8s %s\n", commandv[i].cli->name,
			      commandv[i].cli->text);
	(void)fputs("\nviaduct COMMAND --help says what it takes. Exit "
		    "status: 0 all is well,\n"
		    "1 failure, 2 wrong usage or configuration.\n",
		    f);

	return code;
}


static int unknown_command(const char *word)
{
	const char *wordv[ARRAY_SIZE(commandv) + 1] = {NULL};

	for (size_t i = 0; i < ARRAY_SIZE(commandv); i++)
		wordv[i] = commandv[i].cli->name;
	(void)cli_unknown("command", word, wordv);

	return usage(stderr, CLI_USAGE);
}


/* "viaduct --complete WORD ...", for shells; "viaduct --manual PAGE", for
 * scripts/manual */
static int from_tables(int argc, char **argv)
{
	const struct cli *cliv[ARRAY_SIZE(commandv) + 1] = {NULL};

	for (size_t i = 0; i < ARRAY_SIZE(commandv); i++)
		cliv[i] = commandv[i].cli;

	if (!strcmp(argv[1], "--complete"))
		return complete_command(cliv, argc - 2, argv + 2);

	return argc == 3 && !manual_page_write(stdout, cliv, argv[2])
		       ? CLI_OK
		       : CLI_USAGE;
}


static int dispatch(int argc, char **argv)
{
	const char *word = argv[1];

	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return usage(stdout, CLI_OK);
	if (!strcmp(word, "--version"))
		return version_command(1, argv);
	if (!strcmp(word, "--complete") || !strcmp(word, "--manual"))
		return from_tables(argc, argv);

	for (size_t i = 0; i < ARRAY_SIZE(commandv); i++) {
		if (!strcmp(word, commandv[i].cli->name))
			return commandv[i].fn(argc - 1, argv + 1);
	}

	return unknown_command(word);
}


int main(int argc, char **argv)
{
	int code;

	if (argc < 2)
		return usage(stderr, CLI_USAGE);
	if (libre_init())
		return CLI_FAILED;

	code = dispatch(argc, argv);
	libre_close();

	return code;
}
