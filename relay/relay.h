/**
 * @file relay.h  The one door to the relay
 *
 * A session is one call's media: streams (one for each m= line), each with
 * two sides, A and B, each side with an RTP and an RTCP port of ours. What
 * arrives at a side from its latched source leaves from the other side's
 * port. The relay knows nothing of SIP or SDP: addresses in, addresses out,
 * events up. All functions are for the main loop's thread; packets move in
 * a worker thread.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include "common/network.h"
#include "relay/terms.h"

struct relay;
struct relay_session;
struct relay_tap;
struct sheaf;
struct timers;
struct log;
struct metrics;

enum {
	RELAY_STREAMS_MAX = 32,
	RELAY_ADDR_MAX = 16,
	RELAY_CLOSED_MAX = 64,
	RELAY_FOREIGN_MAX = 4, /* strangers of a side that are remembered */
	RELAY_ZONE_SIZE = 32,
	RELAY_NETS_MAX = 64,
	RELAY_WORKERS_MAX = 64,
};
/** How packets move, from the lowest */
enum relay_rung {
	RELAY_AUTO = 0, /* of a configuration: the highest that is possible */
	RELAY_SOCKETS,  /* a socket for each port */
	RELAY_LOOKUP,   /* a few sockets for all ports (BPF sk_lookup) */
	RELAY_KERNEL,   /* the kernel, without us */
};

enum relay_attach { RELAY_ATTACH_AUTO = 0, RELAY_TCX, RELAY_CLSACT };

enum relay_side { RELAY_A = 0, RELAY_B = 1 };
enum relay_comp { RELAY_RTP = 0, RELAY_RTCP = 1 };

/** A network whose hosts are in a zone */
struct relay_net {
	char zone[RELAY_ZONE_SIZE];
	struct network net;
};

struct relay_conf {
	struct sa addrv[RELAY_ADDR_MAX]; /* ours, port 0 */
	/* what others see of them behind a 1:1 NAT; unset: the same */
	struct sa advertisev[RELAY_ADDR_MAX];
	size_t addrc;
	uint16_t port_min, port_max;
	uint32_t quarantine_ms; /* a port rests after a call */
	uint32_t timeout_ms;    /* no packets on both sides */
	uint32_t hold_timeout_ms;
	uint32_t oneway_timeout_ms; /* no packets on one side, 0: for ever */
	uint32_t mute_ms; /* a side is silent for so long: RELAY_MUTE */
	uint32_t workers; /* threads; 0: one for each core */
	uint8_t dscp;     /* of what we send, 46: EF */
	char zonev[RELAY_ADDR_MAX][RELAY_ZONE_SIZE]; /* of addrv; "": none */
	struct relay_net netv[RELAY_NETS_MAX]; /* the longest prefix counts */
	size_t netc;
	uint32_t latch_packets; /* good ones of one SSRC to lock */
	bool allow_local;       /* tests: loopback may be sent to */
	enum relay_rung rung;   /* the highest, and if need be a lower one */
	enum relay_attach attach;
	uint32_t coalesce_us; /* a busy worker waits; 0: it does not */
	uint32_t sessions;    /* at once; 0: what ports there are for */
	size_t header_bytes;  /* for headers of packets; 0: none are kept */

	/* ports, of whomever, that are no media ports: those of the signalling
	 * that trusts our address; all below 1024 are closed anyhow */
	uint16_t closedv[RELAY_CLOSED_MAX];
	size_t closedc;

	/* all ports that may be ours, of former ranges too: the lowest << 16,
	 * and the highest; workers read it. 0: the range above. The relay's */
	uint32_t own;
};

/** What signalling knows of a side's stream */
struct relay_anchor {
	struct sa rtp; /* from the SDP; af unset or port 0: unknown */
	struct sa rtcp;
	struct sa signalling; /* source of its signalling; port ignored */
	bool any;             /* not RTP (T.38): any datagram is media */
	bool answer;          /* to our offer: no restart of its ICE */
	const struct relay_terms *terms; /* copied; NULL: nothing is known */
};

