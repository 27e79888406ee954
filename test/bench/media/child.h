/**
 * @file bench/media/child.h  A server of the bench: a process on the relay
 */
#ifndef TEST_BENCH_MEDIA_CHILD_H
#define TEST_BENCH_MEDIA_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

pid_t child_start(const char *const *argv, const char *log);
bool child_runs(pid_t pid);
void child_stop(pid_t *pid);
uint64_t child_memory(pid_t pid);
unsigned child_descriptors(pid_t pid);
uint64_t child_kernel_memory(void);

#endif
