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

/* packets go out and come in, and so does SIP */
void story_turn(struct story *t);

/* NULL: done; otherwise why not */
const char *story_obey(struct story *t, const char *line);

/* packets under way have come; prints what was seen; nothing was wrong? */
bool story_judge(struct story *t);

#endif
