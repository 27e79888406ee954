/**
 * @file call_ladder.c  The last messages of each call, in bounded memory
 */
#include <errno.h>
#include <string.h>
#include "common/hash.h"
#include "proxy/admin/trace/bale.h"
#include "proxy/admin/trace/call_ladder.h"

enum {
	BUCKETS = 4096,
	OVERHEAD = 48,      /* of an allocation, and of libre's memory */
	STRANGERS_PART = 4, /* they may have a quarter */
};

struct call_ladder {
	struct hash *ht;
	struct hash_key key;
	struct list callv[2]; /* let in or not; the one that was silent for
			       * longest is first */
	size_t bytesv[2];
	size_t bytes_max;
	uint32_t count;
	struct list openl; /* calls that are not pressed, the next one first */
	uint32_t open;
	struct bale_press *press;
	struct ladder_call *last; /* that was found; the next is mostly it */
};


static void call_destructor(void *data)
{
	struct ladder_call *c = data;

	hash_unlink(&c->he);
	list_unlink(&c->le);
	list_unlink(&c->open_le);
	list_flush(&c->rungl);
	mem_deref(c->bale);
}


static void destructor(void *data)
{
	struct call_ladder *l = data;

	list_flush(&l->callv[false]);
	list_flush(&l->callv[true]);
	mem_deref(l->ht);
	mem_deref(l->press);
}


static void grow(struct call_ladder *l, struct ladder_call *c, size_t n)
{
	c->bytes += n;
	l->bytesv[c->let_in] += n;
}


static void shrink(struct call_ladder *l, struct ladder_call *c, size_t n)
{
	c->bytes -= n;
	l->bytesv[c->let_in] -= n;
}


static void close_call(struct call_ladder *l, struct ladder_call *c)
{
	if (!c->open_le.list)
		return;

	list_unlink(&c->open_le);
	--l->open;
}


static void forget_call(struct call_ladder *l, struct ladder_call *c)
{
	l->bytesv[c->let_in] -= c->bytes;
	--l->count;
	close_call(l, c);
	if (l->last == c)
		l->last = NULL;
	mem_deref(c);
}


/* the oldest goes; strangers' first while they have more than their part */
static void make_room(struct call_ladder *l)
{
	while (l->bytesv[false] + l->bytesv[true] > l->bytes_max) {
		const bool stranger = l->bytesv[false] >
					      l->bytes_max / STRANGERS_PART ||
				      !l->callv[true].head;

		forget_call(l, list_ledata(l->callv[!stranger].head));
	}
}


static size_t size_of(const struct rung *r)
{
	return sizeof(*r) + r->kept + OVERHEAD;
}


static void forget_rung(struct call_ladder *l, struct ladder_call *c)
{
	struct le *le = c->rungl.head;
	struct rung *r;

	for (int i = 0; i < LADDER_FIRST; i++)
		le = le->next;

	r = le->data;
	shrink(l, c, size_of(r));
	--c->rungs;
	++c->forgotten;
	mem_deref(r);
}


static size_t rungs_size(const struct ladder_call *c)
{
	size_t n = 0;

	for (const struct le *le = c->rungl.head; le; le = le->next)
		n += size_of(le->data);

	return n;
}


static size_t bale_size(const struct bale *b)
{
	return sizeof(*b) + b->len + OVERHEAD;
}


/* what is too much for a bale, or for the memory, stays as it is */
static void press(struct call_ladder *l, struct ladder_call *c)
{
	close_call(l, c);
	if (bale_alloc(&c->bale, l->press, &c->rungl))
		return;

	shrink(l, c, rungs_size(c));
	list_flush(&c->rungl);
	grow(l, c, bale_size(c->bale));
}


/* its messages can be read, and it is the last one to be pressed */
static int open_call(struct call_ladder *l, struct ladder_call *c)
{
	int err;

	if (c->bale) {
		err = bale_open(c->bale, l->press, &c->rungl);
		if (err)
			return err;

		shrink(l, c, bale_size(c->bale));
		c->bale = mem_deref(c->bale);
		grow(l, c, rungs_size(c));
	}

	close_call(l, c);
	list_append(&l->openl, &c->open_le, c);
	if (++l->open > LADDER_OPEN)
		press(l, l->openl.head->data);

	return 0;
}


static bool was_there(const struct ladder_call *c, const struct rung *r)
{
	const struct le *le;

	for (le = c->rungl.tail; le; le = le->prev) {
		if (rung_is_same(le->data, r))
			return true;
	}

	return false;
}


static bool call_handler(struct le *le, void *arg)
{
	const struct ladder_call *c = le->data;

	return !pl_cmp(&c->callid, arg);
}


static struct ladder_call *find(const struct call_ladder *l,
				const struct pl *callid)
{
	return list_ledata(hash_lookup(l->ht, hash_pl(&l->key, callid),
				       call_handler, (void *)callid));
}


static bool starts(const struct sighting *s, const char *text)
{
	const size_t n = strlen(text);

	return s->len > n && !memcmp(s->p, text, n);
}


