/**
 * @file gate.h  Who is heard, how often, and how loud the answer may be
 *
 * Three kinds of sources: trusted ones (configured peers, verified
 * certificates) pass. Known ones (a request of theirs was authenticated, or
 * carried a dialog's cookie, or a phone of theirs is registered) may send much
 * and are never banned. All others are strangers: each has a budget, all of
 * them together have one, what fails counts against them, and whoever fails
 * too often is not heard for a while.
 *
 * Names are guessed and addresses forged, so an account cannot be locked from
 * outside: under attack, those who have not yet shown its password are asked
 * to be slow, each for himself. A NULL gate lets everything pass.
 */
#ifndef PROXY_SIP_GATE_H
#define PROXY_SIP_GATE_H

#include "proxy/sip/ban.h"
#include "proxy/sip/flow.h"
#include "proxy/sip/message.h"

struct gate;
struct timers;
struct log;
struct metrics;

enum { GATE_SCANNER_MAX = 32, GATE_WORD_MAX = 64 };

/** n of 0: that limit is off */
struct gate_conf {
	uint32_t requests;  /* a second, of a stranger; ten times at once */
	uint32_t strangers; /* a second, of all of them */
	uint32_t failures;  /* in five minutes */
	uint32_t ban_s;     /* 0: nobody is banned */
	uint32_t ban_max_s;
	uint32_t known_s; /* how long a success is remembered */
	char scannerv[GATE_SCANNER_MAX][GATE_WORD_MAX]; /* in User-Agents */
	size_t scannerc;
};

int gate_alloc(struct gate **gp, struct timers *timers, struct log *log,
	       struct metrics *metrics, const struct gate_conf *conf);

/* other limits; who is banned stays so */
void gate_reconfigure(struct gate *g, const struct gate_conf *conf);

/* whether an address is a configured peer's; asked rarely, remembered for
 * seconds */
typedef bool(gate_trust_h)(const struct sa *src, void *arg);
void gate_trust(struct gate *g, gate_trust_h *h, void *arg);

/* before anything is decoded. EACCES: banned, EBUSY: too much */
int gate_admit(struct gate *g, const struct flow *flow, const uint8_t *p,
	       size_t len);
/* the same in two steps, for what waits between them */
int gate_let_in(struct gate *g, const struct flow *flow, const uint8_t *p,
		size_t len);
void gate_credit(struct gate *g, const struct flow *flow, size_t len);
/* may it connect? */
bool gate_may_connect(struct gate *g, const struct sa *peer);
/* we send there of our own accord: to a peer that is known by its name. The
 * handler of gate_trust() has to say so from now on, too */
void gate_expect(struct gate *g, const struct sa *sa);
/* phones of ours are there, or a peer; asking leaves nothing behind */
bool gate_knows(struct gate *g, const struct sa *sa);
/* may it cost us a TLS handshake? */
bool gate_may_shake(struct gate *g, const struct sa *peer);
/* of what was decoded; EBUSY: a guesser who has to be slow */
int gate_request(struct gate *g, const struct message *req);

/* this request was authenticated, or is of a dialog of ours */
void gate_good(struct gate *g, const struct message *req);
/* a phone is registered from there, until then */
void gate_know(struct gate *g, const struct sa *src, uint64_t until_ms);

/* what a stateless answer says of its request; false: not to be sent */
bool gate_answer(struct gate *g, const struct message *req, uint16_t scode,
		 const char *extra);
/* that was no SIP, or bad SIP */
void gate_malformed(struct gate *g, const struct flow *flow);
/* that response was nobody's */
void gate_stray(struct gate *g, const struct flow *flow);

/* at most 1.5 times what came, and a small burst. limit: 0 for any size */
size_t gate_reply_limit(struct gate *g, const struct flow *flow, size_t in);
bool gate_reply_charge(struct gate *g, const struct flow *flow, size_t len);

/* a few octets (STUN) may be answered with a few more only to those who are
 * known */
bool gate_may_echo(struct gate *g, const struct flow *flow, size_t in,
		   size_t out);

/* is a refusal of it worth a line in the log? */
bool gate_may_log(struct gate *g, const struct sa *src);

void gate_bans(struct gate *g, ban_h *h, void *arg);
/* how long a ban shown by gate_bans() still lasts */
uint32_t gate_ban_left(const struct gate *g, const struct ban *ban);
int gate_unban(struct gate *g, const struct sa *source);

#endif
