/**
 * @file mock/nameserver.h  A DNS server on loopback, honest or hostile
 */
#ifndef TEST_MOCK_NAMESERVER_H
#define TEST_MOCK_NAMESERVER_H

#include "test/mock/zone.h"

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

struct nameserver {
	int fd, fd_tcp, fd_conn, fd_elsewhere;
	struct sa addr;
	enum nameserver_mode mode;
	struct zone zone;
	unsigned udp, tcp;  /* questions that came */
	unsigned typev[64]; /* the same by type */
	char last[256];     /* name of the last one */
};

/* UDP and TCP on the same port */
void nameserver_open(struct nameserver *ns, const char *host);
void nameserver_close(struct nameserver *ns);

#endif
