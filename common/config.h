/**
 * @file config.h  The configuration file, read whole and checked whole
 *
 * Everything that the rest needs is decoded here, once: addresses, ranges,
 * words. Unknown keys and bad values are refused with file, line, what was
 * expected and the nearest known name.
 */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>
#include "common/network.h"
#include "common/pattern.h"

/* bounds of the lists: an operator's file, not the network's */
enum {
	CONFIG_LISTEN_MAX = 16,
	CONFIG_DOMAIN_MAX = 64,
	CONFIG_ADDR_MAX = 16,
	CONFIG_SERVER_MAX = 8,
	CONFIG_DNS_MAX = 4,
	CONFIG_PEER_MAX = 256,
	CONFIG_HOME_MAX = 4, /* domains of a peer */
	CONFIG_PUSH_MAX = 8,
	CONFIG_CERT_MAX = 16,
	CONFIG_NAME_MAX = 64,
	CONFIG_PATH_MAX = 256,
	CONFIG_TOKEN_MAX = 128,
	CONFIG_HTTP_PORT = 8060,
	CONFIG_TLS_NAME_MAX = 8,
	CONFIG_HEADER_MAX = 16,
	CONFIG_URI_MAX = 256,
	CONFIG_NUMBER_MAX = 32, /* digits put in front of a number */
	CONFIG_ROUTE_MAX = 256,
	CONFIG_MATCH_MAX = 32,
	CONFIG_ROUTE_PEER_MAX = 8,
	CONFIG_ORIGIN_MAX = 16,
	CONFIG_ORIGIN_SIZE = 128,
	CONFIG_SCANNER_MAX = 32,
	CONFIG_ANNOUNCEMENT_MAX = 32,
	CONFIG_REPLY_MAX = 16, /* statuses of an announcement */
	CONFIG_TEST_MAX = 4,   /* names of the test number */
	CONFIG_ZONE_SIZE = 32,
	CONFIG_NET_MAX = 64,
};

/* in the order of proxy/sip/flow.h */
enum config_proto {
	CONFIG_UDP = 0,
	CONFIG_TCP,
	CONFIG_TLS,
	CONFIG_WS,
	CONFIG_WSS,
	CONFIG_PROTO_MAX
};
/* which of a user's phones ring at the same time: those of equal q, all, or
 * none */
enum config_fork {
	CONFIG_FORK_Q = 0,
	CONFIG_FORK_PARALLEL,
	CONFIG_FORK_SERIAL
};
enum config_media {
	CONFIG_MEDIA_AUTO = 0,
	CONFIG_MEDIA_RELAY,
	CONFIG_MEDIA_DIRECT
};

/* what a phone with ICE gets in a relayed call: us as its agent, or no ICE */
/** How packets may move: the highest that is possible, or that one */
enum config_rung {
	CONFIG_RUNG_AUTO = 0,
	CONFIG_RUNG_SOCKETS,
	CONFIG_RUNG_LOOKUP,
	CONFIG_RUNG_KERNEL
};

/** How the kernel's program gets its packets */
enum config_attach {
	CONFIG_ATTACH_AUTO = 0,
	CONFIG_ATTACH_TCX,
	CONFIG_ATTACH_CLSACT
};

enum config_ice {
	CONFIG_ICE_DEFAULT = 0, /* of a peer: as relay { ice } says */
	CONFIG_ICE_LITE,
	CONFIG_ICE_REMOVE
};

/** "udp:203.0.113.1:5060", or of "sip:203.0.113.7:5060;transport=tcp" */
struct config_addr {
	enum config_proto proto;
	struct sa sa;
	struct sa advertise; /* what others see instead; unset: sa */
};

/** A network whose hosts are in a zone of the relay */
struct config_net {
	char zone[CONFIG_ZONE_SIZE];
	struct network net;
};

/** What is taken off the front of a number, and put there */
struct config_rewrite {
	uint32_t strip;
	char add[CONFIG_NUMBER_MAX];
};

/** Who keeps a pointer to one longer than a turn of the loop holds it */
struct config_peer {
	void *owner; /* not owned: what it is a part of; NULL: on its own */
	char name[CONFIG_NAME_MAX];
	struct sa addrv[CONFIG_ADDR_MAX]; /* port 0: any */
	size_t addrc;
	enum config_media media;
	enum config_ice ice;
	char zone[CONFIG_ZONE_SIZE];  /* of the relay, "": any */
	char secret[CONFIG_NAME_MAX]; /* "" if none */

