/**
 * @file user_command.c  viaduct user add|del|list
 *
 * Works on the database under a running server, which sees each change with
 * its next request. A password is never an argument: others could read it in
 * the list of processes.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/config.h"
#include "common/store.h"
#include "proxy/admin/password.h"
#include "proxy/admin/user_command.h"
#include "proxy/user/account.h"


enum exit_code { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/** One call of the command */
struct command {
	const char *verb;
	const char *user; /* as given; NULL: none */
	const char *config;
	bool replace;
	struct config *cfg;
	struct store *store;
	char aor[ACCOUNT_AOR_MAX];
};


static int usage(FILE *f, int code)
{
	(void)fputs(
		"usage: viaduct user add [-r] [-c FILE] USER@DOMAIN\n"
		"       viaduct user del [-c FILE] USER@DOMAIN\n"
		"       viaduct user list [-c FILE]\n"
		"\n"
		"add asks for the password on the terminal, or reads one "
		"line of stdin.\n"
		"\n"
		"  -c, --config FILE  configuration (names the domains and "
		"the database)\n"
		"  -r, --replace      add: give an account that exists "
		"another password\n"
		"  -h, --help         this text\n",
		f);

	return code;
}


/* what the user part of a SIP URI may hold unescaped (RFC 3261 section
 * 25.1), so that phones and we write the same name */
static bool is_user_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-_.!~*'()&=+$,?/", c));
}


static int check_user(const struct command *cmd, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_user_char(cmd->user[i]))
			continue;
		(void)fprintf(stderr,
			      "viaduct: the user name may hold letters, "
			      "digits and -_.!~*'()&=+$,?/ only\n");
		return EXIT_FAILED;
	}

	return EXIT_OK;
}


static void print_foreign(const struct config *cfg, const struct pl *host)
{
	(void)re_fprintf(stderr, "viaduct: %r is not a domain of ours (",
			 host);
	for (size_t i = 0; i < cfg->domainc; i++)
		(void)fprintf(stderr, "%s%s", i ? ", " : "", cfg->domainv[i]);
	(void)fprintf(stderr, ")\n");
}


/* canonical as what a To header becomes */
static int make_aor(struct command *cmd)
{
	const char *at = cmd->user ? strrchr(cmd->user, '@') : NULL;
	char text[SIPURI_MAX];
	struct sipuri uri;
	struct pl pl;
	int err;

	if (!at || at == cmd->user || !at[1]) {
		(void)fprintf(stderr, "viaduct: expected USER@DOMAIN\n");
		return usage(stderr, EXIT_USAGE);
	}
	if (check_user(cmd, (size_t)(at - cmd->user)))
		return EXIT_FAILED;

	err = re_snprintf(text, sizeof(text), "sip:%s", cmd->user) < 0;
	pl_set_str(&pl, text);
	if (err || sipuri_decode(&uri, &pl) || uri.port || uri.params.l ||
	    uri.headers.l)
		err = EBADMSG;
	else
		err = account_aor(cmd->aor, cmd->cfg, &uri);

	if (err == ENOENT)
		print_foreign(cmd->cfg, &uri.host);
	else if (err)
		(void)fprintf(stderr, "viaduct: %s is no address\n",
			      cmd->user);

	return err ? EXIT_FAILED : EXIT_OK;
}


static int fail(const struct command *cmd, int err)
{
	switch (err) {
	case EEXIST:
		(void)fprintf(stderr,
			      "viaduct: %s exists already (-r gives it "
			      "another password)\n",
			      cmd->aor);
		break;
	case ENOENT:
		(void)fprintf(stderr, "viaduct: there is no %s\n", cmd->aor);
		break;
	default:
		(void)re_fprintf(stderr, "viaduct: the database fails: %m\n",
				 err);
		break;
	}

	return EXIT_FAILED;
}


