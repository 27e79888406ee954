/**
 * @file metric_family.c  What the numbers of this server mean
 *
 * The one table of all names: a counter that is made by a name that is not
 * here fails a test. By rooms, from below.
 */
#include <string.h>
#include <re.h>
#include "common/metric_family.h"

enum { MILLI = 1000, MICRO = 1000000 };

#define COUNTER(name, help)                         \
	{                                           \
		name, METRIC_COUNTER, 1, NULL, help \
	}
#define COUNTER_SECONDS(name, help)                     \
	{                                               \
		name, METRIC_COUNTER, MICRO, NULL, help \
	}
#define GAUGE(name, help)                         \
	{                                         \
		name, METRIC_GAUGE, 1, NULL, help \
	}
#define HISTOGRAM(name, scale, boundv, help)                \
	{                                                   \
		name, METRIC_HISTOGRAM, scale, boundv, help \
	}

/* microseconds: from what a fast disk takes to what nobody should wait */
static const uint64_t disk_us[] = {250,    500,     1000,    2500,   5000,
				   10000,  25000,   50000,   100000, 250000,
				   500000, 1000000, 5000000, 0};

/* from the INVITE on: the first ones are those of machines */
static const uint64_t setup_ms[] = {10,    50,    100,   250,    500,
				    1000,  2000,  3000,  5000,   10000,
				    20000, 30000, 60000, 120000, 0};

static const uint64_t talk_s[] = {10,   30,   60,   120,  300, 600,
				  1200, 1800, 3600, 7200, 0};

/* parts of ten thousand: above five in a hundred it is heard by everybody */
static const uint64_t loss_bp[] = {1,   10,   50,   100,  200, 300,
				   500, 1000, 2000, 5000, 0};

static const uint64_t jitter_us[] = {
	500, 1000, 2000, 5000, 10000, 20000, 30000, 50000, 100000, 200000, 0};

/* hundredths: from 4.03 on users are satisfied, below 3.10 many are not */
static const uint64_t mos_hundredths[] = {150, 200, 250, 300, 310, 330, 360,
					  380, 403, 420, 434, 450, 0};

/* microseconds that the main loop runs late */
static const uint64_t late_us[] = {100,    250,    500,     1000,    2500,
				   5000,   10000,  25000,   50000,   100000,
				   250000, 500000, 1000000, 5000000, 0};

