/**
 * @file mock/nameserver.h  A DNS server on loopback, honest or hostile
 */
#ifndef TEST_MOCK_NAMESERVER_H
#define TEST_MOCK_NAMESERVER_H

#include <re.h>

enum { NAMESERVER_RR_MAX = 64, NAMESERVER_MESSAGE_MAX = 8192 };

enum nameserver_mode {
	NAMESERVER_HONEST = 0,
	NAMESERVER_SILENT,
	NAMESERVER_SERVFAIL,
	NAMESERVER_TRUNCATES,  /* over UDP; TCP has it all */
	NAMESERVER_LIES_FIRST, /* garbage, another id, another name, an answer
				 * from elsewhere; the truth behind them */
	NAMESERVER_LIES_ONLY,  /* the same without the truth */
	NAMESERVER_NO_NAPTR,   /* what it does not know it drops */
};

struct nameserver_rr {
	char name[256];
	uint16_t type;
	uint32_t ttl;
	uint8_t rdata[512];
	size_t len;
};

struct nameserver {
	int fd, fd_tcp, fd_conn, fd_elsewhere;
	struct sa addr;
	enum nameserver_mode mode;
	struct nameserver_rr rrv[NAMESERVER_RR_MAX];
	size_t rrc;
	uint32_t negative_ttl; /* of the SOA where there is nothing; 0: none */
	unsigned udp, tcp;     /* questions that came */
	unsigned typev[64];    /* the same by type */
	char last[256];        /* name of the last one */
};

/* UDP and TCP on the same port */
void nameserver_open(struct nameserver *ns, const char *host);
void nameserver_close(struct nameserver *ns);

/* "A" "192.0.2.1"; "AAAA"; "CNAME" "b.example"; "SRV" "10 60 5060 target";
 * "NAPTR" "10 20 s SIP+D2U _sip._udp.example" */
void nameserver_add(struct nameserver *ns, const char *name, uint32_t ttl,
		    const char *type, const char *data);
/* the name has nothing any more */
void nameserver_remove(struct nameserver *ns, const char *name);

/* what it would answer to that question; for tests without a network */
size_t nameserver_answer(const struct nameserver *ns, uint8_t *out,
			 const char *name, uint16_t type);

#endif
