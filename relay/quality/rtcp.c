/**
 * @file rtcp.c  What a compound of RTCP says: SR, RR, XR
 */
#include <errno.h>
#include <string.h>
#include "common/octets.h"
#include "relay/quality/rtcp.h"

enum {
	HEADER = 4,
	REPORT_MIN = 8, /* header and SSRC */
	SENDER_INFO = 20,
	BLOCK = 24,
	DLRR_BLOCK = 12,
	PT_SR = 200,
	PT_RR = 201,
	PT_XR = 207,
	XR_RRTR = 4,
	XR_DLRR = 5,
	RRTR_LEN = 8,
};


/* 24 bits with a sign */
static int32_t get24s(const uint8_t *p)
{
	const int32_t n = p[0] << 16 | p[1] << 8 | p[2];

	return n & 0x800000 ? n - 0x1000000 : n;
}


static struct rtcp_time get_time(const uint8_t *p)
{
	/* 0 means that there was none (RFC 3550 section 6.4.1) */
	const uint32_t ntp = (uint32_t)octets_get16(p + 2) << 16 |
			     octets_get16(p + 4);

	return (struct rtcp_time){.set = ntp != 0, .ntp = ntp};
}


static void add(struct rtcp *r, const struct rtcp_block *b)
{
	if (r->blockc < RTCP_BLOCKS_MAX)
		r->blockv[r->blockc++] = *b;
}


/* RFC 3550 section 6.4.1, behind the header and the sender's information */
static void read_blocks(struct rtcp *r, const uint8_t *p, size_t len,
			unsigned count)
{
	for (; count && len >= BLOCK; --count, p += BLOCK, len -= BLOCK) {
		const struct rtcp_block b = {
			.ssrc = octets_get32(p),
			.losses = true,
			.lost = get24s(p + 5),
			.highest = octets_get32(p + 8),
			.jitter = octets_get32(p + 12),
			.lsr = octets_get32(p + 16),
			.dlsr = octets_get32(p + 20),
		};

		add(r, &b);
	}
}


static void read_sender(struct rtcp *r, const uint8_t *p, size_t len)
{
	if (len < REPORT_MIN + SENDER_INFO)
		return;

	r->report = r->sender = true;
	r->ssrc = octets_get32(p + 4);
	r->sr = get_time(p + 8);
	r->packets = octets_get32(p + 20);
	read_blocks(r, p + REPORT_MIN + SENDER_INFO,
		    len - REPORT_MIN - SENDER_INFO, p[0] & 0x1f);
}


/* RFC 3611 section 4.5 */
static void read_dlrr(struct rtcp *r, const uint8_t *p, size_t len)
{
	for (; len >= DLRR_BLOCK; p += DLRR_BLOCK, len -= DLRR_BLOCK) {
		const struct rtcp_block b = {
			.ssrc = octets_get32(p),
			.lsr = octets_get32(p + 4),
			.dlsr = octets_get32(p + 8),
		};

		add(r, &b);
	}
}


/* RFC 3611 section 3 */
static void read_extended(struct rtcp *r, const uint8_t *p, size_t len)
{
	while (len >= HEADER) {
		const size_t n = 4 * (size_t)octets_get16(p + 2);

		if (n > len - HEADER)
			return;

		if (p[0] == XR_RRTR && n == RRTR_LEN)
			r->rrtr = get_time(p + HEADER);
		else if (p[0] == XR_DLRR)
			read_dlrr(r, p + HEADER, n);

		p += HEADER + n;
		len -= HEADER + n;
	}
}


static void read_report(struct rtcp *r, const uint8_t *p, size_t len)
{
	if (len < REPORT_MIN)
		return;

	switch (p[1]) {
	case PT_SR:
		read_sender(r, p, len);
		break;

	case PT_RR:
		r->report = true;
		read_blocks(r, p + REPORT_MIN, len - REPORT_MIN, p[0] & 0x1f);
		break;

	case PT_XR:
		read_extended(r, p + REPORT_MIN, len - REPORT_MIN);
		break;

	default:
		break;
	}
}


/* the length of the report at p; 0 if it is none */
static size_t report_len(const uint8_t *p, size_t len)
{
	size_t n;

	if (len < HEADER || p[0] >> 6 != 2 || p[1] < 192 || p[1] > 223)
		return 0;

	n = 4 * ((size_t)octets_get16(p + 2) + 1);

	return n <= len ? n : 0;
}


static bool is_chain(const uint8_t *p, size_t len)
{
	while (len) {
		const size_t n = report_len(p, len);

		if (!n)
			return false;

		p += n;
		len -= n;
	}

	return true;
}


/**
 * Read a compound of RTCP
 *
 * @param r   Filled
 * @param p   The datagram
 * @param len Its length
 *
 * @return 0 if success, EBADMSG if it is no chain of reports to its very end:
 *         malformed, or encrypted
 *
 * RFC 3550 section 6.4, RFC 3611 sections 4.4, 4.5
 */
int rtcp_read(struct rtcp *r, const uint8_t *p, size_t len)
{
	memset(r, 0, sizeof(*r));

	if (!len || !is_chain(p, len))
		return EBADMSG;

	while (len) {
		const size_t n = report_len(p, len);

		read_report(r, p, n);
		p += n;
		len -= n;
	}

	return 0;
}
