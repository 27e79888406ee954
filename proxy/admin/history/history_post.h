/**
 * @file history_post.h  What the history's thread has for the loop
 *
 * Records of calls that a crash has ended, and that the database had to be
 * made anew.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_POST_H
#define PROXY_ADMIN_HISTORY_HISTORY_POST_H

#include <pthread.h>
#include <re.h>

struct slip;

struct history_post {
	pthread_mutex_t lock;
	struct list slipl; /* struct slip */
	bool made;
	int fd; /* rings in the loop; -1: not open */
};

int history_post_init(struct history_post *p);
void history_post_close(struct history_post *p);

/* in the thread; the slip is the post's */
void history_post_put(struct history_post *p, struct slip *slip);
void history_post_made(struct history_post *p);

/* on the loop; true: it was made anew */
bool history_post_take(struct history_post *p, struct list *slipl);

#endif
