/**
 * @file notify.c  What the service manager is told (sd_notify(3))
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <re.h>
#include "common/clock.h"
#include "common/notify.h"

enum { STATUS_MAX = 200 };

struct notify {
	struct sockaddr_un addr;
	socklen_t addr_len;
	int fd;
};


static void destructor(void *arg)
{
	struct notify *n = arg;

	if (n->fd >= 0)
		(void)close(n->fd);
}


static int set_address(struct notify *n, const char *path)
{
	const size_t len = strlen(path);

	if (len < 2 || (path[0] != '/' && path[0] != '@'))
		return EINVAL;
	if (len >= sizeof(n->addr.sun_path))
		return ENAMETOOLONG;

	n->addr.sun_family = AF_UNIX;
	memcpy(n->addr.sun_path, path, len);
	n->addr_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				  len);
	if (path[0] == '@')
		n->addr.sun_path[0] = '\0';

	return 0;
}


/* by address each time: a manager that starts anew has another socket there */
static int tell(const struct notify *n, const char *text)
{
	if (!n)
		return 0;

	return sendto(n->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		      (const struct sockaddr *)&n->addr, n->addr_len) < 0
		       ? errno
		       : 0;
}


/**
 * Allocate a way to the service manager
 *
 * @param np   Pointer to allocated way
 * @param path Of its socket, as NOTIFY_SOCKET has it
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_alloc(struct notify **np, const char *path)
{
	struct notify *n;
	int err;

	if (!np || !path)
		return EINVAL;

	n = mem_zalloc(sizeof(*n), destructor);
	if (!n)
		return ENOMEM;

	n->fd = -1;
	err = set_address(n, path);
	if (err)
		goto out;

	n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (n->fd < 0) {
		err = errno;
		goto out;
	}

	*np = n;

	return 0;

out:
	mem_deref(n);

	return err;
}


/**
 * Say that all is open, or that a reload is over
 *
 * @param n Notify, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_ready(const struct notify *n)
{
	return tell(n, "READY=1\n");
}


/**
 * Say that a configuration is being taken up
 *
 * @param n Notify, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_reloading(const struct notify *n)
{
	char text[64];

	(void)re_snprintf(text, sizeof(text),
			  "RELOADING=1\nMONOTONIC_USEC=%llu\n", clock_us());

	return tell(n, text);
}


/**
 * Say that we are about to end
 *
 * @param n Notify, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_stopping(const struct notify *n)
{
	return tell(n, "STOPPING=1\n");
}


/**
 * Say how we are
 *
 * @param n    Notify, or NULL
 * @param text One line; what stands behind it is not sent
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_status(const struct notify *n, const char *text)
{
	char buf[STATUS_MAX + 16];
	struct pl line;

	if (!text)
		return EINVAL;

	line.p = text;
	line.l = strcspn(text, "\r\n");
	if (line.l > STATUS_MAX)
		line.l = STATUS_MAX;
	(void)re_snprintf(buf, sizeof(buf), "STATUS=%r\n", &line);

	return tell(n, buf);
}


/**
 * Give a sign of life
 *
 * @param n Notify, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_alive(const struct notify *n)
{
	return tell(n, "WATCHDOG=1\n");
}


/**
 * Ask for time to start or to stop
 *
 * @param n  Notify, or NULL
 * @param ms From now on
 *
 * @return 0 if success, otherwise errorcode
 */
int notify_more_time(const struct notify *n, uint32_t ms)
{
	char text[64];

	(void)re_snprintf(text, sizeof(text), "EXTEND_TIMEOUT_USEC=%llu\n",
			  (uint64_t)ms * 1000);

	return tell(n, text);
}


/**
 * How often the manager wants a sign of life
 *
 * @param usec Of WATCHDOG_USEC, or NULL
 * @param pid  Of WATCHDOG_PID: the process that is meant; NULL: each
 *
 * @return Milliseconds, 0: never
 */
uint64_t notify_watchdog_ms(const char *usec, const char *pid)
{
	char *end;
	uint64_t us;

	if (pid && strtoumax(pid, NULL, 10) != (uintmax_t)getpid())
		return 0;
	if (!usec || usec[0] < '0' || usec[0] > '9')
		return 0;

	us = strtoumax(usec, &end, 10);

	return *end || us == UINT64_MAX ? 0 : us / 1000;
}
