/**
 * @file bench/media/idle.c  What is left of the machine's CPU time
 *
 * The kernel's own figures do not say what a relayed packet costs: user and
 * system time are sampled by the tick, or charge the work of softirqs to the
 * task that was interrupted, and what ran on an idle core is charged to
 * nobody. So a counter runs on each core, of the class that gets only what
 * nobody else wants. How far it counts, beside how far it does on an idle
 * machine, is what was left, and the rest was used: by whomever, wherever in
 * the kernel. As a core never sleeps then, waking it costs the same for all.
 *
 * What tasks that are none of ours have used is taken off, where the kernel
 * keeps exact accounts of all tasks (cpuacct). File descriptor 9 is the
 * machine's /proc, where we see our own processes only: ksoftirqd is there.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include "test/bench/media/idle.h"
#include "test/bench/media/lab.h"

enum {
	MACHINE_PROC = 9,
	CALIBRATE_NS = 200000000,
	ENOUGH_NS = 20000000,
	CHUNK = 64,
	LINE = 64
};

/* each on a line of the cache of its own */
struct idle_shared {
	struct {
		_Atomic uint64_t turns;
		char pad[LINE - sizeof(uint64_t)];
	} corev[IDLE_CORES];
};

struct spin {
	_Atomic uint64_t *turns;
	int core;
};


/* each step waits for the one before it: a sibling in the same core is not
   disturbed much, nor does it disturb us */
static void *spin_main(void *arg)
{
	const struct spin *s = arg;
	const struct sched_param sp = {.sched_priority = 0};
	volatile uint64_t keep;
	uint64_t x = 1;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(s->core, &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "affinity");
	must(!sched_setscheduler(0, SCHED_IDLE, &sp), "SCHED_IDLE");

	for (;;) {
		for (int i = 0; i < CHUNK; i++)
			x = x * 6364136223846793005ULL +
			    1442695040888963407ULL;
		keep = x;
		(void)keep;
		atomic_store_explicit(
			s->turns,
			atomic_load_explicit(s->turns, memory_order_relaxed) +
				1,
			memory_order_relaxed);
	}

	return NULL;
}


/* a session of its own: sched(7) weighs sessions against each other first */
static void spin_all(struct idle *idle, const cpu_set_t *set)
{
	static struct spin spinv[IDLE_CORES];
	size_t n = 0;
	FILE *f;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "bench-idle");
	(void)setsid();
	f = fopen("/proc/self/autogroup", "w");
	if (f) {
		(void)fputs("19", f);
		(void)fclose(f);
	}

	for (int core = 0; core < CPU_SETSIZE && n < idle->cores; core++) {
		pthread_t thread;

		if (!CPU_ISSET(core, set))
			continue;
		spinv[n].core = core;
		spinv[n].turns = &idle->shared->corev[n].turns;
		must(!pthread_create(&thread, NULL, spin_main, &spinv[n]),
		     "thread");
		++n;
	}
	for (;;)
		(void)pause();
}


static uint64_t turns_all(const struct idle *idle)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < idle->cores; i++)
		sum += atomic_load_explicit(&idle->shared->corev[i].turns,
					    memory_order_relaxed);

	return sum;
}


static bool read_number(int dir, const char *path, uint64_t *v)
{
	const int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char buf[64];
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	(void)close(fd);
	if (n <= 0)
		return false;

	buf[n] = '\0';
	*v = strtoull(buf, NULL, 10);

	return true;
}