static struct ladder_call *begin(struct call_ladder *l,
				 const struct sighting *s)
{
	struct ladder_call *c;

	if (!starts(s, "INVITE ") || s->callid.l > LADDER_CALLID_MAX)
		return NULL;

	c = mem_zalloc(sizeof(*c) + s->callid.l, call_destructor);
	if (!c)
		return NULL;

	memcpy(c->id, s->callid.p, s->callid.l);
	c->callid.p = c->id;
	c->callid.l = s->callid.l;
	hash_append(l->ht, hash_pl(&l->key, &c->callid), &c->he, c);
	list_append(&l->callv[false], &c->le, c);
	grow(l, c, sizeof(*c) + c->callid.l + OVERHEAD);
	++l->count;

	return c;
}


static struct ladder_call *find_or_begin(struct call_ladder *l,
					 const struct sighting *s)
{
	if (l->last && !pl_cmp(&l->last->callid, &s->callid))
		return l->last;

	l->last = find(l, &s->callid);
	if (!l->last)
		l->last = begin(l, s);

	return l->last;
}


/* we send its INVITE, or its answer: that is more than a refusal */
static bool lets_in(const struct sighting *s)
{
	return s->sent && (starts(s, "INVITE ") || starts(s, "SIP/2.0 18") ||
			   starts(s, "SIP/2.0 2") || starts(s, "SIP/2.0 3"));
}


/* it is the youngest now */
static void touch(struct call_ladder *l, struct ladder_call *c, bool let_in)
{
	list_unlink(&c->le);
	if (let_in && !c->let_in) {
		l->bytesv[false] -= c->bytes;
		l->bytesv[true] += c->bytes;
		c->let_in = true;
	}
	list_append(&l->callv[c->let_in], &c->le, c);
}


/**
 * Keep a message, if it is of a call
 *
 * @param l Ladder, or NULL
 * @param s Message
 */
void call_ladder_note(struct call_ladder *l, const struct sighting *s)
{
	struct ladder_call *c;
	struct rung *r;

	if (!l || !l->bytes_max || !s || !s->callid.l)
		return;

	c = find_or_begin(l, s);
	if (!c || open_call(l, c))
		return;

	r = rung_alloc(s);
	if (!r)
		return;

	r->again = was_there(c, r);
	list_append(&c->rungl, &r->le, r);
	++c->rungs;
	touch(l, c, lets_in(s));
	grow(l, c, size_of(r));
	if (c->rungs > LADDER_RUNGS)
		forget_rung(l, c);
	make_room(l);
}


/**
 * Allocate what keeps messages
 *
 * @param lp    Pointer to the allocated ladder
 * @param bytes Of all of them together
 *
 * @return 0 if success, otherwise errorcode
 */
int call_ladder_alloc(struct call_ladder **lp, size_t bytes)
{
	struct call_ladder *l;
	int err;

	if (!lp)
		return EINVAL;

	l = mem_zalloc(sizeof(*l), destructor);
	if (!l)
		return ENOMEM;

	l->bytes_max = bytes;
	hash_key_random(&l->key);
	l->press = mem_alloc(sizeof(*l->press), NULL);
	err = l->press ? hash_alloc(&l->ht, BUCKETS) : ENOMEM;
	if (err)
		mem_deref(l);
	else
		*lp = l;

	return err;
}


static struct ladder_call *opened(struct call_ladder *l, struct ladder_call *c)
{
	return c && !open_call(l, c) ? c : NULL;
}


/**
 * Say how much may be kept from now on
 *
 * @param l     Ladder, or NULL
 * @param bytes Of all of them together; 0: nothing
 */
void call_ladder_limit(struct call_ladder *l, size_t bytes)
{
	if (!l)
		return;

	l->bytes_max = bytes;
	make_room(l);
}


/**
 * Find the messages of a call
 *
 * @param l      Ladder, or NULL
 * @param callid Call-ID
 *
 * @return Call, NULL if nothing is kept of it
 */
const struct ladder_call *call_ladder_find(struct call_ladder *l,
					   const struct pl *callid)
{
	return l && callid ? opened(l, find(l, callid)) : NULL;
}


/**
 * Say which number a call had
 *
 * @param l      Ladder, or NULL
 * @param callid Its Call-ID
 * @param number Its number
 */
void call_ladder_number(struct call_ladder *l, const struct pl *callid,
			uint64_t number)
{
	struct ladder_call *c = l && callid ? find(l, callid) : NULL;

	if (c)
		c->number = number;
}


/**
 * Find the messages of a call that has ended
 *
 * @param l      Ladder, or NULL
 * @param number Its number
 *
 * @return Call, NULL if nothing is kept of it
 */
const struct ladder_call *call_ladder_find_number(struct call_ladder *l,
						  uint64_t number)
{
	for (size_t i = 0; l && number && i < ARRAY_SIZE(l->callv); i++) {
		struct le *le;

		/* who is asked for ended lately */
		for (le = l->callv[i].tail; le; le = le->prev) {
			struct ladder_call *c = le->data;

			if (c->number == number)
				return opened(l, c);
		}
	}

	return NULL;
}


/**
 * How many calls are known
 *
 * @param l Ladder, or NULL
 *
 * @return Calls
 */
uint32_t call_ladder_count(const struct call_ladder *l)
{
	return l ? l->count : 0;
}


/**
 * How much memory they take
 *
 * @param l Ladder, or NULL
 *
 * @return Octets
 */
size_t call_ladder_bytes(const struct call_ladder *l)
{
	return l ? l->bytesv[false] + l->bytesv[true] : 0;
}
