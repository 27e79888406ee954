/**
 * @file spool.h  Records that outlive a kill, without waiting for a disk
 *
 * A ring in a file that is mapped: what is put is the kernel's at once, and
 * is there for the next process. It is not for a power failure: the file gets
 * to the disk when the kernel likes to; what is then damaged is seen as such,
 * and left out.
 *
 * One thread puts; any may read; one at a time takes. That an item is seen
 * twice, where the process ends between its storing and its taking, is for
 * the reader to bear: by its key, or by its place, which no other item of this
 * spool ever has.
 */
#ifndef COMMON_SPOOL_H
#define COMMON_SPOOL_H

#include <stddef.h>
#include <stdint.h>

enum { SPOOL_SIZE_MAX = 1 << 30 };

struct spool;

enum spool_found {
	SPOOL_NEW = 0, /* there was none */
	SPOOL_KEPT,    /* what was not taken is there */
	SPOOL_ANEW,    /* of another size or kind, or damaged: begun anew */
};

struct spool_item {
	uint64_t key;
	uint32_t kind;
	size_t len;
	const void *p;   /* in the ring, until it is taken; aligned to 8 */
	uint64_t missed; /* octets before it that are damaged */
};

/* size: octets of the ring, a multiple of 65536. The file may be used by one
 * process at a time */
int spool_alloc(struct spool **sp, const char *path, size_t size);
enum spool_found spool_found(const struct spool *s);

/* who puts: neither a system call nor an allocation. ENOSPC: too much waits;
 * E2BIG */
int spool_put(struct spool *s, uint32_t kind, uint64_t key, const void *p,
	      size_t len);

/* not 0, and the same until it is begun anew */
uint64_t spool_id(const struct spool *s);

/* from any thread: where the next item begins, and behind the last one that
 * was taken */
uint64_t spool_end(const struct spool *s);
uint64_t spool_begin(const struct spool *s);

/* from any thread: octets that wait, with what stands around them */
size_t spool_waiting(const struct spool *s);

/* who takes: the oldest one behind *pos, which is 0 at first; *pos is behind
 * it then. It stays. ENOENT: no more */
int spool_read(const struct spool *s, uint64_t *pos, struct spool_item *item);

/* all before pos is stored elsewhere */
void spool_taken(struct spool *s, uint64_t pos);

#endif
