/**
 * @file session_timer.h  How long a session lasts without a sign of life, pure
 *
 * RFC 4028 as a proxy: it may shorten the interval that is asked for, not
 * below what either side accepts, it may ask for one itself, and where only
 * the caller knows of timers it answers in the callee's place.
 */
#ifndef PROXY_CORE_SESSION_TIMER_H
#define PROXY_CORE_SESSION_TIMER_H

#include "proxy/sip/message.h"

enum { SESSION_TIMER_LINES = 128 };

/** s; expires 0: off */
struct session_timer_conf {
	uint32_t expires, min;
};

/** What became of a request; zeroed: nothing */
struct session_timer {
	uint32_t expires;  /* s, as it goes on; 0: none */
	uint32_t min;      /* s, as it goes on; 0: none */
	bool uac;          /* its sender knows of timers */
	bool changed;      /* it goes on with lines of ours */
	uint8_t refresher; /* that it names; inside session_timer.c */
};

/* 0, or EPROTO: 422 with our Min-SE */
int session_timer_request(struct session_timer *st, const struct message *req,
			  const struct session_timer_conf *conf);

/* in place of its Session-Expires and Min-SE; "": they stay */
void session_timer_lines(char lines[SESSION_TIMER_LINES],
			 const struct session_timer *st);

/* how long after this 2xx, in s; 0: for ever. lines: what is added to it */
uint32_t session_timer_answer(char lines[SESSION_TIMER_LINES],
			      const struct session_timer *st,
			      const struct message *resp);

#endif
