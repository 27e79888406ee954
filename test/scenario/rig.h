/**
 * @file scenario/rig.h  A whole server in this process, and phones by hand
 *
 * The server listens on 127.0.0.1, port 0, UDP and TCP. A phone is a socket on
 * an address of its own in 127/8 and sends what the test writes.
 */
#ifndef TEST_SCENARIO_RIG_H
#define TEST_SCENARIO_RIG_H

#include <re.h>
#include "proxy/server.h"
#include "proxy/user/account.h"

enum { RIG_TEXT_MAX = 65536, RIG_WAIT_MS = 3000, RIG_QUIET_MS = 150 };

struct rig {
	struct config *cfg;
	struct server *srv;
	struct sa us;     /* UDP */
	struct sa us_tcp; /* TCP */
	struct sa us6;    /* UDP on ::1, of rig_start_dual() */
	struct sa us_ws;  /* WebSocket, of rig_start_ws() */
	struct sa us_tls; /* TLS, of rig_start_tls() */
	char dir[64];
};

struct phone {
	int fd;
	bool tcp;        /* what one read gives is one message to it */
	struct mbuf *ws; /* frames that are not whole; NULL: no WebSocket */
	void *ssl;       /* SSL; NULL: no TLS */
	struct sa addr;
	char host[32];
	uint16_t port;
	const struct rig *rig;
	struct list rxl;        /* datagrams that wait */
	char msg[RIG_TEXT_MAX]; /* the last one received */
	struct sa from;
	unsigned cseq;
	unsigned branch; /* of the last request sent */
	size_t sent;     /* octets of the last message */
	char auth[1024]; /* "Proxy-Authorization: ...\r\n", or "" */
};

/* config: lines behind the ordinary ones; %u is not expanded */
void rig_start(struct rig *rig, const char *config);
/* with a T1 that no configuration may have, in ms: 64*T1 passes in a test */
void rig_start_fast(struct rig *rig, const char *config, uint32_t t1);
void rig_start_ws(struct rig *rig, const char *config);
/* and with a Timer C */
void rig_start_timer_c(struct rig *rig, const char *config, uint32_t t1,
		       uint32_t timer_c);
/* and udp on ::1; its files are ca.pem and tls.pem in dir, and phone.pem, where
 * it is, is what phones show of themselves */
void rig_start_tls(struct rig *rig, const char *tls, const char *config);
/* behind a 1:1 NAT: adv and its port are what others see of UDP and TCP */
void rig_start_advertised(struct rig *rig, const char *adv, uint16_t port,
			  const char *config);
void rig_start_dual(struct rig *rig, const char *config);
void rig_stop(struct rig *rig);
/* killed and started again on the same addresses: it knows its data only */
void rig_restart(struct rig *rig);
uint64_t rig_counter(const struct rig *rig, const char *name);
/* waits until that counter has that value; fails the test where it does not */
void rig_settle(const struct rig *rig, const char *name, uint64_t value,
		uint32_t ms);
void rig_account(const struct rig *rig, const char *aor, const char *password);
void rig_settings(const struct rig *rig, const char *aor,
		  const struct account_settings *set);
/* the same with what an operator sets; alias: or NULL */
void rig_account_with(const struct rig *rig, const char *aor,
		      const char *password, const struct account_settings *set,
		      const char *alias);

void phone_open(struct phone *ph, const struct rig *rig, const char *host);
void phone_open_tcp(struct phone *ph, const struct rig *rig, const char *host);
void phone_open_tls(struct phone *ph, const struct rig *rig, const char *host);
/* as a page in a browser: name.invalid is what it calls itself */
void phone_open_ws(struct phone *ph, const struct rig *rig, const char *host,
		   const char *name);
void phone_close(struct phone *ph);
void phone_send(struct phone *ph, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void phone_send_octets(struct phone *ph, const void *p, size_t len);

/* as it stands in a Via */
const char *phone_transport(const struct phone *ph);

/* fails the test when nothing comes */
const char *phone_recv(struct phone *ph);
/* one that has come, if any: its length (there may be NUL in it), or 0 */
size_t phone_take(struct phone *ph);
/* true if nothing comes within RIG_QUIET_MS */
bool phone_quiet(struct phone *ph);

/* the value of a header line of the last message; "" if there is none */
const char *phone_header(const struct phone *ph, const char *name);
unsigned phone_status(const struct phone *ph);

/* REGISTER with digest, Contact at contact ("192.168.1.10:5060"): a 200 */
void phone_register(struct phone *ph, const char *user, const char *password,
		    const char *contact);

/* fills ph->auth from the challenge in the last message */
void phone_answer_challenge(struct phone *ph, const char *user,
			    const char *password, const char *met,
			    const char *uri);

#endif
