/**
 * @file server_state.h  All parts of a server, for the files that start them
 */
#ifndef PROXY_SERVER_STATE_H
#define PROXY_SERVER_STATE_H

#include <re.h>
#include "common/advice.h"
#include "common/config.h"
#include "common/hash.h"
#include "common/timer.h"
#include "proxy/admin/call_meter.h"
#include "proxy/core/proxy.h"

struct call_journal;
struct calls_handlers;
struct repertoire;
struct tls_conf;
struct transport_conf;
struct txn_conf;
struct web;
struct web_accounts;
struct past;

/** The service manager that has started us */
struct server_notify {
	struct notify *way; /* NULL: there is none */
	struct timer beat;
	bool watched;     /* it wants signs of life */
	bool ready;       /* and knows that all is open */
	uint64_t step_us; /* it is asked for time from then on again */
	char status[96];
	bool leaving; /* it was told that we end */
};

/** Everything that runs, in the order of its start */
struct server {
	struct config *cfg; /* not owned; what it holds a reload exchanges */
	struct server_notify notify;
	struct timers *timers;
	struct log *log;
	struct metrics *metrics;
	struct store *store;
	struct dir_lock *lock; /* of the data directory */
	struct gate *gate;
	struct transport *tp;
	struct txns *txns;
	struct relay *relay;
	struct recorder *recorder;
	struct resource_maker *maker;
	struct relay_server *relay_server;
	struct calls *calls;
	struct call_journal *journal; /* NULL: calls are forgotten */
	struct desk *desk;
	struct accounts *accounts;
	struct account_eviction *eviction;
	struct auth *auth;
	struct location *loc;
	struct ledger *ledger;
	struct registrar *registrar;
	struct push *push;
	struct reg_event *reg_event;
	struct keepalive *keepalive;
	struct resolver *resolver;
	struct redirect_client *redirect;
	struct redirect_server *redirect_server;
	struct announce *announce;
	struct announce *announce_former; /* takes leave; or NULL */
	struct announce_round *announce_round;
	struct proxy *proxy;
	struct control *control;
	struct reload *reload;
	struct control_status *status;
	struct web *web; /* NULL: there is none */
	struct web_accounts *web_accounts;
	struct past *past; /* of the thread of web that waits */
	struct control_ladder *ladder_desk;
	struct call_ladder *ladder;
	struct ties *ties;      /* of what is said for a call's sake */
	struct hep_sender *hep; /* NULL: none */
	struct shelf *trace_shelf, *flight_shelf; /* NULL: none */
	struct traces *traces;
	struct flights *flights; /* NULL: none */
	struct control_trace *trace_desk;
	struct control_registration *registrations;
	struct vitals *vitals;
	struct series *series;
	struct call_meter call_meter;
	struct records *records; /* of calls */
	int hup_fd;              /* -1: none */
	bool asked;              /* to end */
	struct hash_key branch_key, route_key, flow_key, nonce_key, trunk_key;
	struct advice advice; /* for the operator */
	struct sa boundv[CONFIG_LISTEN_MAX];
};

/* says on stderr what failed; returns err */
int server_fail(const char *what, int err);

int server_start_ground(struct server *srv);
/* the loop ends */
void server_gone(void *arg);
int server_start_keys(struct server *srv);
int server_start_gate(struct server *srv);
/* the limits of the configuration in force */
void server_use_gate(struct server *srv);
int server_watch_gate(struct server *srv);
void server_timers(struct txn_conf *xc, const struct config *cfg);
void server_limits(struct transport_conf *tc, const struct config *cfg);
bool server_tls(struct tls_conf *tls, const struct config *cfg);
int server_listen(struct server *srv);
void server_log_listener(const struct server *srv, const struct config_addr *a,
			 const struct sa *bound);
int server_start_reload(struct server *srv);
/* begins; EBUSY, EOPNOTSUPP without a file */
int server_reload(struct server *srv);
void server_reload_signalled(struct server *srv);
/* why: a sentence, where all stays as it was */
int server_apply(struct server *srv, struct config *next,
		 struct repertoire *sounds, struct mbuf *why);
int server_start_notify(struct server *srv);
/* called before each step of the start; and when all is open, or something
 * that it should hear of at once has changed */
void server_notify_step(struct server *srv);
void server_notify_beat(struct server *srv);
void server_notify_reload(struct server *srv, bool begins);
void server_stop_notify(struct server *srv);
int server_start_signals(struct server *srv);
void server_stop_signals(struct server *srv);
int server_start_records(struct server *srv);
int server_resume_records(struct server *srv);
int server_settle_records(struct server *srv);
void server_record(struct server *srv, const struct call_report *r);
void server_record_flight(uint64_t number, const char *name, void *arg);
void server_forget(uint64_t id, void *arg);
void server_rotate(struct server *srv);
int server_start_media(struct server *srv);
int server_resume_calls(struct server *srv);
int server_reach_calls(struct server *srv);
int server_start_relay(struct server *srv);
void server_call_told(const struct server *srv, const struct call_report *r);
void server_registration(enum location_event ev, struct binding *b, void *arg);
void server_watch_log(struct server *srv, bool on);
void server_call_handlers(struct calls_handlers *h, struct server *srv);
void server_report(const struct call_report *r, void *arg);
int server_start_users(struct server *srv);
int server_load_users(struct server *srv);
int server_start_redirect(struct server *srv);
int server_start_trace(struct server *srv);
void server_stop_trace(struct server *srv);
int server_start_metrics(struct server *srv);
void server_trace_report(const struct server *srv,
			 const struct call_report *r);
int server_start_control(struct server *srv);
int server_start_http(struct server *srv);
int server_answer_past(struct server *srv);
int server_start_names(struct server *srv);
int server_start_overload(struct server *srv);
/* the delay of the configuration in force */
void server_use_overload(struct server *srv);

#endif
