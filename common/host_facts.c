/**
 * @file host_facts.c  What a machine is like, as far as a server must know
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include "common/host_facts.h"

enum { PATH_SIZE = 512 };


/**
 * Find the address that leads to the world
 *
 * A route is asked for, no packet leaves.
 *
 * @param sa Address
 *
 * @return 0 if success, otherwise errorcode: there is no such route
 */
int host_facts_outside(struct sa *sa)
{
	struct sa world, local;
	int fd, err;

	err = sa_set_str(&world, "192.0.2.1", 5060);
	if (err)
		return err;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;

	sa_init(&local, AF_INET);
	local.len = sizeof(local.u);
	if (connect(fd, &world.u.sa, world.len) ||
	    getsockname(fd, &local.u.sa, &local.len))
		err = errno;
	(void)close(fd);
	if (err)
		return err;

	sa_set_port(&local, 0);
	sa_cpy(sa, &local);

	return 0;
}


/* of the directory that is there: the last of the path's */
static bool is_volatile(const char *data)
{
	char path[PATH_SIZE];
	struct statfs fs;
	char *slash;

	(void)str_ncpy(path, data, sizeof(path));
	while (statfs(path, &fs)) {
		slash = strrchr(path, '/');
		if (errno != ENOENT || !slash || slash == path)
			return false;
		*slash = '\0';
	}

	return fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC;
}


/**
 * Read what this machine is like
 *
 * @param f    Facts
 * @param data Directory of the data
 */
void host_facts_read(struct host_facts *f, const char *data)
{
	struct rlimit lim;

	memset(f, 0, sizeof(*f));
	(void)host_facts_outside(&f->outside);
	ephemeral_read(&f->ephemeral);
	if (!getrlimit(RLIMIT_NOFILE, &lim))
		f->files = lim.rlim_max == RLIM_INFINITY ? UINT64_MAX
							 : lim.rlim_max;
	f->time_s = (int64_t)time(NULL);
	f->data_volatile = is_volatile(data);
}
