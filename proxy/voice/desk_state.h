/**
 * @file desk_state.h  What the desk, its calls and its announcements share
 */
#ifndef PROXY_VOICE_DESK_STATE_H
#define PROXY_VOICE_DESK_STATE_H

#include "common/sound.h"
#include "proxy/voice/desk.h"
#include "proxy/voice/repertoire.h"
#include "proxy/voice/test_report.h"
#include "proxy/voice/uas.h"

struct counter;

struct desk {
	struct desk_parts parts;
	struct uas_parts uas;
	struct agent *agent;
	struct voices *voices;
	struct sound *tone, *beep;
	struct repertoire *repertoire; /* of cfg's announcements */
	struct list formerl; /* struct former: somebody may hear them still */
	struct list calll;   /* struct test_call */
	struct test_report reportv[DESK_REPORTS];
	size_t reports; /* that were made */
	struct counter *calls, *refused, *announced;
};

/* keeps it, and writes it to the log */
void desk_keep(struct desk *d, const struct test_report *r);

#endif