	/* it is their registrar, and phones reach it by us */
	char domainv[CONFIG_HOME_MAX][CONFIG_NAME_MAX];
	size_t domainc;

	/* who it is, if its address is not enough */
	char tls_namev[CONFIG_TLS_NAME_MAX][CONFIG_NAME_MAX];
	size_t tls_namec;
	char auth_user[CONFIG_NAME_MAX]; /* it answers our challenges */
	char auth_password[CONFIG_NAME_MAX];

	/* as a trunk: where calls go, and how we answer its challenges */
	char uri[CONFIG_URI_MAX]; /* "": nothing is sent by name */
	char user[CONFIG_NAME_MAX];
	char password[CONFIG_NAME_MAX];
	char realm[CONFIG_NAME_MAX]; /* the only one that we answer, or "" */
	bool do_register;
	uint32_t expires;             /* s, of our registration, 3600 */
	char inbound[CONFIG_URI_MAX]; /* whom calls to it are for, or "" */
	uint32_t probe;               /* s between OPTIONS, 0: none */
	uint32_t deadline;            /* s to the first answer, 6 */
	uint32_t priority, weight;    /* lower first; share among equals */
	uint32_t calls;               /* at once, 0: any */
	uint32_t calls_per_minute;    /* 0: any */
	struct config_rewrite out, in;

	bool record;  /* its calls are recorded */
	bool trust;   /* its identities are believed and it gets ours */
	bool transit; /* its calls may go out by the dial plan */
};

/** One row of the dial plan; the first that fits counts */
struct config_route {
	char name[CONFIG_NAME_MAX];
	char matchv[CONFIG_MATCH_MAX][PATTERN_TEXT_MAX];
	struct pattern patternv[CONFIG_MATCH_MAX];
	size_t matchc;
	struct config_rewrite rewrite;
	char peerv[CONFIG_ROUTE_PEER_MAX][CONFIG_NAME_MAX];
	size_t peerc;
	bool emergency; /* no limit refuses it */

	/* or its numbers are called by nobody */
	uint32_t refuse;                    /* with that status; 0: no */
	char announcement[CONFIG_NAME_MAX]; /* heard first; "": none */
};

/** What a caller hears before we refuse his call */
struct config_announcement {
	char name[CONFIG_NAME_MAX];
	char file[CONFIG_PATH_MAX];        /* WAV */
	uint16_t replyv[CONFIG_REPLY_MAX]; /* with these statuses */
	size_t replyc;
};

struct config {
	char *path; /* of its file, "": none; NULL: from memory */
	struct config_addr listenv[CONFIG_LISTEN_MAX];
	size_t listenc;
	char domainv[CONFIG_DOMAIN_MAX][CONFIG_NAME_MAX];
	size_t domainc;
	char data[CONFIG_PATH_MAX];
	char control[CONFIG_PATH_MAX];
	bool auth;         /* default yes */
	char log_level[8]; /* debug info warn error */

	struct {                        /* RFC 3261 timers, ms */
		uint32_t t1, t2, t4, c; /* 500 4000 5000 185000 */
	} timer;

	struct {
		uint32_t branches;     /* of one request, 12 */
		enum config_fork fork; /* "q", "parallel" or "serial" */
		bool redirects_pass;   /* "pass": 3xx go to the caller */
		uint32_t ring;         /* s, where others wait, 30 */
	} proxy;

	struct {
		uint32_t expires_default; /* s, 3600 */
		uint32_t expires_min;     /* s, 60 */
		uint32_t expires_max;     /* s, 7200 */
		uint32_t contacts_max;    /* for each account, 10 */
		uint32_t jitter;          /* % of a lifetime, 10 */
		bool service_route;       /* RFC 3608, no */
		uint32_t keepalive;       /* s, 25; 0: off */
		uint32_t keepalive_max;   /* s where a NAT allows it, 180 */
		bool keepalive_options;   /* OPTIONS instead of CRLF */
	} registrar;

	struct {                           /* RFC 8599 */
		char url[CONFIG_PATH_MAX]; /* "": nobody is woken */
		uint32_t timeout;          /* s for the POST, 5 */
		uint32_t wait;             /* s for the phone, 10 */
		char providerv[CONFIG_PUSH_MAX][CONFIG_NAME_MAX];
		size_t providerc; /* apns, fcm, webpush */
	} push;

