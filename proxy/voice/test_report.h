/**
 * @file test_report.h  What a call to the test number has shown
 *
 * Plain data, and words for it: for the log, the operator and the caller.
 */
#ifndef PROXY_VOICE_TEST_REPORT_H
#define PROXY_VOICE_TEST_REPORT_H

#include "proxy/media/nat.h"
#include "proxy/voice/alg_signs.h"
#include "relay/voice/voice.h"

enum {
	TEST_CALLER_SIZE = 128,
	TEST_CALLID_SIZE = 128,
	TEST_VERDICT_SIZE = 160,
	TEST_KEYS_MAX = 32,
	TEST_WHY_SIZE = 32,
	TEST_TEXT_SIZE = 1200, /* fits a MESSAGE over UDP (RFC 3428) */
};

struct test_report {
	uint64_t at_s;   /* since 1970, of its end */
	uint32_t length; /* s */
	char caller[TEST_CALLER_SIZE];
	char callid[TEST_CALLID_SIZE];
	char agent[TEST_CALLER_SIZE]; /* its User-Agent, or "" */
	struct sa source;
	const char *proto; /* "UDP", static */
	char why[TEST_WHY_SIZE];

	char media[TEST_VERDICT_SIZE];   /* source and SDP, in words */
	char contact[TEST_VERDICT_SIZE]; /* source, Contact and Via */
	struct alg_signs alg;

	const char *codec; /* static; "": none was agreed on */
	struct voice_stats voice;
	char keys[TEST_KEYS_MAX + 1];
	bool in_band; /* some of the keys */
};

/* what the request shows, at the beginning */
void test_report_begin(struct test_report *r, const struct message *invite,
		       const struct sdp *sdp);

/* in hundredths of a percent */
uint32_t test_report_loss(const struct test_report *r);

/* some lines of text; EOVERFLOW */
int test_report_text(char *buf, size_t size, const struct test_report *r);

#endif
