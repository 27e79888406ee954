/**
 * @file mock/media.c  A phone's media port: RTP and anything else, by hand
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include "test/mock/media.h"
#include "test/test.h"


void media_open(struct media *m, const char *host)
{
	static uint32_t ssrc = 0x10000000;

	memset(m, 0, sizeof(*m));
	m->ssrc = ++ssrc;
	m->seq = 1000;
	ck_assert_int_eq(sa_set_str(&m->addr, host, 0), 0);
	m->fd = socket(sa_af(&m->addr), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(m->fd, 0);
	ck_assert_int_eq(bind(m->fd, &m->addr.u.sa, m->addr.len), 0);

	m->addr.len = sizeof(m->addr.u);
	ck_assert_int_eq(getsockname(m->fd, &m->addr.u.sa, &m->addr.len), 0);
}


void media_close(struct media *m)
{
	(void)close(m->fd);
	m->fd = -1;
}


void media_send(const struct media *m, const struct sa *dst, const void *p,
		size_t len)
{
	ck_assert_int_eq(sendto(m->fd, p, len, 0, &dst->u.sa, dst->len),
			 (ssize_t)len);
}


size_t media_make_rtp(uint8_t *p, uint32_t ssrc, uint16_t seq)
{
	memset(p, 0xd5, MEDIA_RTP_LEN);
	p[0] = 0x80;
	p[1] = 8;
	p[2] = (uint8_t)(seq >> 8);
	p[3] = (uint8_t)seq;
	for (int i = 0; i < 4; i++)
		p[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));

	return MEDIA_RTP_LEN;
}


size_t media_make_rr(uint8_t *p, uint32_t ssrc)
{
	static const uint8_t rr[4] = {0x80, 201, 0, 1};

	memcpy(p, rr, sizeof(rr));
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)(ssrc >> (24 - 8 * i));

	return 8;
}


uint16_t media_send_rtp(struct media *m, const struct sa *dst)
{
	uint8_t buf[MEDIA_RTP_LEN];
	const size_t len = media_make_rtp(buf, m->ssrc, m->seq);

	media_send(m, dst, buf, len);

	return m->seq++;
}


static bool readable(const struct media *m, int wait_ms)
{
	struct pollfd pfd = {.fd = m->fd, .events = POLLIN};

	return poll(&pfd, 1, wait_ms) == 1;
}


size_t media_recv(const struct media *m, void *p, size_t size, struct sa *src)
{
	struct sa from;
	ssize_t n;

	ck_assert_msg(readable(m, MEDIA_WAIT_MS), "no packet came");

	from.len = sizeof(from.u);
	n = recvfrom(m->fd, p, size, 0, &from.u.sa, &from.len);
	ck_assert_int_ge(n, 0);
	if (src)
		*src = from;

	return (size_t)n;
}


void media_expect_rtp(const struct media *m, uint32_t ssrc, uint16_t seq,
		      const struct sa *src)
{
	uint8_t want[MEDIA_RTP_LEN], got[2048];
	struct sa from;

	(void)media_make_rtp(want, ssrc, seq);
	ck_assert_uint_eq(media_recv(m, got, sizeof(got), &from),
			  sizeof(want));
	ck_assert_mem_eq(got, want, sizeof(want));
	if (src)
		ck_assert(sa_cmp(&from, src, SA_ALL));
}


bool media_is_silent(const struct media *m)
{
	return !readable(m, 0);
}


/* whatever comes before it is thrown away */
bool media_gets_rtp(const struct media *m, uint32_t ssrc, uint16_t seq,
		    int wait_ms)
{
	uint8_t got[9216], want[MEDIA_RTP_LEN];
	const size_t len = media_make_rtp(want, ssrc, seq);

	while (readable(m, wait_ms)) {
		if (media_recv(m, got, sizeof(got), NULL) == len &&
		    !memcmp(got, want, len))
			return true;
	}

	return false;
}


/* reports until one arrives, and then until the last one has */
void media_settle(const struct media *from, const struct sa *dst,
		  const struct media *to)
{
	uint8_t rr[8], got[2048];
	size_t len;

	for (uint32_t i = 1; i < 1000; i++) {
		len = media_make_rr(rr, i);
		media_send(from, dst, rr, len);
		if (!readable(to, 20))
			continue;

		do {
			(void)media_recv(to, got, sizeof(got), NULL);
		} while (memcmp(got, rr, len));
		return;
	}

	ck_abort_msg("no report came through");
}
