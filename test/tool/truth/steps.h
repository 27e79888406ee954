/**
 * @file steps.h  What a call is told to do
 */
#ifndef TOOL_TRUTH_STEPS_H
#define TOOL_TRUTH_STEPS_H

struct story;

/* a line of test/tool/truth.c; NULL: done, otherwise why not */
const char *steps_obey(struct story *t, const char *line);

#endif