	struct {
		uint32_t per_source;      /* connections, 100 */
		uint32_t total;           /* connections, 4096 */
		uint32_t message_timeout; /* s for a half message, 10 */
		uint32_t idle_timeout;    /* s, 900 */
	} tcp;

	struct { /* pages that may come; none: all of them */
		char originv[CONFIG_ORIGIN_MAX][CONFIG_ORIGIN_SIZE];
		size_t originc;
		uint32_t ping; /* s, 30; 0: never */
	} ws;
	struct {                  /* RFC 4028 */
		uint32_t expires; /* s, 1800; 0: off */
		uint32_t min;     /* s, 90 */
	} session;

	struct {                    /* of strangers, but the calls */
		uint32_t requests;  /* a second, of one source, 100 */
		uint32_t strangers; /* a second, of all together, 5000 */
		uint32_t failures;  /* in five minutes, 30 */
		uint32_t ban;       /* s, 300; 0: nobody is banned */
		uint32_t ban_max;   /* s, 3600 */
		char scannerv[CONFIG_SCANNER_MAX][CONFIG_NAME_MAX];
		size_t scannerc;           /* words in their User-Agents */
		uint32_t calls;            /* at once, of an account, 20 */
		uint32_t calls_per_minute; /* of an account, 60 */
		uint32_t call_length;      /* s, 43200; 0: a day */
	} limit;

	struct {
		uint32_t delay; /* ms, 50; 0: nothing is refused for it */
	} overload;

	struct {
		uint32_t deadline; /* s, 60; 0: calls end at once */
	} drain;

	struct {
		char file[CONFIG_PATH_MAX]; /* "": in data; "none": off */
		char csv[CONFIG_PATH_MAX];  /* "", "none": off */
		uint32_t rotate_size;       /* MB, 100; 0: never */
		bool rotate_daily;          /* no */
		uint32_t keep;              /* days, 400; 0: for ever */
	} cdr;

	struct {
		bool on;       /* yes */
		uint32_t days; /* 90; 0: for ever */
		uint32_t size; /* MB, 2048; 0: any */
	} history;

	struct {
		uint32_t ladder; /* MB of messages of calls, 32; 0: none */
		uint32_t size;   /* MB of files of traces, 100; 0: none */
		uint32_t flight_size; /* MB of all flights, 200; 0: none */
		uint32_t flight_days; /* 7 */
		uint32_t headers;     /* MB of headers of media, 32; 0: none */
	} trace;

	struct {
		struct sa server; /* of Homer; unset: none */
		uint32_t id;      /* of us there, 2001 */
		char password[CONFIG_NAME_MAX];
	} hep;

	struct {
		char certificatev[CONFIG_CERT_MAX][CONFIG_PATH_MAX];
		size_t certificatec; /* the first one is the default */
		char keyv[CONFIG_CERT_MAX][CONFIG_PATH_MAX];
		size_t keyc; /* of the first ones; others: same file */
		char ca[CONFIG_PATH_MAX];        /* "": the system's */
		char client_ca[CONFIG_PATH_MAX]; /* "": nobody is asked */
		bool verify;                     /* of those we dial, yes */
	} tls;

	struct {
		bool external; /* mode = "external" */
		struct sa addrv[CONFIG_ADDR_MAX];
		struct sa advertisev[CONFIG_ADDR_MAX];         /* or unset */
		char zonev[CONFIG_ADDR_MAX][CONFIG_ZONE_SIZE]; /* or "" */
		struct config_net netv[CONFIG_NET_MAX];
		size_t netc;
		size_t addrc;
		uint16_t port_min, port_max;
		struct config_addr serverv[CONFIG_SERVER_MAX];
		size_t serverc;
		bool serve;
		uint32_t lease;            /* s, external leases, 120 */
		uint32_t timeout;          /* s without media, 60 */
		uint32_t hold_timeout;     /* s, 3600 */
		uint32_t one_side_timeout; /* s, 300; 0: never */
		uint32_t quarantine;       /* s a port rests, 5 */
		uint32_t latch_packets;    /* good packets to lock, 3 */
		uint32_t workers;          /* threads, 0: by the cores */
		uint32_t dscp;             /* of what is sent, 46 */
		enum config_rung rung;     /* auto */
		enum config_attach attach; /* auto */
		uint32_t packets;    /* a second, at most; 0: any number */
		uint32_t coalesce;   /* us a busy worker waits, 300; 0: not */
		enum config_ice ice; /* lite */
		bool allow_local;    /* tests: loopback is allowed */
	} relay;

