/**
 * @file clsact.h  A filter of ours on an interface's ingress
 *
 * Several processes may have one: each holds a number, by the name of a
 * socket that is gone with the process. A filter with a number that nobody
 * holds was left behind.
 */
#ifndef RELAY_KERNEL_CLSACT_H
#define RELAY_KERNEL_CLSACT_H

#include <stdint.h>

/* holdp: descriptor that holds the number; EAGAIN: all are taken */
int clsact_hold(int *holdp, uint32_t *number);

/* removes what others left behind there */
void clsact_tidy(uint32_t ifindex);

int clsact_add(uint32_t ifindex, uint32_t number, int prog_fd);
void clsact_remove(uint32_t ifindex, uint32_t number);

#endif
