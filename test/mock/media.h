/**
 * @file mock/media.h  A phone's media port: RTP and anything else, by hand
 */
#ifndef TEST_MOCK_MEDIA_H
#define TEST_MOCK_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { MEDIA_RTP_LEN = 172, MEDIA_WAIT_MS = 5000 };

struct media {
	int fd;
	struct sa addr;
	uint32_t ssrc;
	uint16_t seq; /* of the next packet */
};

/* a free port of that numeric host */
void media_open(struct media *m, const char *host);
void media_close(struct media *m);

void media_send(const struct media *m, const struct sa *dst, const void *p,
		size_t len);

/* the next packet of its stream, G.711 of 20 ms; returns its number */
uint16_t media_send_rtp(struct media *m, const struct sa *dst);
size_t media_make_rtp(uint8_t *p, uint32_t ssrc, uint16_t seq);
size_t media_make_rr(uint8_t *p, uint32_t ssrc);

/* waits up to MEDIA_WAIT_MS; fails the test when nothing comes */
size_t media_recv(const struct media *m, void *p, size_t size, struct sa *src);

/* fails the test unless it is that RTP packet */
void media_expect_rtp(const struct media *m, uint32_t ssrc, uint16_t seq,
		      const struct sa *src);

/* throws away what comes up to that packet; false: it does not come */
bool media_gets_rtp(const struct media *m, uint32_t ssrc, uint16_t seq,
		    int wait_ms);

/* RTCP: sends reports until they arrive */
void media_settle(const struct media *from, const struct sa *dst,
		  const struct media *to);

/* is nothing there now? */
bool media_is_silent(const struct media *m);

#endif
