/**
 * @file record_pcap.h  Packets as they came, for Wireshark
 *
 * The classic format with LINKTYPE_RAW: an IP and a UDP header are made up
 * around each, with its real source and our address.
 */
#ifndef RELAY_RECORD_RECORD_PCAP_H
#define RELAY_RECORD_RECORD_PCAP_H

#include "common/pcap.h"
#include "relay/record/record_ring.h"

enum {
	PCAP_FRAME_MAX = PCAP_MARGIN + RECORD_PACKET_MAX,
	PCAP_BUFFER = 64 * 1024,
};

struct record_pcap {
	int fd;           /* -1: closed */
	uint64_t written; /* octets in the file, whole packets */
	size_t len;
	uint8_t buf[PCAP_BUFFER];
};

/* a packet with all its headers; 0: it has no addresses */
size_t record_pcap_frame(uint8_t buf[PCAP_FRAME_MAX],
			 const struct record_packet *pkt, const uint8_t *p,
			 uint64_t wall_us);

/* -1 stays in fd where it fails */
int record_pcap_init(struct record_pcap *w, int fd);
int record_pcap_put(struct record_pcap *w, const struct record_packet *pkt,
		    const uint8_t *p, uint64_t wall_us);
int record_pcap_write(struct record_pcap *w);

/* whole packets only; ENODATA: there is none */
int record_pcap_repair(int fd);

#endif
