/**
 * @file records.h  Records of calls: into files and the history, once each
 *
 * Each goes into the strongbox first: what a kill comes between is found there
 * by the next server, who hands it to all who may lack it.
 */
#ifndef PROXY_ADMIN_HISTORY_RECORDS_H
#define PROXY_ADMIN_HISTORY_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log;
struct metrics;
struct records;

struct records_conf {
	const char *dir; /* the data directory */

	bool history;
	uint32_t days; /* that it keeps; 0: for ever */
	uint32_t size; /* MB of it at most; 0: any */

	const char *json, *csv; /* files, or NULL */
	uint32_t rotate_mb;     /* then another one begins; 0: never */
	bool rotate_daily;
	uint32_t keep_days; /* of the former ones; 0: for ever */
};

/* mem_deref() writes what waits, for some seconds at most */
int records_alloc(struct records **rp, const struct records_conf *conf,
		  struct log *log, struct metrics *metrics);

/* once, before the first record: what a former server has left is written */
void records_resume(struct records *r);

/* once, when there are records of the calls that go on: all others that a
 * former server has left open are over */
void records_settle(struct records *r);

/* how long it is kept, and when files give way, from now on; files and the
 * history are those that there are */
void records_limit(struct records *r, const struct records_conf *conf);

/* does anybody want to know it? */
bool records_wanted(const struct records *r, bool over);

/*
 * What is known of a call now, in place of what was, as JSON (call_json.h);
 * copied. key: the id that it began under. What has no room is lost, counted
 * and said.
 */
void records_change(struct records *r, uint64_t key, const char *text,
		    size_t len);
void records_over(struct records *r, uint64_t key, const char *text,
		  size_t len);

/* it was no call */
void records_drop(struct records *r, uint64_t key);

/* the file with a call's packets; id: the call's, at its end */
void records_flight(struct records *r, uint64_t id, const char *name);

/* the files were moved away; others begin now */
void records_reopen(struct records *r);
void records_rotate(struct records *r);

#endif
