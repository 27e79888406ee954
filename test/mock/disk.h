/**
 * @file mock/disk.h  A store whose writes end when the test says so
 *
 * By -Wl,--wrap: as long as the disk is taken, items go here and not to the
 * database.
 */
#ifndef TEST_MOCK_DISK_H
#define TEST_MOCK_DISK_H

#include "common/store.h"

/* the store to hand to those under test; empty */
struct store *disk_take(void);
struct store *disk_store(void); /* the one that was taken */
void disk_release(void);

/* what refuses the next writes at once; 0: none does */
void disk_refuse(int err);

size_t disk_pending(void);

/* the oldest write ends so */
void disk_finish(int err);

/* how many items a key has, and the n-th's text ("" behind the last) */
size_t disk_items(const char *key);
const char *disk_item(const char *key, size_t n);

/* one more, by an operator's hand */
void disk_put(const char *key, const char *item, int64_t expires_at,
	      const char *data);

#endif
