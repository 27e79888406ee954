/**
 * @file user_command.c  viaduct user add|set|del|show|list|import
 *
 * Works on the database under a running server, which sees each change within
 * a second. A password is never an argument: others could read it in the list
 * of processes.
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/config.h"
#include "common/store.h"
#include "proxy/command/user_command.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_name.h"
#include "proxy/user/account_setting.h"


/** What stands behind a verb */
struct deed {
	int (*fn)(struct user_call *call);
	bool named; /* its operand is USER@DOMAIN */
};

#define DOES(...)            \
	&(const struct deed) \
	{                    \
		__VA_ARGS__  \
	}

static const struct cli_option optionv[] = {
	{"config", 'c', "FILE", "names the domains and the database"},
	{"replace", 'r', NULL, "change accounts that exist"},
	{"password", 'p', NULL, "another password, too"},
	{"json", 'j', NULL, "as JSON"},
	{NULL, 0, NULL, NULL},
};

static const struct cli_verb verbv[] = {
	{"add", "USER@DOMAIN [KEY=VALUE ...]", "r", "a new account",
	 DOES(user_add, true)},
	{"set", "USER@DOMAIN [KEY=VALUE ...]", "p",
	 "change settings; without any, the password", DOES(user_set, true)},
	{"del", "USER@DOMAIN", "", "no longer an account",
	 DOES(user_del, true)},
	{"show", "USER@DOMAIN", "j", "its settings, as set takes them",
	 DOES(user_show, true)},
	{"list", "", "j", "all accounts", DOES(user_list, false)},
	{"import", "FILE", "r", "many, out of a CSV file (- is stdin)",
	 DOES(user_import, false)},
	{NULL, NULL, NULL, NULL, NULL},
};


static void print_keys(FILE *f)
{
	(void)fputs(
		"\n"
		"add, and set without KEY=VALUE, ask for the password on "
		"the terminal, or read\n"
		"one line of stdin. The first line of a CSV file names its "
		"columns: aor,\n"
		"password, alias, and the keys.\n"
		"\n"
		"  alias+=NAME            another name or number of it; "
		"one that begins with +\n"
		"  alias-=NAME            is the same at all domains\n",
		f);
	for (int i = 0; i < SETTING_MAX; i++)
		(void)fprintf(f, "  %-22s %s\n",
			      account_setting_name((enum account_setting)i),
			      account_setting_takes((enum account_setting)i));
	(void)fputs("An empty VALUE is the default again.\n", f);
}


const struct cli user_cli = {
	.name = "user",
	.text = "Accounts; a running server sees each change within two "
		"seconds.",
	.optionv = optionv,
	.options = "c",
	.verbv = verbv,
	.moreh = print_keys,
};


/**
 * Say what failed
 *
 * @param call Call
 * @param err  Errorcode
 *
 * @return Exit code
 */
int user_fail(const struct user_call *call, int err)
{
	switch (err) {
	case EEXIST:
		(void)fprintf(stderr,
			      "viaduct: %s exists already, as an account (-r "
			      "gives it another password) or as another one's "
			      "alias\n",
			      call->aor);
		break;
	case ENOENT:
		(void)fprintf(stderr, "viaduct: there is no %s\n", call->aor);
		break;
	case EBUSY:
		(void)fprintf(stderr, "viaduct: another process holds the "
				      "database, try again\n");
		break;
	default:
		(void)re_fprintf(stderr, "viaduct: the database fails: %m\n",
				 err);
		break;
	}

	return USER_FAILED;
}


static int open_config(struct user_call *call)
{
	struct mbuf *errs = mbuf_alloc(256);
	int err;

	if (!errs)
		return USER_FAILED;

	err = config_load(&call->cfg, config_find(call->config), errs);
	if (err && errs->end)
		(void)fwrite(errs->buf, 1, errs->end, stderr);
	else if (err)
		(void)re_fprintf(stderr, "viaduct: %s: %m\n",
				 call->config ? call->config : "configuration",
				 err);
	mem_deref(errs);

	return err ? USER_USAGE : USER_OK;
}


static int take_name(struct user_call *call)
{
	const char *why = account_name_aor(call->aor, call->cfg, call->name);

	if (!why)
		return USER_OK;

	(void)fprintf(stderr, "viaduct: %s %s", call->name, why);
	if (strstr(why, "domain of ours")) {
		for (size_t i = 0; i < call->cfg->domainc; i++)
			(void)fprintf(stderr, "%s%s", i ? ", " : " (",
				      call->cfg->domainv[i]);
		(void)fputc(')', stderr);
	}
	(void)fputc('\n', stderr);

	return strstr(why, "USER@DOMAIN") ? USER_USAGE : USER_FAILED;
}


static int open_store(struct user_call *call)
{
	char why[512] = "";

	if (!store_open(&call->store, call->cfg->data, why, sizeof(why)))
		return USER_OK;

	(void)fprintf(stderr, "viaduct: %s\n", why);

	return USER_FAILED;
}


static int run(struct user_call *call, const struct deed *deed)
{
	int code = open_config(call);

	if (!code && deed->named)
		code = take_name(call);
	if (!code)
		code = user_check_changes(call);
	if (!code)
		code = open_store(call);
	if (!code)
		code = deed->fn(call);

	mem_deref(call->store);
	mem_deref(call->cfg);

	return code;
}


static void option_handler(char letter, const char *value, void *arg)
{
	struct user_call *call = arg;

	if (letter == 'c')
		call->config = value;
	else if (letter == 'r')
		call->replace = true;
	else if (letter == 'p')
		call->password = true;
	else if (letter == 'j')
		call->json = true;
}


/**
 * Run "viaduct user": add, set, del, show, list or import accounts
 *
 * @param argc Number of arguments
 * @param argv Arguments, "user" first
 *
 * @return Exit code: 0, 1 on failure, 2 on wrong usage or configuration
 */
int user_command(int argc, char **argv)
{
	struct user_call call = {.verb = ""};
	struct cli_line line;
	int code;

	code = cli_parse(&line, &user_cli, argc, argv, option_handler, &call);
	if (code != CLI_GO_ON)
		return code;

	call.verb = line.verb->name;
	if (line.operandc) {
		call.name = line.operandv[0];
		call.changev = line.operandv + 1;
		call.changec = (size_t)line.operandc - 1;
	}

	return run(&call, line.verb->detail);
}