enum relay_event {
	RELAY_LATCHED,  /* a side's source is locked */
	RELAY_REFUSED,  /* the first foreign packet of a side */
	RELAY_TIMEOUT,  /* no media for timeout_ms; said again if it is kept */
	RELAY_ONE_SIDE, /* none from one side for oneway_timeout_ms; as above */
	RELAY_MUTE,     /* a side that should speak is not heard ... */
	RELAY_HEARD,    /* ... and now is, or need not be any more */
	RELAY_DEAF,     /* a side says that it gets nothing of the other ... */
	RELAY_HEARS,    /* ... and now does, or need not any more */
};

struct relay_info { /* with an event */
	unsigned stream;
	enum relay_side side;
	enum relay_comp comp;
	struct sa src;      /* latched or refused source */
	uint64_t silent_ms; /* of RELAY_MUTE: since its last packet */
};
typedef void(relay_event_h)(struct relay_session *s, enum relay_event ev,
			    const struct relay_info *info, void *arg);

/** How what comes from a side sounds: all its RTP sources, newest details */
struct relay_quality {
	char codec[RELAY_CODEC_NAME]; /* "": its SDP does not say */
	uint32_t clock;               /* Hz, 0: unknown */
	uint32_t ptime_us;            /* seen; 0: unknown */
	uint32_t ssrc;
	uint8_t pt;
	uint64_t expected, lost, reordered, duplicates;
	uint64_t bursts, burst_lost; /* RFC 3611 section 4.7.2, Gmin 16 */
	uint32_t jitter_us, jitter_max_us; /* RFC 3550 A.8 */
	uint32_t delay_us; /* to that side and back, by RTCP; 0: unknown */
	uint32_t mos;      /* hundredths, ITU-T G.107; 0: unknown */

	/* the same packets as the other side got them, by its RTCP; 0: it says
	 * nothing */
	uint64_t far_expected, far_lost;
	uint32_t far_jitter_us;
	uint32_t far_mos; /* of what it heard */
	bool far_deaf;    /* it says that nothing of it arrives any more */

	uint64_t silent_ms; /* since its last packet; UINT64_MAX: never */
	bool mute;          /* RELAY_MUTE was said of it */
	uint64_t rtcp_ms;   /* since its last RTCP, as above */
	uint64_t strangers; /* packets of others, refused since then */
	uint32_t astray;    /* sent lately, says its RTCP, and did not come */
	bool noise;         /* it has suppressed silence */
};

/** What a worker has done; its share is what busy_us grows by in a second */
struct relay_load {
	uint64_t packets; /* that came */
	uint64_t busy_us;
	uint32_t sessions;
};

/** How packets move here, and why not better */
struct relay_plane {
	enum relay_rung rung; /* the highest one; those below are in use too */
	const char *no_kernel, *no_lookup; /* why not; NULL: it is in use */
	const char *attached;              /* "tcx", "clsact"; "": not */
	uint32_t flows; /* directions that the kernel forwards now */
};

/** Somebody who was refused */
struct relay_foreign {
	struct sa src;
	uint64_t packets;
};

/** Of one side of one stream */
struct relay_stats {
	uint64_t rx_packets, rx_octets; /* accepted from its source */
	uint64_t tx_packets, tx_octets; /* sent to it */
	uint64_t refused;               /* foreign source */
	uint64_t invalid;               /* neither RTP nor RTCP */
	uint64_t lost;                  /* gaps in RTP sequence numbers */
	uint64_t unsent;                /* peer unknown or send error */
	struct sa latched[2];           /* by relay_comp; af unset if not */
	struct sa refused_src;          /* the last one */
	struct relay_foreign foreignv[RELAY_FOREIGN_MAX]; /* most first */
	size_t foreignc;
	struct relay_quality quality; /* of what it sends */
	enum relay_rung rung;         /* by which what it sends moves now */
	const char *no_kernel;        /* why not the kernel; NULL: it does, or
				  nobody does */
};

/** A side of a stream, for after a restart */
struct relay_past_side {
	struct sa local; /* our RTP port there; RTCP is on the next one */
	bool anchored;

	/* what it had: of this the counts, latched, quality.ssrc are used */
	struct relay_stats stats;
};
struct relay_past {
	struct relay_past_side sidev[2];
};

int relay_alloc(struct relay **rp, const struct relay_conf *conf,
		struct timers *timers, struct log *log,
		struct metrics *metrics);

/*
 * Other settings while calls go on: the range of ports, which counts for
 * streams that are opened from then on, quarantine, the times, latch_packets,
 * and closed ports, to which some may be added. Made ready, and then in force.
 * why: static, set where it says more than the errorcode.
 */
