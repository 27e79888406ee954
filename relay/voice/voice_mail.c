/**
 * @file voice_mail.c  What main thread and voices' thread tell each other
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/bell.h"
#include "relay/voice/voice_end.h"
#include "relay/voice/voice_mail.h"


/**
 * Close the mail: what waits is forgotten
 *
 * @param m Mail, initialised with or without success
 */
void voice_mail_close(struct voice_mail *m)
{
	if (m->order_bell >= 0 && m->news_bell >= 0)
		(void)pthread_mutex_destroy(&m->lock);
	if (m->order_bell >= 0)
		(void)close(m->order_bell);
	if (m->news_bell >= 0)
		(void)close(m->news_bell);
	m->order_bell = m->news_bell = -1;
	list_clear(&m->orderl);
	list_clear(&m->newsl);
}


/**
 * Initialise the mail
 *
 * @param m Mail, zeroed
 *
 * @return 0 if success, otherwise errorcode
 */
int voice_mail_init(struct voice_mail *m)
{
	int err = 0;

	m->news_bell = -1;
	m->order_bell = bell_open();
	if (m->order_bell < 0)
		return errno;

	m->news_bell = bell_open();
	if (m->news_bell < 0)
		err = errno;
	else
		err = pthread_mutex_init(&m->lock, NULL);
	if (!err)
		return 0;

	(void)close(m->order_bell);
	if (m->news_bell >= 0)
		(void)close(m->news_bell);
	m->order_bell = m->news_bell = -1;

	return err;
}


/* with the lock held */
static void enqueue_order(struct voice_mail *m, struct voice_end *e)
{
	if (!e->order.le.list)
		list_append(&m->orderl, &e->order.le, e);

	atomic_store_explicit(&m->waiting, true, memory_order_release);
}


/**
 * Tell an end what signalling says
 *
 * @param m       Mail
 * @param e       End
 * @param anchorv Anchors of its RTP and its RTCP port
 * @param terms   What its SDP says beside, given away; NULL: nothing
 * @param speech  What was agreed on
 */
void voice_mail_anchor(struct voice_mail *m, struct voice_end *e,
		       const struct anchor anchorv[2],
		       struct relay_terms *terms,
		       const struct voice_speech *speech)
{
	struct relay_terms *untold;

	(void)pthread_mutex_lock(&m->lock);
	untold = e->order.terms;
	e->order.terms = terms;
	e->order.anchored = true;
	e->order.anchorv[RELAY_RTP] = anchorv[RELAY_RTP];
	e->order.anchorv[RELAY_RTCP] = anchorv[RELAY_RTCP];
	e->order.speech = *speech;
	enqueue_order(m, e);
	(void)pthread_mutex_unlock(&m->lock);

	mem_deref(untold);
	bell_ring(m->order_bell);
}


/**
 * Let an end say something
 *
 * @param m    Mail
 * @param e    End
 * @param item What to say
 *
 * @return 0 if success, ENOSPC if it has not yet taken what it was told before
 */
int voice_mail_say(struct voice_mail *m, struct voice_end *e,
		   const struct voice_item *item)
{
	int err = 0;

	(void)pthread_mutex_lock(&m->lock);
	if (e->order.itemc < VOICE_ITEMS_MAX) {
		e->order.itemv[e->order.itemc++] = *item;
		enqueue_order(m, e);
	}
	else {
		err = ENOSPC;
	}
	(void)pthread_mutex_unlock(&m->lock);

	bell_ring(m->order_bell);

	return err;
}


/**
 * Let an end say nothing more
 *
 * @param m Mail
 * @param e End
 */
void voice_mail_hush(struct voice_mail *m, struct voice_end *e)
{
	(void)pthread_mutex_lock(&m->lock);
	e->order.hush = true;
	e->order.itemc = 0;
	enqueue_order(m, e);
	(void)pthread_mutex_unlock(&m->lock);

	bell_ring(m->order_bell);
}


/**
 * Take an end back: news tell when it is done
 *
 * @param m Mail
 * @param e End, removed once
 */
void voice_mail_remove(struct voice_mail *m, struct voice_end *e)
{
	(void)pthread_mutex_lock(&m->lock);
	e->order.remove = true;
	enqueue_order(m, e);
	(void)pthread_mutex_unlock(&m->lock);

	bell_ring(m->order_bell);
}


/**
 * Take the next order
 *
 * @param m     Mail
 * @param order The order
 *
 * @return End it is for, NULL if there is none
 */
struct voice_end *voice_mail_order(struct voice_mail *m,
				   struct voice_order *order)
{
	struct voice_end *e;

	if (!atomic_load_explicit(&m->waiting, memory_order_acquire))
		return NULL;

	(void)pthread_mutex_lock(&m->lock);
	e = list_ledata(list_head(&m->orderl));
	if (e) {
		list_unlink(&e->order.le);
		*order = e->order;
		e->order.anchored = e->order.hush = false;
		e->order.terms = NULL;
		e->order.itemc = 0;
	}
	else {
		atomic_store_explicit(&m->waiting, false,
				      memory_order_relaxed);
	}
	(void)pthread_mutex_unlock(&m->lock);

	return e;
}


/* with the lock held */
static void enqueue_news(struct voice_mail *m, struct voice_end *e)
{
	if (!e->news.le.list)
		list_append(&m->newsl, &e->news.le, e);
}


/**
 * Tell the main thread what has happened at an end
 *
 * @param m   Mail
 * @param e   End
 * @param res What it was; more keys than anybody can press are forgotten
 */
void voice_mail_tell(struct voice_mail *m, struct voice_end *e,
		     const struct voice_result *res)
{
	struct voice_news *n = &e->news;

	(void)pthread_mutex_lock(&m->lock);
	n->latched |= res->latched;
	n->said |= res->said;
	if (res->key && n->keyc < VOICE_KEYS_MAX) {
		n->keyv[n->keyc] = res->key;
		n->in_bandv[n->keyc++] = res->in_band;
	}
	enqueue_news(m, e);
	(void)pthread_mutex_unlock(&m->lock);

	bell_ring(m->news_bell);
}


/**
 * Tell the main thread that the thread will not touch an end again
 *
 * @param m Mail
 * @param e End
 */
void voice_mail_removed(struct voice_mail *m, struct voice_end *e)
{
	(void)pthread_mutex_lock(&m->lock);
	e->news.removed = true;
	enqueue_news(m, e);
	(void)pthread_mutex_unlock(&m->lock);

	bell_ring(m->news_bell);
}


/**
 * Take the next news
 *
 * @param m    Mail
 * @param news The news
 *
 * @return End they are about, NULL if there are none
 */
struct voice_end *voice_mail_news(struct voice_mail *m,
				  struct voice_news *news)
{
	struct voice_end *e;

	(void)pthread_mutex_lock(&m->lock);
	e = list_ledata(list_head(&m->newsl));
	if (e) {
		list_unlink(&e->news.le);
		*news = e->news;
		e->news.latched = e->news.said = false;
		e->news.keyc = 0;
	}
	(void)pthread_mutex_unlock(&m->lock);

	return e;
}
