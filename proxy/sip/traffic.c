/**
 * @file traffic.c  Was there a datagram from or to a peer?
 */
#include <errno.h>
#include "common/hash.h"
#include "proxy/sip/traffic.h"


enum { BUCKETS = 1024 };

struct traffic {
	struct hash_key key;
	struct hash *ht;
	uint32_t n;
};


/* those who still watch see nothing any more */
static bool forget_handler(struct le *le, void *arg)
{
	struct traffic_watch *w = le->data;
	(void)arg;

	w->t = NULL;

	return false;
}


static void destructor(void *arg)
{
	struct traffic *t = arg;

	(void)hash_apply(t->ht, forget_handler, NULL);
	hash_clear(t->ht);
	mem_deref(t->ht);
}


/**
 * Allocate
 *
 * @param tp Pointer to the allocated object
 *
 * @return 0 if success, otherwise errorcode
 */
int traffic_alloc(struct traffic **tp)
{
	struct traffic *t;
	int err;

	if (!tp)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	hash_key_random(&t->key);
	err = hash_alloc(&t->ht, BUCKETS);
	if (err)
		mem_deref(t);
	else
		*tp = t;

	return err;
}


/**
 * Watch a peer from now on
 *
 * @param t    Traffic, or NULL: nothing is seen
 * @param w    Watch
 * @param peer Address and port
 */
void traffic_watch(struct traffic *t, struct traffic_watch *w,
		   const struct sa *peer)
{
	traffic_unwatch(w);
	w->in = w->out = 0;
	if (!t)
		return;

	w->t = t;
	w->peer = *peer;
	hash_append(t->ht, hash_sa(&t->key, peer, true), &w->he, w);
	++t->n;
}


/**
 * Watch no longer; the counts stay
 *
 * @param w Watch
 */
void traffic_unwatch(struct traffic_watch *w)
{
	if (!w || !w->t)
		return;

	--w->t->n;
	hash_unlink(&w->he);
	w->t = NULL;
}


/**
 * A datagram came or left
 *
 * @param t    Traffic, or NULL
 * @param peer The other side
 * @param in   It came
 */
void traffic_note(const struct traffic *t, const struct sa *peer, bool in)
{
	struct le *le;

	if (!t || !t->n)
		return;

	le = list_head(hash_list(t->ht, hash_sa(&t->key, peer, true)));
	for (; le; le = le->next) {
		struct traffic_watch *w = le->data;

		if (sa_cmp(&w->peer, peer, SA_ALL))
			++*(in ? &w->in : &w->out);
	}
}
