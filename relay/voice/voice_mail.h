/**
 * @file voice_mail.h  What main thread and voices' thread tell each other
 *
 * Both are kept in the end that they are about, so nothing is lost and
 * nothing can fail; a bell rings in the other one's loop. Without mail no lock
 * is taken.
 */
#ifndef RELAY_VOICE_VOICE_MAIL_H
#define RELAY_VOICE_VOICE_MAIL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "relay/latch/anchor.h"
#include "relay/voice/voice.h"

struct voice_end;

enum { VOICE_KEYS_MAX = 16 };

/** To the thread */
struct voice_order {
	struct le le;
	bool anchored;
	struct anchor anchorv[2];
	struct relay_terms *terms; /* the thread's then; or NULL */
	struct voice_speech speech;
	bool hush; /* before anything else is said */
	struct voice_item itemv[VOICE_ITEMS_MAX];
	size_t itemc;
	bool remove;
};

/** From it */
struct voice_news {
	struct le le;
	char keyv[VOICE_KEYS_MAX];
	bool in_bandv[VOICE_KEYS_MAX];
	size_t keyc;
	bool latched, said, removed;
};

struct voice_mail {
	pthread_mutex_t lock;
	struct list orderl, newsl;
	_Atomic bool waiting; /* orders */
	int order_bell, news_bell;
};

int voice_mail_init(struct voice_mail *m);
void voice_mail_close(struct voice_mail *m);

/* the main thread's side. terms are given away. ENOSPC: too much to say */
void voice_mail_anchor(struct voice_mail *m, struct voice_end *e,
		       const struct anchor anchorv[2],
		       struct relay_terms *terms,
		       const struct voice_speech *speech);
int voice_mail_say(struct voice_mail *m, struct voice_end *e,
		   const struct voice_item *item);
void voice_mail_hush(struct voice_mail *m, struct voice_end *e);
void voice_mail_remove(struct voice_mail *m, struct voice_end *e);
struct voice_end *voice_mail_news(struct voice_mail *m,
				  struct voice_news *news);

/* the thread's side */
struct voice_end *voice_mail_order(struct voice_mail *m,
				   struct voice_order *order);
struct voice_result;
void voice_mail_tell(struct voice_mail *m, struct voice_end *e,
		     const struct voice_result *res);
void voice_mail_removed(struct voice_mail *m, struct voice_end *e);

#endif
