/**
 * @file spool_file.c  The file of a spool, and where it is in memory
 *
 * All of its room is had when it is made: a disk that is full later would be
 * a SIGBUS.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "common/spool_file.h"

#define MAGIC 0x316c6f6f70736476ULL /* "vdspool1" */

enum { MODE = 0600 };

/* no item of a spool that works for 100 years ends there */
static const uint64_t end_max = 1ULL << 62;


/**
 * Take a spool's file out of memory; it stays on the disk
 *
 * @param f File
 */
void spool_file_close(struct spool_file *f)
{
	if (f->map)
		(void)munmap(f->map, SPOOL_GRAIN + 2 * f->size);
	f->map = NULL;
}


/* beyond that the kernel sends a signal */
static bool is_allowed(off_t size)
{
	struct rlimit rl;

	return getrlimit(RLIMIT_FSIZE, &rl) || rl.rlim_cur == RLIM_INFINITY ||
	       (rlim_t)size <= rl.rlim_cur;
}


/* also of a file that is there: a copy of one may have holes */
static int take_room(int fd, off_t size)
{
	if (!is_allowed(size))
		return EFBIG;
	if (ftruncate(fd, size))
		return errno;

	return posix_fallocate(fd, 0, size);
}


/* a part of the file, in the place of what is there */
static int map_part(uint8_t *at, size_t size, int fd, off_t from, int populate)
{
	const void *p = mmap(at, size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_FIXED | populate, fd, from);

	/* it goes with all of the map */
	/* cppcheck-suppress memleak */
	return p == MAP_FAILED ? errno : 0;
}


static int map_ring(struct spool_file *f, int fd)
{
	void *p = mmap(NULL, SPOOL_GRAIN + 2 * f->size, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int err;

	if (p == MAP_FAILED)
		return errno;

	f->map = p;
	f->head = p;
	f->ring = f->map + SPOOL_GRAIN;
	err = map_part(f->map, SPOOL_GRAIN + f->size, fd, 0, MAP_POPULATE);

	return err ? err
		   : map_part(f->ring + f->size, f->size, fd, SPOOL_GRAIN, 0);
}


static bool is_usable(const struct spool_file *f)
{
	const struct spool_head *h = f->head;
	const uint64_t begin = atomic_load(&h->begin);
	const uint64_t end = atomic_load(&h->end);

	return h->magic == MAGIC && h->size == f->size && begin <= end &&
	       end <= end_max && end - begin <= f->size &&
	       !(begin % SPOOL_UNIT) && !(end % SPOOL_UNIT);
}


/* with a key of its own: nothing of before can be taken for an item */
static void begin(struct spool_file *f)
{
	struct spool_head *h = f->head;

	h->magic = 0;
	atomic_signal_fence(memory_order_seq_cst);
	h->size = f->size;
	hash_key_random(&h->key);
	atomic_store(&h->begin, 0);
	atomic_store(&h->end, 0);
	h->magic = MAGIC;
}


static int use(struct spool_file *f, int fd, enum spool_found *found)
{
	const off_t size = (off_t)(SPOOL_GRAIN + f->size);
	struct stat st;
	bool whole;
	int err;

	if (fstat(fd, &st))
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;

	whole = st.st_size == size;
	err = take_room(fd, size);
	if (err && !whole)
		(void)!ftruncate(fd, 0);
	if (!err)
		err = map_ring(f, fd);
	if (err)
		return err;

	*found = !st.st_size             ? SPOOL_NEW
		 : whole && is_usable(f) ? SPOOL_KEPT
					 : SPOOL_ANEW;
	if (*found != SPOOL_KEPT)
		begin(f);

	return 0;
}


/**
 * Open or make a spool's file
 *
 * @param f     File; to be closed with or without success
 * @param path  Where it is
 * @param size  Octets of the ring, a multiple of SPOOL_GRAIN
 * @param found Set to what was there
 *
 * @return 0 if success, otherwise errorcode: the disk is full, for example
 */
int spool_file_open(struct spool_file *f, const char *path, size_t size,
		    enum spool_found *found)
{
	int err, fd;

	memset(f, 0, sizeof(*f));
	if (!size || size % SPOOL_GRAIN || size > SPOOL_SIZE_MAX)
		return EINVAL;

	f->size = size;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		  MODE);
	if (fd < 0)
		return errno;

	err = use(f, fd, found);
	(void)close(fd);

	return err;
}
