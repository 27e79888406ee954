/**
 * @file scenario/rewrite.h  A server's file is written anew, and read again
 */
#ifndef TEST_SCENARIO_REWRITE_H
#define TEST_SCENARIO_REWRITE_H

#include "common/json.h"
#include "test/scenario/rig.h"

struct rewrite {
	struct rig *rig; /* not owned */
	json_t *answer;  /* to the last reload */
};

/* the rig has a file from now on, and its listeners are as if out of it */
void rewrite_begin(struct rewrite *rw, struct rig *rig);
void rewrite_end(struct rewrite *rw);

/* the rig's lines and these; listeners: more of them, ", \"udp:...\"" */
void rewrite_file(const struct rewrite *rw, const char *listeners,
		  const char *text);

/* what the operator gets; the loop runs meanwhile */
void rewrite_reload(struct rewrite *rw);

/* both, and it is taken: fails the test where it is not */
void rewrite_take(struct rewrite *rw, const char *text);

bool rewrite_is_ok(const struct rewrite *rw);
const char *rewrite_error(const struct rewrite *rw);

/* list: "changed", "restart" or "warnings" */
bool rewrite_has(const struct rewrite *rw, const char *list, const char *text);
size_t rewrite_count(const struct rewrite *rw, const char *list);

#endif
