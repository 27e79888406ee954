/**
 * @file strongbox.c  Where records are until all who write them have done so
 *
 * The room of a record is free when it and all before it are released.
 */
#include <errno.h>
#include <pthread.h>
#include <re.h>
#include "proxy/admin/history/strongbox.h"

enum {
	SIZE = 4
	       << 20, /* some 600 calls: what a busy minute's second writes */
	SLOTS = 1 << 14,
	PATH_SIZE = 512,
};

/** A record in the box, in the order of their places */
struct slot {
	uint64_t place;
	uint32_t holds;
};

struct strongbox {
	pthread_mutex_t lock; /* of the slots */
	struct spool *spool;
	struct slot *slotv;
	uint32_t first, count; /* slots in use */
	uint64_t read;         /* how far a former server's are */
};


static void destructor(void *arg)
{
	struct strongbox *b = arg;

	mem_deref(b->spool);
	mem_deref(b->slotv);
	(void)pthread_mutex_destroy(&b->lock);
}


/**
 * Open a strongbox, or make one
 *
 * @param bp  Pointer to allocated box
 * @param dir Directory of its file
 *
 * @return 0 if success, otherwise errorcode
 */
int strongbox_alloc(struct strongbox **bp, const char *dir)
{
	char path[PATH_SIZE];
	struct strongbox *b;
	int err;

	if (!bp || !dir)
		return EINVAL;
	if (re_snprintf(path, sizeof(path), "%s/records.spool", dir) < 0)
		return ENAMETOOLONG;

	b = mem_zalloc(sizeof(*b), destructor);
	if (!b)
		return ENOMEM;

	err = pthread_mutex_init(&b->lock, NULL);
	if (!err) {
		b->slotv = mem_zalloc(SLOTS * sizeof(*b->slotv), NULL);
		err = b->slotv ? spool_alloc(&b->spool, path, SIZE) : ENOMEM;
	}
	if (err)
		mem_deref(b);
	else
		*bp = b;

	return err;
}


/**
 * What was there when it was opened
 *
 * @param b Box, or NULL
 *
 * @return Whether a former server has left something
 */
enum spool_found strongbox_found(const struct strongbox *b)
{
	return spool_found(b ? b->spool : NULL);
}


static bool has_slot(struct strongbox *b)
{
	bool has;

	(void)pthread_mutex_lock(&b->lock);
	has = b->count < SLOTS;
	(void)pthread_mutex_unlock(&b->lock);

	return has;
}


/* only the loop adds slots: there is one when has_slot() has said so */
static void add_slot(struct strongbox *b, uint64_t place, struct deposit *d)
{
	(void)pthread_mutex_lock(&b->lock);
	d->slot = (b->first + b->count++) % SLOTS;
	b->slotv[d->slot].place = place;
	b->slotv[d->slot].holds = 1;
	(void)pthread_mutex_unlock(&b->lock);
	d->place = place;
}


/**
 * Put a record into the box
 *
 * @param b    Box, or NULL
 * @param kind What it is, for who finds it
 * @param key  Whose it is
 * @param p    What it says
 * @param len  Octets of it
 * @param d    Set to where it is, which the caller holds; to nowhere on
 *             failure
 *
 * @return 0 if it outlives a kill, otherwise errorcode
 */
int strongbox_put(struct strongbox *b, uint32_t kind, uint64_t key,
		  const void *p, size_t len, struct deposit *d)
{
	int err;

	if (!d)
		return EINVAL;

	*d = (struct deposit){.place = 0};
	if (!b)
		return ENOENT;
	if (!has_slot(b))
		return ENOSPC;

	err = spool_put(b->spool, kind, key, p, len);
	if (!err)
		add_slot(b, spool_end(b->spool), d);

	return err;
}


/**
 * Find the next record of a former server
 *
 * @param b    Box, or NULL
 * @param item Set to it; its text is there while it is held
 * @param d    Set to where it is, which the caller holds
 *
 * @return 0 if success, ENOENT if there are no more
 */
int strongbox_next(struct strongbox *b, struct spool_item *item,
		   struct deposit *d)
{
	int err;

	if (!b)
		return ENOENT;
	if (!item || !d)
		return EINVAL;
	if (!has_slot(b))
		return ENOSPC;

	err = spool_read(b->spool, &b->read, item);
	if (err)
		return err;

	*d = (struct deposit){.again = true};
	add_slot(b, b->read, d);

	return 0;
}


/**
 * Hold a record once more
 *
 * @param b Box, or NULL
 * @param d Where it is; the caller holds it
 */
void strongbox_hold(struct strongbox *b, const struct deposit *d)
{
	if (!b || !d->place)
		return;

	(void)pthread_mutex_lock(&b->lock);
	++b->slotv[d->slot].holds;
	(void)pthread_mutex_unlock(&b->lock);
}


/**
 * A record needs to be there no longer, for one of those who hold it
 *
 * @param b Box, or NULL
 * @param d Where it is
 */
void strongbox_release(struct strongbox *b, const struct deposit *d)
{
	uint64_t done = 0;

	if (!b || !d->place)
		return;

	(void)pthread_mutex_lock(&b->lock);
	--b->slotv[d->slot].holds;
	while (b->count && !b->slotv[b->first].holds) {
		done = b->slotv[b->first].place;
		b->first = (b->first + 1) % SLOTS;
		--b->count;
	}
	if (done)
		spool_taken(b->spool, done);
	(void)pthread_mutex_unlock(&b->lock);
}


/**
 * Tell a box from all others
 *
 * @param b Box, or NULL
 *
 * @return Number; 0: it is none
 */
uint64_t strongbox_id(const struct strongbox *b)
{
	return spool_id(b ? b->spool : NULL);
}


/**
 * How far all is released
 *
 * @param b Box, or NULL
 *
 * @return The last such place
 */
uint64_t strongbox_done(const struct strongbox *b)
{
	return spool_begin(b ? b->spool : NULL);
}
