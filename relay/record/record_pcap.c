/**
 * @file record_pcap.c  Packets as they came, for Wireshark
 *
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "common/pcap.h"
#include "relay/record/record_file.h"
#include "relay/record/record_pcap.h"


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
	const struct pcap_datagram d = {
		.wall_us = wall_us,
		.v6 = pkt->src.v6,
		.src = pkt->src.b,
		.dst = pkt->local.b,
		.sport = pkt->src.port,
		.dport = pkt->local.port,
		.len = pkt->len,
		.wire = pkt->len,
	};

	if (!pkt->src.isset || !pkt->local.isset ||
	    pkt->src.v6 != pkt->local.v6 || pkt->len > RECORD_PACKET_MAX)
		return 0;

	return pcap_write(buf, &d, p);
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
	uint8_t h[PCAP_FILE_HEADER];
	int err;

	pcap_file_header(h);
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

	while (n + PCAP_RECORD <= len) {
		memcpy(&caplen, buf + n + 8, sizeof(caplen));
		if (caplen > PCAP_SNAPLEN || n + PCAP_RECORD + caplen > len)
			break;

		n += PCAP_RECORD + caplen;
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
	static const size_t size = PCAP_BUFFER + PCAP_RECORD + PCAP_SNAPLEN;
	uint8_t *buf = mem_zalloc(size, NULL);
	off_t good = PCAP_FILE_HEADER;
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
	if (!err && good == PCAP_FILE_HEADER)
		err = ENODATA;
	if (!err && ftruncate(fd, good))
		err = errno;

	return err;
}