static const struct metric_family familyv[] = {
	/* the process */
	GAUGE("viaduct_build_info", "1: its version is in the label."),
	COUNTER_SECONDS("process_cpu_seconds_total",
			"Time that processors had, of users and system."),
	GAUGE("process_resident_memory_bytes", "Memory in use."),
	GAUGE("process_virtual_memory_bytes", "Memory mapped."),
	GAUGE("process_open_fds", "Open files."),
	GAUGE("process_max_fds", "Open files that it may have."),
	{"process_start_time_seconds", METRIC_GAUGE, MILLI, NULL,
	 "When it was started, since 1970."},
	HISTOGRAM("main_loop_late_seconds", MICRO, late_us,
		  "How late the main loop hears a tick, 20 times a second."),

	/* the database */
	GAUGE("store_queue", "Writes that wait for the database."),
	COUNTER("store_writes_total", "Writes that the database has."),
	COUNTER("store_commits_total",
		"Commits, each of all writes that waited."),
	COUNTER("store_failures_total", "Writes that the database refused."),
	HISTOGRAM("store_write_seconds", MICRO, disk_us,
		  "Time from the order of a write to its commit."),

	/* the administration over HTTP */
	COUNTER("http_requests_total", "Requests over HTTP."),
	COUNTER("http_refused_total",
		"Requests over HTTP that were refused or failed."),
	COUNTER("http_late_total",
		"Requests over HTTP whose answer did not come in time."),

	/* the relay */
	GAUGE("relay_sessions", "Relayed calls, those that only ring too."),
	GAUGE("relay_ports_free", "Ports that a call could have now."),
	GAUGE("relay_ports", "Ports that there are."),
	GAUGE("relay_ports_exhaustion_seconds",
	      "Time until no port is free, if it goes on like this."),
	COUNTER("relay_ports_short_total",
		"Requests for ports that found none."),
	COUNTER("relay_timeouts_total",
		"Sessions and sides that fell silent for too long."),
	COUNTER("relay_packets_total", "Packets forwarded, by whichever way."),
	COUNTER("relay_received_bytes_total",
		"Media that was heard, without headers of IP and UDP."),
	COUNTER("relay_packets_lost_total",
		"RTP packets missing in what was heard."),
	COUNTER("relay_packets_foreign_total",
		"Packets of strangers at ports of calls, not heard."),
	COUNTER("relay_packets_dropped_total",
		"Packets that were not forwarded: strangers, bad ones."),
	COUNTER("relay_packets_unsent_total",
		"Packets that the system did not take."),
	COUNTER("relay_checks_answered_total", "ICE checks answered."),
	COUNTER("relay_sessions_refused_total",
		"Calls that would have been more packets than may be moved."),
	COUNTER("relay_events_dropped_total",
		"Events of workers that the main loop was too slow for."),
	COUNTER("relay_worker_packets_total", "Packets that a worker moved."),
	COUNTER_SECONDS("relay_worker_busy_seconds_total",
			"Time that a worker did not sleep."),
	COUNTER("relay_headers_overwritten_total",
		"Packets whose headers went for newer ones."),
	COUNTER("relay_headers_missed_total",
		"Packets whose headers found no memory."),
	GAUGE("relay_rung", "1: this is how packets move."),
	GAUGE("relay_kernel_flows",
	      "Directions that the kernel forwards by itself."),
	COUNTER("record_started_total", "Recordings begun."),
	GAUGE("record_running", "Recordings that run."),
	GAUGE("record_bytes", "Size of all recordings kept."),
	COUNTER("record_failed_total", "Recordings that failed."),
	COUNTER("record_packets_dropped_total",
		"Packets that are missing in recordings."),
	COUNTER("record_deleted_total",
		"Recordings deleted, by age or for want of room."),
	COUNTER("record_repaired_total",
		"Recordings that a crash had left open."),

	/* SIP */
	COUNTER("sip_requests_total", "Requests that came in, by method."),
	COUNTER("sip_responses_total", "Responses that came in, by class."),
	COUNTER("sip_responses_sent_total",
		"Responses that we sent, once each, by class."),
	COUNTER("sip_foreign_responses_total",
		"Responses to requests that were not ours."),
	COUNTER("sip_stun_answered_total", "STUN requests answered."),
	COUNTER("sip_datagrams_total", "UDP datagrams that came in."),
	COUNTER("sip_keepalives_total", "Keepalives of phones on UDP."),
	COUNTER("sip_stun_total", "STUN requests on SIP ports."),
	COUNTER("sip_garbage_total", "Datagrams that were nothing known."),
	COUNTER("sip_refused_total", "Messages that broke the rules."),
	COUNTER("sip_refused_answered_total",
		"Of those, answered with an error."),
	COUNTER("sip_dropped_total", "Of those, left without an answer."),
	COUNTER("sip_server_transactions_total",
		"Transactions begun by others."),
	COUNTER("sip_client_transactions_total", "Transactions begun by us."),
	GAUGE("sip_server_transactions", "Transactions of others, now."),
	GAUGE("sip_client_transactions", "Transactions of ours, now."),
	COUNTER("sip_transactions_refused_total",
		"Transactions refused because the tables were full."),
	COUNTER("sip_retransmissions_total", "Messages that we sent again."),
	COUNTER("sip_transaction_timeouts_total",
		"Requests that were never answered."),
	COUNTER("sip_large_requests_total",
		"Requests that were too large for UDP."),
	COUNTER("sip_large_requests_failed_total",
		"Of those, that found no other way."),
	COUNTER("sip_datagrams_unsent_total",
		"Datagrams that the system did not take."),
	COUNTER("sip_send_batches_total", "System calls that sent datagrams."),
	HISTOGRAM("sip_wait_seconds", MICRO, late_us,
		  "How long datagrams waited for their turn."),
	GAUGE("sip_backlog", "Datagrams that wait for their turn."),
	COUNTER("sip_backlog_dropped_total",
		"Datagrams that found no room to wait."),
	GAUGE("sip_overload_refused_percent",
	      "New calls that are refused because messages wait too long."),
	COUNTER("sip_overload_refused_total", "New calls refused for that."),
	GAUGE("tcp_connections", "Connections, TLS and WebSockets too."),
	COUNTER("tcp_connections_accepted_total", "Connections from others."),
	COUNTER("tcp_connections_opened_total", "Connections made by us."),
	COUNTER("tcp_connections_refused_total",
		"Connections refused by a limit."),
	COUNTER("tcp_connections_shed_total",
		"Connections closed to make room for better ones."),
	COUNTER("tcp_connections_timeout_total",
		"Connections closed because of a message without an end."),
	COUNTER("tcp_connections_junk_total",
		"Connections closed because of what came on them."),
	COUNTER("tcp_pings_total", "Keepalives on connections."),
	COUNTER("ws_accepted_total", "WebSockets opened."),
	COUNTER("ws_refused_total", "WebSockets refused."),
	COUNTER("ws_silent_total", "WebSockets closed without a pong."),
	COUNTER("tls_handshakes_total", "TLS handshakes that succeeded."),
	COUNTER("tls_handshakes_failed_total", "TLS handshakes that failed."),
	COUNTER("tls_reloads_total", "Times that certificates were reloaded."),
	COUNTER("tls_files_refused_total",
		"Certificate files that could not be taken up."),
	GAUGE("tls_certificate_left_seconds",
	      "Time until the first certificate expires, in whole days."),
	COUNTER("dns_questions_total", "Names that were asked for."),
	COUNTER("dns_cache_hits_total", "Of those, known already."),
	COUNTER("dns_nowhere_total", "Of those, that led nowhere."),
	COUNTER("dns_refused_total", "Of those, too many at a time."),
	COUNTER("dns_lookups_total", "Questions to the DNS."),
	COUNTER("dns_failures_total", "Questions that failed."),
	COUNTER("dns_stale_total",
		"Expired answers that served while the DNS was silent."),
	GAUGE("gate_bans", "Addresses that are banned."),
	COUNTER("gate_bans_total", "Bans."),
	COUNTER("gate_banned_dropped_total",
		"Messages of banned addresses, not heard."),
	COUNTER("gate_limited_total", "Messages refused by a limit."),
	COUNTER("gate_slowed_total", "Messages answered late on purpose."),
	COUNTER("gate_answers_withheld_total",
		"Answers withheld from those who cannot be known."),
	COUNTER("gate_faults_total", "Faults counted against addresses."),

	/* calls and their media */
	GAUGE("calls_active", "Calls that are up or ring."),
	GAUGE("calls_ringing", "Calls that ring."),
	COUNTER("calls_started_total",
		"Calls begun, one for each phone that rings."),
	COUNTER("calls_answered_total", "Calls answered."),
	COUNTER("calls_restored_total",
		"Calls that went on after a crash of the server."),
	COUNTER("calls_lost_total",
		"Calls that did not: their ports were taken, for instance."),
	COUNTER("calls_unsaved_total",
		"Changes of calls that a crash would forget: no room."),
	COUNTER("calls_store_failures_total",
		"Failures of the database of calls that are up."),
	COUNTER("calls_relayed_total", "Calls whose media is relayed."),
	COUNTER("calls_direct_total", "Calls whose media goes direct."),
	COUNTER("calls_media_failed_total",
		"Calls refused for want of ports or of usable SDP."),
	HISTOGRAM("call_setup_seconds", MILLI, setup_ms,
		  "Time from an INVITE to its answer."),
	HISTOGRAM("call_dial_delay_seconds", MILLI, setup_ms,
		  "Time from an INVITE to the first sign of ringing."),
	COUNTER("calls_ended_total", "Answered calls that ended, by reason."),
	COUNTER("calls_oneway_total",
		"Sides of calls that were not heard, by cause."),
	COUNTER("relay_requests_granted_total",
		"Resources that relay servers gave us."),
	COUNTER("relay_requests_failed_total",
		"Resources that no relay server gave us."),
	COUNTER("relay_resources_lost_total",
		"Resources that a relay server lost during a call."),
	COUNTER("relay_leases_granted_total", "Ports lent to other proxies."),
	COUNTER("relay_leases_refreshed_total", "Leases refreshed."),
	COUNTER("relay_leases_released_total", "Leases given back."),
	COUNTER("relay_leases_refused_total", "Leases refused."),
	COUNTER("relay_leases_expired_total",
		"Leases that nobody asked for again."),

	/* users */
	GAUGE("accounts", "Accounts."),
	GAUGE("accounts_bytes", "Memory that accounts have."),
	GAUGE("accounts_spoiled",
	      "Accounts in the database that cannot be read."),
	COUNTER("accounts_evicted_total",
		"Accounts deleted or disabled while they were registered."),
	COUNTER("auth_passed_total", "Requests with the right password."),
	COUNTER("auth_challenged_total", "Requests asked for a password."),
	COUNTER("auth_failed_total", "Requests with a wrong password."),
	COUNTER("register_requests_total", "REGISTER requests."),
	COUNTER("register_accepted_total", "REGISTER requests accepted."),
	COUNTER("register_refused_total", "REGISTER requests refused."),
	GAUGE("location_bindings", "Phones that are registered."),
	COUNTER("location_writes_total", "Registrations written."),
	COUNTER("location_write_errors_total",
		"Registrations that could not be written."),
	COUNTER("location_loaded_total",
		"Registrations found in the database at start."),
	COUNTER("keepalive_sent_total", "Keepalives to phones behind NAT."),
	COUNTER("keepalive_failed_total",
		"Keepalives that the system did not take."),
	COUNTER("keepalive_unreachable_total",
		"Phones that were found to be gone."),
	COUNTER("keepalive_trials_total",
		"Measurements of how long a NAT remembers."),
	COUNTER("keepalive_lived_total", "Of those, that it did remember."),
	COUNTER("keepalive_died_total", "Of those, that it had forgotten."),
	COUNTER("push_sent_total", "Sleeping phones that were called."),
	COUNTER("push_failed_total", "Of those, that the hook refused."),
	COUNTER("push_woken_total", "Of those, that woke up."),
	COUNTER("push_silent_total", "Of those, that did not in time."),
	GAUGE("reg_event_subscriptions", "Subscriptions to registrations."),
	COUNTER("reg_event_notifies_total", "NOTIFY requests to them."),
	COUNTER("reg_event_refused_total", "Subscriptions refused."),
	COUNTER("reg_event_ended_total", "Subscriptions that ended."),

	/* calls that end with us */
	COUNTER("test_calls_total", "Calls to the test number."),
	COUNTER("test_calls_refused_total", "Of those, refused."),
	COUNTER("announcements_total", "Announcements that were heard."),

	/* other proxies */
	COUNTER("redirect_found_total",
		"Callees that a redirect server knew."),
	COUNTER("redirect_refused_total", "Callees that it did not know."),
	COUNTER("redirect_failed_total",
		"Questions that no redirect server answered."),
	COUNTER("redirect_cached_total", "Questions answered from memory."),
	COUNTER("redirect_server_found_total",
		"Questions of others that we could answer."),
	COUNTER("redirect_server_unknown_total",
		"Questions of others for callees that nobody announced."),
	COUNTER("redirect_server_announced_total",
		"Announcements of other proxies."),
	COUNTER("redirect_server_refused_total",
		"Questions and announcements refused."),
	COUNTER("announce_sent_total", "Announcements to redirect servers."),
	COUNTER("announce_failed_total", "Of those, that failed."),

	/* who may call what */
	COUNTER("proxy_requests_refused_total",
		"Requests that were not forwarded."),
	COUNTER("proxy_responses_stray_total",
		"Responses that belonged to nothing."),
	COUNTER("account_calls_refused_total",
		"Calls refused by an account's limit."),
	GAUGE("peer_up", "1: the peer answers, or is not asked."),
	GAUGE("peer_calls", "Calls with the peer."),
	COUNTER("peer_calls_refused_total",
		"Calls with the peer refused by its limit."),
	GAUGE("peer_registered", "1: we are registered there."),

	/* what is kept of calls */
	COUNTER("calls_failed_total",
		"Calls of ours that nobody answered, by class of status."),
	HISTOGRAM("call_duration_seconds", 1, talk_s,
		  "Time from the answer to the end."),
	HISTOGRAM("call_loss_ratio", 10000, loss_bp,
		  "RTP packets lost, of each direction of a call's audio."),
	HISTOGRAM("call_jitter_seconds", MICRO, jitter_us,
		  "Jitter (RFC 3550) at the end of each direction."),
	HISTOGRAM("call_mos", 100, mos_hundredths,
		  "MOS (ITU-T G.107) of each direction of a call's audio."),
	COUNTER("trace_written_total",
		"Packets and flights written to files of traces."),
	COUNTER("trace_lost_total",
		"Packets and flights that could not be written."),
	COUNTER("hep_sent_total", "Datagrams sent to the capture server."),
	COUNTER("hep_lost_total",
		"Datagrams that did not leave for the capture server."),
	COUNTER("cdr_written_total", "Call records written."),
	COUNTER("cdr_lost_total", "Call records that could not be written."),
	COUNTER("cdr_csv_written_total",
		"Call records written for spreadsheets."),
	COUNTER("cdr_csv_lost_total",
		"Call records that could not be written for spreadsheets."),
	COUNTER("history_written_total",
		"Changes of calls written into the database of past calls."),
	COUNTER("history_lost_total",
		"Changes of calls that could not be written there."),
	COUNTER("history_refused_total",
		"Changes of calls that the database did not take."),
};


/**
 * What a name means
 *
 * @param name Name without labels
 * @param len  Its length
 *
 * @return Family, or NULL
 */
const struct metric_family *metric_family_find(const char *name, size_t len)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(familyv); i++) {
		if (strlen(familyv[i].name) == len &&
		    !memcmp(familyv[i].name, name, len))
			return &familyv[i];
	}

	return NULL;
}


/**
 * One after another
 *
 * @param i Its place in the table
 *
 * @return Family, NULL behind the last one
 */
const struct metric_family *metric_family_at(size_t i)
{
	return i < ARRAY_SIZE(familyv) ? &familyv[i] : NULL;
}


/**
 * How many bounds a histogram has
 *
 * @param f Family, or NULL
 *
 * @return Number of bounds, 0 for what is no histogram
 */
size_t metric_family_bounds(const struct metric_family *f)
{
	size_t n = 0;

	while (f && f->boundv && f->boundv[n])
		++n;

	return n;
}
