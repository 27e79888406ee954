/**
 * @file call_journal.h  Calls that go on after a crash
 *
 * What is new of an answered call is written down some ms later, once for all
 * that happened meanwhile: into memory that outlives the process (spool.h),
 * and from there, in a thread, into a database. A call that is over, or that
 * the server has ended, leaves nothing.
 *
 * The next start has its calls again in two steps: before anybody listens
 * their ports are open, and packets flow; then, when there are listeners,
 * their sides are reached as they were.
 */
#ifndef PROXY_STATE_CALL_JOURNAL_H
#define PROXY_STATE_CALL_JOURNAL_H

#include "proxy/core/proxy.h"
#include "proxy/media/call.h"

struct call_journal;
struct call_shelf;
struct spool;

struct call_journal_conf {
	const char *dir;     /* the data directory */
	struct calls *calls; /* not owned */
	/* NULL: there is none of that name */
	const struct config_peer *(*peerh)(const char *name, void *arg);
	/* a call is back; NULL: nobody wants to know */
	void (*backh)(struct call *call, void *arg);
	void *arg;
};

int call_journal_alloc(struct call_journal **jp,
		       const struct call_journal_conf *conf,
		       struct timers *timers, struct log *log,
		       struct metrics *metrics);

/* once: the calls of before; from now on others are written down */
int call_journal_restore(struct call_journal *j);

/* once, when SIP is open: what is told of them, and how they are reached */
void call_journal_connect(struct call_journal *j, struct proxy *px,
			  struct transport *tp);

/* a calls_handlers.changedh */
void call_journal_changed(struct call *call, bool over, void *arg);

#endif
