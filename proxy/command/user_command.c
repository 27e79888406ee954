/**
 * @file user_command.c  viaduct user add|set|del|show|list|import
 *
 * Works on the database under a running server, which sees each change within
 * a second. A password is never an argument: others could read it in the list
 * of processes.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/config.h"
#include "common/store.h"
#include "proxy/command/user_command.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_setting.h"


/** What stands behind a verb */
enum operand { NOTHING = 0, NAME, NAME_AND_CHANGES, PATH };


static int usage(FILE *f, int code)
{
	(void)fputs(
		"usage: viaduct user add [-r] USER@DOMAIN [KEY=VALUE ...]\n"
		"       viaduct user set [-p] USER@DOMAIN [KEY=VALUE ...]\n"
		"       viaduct user del USER@DOMAIN\n"
		"       viaduct user show [-j] USER@DOMAIN\n"
		"       viaduct user list [-j]\n"
		"       viaduct user import [-r] FILE.csv\n"
		"\n"
		"add, and set without KEY=VALUE, ask for the password on the "
		"terminal, or read\n"
		"one line of stdin. import takes FILE - for stdin; its first "
		"line names the\n"
		"columns: aor, password, alias, and the keys below.\n"
		"\n"
		"  -c, --config FILE  configuration (names the domains and "
		"the database)\n"
		"  -r, --replace      add, import: change accounts that "
		"exist\n"
		"  -p, --password     set: another password, too\n"
		"  -j, --json         show, list: as JSON\n"
		"  -h, --help         this text\n"
		"\n"
		"  alias+=NAME        another name or number of it; one that "
		"begins with + is\n"
		"  alias-=NAME        the same at all domains\n",
		f);
	for (int i = 0; i < SETTING_MAX; i++)
		(void)fprintf(f, "  %-18s %s\n",
			      account_setting_name((enum account_setting)i),
			      account_setting_takes((enum account_setting)i));
	(void)fputs("An empty VALUE is the default again.\n", f);

	return code;
}


/* what the user part of a SIP URI may hold unescaped (RFC 3261 section
 * 25.1), so that phones and we write the same name */
static bool is_user_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-_.!~*'()&=+$,?/", c));
}


/**
 * Make the address-of-record of what an operator wrote
 *
 * @param aor  Address-of-record; written only on success
 * @param cfg  Configuration with our domains
 * @param name USER@DOMAIN
 *
 * @return NULL if success, else why not, for the end of a sentence
 */
const char *user_aor(char aor[ACCOUNT_AOR_MAX], const struct config *cfg,
		     const char *name)
{
	const char *at = strrchr(name, '@');
	char text[SIPURI_MAX];
	struct sipuri uri;
	struct pl pl;

	if (!at || at == name || !at[1])
		return "is not USER@DOMAIN";

	for (const char *p = name; p < at; p++) {
		if (!is_user_char(*p))
			return "is no user name: it may hold letters, digits "
			       "and -_.!~*'()&=+$,?/ only";
	}

	if (re_snprintf(text, sizeof(text), "sip:%s", name) < 0)
		return "is too long";

	pl_set_str(&pl, text);
	if (sipuri_decode(&uri, &pl) || uri.port || uri.params.l ||
	    uri.headers.l)
		return "is no address";

	switch (account_aor(aor, cfg, &uri)) {
	case 0:
		return NULL;
	case ENOENT:
		return "is not at a domain of ours";
	default:
		return "is no address";
	}
}


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


static const struct {
	const char *verb;
	enum operand operand;
	const char *options; /* that it takes, besides -c */
	int (*fn)(struct user_call *call);
} verbv[] = {
	{"add", NAME_AND_CHANGES, "r", user_add},
	{"set", NAME_AND_CHANGES, "p", user_set},
	{"del", NAME, "", user_del},
	{"show", NAME, "j", user_show},
	{"list", NOTHING, "j", user_list},
	{"import", PATH, "r", user_import},
};


/* -1: go on, else the exit code */
static int parse_options(struct user_call *call, int argc, char **argv)
{
	static const struct option optionv[] = {
		{"config", required_argument, NULL, 'c'},
		{"replace", no_argument, NULL, 'r'},
		{"password", no_argument, NULL, 'p'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "c:rpjh", optionv, NULL)) != -1) {
		switch (c) {
		case 'c':
			call->config = optarg;
			break;
		case 'r':
			call->replace = true;
			break;
		case 'p':
			call->password = true;
			break;
		case 'j':
			call->json = true;
			break;
		case 'h':
			return usage(stdout, USER_OK);
		default:
			return usage(stderr, USER_USAGE);
		}
	}

	return -1;
}


static int parse(struct user_call *call, int argc, char **argv)
{
	const int code = parse_options(call, argc, argv);

	if (code >= 0)
		return code;

	if (optind >= argc)
		return usage(stderr, USER_USAGE);

	call->verb = argv[optind++];
	call->name = optind < argc ? argv[optind++] : NULL;
	call->changev = argv + optind;
	call->changec = (size_t)(argc - optind);

	return -1;
}


static bool fits(const struct user_call *call, enum operand operand,
		 const char *options)
{
	return (call->name != NULL) == (operand != NOTHING) &&
	       (!call->changec || operand == NAME_AND_CHANGES) &&
	       (!call->replace || strchr(options, 'r')) &&
	       (!call->password || strchr(options, 'p')) &&
	       (!call->json || strchr(options, 'j'));
}


static int open_config(struct user_call *call)
{
	struct mbuf *errs = mbuf_alloc(256);
	int err;

	if (!errs)
		return USER_FAILED;

	err = config_load(&call->cfg, call->config, errs);
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
	const char *why = user_aor(call->aor, call->cfg, call->name);

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

	return strstr(why, "USER@DOMAIN") ? usage(stderr, USER_USAGE)
					  : USER_FAILED;
}


static int open_store(struct user_call *call)
{
	char why[512] = "";

	if (!store_open(&call->store, call->cfg->data, why, sizeof(why)))
		return USER_OK;

	(void)fprintf(stderr, "viaduct: %s\n", why);

	return USER_FAILED;
}


static int run(struct user_call *call, bool named,
	       int (*fn)(struct user_call *call))
{
	int code = open_config(call);

	if (!code && named)
		code = take_name(call);
	if (!code)
		code = user_check_changes(call);
	if (!code)
		code = open_store(call);
	if (!code)
		code = fn(call);

	mem_deref(call->store);
	mem_deref(call->cfg);

	return code;
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
	const int code = parse(&call, argc, argv);

	if (code >= 0)
		return code;

	for (size_t i = 0; i < ARRAY_SIZE(verbv); i++) {
		const enum operand operand = verbv[i].operand;

		if (strcmp(call.verb, verbv[i].verb))
			continue;
		if (!fits(&call, operand, verbv[i].options))
			return usage(stderr, USER_USAGE);

		return run(&call,
			   operand == NAME || operand == NAME_AND_CHANGES,
			   verbv[i].fn);
	}

	return usage(stderr, USER_USAGE);
}
