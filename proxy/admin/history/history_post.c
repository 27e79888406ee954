/**
 * @file history_post.c  What the history's thread has for the loop
 */
#include <errno.h>
#include <unistd.h>
#include "common/bell.h"
#include "proxy/admin/history/history_post.h"
#include "proxy/admin/history/tray.h"


/**
 * Initialise a post
 *
 * @param p Post, zeroed; to be closed with or without success
 *
 * @return 0 if success, otherwise errorcode
 */
int history_post_init(struct history_post *p)
{
	p->fd = bell_open();
	if (p->fd < 0)
		return errno;

	return pthread_mutex_init(&p->lock, NULL);
}


/**
 * Close a post
 *
 * @param p Post
 */
void history_post_close(struct history_post *p)
{
	list_flush(&p->slipl);
	if (p->fd >= 0)
		(void)close(p->fd);
	p->fd = -1;
	(void)pthread_mutex_destroy(&p->lock);
}


/**
 * Lay down a record, in the thread
 *
 * @param p    Post
 * @param slip Record; the post's then
 */
void history_post_put(struct history_post *p, struct slip *slip)
{
	(void)pthread_mutex_lock(&p->lock);
	list_append(&p->slipl, &slip->le, slip);
	(void)pthread_mutex_unlock(&p->lock);
	bell_ring(p->fd);
}


/**
 * Say that the database was made anew, in the thread
 *
 * @param p Post
 */
void history_post_made(struct history_post *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->made = true;
	(void)pthread_mutex_unlock(&p->lock);
	bell_ring(p->fd);
}


/**
 * Take what is there, on the loop
 *
 * @param p     Post
 * @param slipl Set to the records, the caller's then
 *
 * @return true if the database was made anew
 */
bool history_post_take(struct history_post *p, struct list *slipl)
{
	bool made;

	bell_hush(p->fd);
	(void)pthread_mutex_lock(&p->lock);
	made = p->made;
	p->made = false;
	list_init(slipl);
	while (p->slipl.head) {
		struct slip *slip = list_ledata(p->slipl.head);

		list_unlink(&slip->le);
		list_append(slipl, &slip->le, slip);
	}
	(void)pthread_mutex_unlock(&p->lock);

	return made;
}
