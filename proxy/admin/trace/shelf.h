/**
 * @file shelf.h  A directory of packet files that a thread of its own writes
 *
 * Bounded by age and size: the oldest file goes first. Names begin with a
 * time, so their order is that of their age. The loop never waits for the
 * disk: what waits is bounded too, and counted when it is lost.
 */
#ifndef PROXY_ADMIN_TRACE_SHELF_H
#define PROXY_ADMIN_TRACE_SHELF_H

#include <stdint.h>
#include <re.h>

enum {
	SHELF_NAME_MAX = 128,
	SHELF_FILES_MAX = 4096, /* above that the oldest go */
	SHELF_WAIT_MAX = 16 << 20,
};

struct shelf;
struct counter;
struct log;

/** How much stays */
struct shelf_bounds {
	uint32_t days;  /* that a file is kept */
	uint64_t bytes; /* of all files; 0: off, nothing is written or gone */
};

struct shelf_conf {
	const char *dir; /* copied; made when the first file is written */
	struct shelf_bounds bounds;
	struct counter *written, *lost; /* not owned; or NULL */
};

/** A file that is there */
struct shelf_file {
	char name[SHELF_NAME_MAX];
	uint64_t bytes;
	uint64_t time_s; /* of its last change, since 1970 */
};

int shelf_alloc(struct shelf **sp, const struct shelf_conf *conf,
		struct log *log);

/* from now on; what is too much goes soon */
void shelf_limit(struct shelf *s, const struct shelf_bounds *bounds);
bool shelf_is_on(const struct shelf *s);

/* packets, as of pcap_write(), to the end of that file, which is made. ENOSPC:
 * too much waits; EINVAL: no name; ENOTSUP: it is off */
int shelf_put(struct shelf *s, const char *name, const void *p, size_t len);

/** Packets that are made when they are written, by the thread */
struct shelf_source {
	/* whole ones, as of pcap_write(): how many octets; 0: that was all */
	size_t (*readh)(uint8_t *buf, size_t size, void *arg);
	void *arg;    /* a mem object, given away: the thread's alone */
	size_t bytes; /* of memory that waits with it */
};

/* the same of them; without success what was to be read is gone */
int shelf_put_from(struct shelf *s, const char *name,
		   const struct shelf_source *source);

/* "20261120-213501-" and what is left of text: letters, digits, "-_.+" */
void shelf_name(char name[SHELF_NAME_MAX], uint64_t time_s, const char *text);

/* to be read, by any thread; ENOENT: there is no such file */
int shelf_open(int *fd, const struct shelf *s, const char *name);

/* the newest first, as the thread saw them last; true: enough */
typedef bool(shelf_file_h)(const struct shelf_file *f, void *arg);
void shelf_apply(struct shelf *s, shelf_file_h *h, void *arg);

#endif