struct relay_change;
int relay_change_alloc(struct relay_change **cp, struct relay *r,
		       const struct relay_conf *conf, const char **why);
void relay_change_take(struct relay_change *c);

int relay_session_alloc(struct relay_session **sp, struct relay *r,
			const struct pl *id, relay_event_h *h, void *arg);

/*
 * Four ports for stream n (0..RELAY_STREAMS_MAX-1): side A's address of
 * family af_a, side B's of af_b (AF_INET, AF_INET6). ENOSPC: ports are short
 * (answer 503); EAFNOSUPPORT: no address of that family. Opening an open
 * stream again is 0 and keeps its ports.
 */
int relay_stream_open(struct relay_session *s, unsigned n, int af_a, int af_b);
void relay_stream_close(struct relay_session *s, unsigned n);

/* our address that faces that side, as it is advertised: it sends to it, and
 * hears from it */
int relay_stream_addr(const struct relay_session *s, unsigned n,
		      enum relay_side side, enum relay_comp comp,
		      struct sa *sa);

/*
 * New signalling of that side (offer or answer): arms learning again. A
 * source is learned only from anchor.signalling's address or the SDP address;
 * a forbidden SDP address is never sent to (it is left unknown).
 * An unchanged anchor keeps the latch.
 */
int relay_stream_anchor(struct relay_session *s, unsigned n,
			enum relay_side side, const struct relay_anchor *a);

/*
 * After a restart: the same ports, and then the anchors that it had; who was
 * latched under them is so again. EADDRINUSE, EADDRNOTAVAIL: they are not to
 * be had
 */
int relay_stream_past(const struct relay_session *s, unsigned n,
		      struct relay_past *past);
int relay_stream_reopen(struct relay_session *s, unsigned n,
			const struct relay_past *past);

/*
 * A session for another answer to the same offer (a To tag more behind one
 * branch). The ports that face side `shared` are those of the first session:
 * the same SDP went there. Its other side has ports of its own. What comes to
 * a shared port is for the session whose anchor it fits best. Either may end
 * first.
 */
int relay_session_fork(struct relay_session **sp, struct relay_session *of,
		       enum relay_side shared, relay_event_h *h, void *arg);

/*
 * Where a side is, before its streams are opened: their addresses are of that
 * zone and no other (ENOENT: there is none of that name). Without a name (NULL
 * or ""): of the zone whose networks hold `towards` (af unset: unknown), best
 * the one that the kernel's route to it leaves from.
 */
int relay_session_place(struct relay_session *s, enum relay_side side,
			const struct sa *towards, const char *zone);

/* the ICE login that stands for us towards that side; another one after that
 * side's login has changed (ICE restart) */
int relay_session_login(struct relay_session *s, enum relay_side side,
			struct relay_login *login);

/* the one that it has; ENOENT: none. And one that it had before a restart,
 * before its streams are opened */
int relay_session_login_past(const struct relay_session *s,
			     enum relay_side side, struct relay_login *login);
int relay_session_relogin(struct relay_session *s, enum relay_side side,
			  const struct relay_login *login);

/* all its packets, from now on; NULL: nobody hears them any more */
int relay_session_tap(struct relay_session *s, struct relay_tap *tap);

/* where the headers of its packets will be, of each stream that is closed from
 * now on, some moments later; not owned. NULL: none are kept */
struct sheaf *relay_session_sheaf(struct relay_session *s);

/* on hold the media timeout is the long one */
void relay_session_hold(struct relay_session *s, bool hold);

int relay_stream_stats(const struct relay_session *s, unsigned n,
		       enum relay_side side, struct relay_stats *st);

/* a stranger more: of some hundreds the four who sent most, or what comes
 * near to it */
void relay_stats_foreign(struct relay_stats *st,
			 const struct relay_foreign *one);

/* is it one of our own media addresses (host, advertised or not, and port
 * range)? */
bool relay_is_local(const struct relay *r, const struct sa *sa);
int relay_plane(const struct relay *r, struct relay_plane *plane);
uint32_t relay_workers(const struct relay *r);
int relay_worker_load(const struct relay *r, uint32_t i,
		      struct relay_load *load);
uint32_t relay_ports_free(const struct relay *r);
uint32_t relay_sessions(const struct relay *r);
/* for one more call with audio? */
bool relay_has_room(const struct relay *r);

#endif