/* of the cores' ksoftirqd, which work for us */
static uint64_t softirq_tasks(void)
{
	static int pidv[IDLE_CORES], pidc = -1;
	uint64_t sum = 0;

	if (pidc < 0) {
		/* kernel threads have the first numbers */
		pidc = 0;
		for (int pid = 2; pid < 2000 && pidc < IDLE_CORES; pid++) {
			char path[32], name[32] = "";
			ssize_t n;
			int fd;

			(void)snprintf(path, sizeof(path), "%d/comm", pid);
			fd = openat(MACHINE_PROC, path, O_RDONLY | O_CLOEXEC);
			if (fd < 0)
				continue;
			n = read(fd, name, sizeof(name) - 1);
			(void)close(fd);
			if (n > 0 && !strncmp(name, "ksoftirqd/", 10))
				pidv[pidc++] = pid;
		}
	}

	for (int i = 0; i < pidc; i++) {
		char path[32];
		uint64_t v = 0;

		(void)snprintf(path, sizeof(path), "%d/schedstat", pidv[i]);
		if (read_number(MACHINE_PROC, path, &v))
			sum += v;
	}

	return sum;
}


/**
 * Ask how much CPU time a process had, all its threads together
 *
 * @param pid Its id, 0: none
 *
 * @return Its CPU time [ns]
 */
uint64_t idle_process(pid_t pid)
{
	clockid_t id;

	if (!pid || clock_getcpuclockid(pid, &id))
		return 0;

	return lab_clock(id);
}


/**
 * Start to count
 *
 * @param idle Filled in
 */
void idle_start(struct idle *idle)
{
	cpu_set_t set;

	memset(idle, 0, sizeof(*idle));
	must(!sched_getaffinity(0, sizeof(set), &set), "affinity");
	idle->cores = (size_t)CPU_COUNT(&set);
	if (idle->cores > IDLE_CORES)
		idle->cores = IDLE_CORES;
	idle->shared = mmap(NULL, sizeof(*idle->shared),
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);
	must(idle->shared != MAP_FAILED, "memory");

	idle->pid = fork();
	must(idle->pid >= 0, "fork");
	if (!idle->pid)
		spin_all(idle, &set);
	lab_sleep(CALIBRATE_NS);
	while (idle->rate <= 0)
		idle_calibrate(idle);
}


/**
 * See how far one counts while nothing else is done. It is measured in CPU
 * time of the counter, so that others may run meanwhile; where they leave too
 * little, it stays as it was.
 *
 * @param idle Counter
 */
void idle_calibrate(struct idle *idle)
{
	const uint64_t turns = turns_all(idle);
	const uint64_t cpu = idle_process(idle->pid);
	uint64_t used;

	lab_sleep(CALIBRATE_NS);
	used = idle_process(idle->pid) - cpu;
	if (used < ENOUGH_NS)
		return;
	idle->rate = (double)(turns_all(idle) - turns) * 1e9 / (double)used;
}


/**
 * Remember this moment
 *
 * @param idle  Counter
 * @param m     Filled in
 * @param relay Process that is one of ours as well, 0: none
 */
void idle_mark(const struct idle *idle, struct idle_mark *m, pid_t relay)
{
	m->tasks = 0;
	m->at = lab_clock(CLOCK_MONOTONIC);
	m->turns = turns_all(idle);
	(void)read_number(AT_FDCWD, "/sys/fs/cgroup/cpuacct/cpuacct.usage",
			  &m->tasks);
	m->ours = idle_process(idle->pid) + idle_process(getpid()) +
		  idle_process(relay) + softirq_tasks();
}


/**
 * See what happened since then
 *
 * @param idle  Counter
 * @param m     Moment
 * @param t     Filled in
 * @param relay As then
 */
void idle_since(const struct idle *idle, const struct idle_mark *m,
		struct idle_time *t, pid_t relay)
{
	struct idle_mark now;
	double left;

	idle_mark(idle, &now, relay);
	t->wall = (double)(now.at - m->at) / 1e9;
	left = (double)(now.turns - m->turns) / idle->rate;
	t->foreign = 0;
	if (m->tasks)
		t->foreign = ((double)(now.tasks - m->tasks) -
			      (double)(now.ours - m->ours)) /
			     1e9;
	if (t->foreign < 0)
		t->foreign = 0;
	t->busy = t->wall * (double)idle->cores - left - t->foreign;
}
