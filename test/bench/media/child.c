/**
 * @file bench/media/child.c  A server of the bench: a process on the relay
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include "test/bench/media/child.h"
#include "test/bench/media/lab.h"

enum { PATIENCE = 100, PATIENCE_NS = 50000000 };


/* the sum of lines "NAME: n kB" whose names are in the list */
static uint64_t kilobytes(const char *path, const char *const *namev)
{
	FILE *f = fopen(path, "r");
	uint64_t sum = 0;
	char line[256];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		for (const char *const *name = namev; *name; name++) {
			const size_t len = strlen(*name);

			if (!strncmp(line, *name, len) && line[len] == ':')
				sum += strtoull(line + len + 1, NULL, 10);
		}
	}
	(void)fclose(f);

	return sum * 1024;
}


static void redirect(const char *path, int flags, int to)
{
	const int fd = open(path, flags | O_CLOEXEC, 0644);

	must(fd >= 0 && dup2(fd, to) == to, path);
	if (fd != to)
		(void)close(fd);
}


/**
 * Start a program on the relay's host
 *
 * @param argv Its words, NULL at the end
 * @param log  File of what it says
 *
 * @return Its process id
 */
pid_t child_start(const char *const *argv, const char *log)
{
	const pid_t pid = fork();

	must(pid >= 0, "fork");
	if (pid)
		return pid;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	lab_enter(LAB_RELAY);
	redirect(log, O_WRONLY | O_CREAT | O_APPEND, 1);
	redirect(log, O_WRONLY | O_CREAT | O_APPEND, 2);
	redirect("/dev/null", O_RDONLY, 0);
	(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
	must(false, argv[0]);

	return 0;
}


/**
 * Is it still there?
 *
 * @param pid Process id
 *
 * @return True if it is
 */
bool child_runs(pid_t pid)
{
	return pid > 0 && waitpid(pid, NULL, WNOHANG) == 0;
}


/**
 * End it, kindly at first
 *
 * @param pid Process id, 0 afterwards
 */
void child_stop(pid_t *pid)
{
	if (*pid <= 0)
		return;

	(void)kill(*pid, SIGTERM);
	for (int i = 0; i < PATIENCE; i++) {
		if (waitpid(*pid, NULL, WNOHANG)) {
			*pid = 0;
			return;
		}
		lab_sleep(PATIENCE_NS);
	}
	(void)kill(*pid, SIGKILL);
	(void)waitpid(*pid, NULL, 0);
	*pid = 0;
}


/**
 * The memory that is resident for it
 *
 * @param pid Process id
 *
 * @return Octets
 */
uint64_t child_memory(pid_t pid)
{
	static const char *const namev[] = {"VmRSS", NULL};
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);

	return kilobytes(path, namev);
}


/**
 * How many descriptors it has
 *
 * @param pid Process id
 *
 * @return Number
 */
unsigned child_descriptors(pid_t pid)
{
	unsigned n = 0;
	char path[64];
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	for (struct dirent *d = readdir(dir); d; d = readdir(dir))
		n += d->d_name[0] != '.';
	(void)closedir(dir);

	return n;
}


/**
 * What the kernel keeps for all: its objects, and maps of BPF
 *
 * @return Octets
 */
uint64_t child_kernel_memory(void)
{
	static const char *const namev[] = {"Slab", "Percpu", "VmallocUsed",
					    NULL};

	return kilobytes("/proc/meminfo", namev);
}
