/**
 * @file pcap.h  Packets of a file for Wireshark, pure
 *
 * The classic format with LINKTYPE_RAW: an IP and a UDP header are made up
 * around what was heard.
 */
#ifndef COMMON_PCAP_H
#define COMMON_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PCAP_FILE_HEADER = 24,
	PCAP_RECORD = 16,          /* before each packet */
	PCAP_MARGIN = 16 + 40 + 8, /* all that a packet gets at most */
	PCAP_SNAPLEN = 65535,
	PCAP_PAYLOAD_MAX = 65535 - 48, /* of a datagram of either family */
};

/** A datagram; addresses of 16 octets, or of 4 */
struct pcap_datagram {
	uint64_t wall_us; /* since 1970 */
	bool v6;
	const uint8_t *src, *dst;
	uint16_t sport, dport;
	size_t len;  /* octets that are there */
	size_t wire; /* that it had; more than len: the rest is not shown */
};

/* what a file begins with */
void pcap_file_header(uint8_t h[PCAP_FILE_HEADER]);

/* buf has room for PCAP_MARGIN + len. Octets in it; 0: it is too large */
size_t pcap_write(uint8_t *buf, const struct pcap_datagram *d,
		  const uint8_t *p);

#endif
