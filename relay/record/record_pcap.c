/**
 * @file record_pcap.c  Packets as they came, for Wireshark
 *
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include "common/octets.h"
#include "relay/record/record_file.h"
#include "relay/record/record_pcap.h"

enum {
	MAGIC_US = 0xa1b2c3d4,
	LINKTYPE_RAW = 101,
	SNAPLEN = 65535,
	FRAME = 16, /* before each packet */
	IPV4 = 20,
	IPV6 = 40,
	UDP = 8,
	TTL = 64,
};


static void host32(uint8_t *p, uint32_t n)
{
	memcpy(p, &n, sizeof(n));
}


/* RFC 1071; p is whole words but for its end */
static uint32_t add_words(uint32_t sum, const uint8_t *p, size_t len)
{
	for (; len > 1; len -= 2, p += 2)
		sum += (uint32_t)p[0] << 8 | p[1];

	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}


static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	return (uint16_t)~sum;
}


static void put_ipv4(uint8_t *p, const struct record_packet *pkt)
{
	memset(p, 0, IPV4);
	p[0] = 0x45;
	octets_put16(p + 2, IPV4 + UDP + pkt->len);
	p[6] = 0x40; /* not to be cut */
	p[8] = TTL;
	p[9] = IPPROTO_UDP;
	memcpy(p + 12, pkt->src.b, 4);
	memcpy(p + 16, pkt->local.b, 4);
	octets_put16(p + 10, fold(add_words(0, p, IPV4)));
}


static void put_ipv6(uint8_t *p, const struct record_packet *pkt)
{
	memset(p, 0, IPV6);
	p[0] = 0x60;
	octets_put16(p + 4, UDP + pkt->len);
	p[6] = IPPROTO_UDP;
	p[7] = TTL;
	memcpy(p + 8, pkt->src.b, 16);
	memcpy(p + 24, pkt->local.b, 16);
}


/* RFC 768; the addresses stand at the end of the IP header */
static void put_udp(uint8_t *udp, const struct record_packet *pkt,
		    const uint8_t *p)
{
	const size_t addrs = pkt->src.v6 ? 32 : 8, len = UDP + pkt->len;
	uint32_t sum = IPPROTO_UDP + (uint32_t)len;
	uint16_t check;

	octets_put16(udp, pkt->src.port);
	octets_put16(udp + 2, pkt->local.port);
	octets_put16(udp + 4, len);
	octets_put16(udp + 6, 0);
	memcpy(udp + UDP, p, pkt->len);

	sum = add_words(sum, udp - addrs, addrs);
	check = fold(add_words(sum, udp, len));
	octets_put16(udp + 6, check ? check : 0xffff);
}


/**
 * Make a packet of the file
 *
 * @param buf     Packet with its headers
 * @param pkt     What it is
 * @param p       Its octets
 * @param wall_us When it came, since 1970
 *
 * @return Octets in buf, 0 if its addresses are of no family, or of two
 */
size_t record_pcap_frame(uint8_t buf[PCAP_FRAME_MAX],
			 const struct record_packet *pkt, const uint8_t *p,
			 uint64_t wall_us)
{
	const size_t ip = pkt->src.v6 ? IPV6 : IPV4;
	const size_t len = ip + UDP + pkt->len;

	if (!pkt->src.isset || !pkt->local.isset ||
	    pkt->src.v6 != pkt->local.v6 || pkt->len > RECORD_PACKET_MAX)
		return 0;

	host32(buf, (uint32_t)(wall_us / 1000000));
	host32(buf + 4, (uint32_t)(wall_us % 1000000));
	host32(buf + 8, (uint32_t)len);
	host32(buf + 12, (uint32_t)len);
	if (pkt->src.v6)
		put_ipv6(buf + FRAME, pkt);
	else
		put_ipv4(buf + FRAME, pkt);
	put_udp(buf + FRAME + ip, pkt, p);

	return FRAME + len;
}


/**
 * Begin a file
 *
 * @param w  File
 * @param fd Its descriptor, which it takes over where this succeeds
 *
 * @return 0 if success, otherwise errorcode
 */
int record_pcap_init(struct record_pcap *w, int fd)
{
	uint8_t h[PCAP_HEADER] = {0};
	int err;

	host32(h, MAGIC_US);
	h[4] = 2; /* version 2.4, in the octet order of the rest */
	h[6] = 4;
	if (htons(1) == 1) {
		memset(h + 4, 0, 4);
		h[5] = 2;
		h[7] = 4;
	}
	host32(h + 16, SNAPLEN);
	host32(h + 20, LINKTYPE_RAW);

	w->fd = -1;
	w->len = 0;
	w->written = 0;
	err = record_file_write(fd, h, sizeof(h), 0);
	if (err)
		return err;

	w->fd = fd;
	w->written = sizeof(h);

	return 0;
}


/**
 * Write what waits
 *
 * @param w File
 *
 * @return 0 if success, otherwise errorcode: the file ends with the packet
 *         before
 */
int record_pcap_write(struct record_pcap *w)
{
	int err;

	if (!w->len)
		return 0;

	err = record_file_write(w->fd, w->buf, w->len, (off_t)w->written);
	if (!err)
		w->written += w->len;
	else
		(void)!ftruncate(w->fd, (off_t)w->written);
	w->len = 0;

	return err;
}


/**
 * Put a packet into the file
 *
 * @param w       File
 * @param pkt     What it is
 * @param p       Its octets
 * @param wall_us When it came, since 1970
 *
 * @return 0 if success, otherwise errorcode
 */
int record_pcap_put(struct record_pcap *w, const struct record_packet *pkt,
		    const uint8_t *p, uint64_t wall_us)
{
	int err = 0;

	if (w->len + PCAP_FRAME_MAX > sizeof(w->buf))
		err = record_pcap_write(w);
	if (!err)
		w->len += record_pcap_frame(w->buf + w->len, pkt, p, wall_us);

	return err;
}


/* how much of the buffer is whole packets */
static size_t whole(const uint8_t *buf, size_t len)
{
	size_t n = 0;
	uint32_t caplen;

	while (n + FRAME <= len) {
		memcpy(&caplen, buf + n + 8, sizeof(caplen));
		if (caplen > SNAPLEN || n + FRAME + caplen > len)
			break;

		n += FRAME + caplen;
	}

	return n;
}


/**
 * Repair a file whose writer was killed: what is behind its last whole packet
 * goes
 *
 * @param fd Its descriptor
 *
 * @return 0 if success, ENODATA if there is no packet in it, otherwise
 *         errorcode
 */
int record_pcap_repair(int fd)
{
	static const size_t size = PCAP_BUFFER + FRAME + SNAPLEN;
	uint8_t *buf = mem_zalloc(size, NULL);
	off_t good = PCAP_HEADER;
	size_t used = 0;
	int err = 0;

	if (!buf)
		return ENOMEM;

	do {
		const ssize_t n = pread(fd, buf, size, good);

		if (n < 0)
			err = errno;
		else
			used = whole(buf, (size_t)n);
		good += (off_t)used;
	} while (used && !err);

	mem_deref(buf);
	if (!err && good == PCAP_HEADER)
		err = ENODATA;
	if (!err && ftruncate(fd, good))
		err = errno;

	return err;
}