static int user_add(struct command *cmd)
{
	char password[PASSWORD_SIZE];
	const char *why;
	int err;

	why = password_read(password, stdin);
	if (why) {
		(void)fprintf(stderr, "viaduct: the password %s\n", why);
		return EXIT_FAILED;
	}

	err = cmd->replace ? account_set(cmd->store, cmd->aor, password)
			   : account_add(cmd->store, cmd->aor, password);
	explicit_bzero(password, sizeof(password));

	return err ? fail(cmd, err) : EXIT_OK;
}


static int user_del(struct command *cmd)
{
	const int err = account_del(cmd->store, cmd->aor);

	return err ? fail(cmd, err) : EXIT_OK;
}


static void print_handler(const struct account *acc, void *arg)
{
	(void)arg;
	(void)puts(acc->aor);
}


static int user_list(struct command *cmd)
{
	const int err = account_list(cmd->store, print_handler, NULL);

	return err ? fail(cmd, err) : EXIT_OK;
}


static const struct {
	const char *verb;
	bool user; /* takes USER@DOMAIN */
	int (*fn)(struct command *cmd);
} verbv[] = {
	{"add", true, user_add},
	{"del", true, user_del},
	{"list", false, user_list},
};


/* -1: go on, else the exit code */
static int parse(struct command *cmd, int argc, char **argv)
{
	static const struct option optionv[] = {
		{"config", required_argument, NULL, 'c'},
		{"replace", no_argument, NULL, 'r'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "c:rh", optionv, NULL)) != -1) {
		switch (c) {
		case 'c':
			cmd->config = optarg;
			break;
		case 'r':
			cmd->replace = true;
			break;
		case 'h':
			return usage(stdout, EXIT_OK);
		default:
			return usage(stderr, EXIT_USAGE);
		}
	}

	cmd->verb = optind < argc ? argv[optind++] : NULL;
	cmd->user = optind < argc ? argv[optind++] : NULL;

	return cmd->verb && optind == argc ? -1 : usage(stderr, EXIT_USAGE);
}


static int open_config(struct command *cmd)
{
	struct mbuf *errs = mbuf_alloc(256);
	int err;

	if (!errs)
		return EXIT_FAILED;

	err = config_load(&cmd->cfg, cmd->config, errs);
	if (err && errs->end)
		(void)fwrite(errs->buf, 1, errs->end, stderr);
	else if (err)
		(void)re_fprintf(stderr, "viaduct: %s: %m\n",
				 cmd->config ? cmd->config : "configuration",
				 err);
	mem_deref(errs);

	return err ? EXIT_USAGE : EXIT_OK;
}


static int open_store(struct command *cmd)
{
	char why[512] = "";

	if (!store_open(&cmd->store, cmd->cfg->data, why, sizeof(why)))
		return EXIT_OK;

	(void)fprintf(stderr, "viaduct: %s\n", why);

	return EXIT_FAILED;
}


static int run(struct command *cmd, int (*fn)(struct command *cmd))
{
	int code = open_config(cmd);

	if (!code && cmd->user)
		code = make_aor(cmd);
	if (!code)
		code = open_store(cmd);
	if (!code)
		code = fn(cmd);

	mem_deref(cmd->store);
	mem_deref(cmd->cfg);

	return code;
}


/**
 * Run "viaduct user": add, del or list accounts
 *
 * @param argc Number of arguments
 * @param argv Arguments, "user" first
 *
 * @return Exit code: 0, 1 on failure, 2 on wrong usage or configuration
 */
int user_command(int argc, char **argv)
{
	struct command cmd = {0};
	const int code = parse(&cmd, argc, argv);

	if (code >= 0)
		return code;

	for (size_t i = 0; i < ARRAY_SIZE(verbv); i++) {
		if (strcmp(cmd.verb, verbv[i].verb))
			continue;
		if (verbv[i].user != (cmd.user != NULL) ||
		    (cmd.replace && verbv[i].fn != user_add))
			return usage(stderr, EXIT_USAGE);

		return run(&cmd, verbv[i].fn);
	}

	return usage(stderr, EXIT_USAGE);
}
