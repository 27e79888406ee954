/**
 * @file server_findings.h  What reading the file again has found
 */
#ifndef PROXY_SERVER_FINDINGS_H
#define PROXY_SERVER_FINDINGS_H

#include <re.h>
#include "common/json.h"

struct config;
struct log;

/** Of one reading; one thread at a time has it */
struct findings {
	struct config *next; /* what may come into force */
	struct mbuf *said;   /* faults or warnings, one a line */
	struct list changel;
	int err;
};

void findings_clear(struct findings *f);
int findings_begin(struct findings *f);
/* f->err says how it went */
void findings_read(struct findings *f, const struct config *cfg);
void findings_log(const struct findings *f, struct log *log);
void findings_answer(const struct findings *f, json_t *obj);

#endif
