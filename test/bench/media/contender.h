/**
 * @file bench/media/contender.h  Who relays: make calls, take them down
 */
#ifndef TEST_BENCH_MEDIA_CONTENDER_H
#define TEST_BENCH_MEDIA_CONTENDER_H

#include "test/bench/media/child.h"
#include "test/bench/media/talk.h"

enum { CONTENDER_NAME = 32, CONTENDER_PATH = 256 };

struct contender {
	const struct contender_kind *kind;
	char name[CONTENDER_NAME];    /* as it is shown: "viaduct:kernel" */
	char variant[CONTENDER_NAME]; /* "kernel", "" if none */
	const char *viaduct;          /* the program */
	const char *dir;              /* for files */
	pid_t pid;                    /* of its process, 0: none */
	int fdv[LAB_SIDES];           /* by which it is spoken to */
	uint32_t serial;              /* of all calls so far */
	uint32_t callc;               /* that stand */
	void *state;                  /* of its kind */
};

struct contender_kind {
	const char *name;
	const char *title;
	/* that a call needs, of its process */
	unsigned (*descriptors)(const struct contender *c);
	uint64_t warm_ms; /* until calls go by the way that stays */
	bool direct;      /* by the wire that is no relay's */
	bool (*start)(struct contender *c); /* NULL: no process */
	/* fill in the relay's addresses; false: it refuses */
	bool (*open)(struct contender *c, struct talk *t);
	void (*close)(struct contender *c, struct talk *t);
	void (*stop)(struct contender *c);
};

extern const struct contender_kind contender_direct, contender_forward,
	contender_rtpengine, contender_viaduct;

bool contender_init(struct contender *c, const char *name);
bool contender_start(struct contender *c);
bool contender_open(struct contender *c, struct talk *t, uint32_t callc);
void contender_close(struct contender *c, struct talk *t);
void contender_stop(struct contender *c);

#endif
