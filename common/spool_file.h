/**
 * @file spool_file.h  The file of a spool, and where it is in memory
 *
 * Inside of common/ only. The ring stands there twice, one behind the other:
 * what goes over its end is in one piece all the same.
 */
#ifndef COMMON_SPOOL_FILE_H
#define COMMON_SPOOL_FILE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include "common/hash.h"
#include "common/spool.h"

enum {
	SPOOL_GRAIN = 65536, /* no machine's pages are larger */
	SPOOL_UNIT = 8,      /* where items begin */
	SPOOL_LINE = 64,     /* of a cache */
};

/** What the file begins with. It is for the next process to read */
struct spool_head {
	uint64_t magic; /* written last */
	uint64_t size;  /* of the ring */
	struct hash_key key;
	_Alignas(SPOOL_LINE) _Atomic uint64_t end;   /* of what was put */
	_Alignas(SPOOL_LINE) _Atomic uint64_t begin; /* what is before it is
						       * taken */
};

struct spool_file {
	uint8_t *map; /* NULL: none */
	struct spool_head *head;
	uint8_t *ring; /* of 2 * size */
	size_t size;
};

/* to be closed with or without success */
int spool_file_open(struct spool_file *f, const char *path, size_t size,
		    enum spool_found *found);
void spool_file_close(struct spool_file *f);

#endif
