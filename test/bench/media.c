/**
 * @file test/bench/media.c  What a relayed packet costs, side by side
 *
 * To be run by "scripts/bench media", which builds the hosts that it needs
 * (media/lab.h):
 *
 *   --only NAME,...   who takes part, of direct (always does), forward,
 *                     rtpengine, viaduct, viaduct:RUNG with a rung of
 *                     relay { rung }: kernel, sk_lookup, sockets, auto
 *   --calls N         1000
 *   --rate N          packets a second of all ends together, 100 a call
 *   --seconds S       that are measured each time, 4
 *   --rounds N        3; contenders take turns, medians count
 *   --runs NAME,...   which, of cost, burst (all calls' packets at once),
 *                     delay, maximum, growth, storm, strangers; all of them, or cost if
 *                     --only, --calls or --rate is there
 *   --quick           two minutes instead of half an hour
 *   --out DIR         for media.json and plots
 *   --viaduct FILE    the program, build/viaduct
 *
 * Costs are CPU time of the whole machine, softirqs included (media/idle.c),
 * above that of the direct path in the same round.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "test/bench/media/report.h"

static const struct option optionv[] = {
	{"only", required_argument, NULL, 'o'},
	{"calls", required_argument, NULL, 'c'},
	{"rate", required_argument, NULL, 'r'},
	{"seconds", required_argument, NULL, 's'},
	{"rounds", required_argument, NULL, 'n'},
	{"runs", required_argument, NULL, 'u'},
	{"quick", no_argument, NULL, 'q'},
	{"out", required_argument, NULL, 'd'},
	{"viaduct", required_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};


static void usage(const char *why)
{
	(void)fprintf(stderr,
		      "media: %s\nusage: media [--only NAME,...] [--calls N] "
		      "[--rate N] [--seconds S] [--rounds N] "
		      "[--runs NAME,...] [--quick] [--out DIR] "
		      "[--viaduct FILE]\n",
		      why);
	exit(2);
}


/* the direct path goes first: all else is told by it */
static void read_names(struct bench *b, char *names)
{
	char *save = NULL;

	b->namec = 0;
	b->namev[b->namec++] = "direct";
	for (char *name = strtok_r(names, ",", &save); name;
	     name = strtok_r(NULL, ",", &save)) {
		struct contender c;

		if (!contender_init(&c, name))
			usage(name);
		if (b->namec == BENCH_NAMES)
			usage("too many names");
		if (strcmp(name, "direct"))
			b->namev[b->namec++] = name;
	}
}


static void read_option(struct bench *b, int option)
{
	switch (option) {
	case 'o':
		read_names(b, optarg);
		break;
	case 'c':
		b->terms.calls = (uint32_t)strtoul(optarg, NULL, 10);
		break;
	case 'r':
		b->terms.rate = strtod(optarg, NULL);
		break;
	case 's':
		b->terms.seconds = strtod(optarg, NULL);
		break;
	case 'n':
		b->rounds = (unsigned)strtoul(optarg, NULL, 10);
		break;
	case 'u':
		b->runs = optarg;
		break;
	case 'q':
		b->quick = true;
		break;
	case 'd':
		b->out = optarg;
		break;
	case 'v':
		b->viaduct = optarg;
		break;
	default:
		usage("what is that?");
	}
}


static void read_options(struct bench *b, int argc, char **argv)
{
	static char names[] = "forward,rtpengine,viaduct:kernel,"
			      "viaduct:sk_lookup,viaduct:sockets";
	bool narrow = false;
	int option;

	read_names(b, names);
	while ((option = getopt_long(argc, argv, "", optionv, NULL)) != -1) {
		read_option(b, option);
		narrow |= strchr("ocr", option) != NULL;
	}
	if (optind < argc)
		usage(argv[optind]);
	if (!b->terms.calls || b->terms.calls >= TALK_CALLS)
		usage("--calls");
	if (!b->runs && (narrow || b->quick))
		b->runs = narrow ? "cost" : "cost,delay,growth";
	if (!b->rounds)
		b->rounds = b->quick ? 1 : 3;
	if (b->terms.seconds <= 0)
		b->terms.seconds = b->quick ? 1.5 : 4;
	if (b->terms.rate <= 0)
		b->terms.rate = 100.0 * b->terms.calls;
	if (b->rounds > BOOK_ROUNDS)
		usage("--rounds");
}


static void raise_descriptors(void)
{
	struct rlimit rl;

	must(!getrlimit(RLIMIT_NOFILE, &rl), "getrlimit");
	rl.rlim_cur = rl.rlim_max;
	must(!setrlimit(RLIMIT_NOFILE, &rl), "setrlimit");
}


static bool wanted(const struct bench *b, const char *name)
{
	const size_t len = strlen(name);

	if (!b->runs)
		return true;
	for (const char *p = b->runs; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, len) && (!p[len] || p[len] == ','))
			return true;
	}

	return false;
}


static void cost_even(struct bench *b)
{
	bench_cost(b, false);
}


static void cost_burst(struct bench *b)
{
	bench_cost(b, true);
}


/* what was found is written after each, so that it is there if the next one
   is cut off */
static void run_all(struct bench *b)
{
	static const struct {
		const char *name;
		void (*h)(struct bench *b);
	} runv[] = {
		{"cost", cost_even},
		{"burst", cost_burst},
		{"delay", bench_delay},
		{"maximum", bench_maximum},
		{"growth", bench_growth},
		{"storm", bench_storm},
		{"strangers", bench_strangers},
	};

	for (size_t i = 0; i < sizeof(runv) / sizeof(*runv); i++) {
		if (!wanted(b, runv[i].name))
			continue;
		runv[i].h(b);
		if (!b->out)
			continue;
		report_json(b);
		report_charts(b);
	}
}


/* others on this machine are not what is measured: where it is permitted we
   are a session of our own, and that goes first (sched(7)). Who started us
   waits, and when it dies so do we. */
static void go_first(void)
{
	const pid_t pid = fork();
	int status;
	FILE *f;

	must(pid >= 0, "fork");
	if (pid) {
		must(waitpid(pid, &status, 0) == pid, "waitpid");
		exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
	}

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setsid();
	f = fopen("/proc/self/autogroup", "w");
	if (f) {
		(void)fputs("-20", f);
		(void)fclose(f);
	}
}


int main(int argc, char **argv)
{
	static struct bench bench = {
		.viaduct = "build/viaduct",
		.terms = {.calls = 1000},
	};

	read_options(&bench, argc, argv);
	bench.dir = getenv("LAB_DIR");
	if (!bench.dir)
		usage("to be run by scripts/bench");
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	raise_descriptors();
	go_first();

	lab_open();
	bench.book = calloc(1, sizeof(*bench.book));
	must(bench.book != NULL, "memory");
	idle_start(&bench.idle);
	talk_alloc(&bench.talk);
	run_all(&bench);
	report_targets(&bench);

	return EXIT_SUCCESS;
}
