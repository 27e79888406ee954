/**
 * @file own_net.c  A loopback of our own
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "test/mock/own_net.h"


/* the same number inside as outside: files stay ours */
static void map_id(const char *path, unsigned id)
{
	char line[64];
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const int n = snprintf(line, sizeof(line), "%u %u 1", id, id);

	if (fd < 0)
		return;

	if (write(fd, line, (size_t)n) != n)
		(void)fprintf(stderr, "cannot write %s\n", path);
	(void)close(fd);
}


static bool is_user_new(void)
{
	const unsigned uid = getuid(), gid = getgid();
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return false;

	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)!write(fd, "deny", 4);
		(void)close(fd);
	}
	map_id("/proc/self/uid_map", uid);
	map_id("/proc/self/gid_map", gid);

	return true;
}


static void bring_lo_up(void)
{
	struct ifreq ifr = {.ifr_name = "lo"};
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;

	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		(void)fprintf(stderr, "cannot bring up lo\n");
	(void)close(fd);
}


/* a user that may write where it may not is no test of permissions */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{.effective = 0}};

	(void)syscall(SYS_capset, &head, none);
}


static bool wants_sockets(void)
{
	const char *rung = getenv("TEST_RUNG");

	return rung && !strcmp(rung, "sockets");
}


void own_net_enter(void)
{
	if (!unshare(CLONE_NEWNET)) {
		bring_lo_up();
		if (wants_sockets())
			drop_capabilities();
	}
	else if (is_user_new()) {
		bring_lo_up();
		drop_capabilities();
	}
}
