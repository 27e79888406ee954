/**
 * @file proxy/main.c  The commands
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include "common/config.h"
#include "proxy/command/config_command.h"
#include "proxy/command/ctl_command.h"
#include "proxy/command/user_command.h"
#include "proxy/server.h"

enum {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	FDS_MAX = 65536,
};


static int load_config(struct config **cp, const char *path)
{
	struct mbuf *errs = mbuf_alloc(512);
	int err;

	if (!errs)
		return ENOMEM;

	err = config_load(cp, path, errs);
	/* faults, or warnings where there is none */
	(void)fprintf(stderr, "%.*s", (int)errs->end, (const char *)errs->buf);

	mem_deref(errs);

	return err;
}


static void signal_handler(int sig)
{
	(void)sig;
	re_cancel();
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
		return EXIT_USAGE;

	raise_limits();
	err = server_alloc(&srv, cfg);
	if (!err) {
		server_drop_privileges(srv);
		err = re_main(signal_handler);
		server_log_counters(srv);
	}

	mem_deref(srv);
	mem_deref(cfg);

	return err ? EXIT_FAILED : EXIT_OK;
}


static int usage(FILE *f, int code)
{
	(void)fprintf(
		f, "usage: viaduct run [-c FILE]\n"
		   "       viaduct check FILE\n"
		   "       viaduct user add|set|del|show|list|import ..."
		   "\n"
		   "       viaduct ctl calls|call|hangup|record|tests|route|"
		   "peers|bans|unban ...\n"
		   "       viaduct config --example|--man|--keys\n"
		   "       viaduct version\n"
		   "\n"
		   "Without -c FILE a built-in configuration is used. "
		   "Exit status: 0 all is well,\n"
		   "1 failure, 2 wrong usage or configuration.\n");

	return code;
}


static int run_command(int argc, char **argv)
{
	static const struct option longv[] = {
		{"config", required_argument, NULL, 'c'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *path = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "c:h", longv, NULL)) != -1) {
		if (opt == 'h')
			return usage(stdout, EXIT_OK);
		if (opt != 'c')
			return usage(stderr, EXIT_USAGE);
		path = optarg;
	}

	return optind < argc ? usage(stderr, EXIT_USAGE) : serve(path);
}


static int check_command(int argc, char **argv)
{
	struct config *cfg = NULL;

	if (argc == 2 && !strcmp(argv[1], "--help"))
		return usage(stdout, EXIT_OK);
	if (argc != 2)
		return usage(stderr, EXIT_USAGE);

	if (load_config(&cfg, argv[1]))
		return EXIT_USAGE;

	(void)printf("%s: fine\n", argv[1]);
	mem_deref(cfg);

	return EXIT_OK;
}


static int version_command(int argc, char **argv)
{
#ifdef HAVE_BPF
	const char *bpf = "with eBPF";
#else
	const char *bpf = "without eBPF";
#endif

	(void)argc;
	(void)argv;
	(void)printf("viaduct %s (libre %s, %s)\n", VIADUCT_VERSION,
		     sys_libre_version_get(), bpf);

	return EXIT_OK;
}


static int help_command(int argc, char **argv)
{
	(void)argc;
	(void)argv;

	return usage(stdout, EXIT_OK);
}


int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*fn)(int argc, char **argv);
	} commandv[] = {
		{"run", run_command},           {"check", check_command},
		{"ctl", ctl_command},           {"user", user_command},
		{"config", config_command},     {"version", version_command},
		{"--version", version_command}, {"--help", help_command},
		{"-h", help_command},
	};
	int code = EXIT_USAGE;

	if (argc < 2)
		return usage(stderr, EXIT_USAGE);

	for (size_t i = 0; i < ARRAY_SIZE(commandv); i++) {
		if (strcmp(argv[1], commandv[i].name))
			continue;

		if (libre_init())
			return EXIT_FAILED;
		code = commandv[i].fn(argc - 1, argv + 1);
		libre_close();
		return code;
	}

	(void)fprintf(stderr, "viaduct: no command '%s'\n", argv[1]);

	return usage(stderr, EXIT_USAGE);
}
