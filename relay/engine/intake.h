/**
 * @file intake.h  A socket for ports that have none of their own
 */
#ifndef RELAY_ENGINE_INTAKE_H
#define RELAY_ENGINE_INTAKE_H

#include <stdbool.h>
#include <sys/socket.h>
#include <re.h>

/* rcvbuf in octets, as far as we may have it; *fdp is to be closed also after
 * an error, unless it is negative */
int intake_open(int *fdp, int af, int rcvbuf);

/* for which of them that is that came; false: the kernel does not say */
bool intake_local(struct msghdr *msg, struct sa *local);

#endif
