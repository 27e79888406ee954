/**
 * @file history.h  Past calls in a database, written by a thread of its own
 *
 * A row for each call from its beginning on, so that a crash loses none. No
 * disk is waited for; what waits is bounded, and what is too much for it is
 * lost, counted and said. Calls go on whatever becomes of the database.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_H
#define PROXY_ADMIN_HISTORY_HISTORY_H

#include <stddef.h>
#include <stdint.h>

struct deposit;
struct history;
struct log;
struct metrics;
struct strongbox;
struct tray;

struct history_conf {
	const char *dir;       /* the data directory */
	uint32_t days;         /* that are kept; 0: for ever */
	uint32_t size;         /* MB of the file at most; 0: any */
	const char *lines;     /* file of call records; or NULL */
	struct strongbox *box; /* of the records' deposits, or NULL */

	/* a call that a crash has ended, on the loop: its record is to be
	 * written as others are. NULL: it is put into the history */
	void (*losth)(uint64_t key, const char *record, size_t len, void *arg);
	void *arg;
};

int history_alloc(struct history **hp, const struct history_conf *conf,
		  struct log *log, struct metrics *metrics);

/*
 * What is known of a call now, as JSON (call_json.h), in place of what was:
 * when it begins, is answered, and has ended. key: the id that it began
 * under, which may have been another one. Here and below: d: where it is in
 * the box, which the caller holds; NULL: it is not.
 */
int history_put(struct history *h, uint64_t key, const char *record,
		size_t len, const struct deposit *d);

/* where its thread takes records from, see cdr.h; NULL: there is none */
struct tray *history_tray(struct history *h);

/* from now on; as in the conf */
void history_limit(struct history *h, uint32_t days, uint32_t size);

/* it was no call */
int history_drop(struct history *h, uint64_t id, const struct deposit *d);

/* the file with its packets; after its end */
int history_flight(struct history *h, uint64_t id, const char *name,
		   const struct deposit *d);

/*
 * Once, when what a former server has left in the box, and the calls that go
 * on, are put: all others that it has left open are over.
 */
void history_settle(struct history *h);

#endif
