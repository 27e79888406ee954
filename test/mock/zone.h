/**
 * @file mock/zone.h  What a DNS server knows, and how it says it
 */
#ifndef TEST_MOCK_ZONE_H
#define TEST_MOCK_ZONE_H

#include <re.h>

enum { ZONE_RR_MAX = 64, ZONE_MESSAGE_MAX = 8192 };

struct zone_rr {
	char name[256];
	uint16_t type;
	uint32_t ttl;
	uint8_t rdata[512];
	size_t len;
};

struct zone {
	struct zone_rr rrv[ZONE_RR_MAX];
	size_t rrc;
	uint32_t negative_ttl; /* of the SOA where there is nothing; 0: none */
	bool partial;          /* CNAMEs are not followed */
};

/* "A" "192.0.2.1"; "AAAA"; "CNAME" "b.example"; "SRV" "10 60 5060 target";
 * "NAPTR" "10 20 s SIP+D2U _sip._udp.example" */
void zone_add(struct zone *z, const char *name, uint32_t ttl, const char *type,
	      const char *data);

/* the name has nothing any more */
void zone_remove(struct zone *z, const char *name);

/* its answer to that question, with id 0 */
size_t zone_answer(const struct zone *z, uint8_t *out, const char *name,
		   uint16_t type);

#endif
