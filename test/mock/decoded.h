/**
 * @file decoded.h  Messages for tests, from text and from files
 */
#ifndef TEST_MOCK_DECODED_H
#define TEST_MOCK_DECODED_H

#include <stddef.h>
#include <stdint.h>
#include "proxy/media/sdp.h"
#include "proxy/sip/message.h"

enum { DECODED_FILE_MAX = 65536 };

/* fails the test where it does not decode */
struct message *decoded(const char *text);

/* the same for an SDP */
struct sdp *decoded_sdp(const char *text);

/* error of message_decode(); the guard's status in *status, may be NULL */
int decoded_refused(const char *text, uint16_t *status);

/* a request with these lines (each with CRLF) in place of nothing: Via, From,
 * To, Call-ID and CSeq are there already */
struct message *decoded_with(const char *met, const char *lines);

/* the file's octets, of test/data; fails the test where there is none */
size_t decoded_file(uint8_t buf[DECODED_FILE_MAX], const char *dir,
		    const char *name);

/* both as text, in the test's failure message */
void decoded_expect(const struct mbuf *mb, const char *text);
void decoded_expect_pl(const struct pl *pl, const char *text);

#endif
