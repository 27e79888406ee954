/**
 * @file intake.h  A socket for ports that have none of their own
 */
#ifndef RELAY_ENGINE_INTAKE_H
#define RELAY_ENGINE_INTAKE_H

#include <stddef.h>

/* rcvbuf in octets, as far as we may have it; *fdp is to be closed also after
 * an error, unless it is negative */
int intake_open(int *fdp, int af, int rcvbuf);

#endif
