/**
 * @file bench/media/sip_text.h  As much SIP as two phones need for a call
 */
#ifndef TEST_BENCH_MEDIA_SIP_TEXT_H
#define TEST_BENCH_MEDIA_SIP_TEXT_H

#include <stddef.h>
#include "test/bench/media/sdp_text.h"

enum { SIP_TEXT = 4096, SIP_LINES = 1024 };

/** What the caller has to say in each request of a call */
struct sip_dialog {
	char target[256];
	char lines[SIP_LINES]; /* Via without its branch, Route, From ... */
};

void sip_answer(char *buf, const char *request, const char *contact,
		const char *sdp);
void sip_dialog(struct sip_dialog *dlg, const char *reply, const char *host);
void sip_in_dialog(char *buf, const struct sip_dialog *dlg, const char *method,
		   unsigned cseq);

#endif
