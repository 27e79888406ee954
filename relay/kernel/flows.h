/**
 * @file flows.h  RTP that the kernel forwards by itself
 *
 * A flow is one direction of one stream: what comes from one source to one of
 * our ports leaves for one target from another of our ports. Everything else
 * that comes there goes up to user space as if there was no flow: strangers,
 * RTCP, STUN, DTLS, fragments, what is larger than the way out, another SSRC.
 *
 * The program sits on ingress of the interfaces that have our addresses (tcx,
 * else clsact). It and we share the flows' memory: to read counters, or to
 * start a flow, needs no system call.
 *
 * A new flow is armed: its packets still go up, and are counted. flow_start()
 * lets the kernel have it only if as many have been handled as went up, so
 * that no packet overtakes another. When we stop beating, all flows end.
 */
#ifndef RELAY_KERNEL_FLOWS_H
#define RELAY_KERNEL_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "relay/kernel/flow_measure.h"
#include "relay/quality/sequence.h"

struct flows;
struct flow;
struct log;

enum {
	FLOWS_ADDR_MAX = 16,
	FLOWS_KEPT_MAX = 256, /* whose packets' headers are kept at a time */
};

enum flows_attach { FLOWS_AUTO = 0, FLOWS_TCX, FLOWS_CLSACT };

struct flows_conf {
	struct sa addrv[FLOWS_ADDR_MAX]; /* ours: where packets come in */
	size_t addrc;
	uint32_t max; /* flows at a time */
	enum flows_attach attach;
};

struct flow_conf {
	struct sa src;   /* latched */
	struct sa local; /* our port that it comes to */
	struct sa out;   /* our port that it leaves from */
	struct sa dst;   /* all four of one family */
	uint8_t dscp;
	struct flow_format formatv[FLOW_FORMATS];
	size_t formatc;
};

/** What it has done since it was added */
struct flow_counts {
	uint64_t packets, octets; /* UDP payload, forwarded */
	uint64_t up;              /* from its source, but not forwarded */
	uint64_t seen_us;         /* of its last packet, monotonic; 0: none */
	struct losses losses;
};

/*
 * Loads and attaches the program. `why` (a static text) is set on error.
 * ENOSYS: built without eBPF; EPERM: CAP_BPF and CAP_NET_ADMIN are missing.
 */
int flows_alloc(struct flows **fsp, const struct flows_conf *conf,
		struct log *log, const char **why);

/* "tcx" or "clsact" */
const char *flows_attached(const struct flows *fs);
uint32_t flows_count(const struct flows *fs);

/* at least once a second, from any one thread: we are alive. Follows changes
 * of routes and neighbours as well */
void flows_beat(struct flows *fs);

/*
 * Any thread; a flow belongs to one at a time. Adds it armed. EEXIST: there is
 * one of that source and port; ENOSPC: no room; EAFNOSUPPORT: families differ;
 * ENETUNREACH: no Ethernet way to dst from out. Then user space keeps it.
 */
int flow_add(struct flow **fp, struct flows *fs, const struct flow_conf *conf);

/* EBUSY: not all that went up was handled (packets of its source, seen by
 * user space since it was added); try again later */
int flow_start(struct flow *f, uint64_t handled,
	       const struct flow_measure *measure);
bool flow_started(const struct flow *f);

void flow_counts(const struct flow *f, struct flow_counts *counts);
void flow_measured(const struct flow *f, struct flow_measure *measure);

/* its packets go up from now on; counts and measure stay readable, and what
 * was under way is in them some microseconds later */
void flow_stop(struct flow *f);

/** The header of a packet that the kernel forwarded */
struct flow_header {
	uint64_t at_us;  /* monotonic */
	size_t len;      /* of the packet */
	uint8_t rtp[12]; /* as it came */
};

/* headers of what it forwards are kept from now on, until they are read, or
 * no more. ENOSPC: those of too many are, or were a moment ago */
int flow_keep(struct flow *f, bool on);

/* the next ones, how many: less than n if there are no more now. missed grows
 * by those that were overwritten before they were read */
size_t flow_headers(struct flow *f, struct flow_header *v, size_t n,
		    uint64_t *missed);

/* stopped or not; its memory is not used anew before a grace time, and never
 * goes before fs does: another thread may be reading its counts */
void flow_remove(struct flow *f);

#endif
