/**
 * @file spool.c  Records that outlive a kill, without waiting for a disk
 *
 * Positions count all octets that were ever put. An item is in the ring before
 * the end that names it is: a process that is killed amid a put has not put.
 * Each has its position and a keyed hash of all that it is: what is left of
 * an older one, or was damaged, is not taken for one.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/spool.h"
#include "common/spool_file.h"

/** In front of what was put */
struct label {
	uint64_t pos, check, key;
	uint32_t kind, len;
};

struct spool {
	/* the file's are for the next process: nothing that befalls them
	 * leads this one astray */
	_Atomic uint64_t end, begin;
	struct spool_file file;
	struct hash_key key;
	enum spool_found found;
};


static void destructor(void *arg)
{
	struct spool *s = arg;

	spool_file_close(&s->file);
}


/**
 * Open a spool, or make one
 *
 * @param sp   Pointer to allocated spool
 * @param path Its file
 * @param size Octets of the ring, a multiple of 65536
 *
 * @return 0 if success, otherwise errorcode: the disk is full, for example
 */
int spool_alloc(struct spool **sp, const char *path, size_t size)
{
	struct spool *s;
	int err;

	if (!sp || !path)
		return EINVAL;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	err = spool_file_open(&s->file, path, size, &s->found);
	if (err) {
		mem_deref(s);
		return err;
	}

	s->key = s->file.head->key;
	atomic_init(&s->begin, atomic_load(&s->file.head->begin));
	atomic_init(&s->end, atomic_load(&s->file.head->end));
	*sp = s;

	return 0;
}


/**
 * What was there when it was opened
 *
 * @param s Spool
 *
 * @return Whether there is something of a former process
 */
enum spool_found spool_found(const struct spool *s)
{
	return s ? s->found : SPOOL_NEW;
}


/**
 * Tell a spool from all others
 *
 * @param s Spool
 *
 * @return Number that it keeps until it is begun anew
 */
uint64_t spool_id(const struct spool *s)
{
	return s ? hash_sip(&s->key, "id", 2) | 1 : 0;
}


/**
 * Where the next item begins
 *
 * @param s Spool
 *
 * @return Place
 */
uint64_t spool_end(const struct spool *s)
{
	return s ? atomic_load(&s->end) : 0;
}


/**
 * Where the last item that was taken ended
 *
 * @param s Spool
 *
 * @return Place
 */
uint64_t spool_begin(const struct spool *s)
{
	return s ? atomic_load(&s->begin) : 0;
}


static uint8_t *place(const struct spool *s, uint64_t pos)
{
	return s->file.ring + pos % s->file.size;
}


static size_t room(size_t len)
{
	return sizeof(struct label) +
	       (len + SPOOL_UNIT - 1) / SPOOL_UNIT * SPOOL_UNIT;
}


static uint64_t check_of(const struct spool *s, const struct label *l,
			 const void *p)
{
	const uint64_t wordv[] = {l->pos, l->key,
				  (uint64_t)l->kind << 32 | l->len,
				  hash_sip(&s->key, p, l->len)};

	return hash_sip(&s->key, wordv, sizeof(wordv));
}


/**
 * Put an item
 *
 * @param s    Spool
 * @param kind What it is, for its reader to know
 * @param key  Whose it is
 * @param p    What it says; copied
 * @param len  Octets of it
 *
 * @return 0 if it outlives this process, E2BIG if it never has room, ENOSPC
 *         if too much waits
 */
int spool_put(struct spool *s, uint32_t kind, uint64_t key, const void *p,
	      size_t len)
{
	struct label l = {.key = key, .kind = kind, .len = (uint32_t)len};
	uint64_t begin;
	uint8_t *to;

	if (!s || (len && !p))
		return EINVAL;
	if (len > s->file.size - sizeof(struct label))
		return E2BIG;

	l.pos = atomic_load_explicit(&s->end, memory_order_relaxed);
	begin = atomic_load_explicit(&s->begin, memory_order_acquire);
	if (room(len) > s->file.size - (l.pos - begin))
		return ENOSPC;

	l.check = check_of(s, &l, p);
	to = place(s, l.pos);
	memcpy(to, &l, sizeof(l));
	if (len)
		memcpy(to + sizeof(l), p, len);
	atomic_store_explicit(&s->file.head->end, l.pos + room(len),
			      memory_order_release);
	atomic_store_explicit(&s->end, l.pos + room(len),
			      memory_order_release);

	return 0;
}


/**
 * How much waits
 *
 * @param s Spool, or NULL
 *
 * @return Octets
 */
size_t spool_waiting(const struct spool *s)
{
	const uint64_t begin = spool_begin(s);

	return (size_t)(spool_end(s) - begin);
}


/* the label is copied: what is looked at is what is used */
static bool is_item(struct label *l, const struct spool *s, uint64_t pos,
		    uint64_t end)
{
	const uint8_t *at = place(s, pos);

	if (end - pos < sizeof(*l))
		return false;

	memcpy(l, at, sizeof(*l));

	return l->pos == pos && room(l->len) <= end - pos &&
	       l->check == check_of(s, l, at + sizeof(*l));
}


/**
 * Look at the next item
 *
 * @param s    Spool
 * @param pos  Where the last one ended, 0 at first; set behind this one
 * @param item Set to it
 *
 * @return 0 if success, ENOENT if there is none
 */
int spool_read(const struct spool *s, uint64_t *pos, struct spool_item *item)
{
	uint64_t at, begin, end;
	struct label l;

	if (!s || !pos || !item)
		return EINVAL;

	begin = atomic_load_explicit(&s->begin, memory_order_relaxed);
	end = atomic_load_explicit(&s->end, memory_order_acquire);
	if (*pos < begin)
		*pos = begin;

	for (at = *pos; at < end; at += SPOOL_UNIT) {
		if (!is_item(&l, s, at, end))
			continue;

		item->key = l.key;
		item->kind = l.kind;
		item->len = l.len;
		item->p = place(s, at) + sizeof(l);
		item->missed = at - *pos;
		*pos = at + room(l.len);

		return 0;
	}

	return ENOENT;
}


/**
 * Give back the room of items that are stored elsewhere
 *
 * @param s   Spool
 * @param pos Behind the last of them, as spool_read() has set it
 */
void spool_taken(struct spool *s, uint64_t pos)
{
	if (!s ||
	    pos <= atomic_load_explicit(&s->begin, memory_order_relaxed) ||
	    pos > atomic_load_explicit(&s->end, memory_order_acquire))
		return;

	/* the file's first: no room is used again that it still names */
	atomic_store_explicit(&s->file.head->begin, pos, memory_order_release);
	atomic_store_explicit(&s->begin, pos, memory_order_release);
}