	struct {                                 /* of calls */
		char directory[CONFIG_PATH_MAX]; /* <data>/recordings */
		uint32_t keep;                   /* days, 30; 0: for ever */
		uint32_t size;      /* MB of all of them, 1024; 0: any */
		uint32_t calls;     /* at once, 100 */
		uint32_t call_size; /* MB of one, 512 */
	} record;

	struct {
		struct config_addr serverv[CONFIG_SERVER_MAX];
		size_t serverc;
		bool serve;
		bool announce;              /* REGISTER our users there, yes */
		char name[CONFIG_NAME_MAX]; /* we announce as this peer */
		char secret[CONFIG_NAME_MAX]; /* and with this secret */
		uint32_t cache;               /* s at most, 60 */
	} redirect;

	struct {
		struct sa serverv[CONFIG_DNS_MAX];
		size_t serverc;    /* 0: those of the system */
		uint32_t timeout;  /* ms for a name, with all that it takes */
		uint32_t negative; /* s that nothing is believed, 60 */
		uint32_t stale; /* s that the expired serves in need, 86400 */
		uint32_t rest;  /* s that a failed next hop rests, 60 */
	} dns;

	/* struct config_given: as the file has them, and what was worked out
	 * where it has none */
	struct list givenl, derivedl;

	struct {                /* of the administration */
		struct sa addr; /* 127.0.0.1:8060; unset: none */
		char token[CONFIG_TOKEN_MAX];
		char token_file[CONFIG_PATH_MAX];  /* "": data/http.token */
		char certificate[CONFIG_PATH_MAX]; /* "": no TLS */
		char key[CONFIG_PATH_MAX];         /* "": the same file */
	} http;

	struct config_peer *peerv;
	size_t peerc;

	struct config_route *routev; /* the dial plan, in order */
	size_t routec;

	struct config_announcement *announcementv;
	size_t announcementc;
	struct {
		/* the test number at our domains: users or numbers; none: off
		 */
		char testv[CONFIG_TEST_MAX][CONFIG_NAME_MAX];
		size_t testc;
		bool test_given;
		uint32_t calls;  /* that we speak in at once, 100 */
		uint32_t length; /* s of a test call, 120 */
		bool report;     /* its caller gets a MESSAGE, yes */
	} sounds;

	/* headers that mean something among our own: not from phones; "*" at
	 * the end for the rest of the name */
	char private_headerv[CONFIG_HEADER_MAX][CONFIG_NAME_MAX];
	size_t private_headerc;
	bool tel_identity; /* numbers are asserted as tel URIs, too */
};

#define CONFIG_PATH "/etc/viaduct/viaduct.conf"

/* path, else CONFIG_PATH where we can read it, else NULL */
const char *config_find(const char *path);

/*
 * path NULL: the embedded default. On error EINVAL, or the errno of opening
 * the file, and one line for each fault in errs (already allocated). Without
 * a fault there may be warnings in it, which the operator should see.
 */
int config_load(struct config **cp, const char *path, struct mbuf *errs);

/* the peer stays, whatever becomes of its configuration */
const struct config_peer *config_peer_hold(const struct config_peer *peer);
void config_peer_release(const struct config_peer *peer);
/* the same one, maybe of two configurations */
bool config_peer_is(const struct config_peer *a, const struct config_peer *b);

/*
 * What a reload brings into force: of the new file what it takes, of the
 * running one what needs a restart
 */
int config_merge(struct config **cp, const struct config *running,
		 const struct config *next, struct mbuf *errs);

/* name: "relay.rung", or "peer "NAME""; restart: it stays as it was */
typedef void(config_change_h)(const char *name, bool restart, void *arg);
void config_changes(const struct config *running, const struct config *next,
		    config_change_h *h, void *arg);

/* a section without a title says the same in both */
bool config_same(const struct config *a, const struct config *b,
		 const char *section);

/* exchange all that they hold: who points to one sees the other's */
void config_swap(struct config *a, struct config *b);

/* the same from memory; name stands in the error lines */
int config_decode(struct config **cp, const char *name, const char *text,
		  struct mbuf *errs);

#endif
