/**
 * @file process.c  What the system says of this process, for the operator
 *
 * The names are those that Prometheus' own clients have. Since Linux 6.2 the
 * size of /proc/self/fd is the number of open files; before, they have to be
 * listed, and a relay may have tens of thousands.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <re.h>
#include "common/clock.h"
#include "common/metrics.h"
#include "common/process.h"

enum { MICRO = 1000000, MILLI = 1000 };

struct process {
	struct counter *cpu, *resident, *virt, *fds, *fds_max; /* not owned */
};


/**
 * Find the gauges, and set them for the first time
 *
 * @param pp      Pointer to allocated process; it keeps nothing of metrics
 *                alive
 * @param metrics Registry
 *
 * @return 0 if success, otherwise errorcode
 */
int process_alloc(struct process **pp, struct metrics *metrics)
{
	struct process *p;

	if (!pp || !metrics)
		return EINVAL;

	p = mem_zalloc(sizeof(*p), NULL);
	if (!p)
		return ENOMEM;

	p->cpu = metrics_counter(metrics, "process_cpu_seconds_total");
	p->resident = metrics_counter(metrics,
				      "process_resident_memory_bytes");
	p->virt = metrics_counter(metrics, "process_virtual_memory_bytes");
	p->fds = metrics_counter(metrics, "process_open_fds");
	p->fds_max = metrics_counter(metrics, "process_max_fds");
	counter_set(metrics_counter(metrics, "process_start_time_seconds"),
		    clock_wall_ms());
	process_look(p);
	process_look_slowly(p);
	*pp = p;

	return 0;
}


static uint64_t micros(const struct timeval *tv)
{
	return (uint64_t)tv->tv_sec * MICRO + (uint64_t)tv->tv_usec;
}


/* two numbers of pages: all that is mapped, and what of it is there */
static void look_at_memory(struct process *p)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	FILE *f = fopen("/proc/self/statm", "re");
	char line[128], *end = line;

	if (!f)
		return;

	if (fgets(line, sizeof(line), f)) {
		counter_set(p->virt, strtoul(line, &end, 10) * page);
		counter_set(p->resident, strtoul(end, NULL, 10) * page);
	}
	(void)fclose(f);
}


/* false: this system does not say it at once */
static bool look_at_files(struct process *p)
{
	struct stat st;

	if (stat("/proc/self/fd", &st) || st.st_size <= 0)
		return false;

	counter_set(p->fds, (uint64_t)st.st_size);

	return true;
}


/**
 * Set all that the system says at once
 *
 * @param p Process
 */
void process_look(struct process *p)
{
	struct rusage ru;
	struct rlimit rl;

	if (!p)
		return;

	if (!getrusage(RUSAGE_SELF, &ru))
		counter_set(p->cpu,
			    micros(&ru.ru_utime) + micros(&ru.ru_stime));
	if (!getrlimit(RLIMIT_NOFILE, &rl))
		counter_set(p->fds_max, rl.rlim_cur);
	look_at_memory(p);
	(void)look_at_files(p);
}


/**
 * Count the open files where they have to be listed
 *
 * @param arg Process
 */
void process_look_slowly(void *arg)
{
	struct process *p = arg;
	uint64_t n = 0;
	DIR *dir;

	if (!p || look_at_files(p))
		return;

	dir = opendir("/proc/self/fd");
	if (!dir)
		return;

	/* cppcheck-suppress readdirCalled */
	while (readdir(dir))
		++n;
	(void)closedir(dir);

	/* without the two dots, and its own */
	counter_set(p->fds, n > 3 ? n - 3 : 0);
}
