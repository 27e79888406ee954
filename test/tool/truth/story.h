/**
 * @file story.h  What happens to a call, step by step, while packets go on
 */
#ifndef TOOL_TRUTH_STORY_H
#define TOOL_TRUTH_STORY_H

#include <stdbool.h>
#include <stdint.h>
#include "test/tool/truth/phone.h"

struct story {
	struct phone a, b;
	uint64_t step_us;
	bool quit;
	char verb[32], what[128]; /* of the step */
};

void story_begin(struct story *t);

/* packets go out and come in, and so does SIP; once, or for so long */
void story_turn(struct story *t);
void story_turns(struct story *t, uint64_t ms);

/* a request, to its final response; NULL: a 2xx, otherwise why not */
const char *story_ask(struct story *t, struct phone *p, const char *method,
		      bool sdp);

/* who sends; nobody, and what was under way has come */
void story_send(struct story *t, bool a, bool b);
void story_drain(struct story *t);

/* losses do not count until each has heard the other; on and on if loose */
void story_loosen(struct story *t, bool loose);
const char *story_heard(struct story *t);

/* packets under way have come; prints what was seen; nothing was wrong? */
bool story_judge(struct story *t);

#endif
