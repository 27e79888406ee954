/**
 * @file mock/small_disk.h  A disk that is soon full
 */
#ifndef TEST_MOCK_SMALL_DISK_H
#define TEST_MOCK_SMALL_DISK_H

#include <stdbool.h>

/* memory at that directory, for this process only; false: not permitted */
bool small_disk_mount(const char *dir, unsigned kilobytes);
void small_disk_unmount(const char *dir);

/* takes all that is free, and gives it back */
void small_disk_fill(const char *dir);
void small_disk_free(const char *dir);

#endif
