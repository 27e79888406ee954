/**
 * @file bench/media/lab.c  The two hosts of the bench, and how to be there
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include "test/bench/media/lab.h"

static const char *const host_namev[LAB_HOSTS] = {"phones", "relay"};

static int host_fdv[LAB_HOSTS], home_fd;


/**
 * End with a word if that is not so
 *
 * @param ok   Is it?
 * @param what What it is about
 */
void must(bool ok, const char *what)
{
	if (ok)
		return;

	(void)fprintf(stderr, "media: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}


/**
 * Read a clock
 *
 * @param id Which
 *
 * @return Its time [ns]
 */
uint64_t lab_clock(clockid_t id)
{
	struct timespec ts;

	must(!clock_gettime(id, &ts), "clock_gettime");

	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}


/**
 * Sleep
 *
 * @param ns How long
 */
void lab_sleep(uint64_t ns)
{
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000),
			      .tv_nsec = (long)(ns % 1000000000)};

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}


/** Find the hosts */
void lab_open(void)
{
	home_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	must(home_fd >= 0, "namespace");

	for (int i = 0; i < LAB_HOSTS; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/run/netns/%s",
			       host_namev[i]);
		host_fdv[i] = open(path, O_RDONLY | O_CLOEXEC);
		must(host_fdv[i] >= 0, path);
	}
}


/**
 * Be on a host: what this thread opens from now on is there
 *
 * @param host Which
 */
void lab_enter(enum lab_host host)
{
	must(!setns(host_fdv[host], CLONE_NEWNET), "setns");
}


/** Be where we were at first */
void lab_leave(void)
{
	must(!setns(home_fd, CLONE_NEWNET), "setns");
}


/**
 * Make an address
 *
 * @param sin  Filled in
 * @param host Numeric address
 * @param port Port
 */
void lab_addr(struct sockaddr_in *sin, const char *host, uint16_t port)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	must(inet_pton(AF_INET, host, &sin->sin_addr) == 1, host);
}


/**
 * Open a UDP socket on a host
 *
 * @param host Which
 * @param addr Numeric address
 * @param port Port, 0 for any
 *
 * @return Descriptor
 */
int lab_udp(enum lab_host host, const char *addr, uint16_t port)
{
	const int size = 1 << 22;
	struct sockaddr_in sin;
	int fd;

	lab_addr(&sin, addr, port);
	lab_enter(host);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	must(fd >= 0 && !bind(fd, (struct sockaddr *)&sin, sizeof(sin)), addr);
	lab_leave();
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));

	return fd;
}
