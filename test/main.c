/**
 * @file test/main.c  Runs all suites, several at a time, or the named ones
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test/mock/own_net.h"
#include "test/test.h"


/* of what is built with eBPF only */
#ifdef HAVE_BPF
#define KERNEL_SUITES X(program) X(kernel_flows)
#else
#define KERNEL_SUITES
#endif

/* one line a suite, in the order of the tree */
/* clang-format off */
#define SUITES \
	X(addr) \
	X(network) \
	X(hash) \
	X(ink) \
	X(json_in) \
	X(json_out) \
	X(utf8) \
	X(pcap) \
	X(unique) \
	X(metric_family) \
	X(metric_package) \
	X(metrics) \
	X(histogram) \
	X(metrics_text) \
	X(lag) \
	X(process) \
	X(quote) \
	X(log) \
	X(log_journal) \
	X(timer) \
	X(thread) \
	X(privilege) \
	X(notify) \
	X(courier) \
	X(packet) \
	X(anchor) \
	X(reach) \
	X(latch) \
	X(latch_keys) \
	X(foreign) \
	X(srtp_key) \
	X(srtp_proof) \
	X(ports) \
	X(cell) \
	X(codec) \
	X(sequence) \
	X(quality) \
	X(quality_format) \
	X(quality_loan) \
	X(rtcp) \
	X(roundtrip) \
	X(emodel) \
	X(opinion) \
	X(silence) \
	X(netlink) \
	X(spare) \
	KERNEL_SUITES \
	X(hearsay) \
	X(lookout) \
	X(reckoning) \
	X(check) \
	X(ice) \
	X(leg) \
	X(leg_ice) \
	X(path) \
	X(steer) \
	X(ephemeral) \
	X(claim) \
	X(holder) \
	X(datagram) \
	X(port) \
	X(switchboard) \
	X(engine_turn) \
	X(engine_lookup) \
	X(ladder) \
	X(coalesce) \
	X(descriptors) \
	X(engine_socket) \
	X(hops) \
	X(hindrance) \
	X(tally) \
	X(ride) \
	X(ride_trail) \
	X(engine_kernel) \
	X(worker) \
	X(team) \
	X(place) \
	X(kin) \
	X(session) \
	X(session_login) \
	X(relay) \
	X(relay_change) \
	X(stream) \
	X(stream_past) \
	X(tap) \
	X(trail_cut) \
	X(trail) \
	X(sheaf) \
	X(record_ring) \
	X(record_kind) \
	X(record_track) \
	X(record_wav) \
	X(record_pcap) \
	X(record_name) \
	X(record_file) \
	X(record_keep) \
	X(record_tape) \
	X(recorder) \
	X(terms) \
	X(sound) \
	X(voice_play) \
	X(voice_speak) \
	X(voice_buffer) \
	X(voice_ear) \
	X(voice_rtcp) \
	X(voice) \
	X(rotation) \
	X(advice) \
	X(throttle) \
	X(throttle_table) \
	X(config) \
	X(config_suggest) \
	X(config_merge) \
	X(config_table) \
	X(config_dns) \
	X(config_limit) \
	X(config_http) \
	X(config_record) \
	X(pattern) \
	X(config_route) \
	X(config_announcement) \
	X(config_trunk) \
	X(config_tls) \
	X(config_relay) \
	X(certname) \
	X(flow) \
	X(framer) \
	X(ws_request) \
	X(ws_handshake) \
	X(ws_text) \
	X(ws_frames) \
	X(ws_layer) \
	X(ws_connection) \
	X(agent) \
	X(enquiry) \
	X(server_txn) \
	X(client_txn) \
	X(resolve_rules) \
	X(resolve_srv) \
	X(resolve_answer) \
	X(resolve_cache) \
	X(resolve_rest) \
	X(resolve_hosts) \
	X(resolve) \
	X(stun_echo) \
	X(traffic) \
	X(outbox) \
	X(txn_key) \
	X(udp) \
	X(overload) \
	X(admission) \
	X(urgency) \
	X(backlog) \
	X(lobby) \
	X(tcp) \
	X(tcp_places) \
	X(tls_layer) \
	X(path_mtu) \
	X(outlet) \
	X(onlooker) \
	X(inlet) \
	X(transport) \
	X(census) \
	X(ban) \
	X(gate) \
	X(refuse_brief) \
	X(sdp) \
	X(sdp_attr) \
	X(sdp_crypto) \
	X(sdp_codec) \
	X(sdp_ice) \
	X(call_ice) \
	X(sdp_terms) \
	X(sdp_origin) \
	X(sdp_bundle) \
	X(offer) \
	X(call_offer) \
	X(call_stream) \
	X(relay_protocol) \
	X(relay_local) \
	X(relay_client) \
	X(relay_server) \
	X(schema) \
	X(dir_lock) \
	X(spool) \
	X(spool_file) \
	X(call_shelf) \
	X(database) \
	X(journal) \
	X(store_sqlite) \
	X(store_item) \
	X(store_alias) \
	X(digest) \
	X(credentials) \
	X(nonce) \
	X(account) \
	X(account_setting) \
	X(account_name) \
	X(account_edit) \
	X(account_alias) \
	X(account_table) \
	X(accounts) \
	X(account_eviction) \
	X(replay) \
	X(challenge) \
	X(auth) \
	X(binding) \
	X(binding_json) \
	X(push_params) \
	X(kinship) \
	X(outbound) \
	X(flow_token) \
	X(push_text) \
	X(push) \
	X(user) \
	X(audience) \
	X(location) \
	X(location_batch) \
	X(ledger) \
	X(contact) \
	X(plan) \
	X(registration) \
	X(reginfo) \
	X(registrar) \
	X(registrar_disk) \
	X(registrar_rules) \
	X(rhythm) \
	X(mapping) \
	X(keepalive) \
	X(keepalive_trial) \
	X(password) \
	X(config_example) \
	X(csv) \
	X(cli) \
	X(cli_operand) \
	X(complete) \
	X(ctl_wait) \
	X(ctl_link) \
	X(ctl_table) \
	X(ctl_screen) \
	X(manual_page) \
	X(welcome) \
	X(ctl_past) \
	X(user_command) \
	X(user_edit) \
	X(user_import) \
	X(control) \
	X(control_setting) \
	X(control_status) \
	X(forecast) \
	X(call_meter) \
	X(vitals) \
	X(sampler) \
	X(sample_ring) \
	X(series) \
	X(wire_frame) \
	X(asset) \
	X(web) \
	X(web_backlog) \
	X(web_desk) \
	X(web_head) \
	X(web_loop) \
	X(web_uri) \
	X(web_route) \
	X(web_question) \
	X(web_access) \
	X(web_problem) \
	X(web_token) \
	X(web_wish) \
	X(server_past) \
	X(server_findings) \
	X(quality_json) \
	X(call_json) \
	X(cdr) \
	X(glimpse) \
	X(secrecy) \
	X(plain) \
	X(bale) \
	X(call_ladder) \
	X(hep) \
	X(shelf) \
	X(flight_cargo) \
	X(ties) \
	X(flight_cause) \
	X(ladder_json) \
	X(cdr_rotation) \
	X(csv_line) \
	X(strongbox) \
	X(cdr_tail) \
	X(cdr_resume) \
	X(history) \
	X(history_place) \
	X(history_reap) \
	X(records) \
	X(history_keep) \
	X(history_query) \
	X(history_row) \
	X(validate) \
	X(session_timer) \
	X(divert) \
	X(limits) \
	X(best) \
	X(departure) \
	X(ruri) \
	X(targets) \
	X(dialog_state) \
	X(route) \
	X(peer) \
	X(peer_login) \
	X(number) \
	X(dialplan) \
	X(identity) \
	X(login) \
	X(trunk) \
	X(trunk_order) \
	X(dialing) \
	X(redirect_cache) \
	X(redirect_contact) \
	X(directory) \
	X(peer_auth) \
	X(redirect_query) \
	X(redirect_server) \
	X(announce) \
	X(nat) \
	X(body) \
	X(mark) \
	X(resource) \
	X(syntax) \
	X(guard) \
	X(param) \
	X(via) \
	X(sipuri) \
	X(nameaddr) \
	X(value) \
	X(message) \
	X(build_forward) \
	X(build_reply) \
	X(build_request) \
	X(branch) \
	X(call) \
	X(call_record) \
	X(oneway) \
	X(call_watch) \
	X(speech) \
	X(alg_signs) \
	X(test_report) \
	X(call_report) \
	X(call_restore) \
	X(call_flow) \
	X(call_end) \
	X(leave_flow) \
	X(overload_flow) \
	X(cdr_flow) \
	X(history_flow) \
	X(ladder_flow) \
	X(hep_flow) \
	X(trace_flow) \
	X(flight_flow) \
	X(tls_flow) \
	X(transport_flow) \
	X(dialog) \
	X(fork_flow) \
	X(fork_redirect) \
	X(fork_outbound) \
	X(fork_bounds) \
	X(fork_hooks) \
	X(section16_request) \
	X(section16_response) \
	X(section16_ipv6) \
	X(section16_sips) \
	X(outside) \
	X(browser) \
	X(registrar_flow) \
	X(edge) \
	X(push_flow) \
	X(security) \
	X(call_rules) \
	X(divert_flow) \
	X(trunk_call) \
	X(trust) \
	X(trunk_inbound) \
	X(control_flow) \
	X(watch_flow) \
	X(complete_flow) \
	X(reload_flow) \
	X(reload_parts) \
	X(web_flow) \
	X(web_flood) \
	X(openapi_flow) \
	X(metrics_flow) \
	X(manager_flow) \
	X(admin_flow) \
	X(abuse) \
	X(abuse_flood) \
	X(abuse_loud) \
	X(abuse_shape) \
	X(names) \
	X(flows) \
	X(reg_watch) \
	X(media_flow) \
	X(crash_flow) \
	X(media_ice) \
	X(record_flow) \
	X(test_number) \
	X(refusal_heard) \
	X(media_offer) \
	X(media_fork) \
	X(media_undo) \
	X(media_move) \
	X(two_proxies) \
	X(external_flow) \
	X(torture) \
	X(corpus) \
	X(worst)
/* clang-format on */

#define X(name) Suite *suite_##name(void);
SUITES
#undef X


static const struct {
	const char *name;
	Suite *(*make)(void);
} suitev[] = {
#define X(name) {#name, suite_##name},
	SUITES
#undef X
	{NULL, NULL},
};

/* those that are run again where nothing but sockets moves packets; they are
   last */
static const char *const againv[] = {
	"worker",     "team",        "kin",         "session",
	"relay",      "stream",      "media_flow",  "media_ice",
	"media_fork", "two_proxies", "test_number",
};

enum {
	SUITES_MAX = sizeof(suitev) / sizeof(suitev[0]) - 1,
	AGAIN_MAX = sizeof(againv) / sizeof(againv[0]),
	JOBS_MAX = 16,
};

/** A suite in a process of its own; pid 0: none */
struct job {
	pid_t pid;
	FILE *out;
};


/* ASan keeps what the runner frees, 256 MB of it, and each test is a fork of
 * the runner: with little of that the suites take a third of the CPU time */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}


static size_t index_of(const char *name)
{
	size_t i = 0;

	while (i < SUITES_MAX && strcmp(suitev[i].name, name))
		++i;

	return i;
}


static void say_unknown(int argc, char **argv)
{
	for (int k = 1; k < argc; k++) {
		if (index_of(argv[k]) == SUITES_MAX)
			(void)fprintf(stderr, "no such suite: %s\n", argv[k]);
	}
}


/* one suite in a process of its own, or all the named ones in this one */
static int run(size_t first, size_t last, int argc, char **argv)
{
	SRunner *sr = srunner_create(NULL);
	int failed;

	for (size_t i = first; i < last; i++) {
		bool wanted = argc < 2;

		for (int k = 1; k < argc; k++)
			wanted |= !strcmp(suitev[i].name, argv[k]);
		if (wanted)
			srunner_add_suite(sr, suitev[i].make());
	}

	own_net_enter();
	if (libre_init())
		return EXIT_FAILURE;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	if (!srunner_ntests_run(sr)) {
		say_unknown(argc, argv);
		(void)fprintf(stderr, "no test ran\n");
		failed = 1;
	}
	srunner_free(sr);
	libre_close();

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}


static void start(struct job *job, size_t i)
{
	job->out = tmpfile();
	if (!job->out)
		exit(EXIT_FAILURE);

	(void)fflush(NULL);
	job->pid = fork();
	if (job->pid < 0)
		exit(EXIT_FAILURE);
	if (job->pid)
		return;

	(void)dup2(fileno(job->out), STDOUT_FILENO);
	(void)dup2(fileno(job->out), STDERR_FILENO);
	if (i >= SUITES_MAX) {
		(void)setenv("TEST_RUNG", "sockets", 1);
		i = index_of(againv[i - SUITES_MAX]);
	}
	exit(run(i, i + 1, 0, NULL));
}


/* what a suite has to say is shown in one piece */
static void show(struct job *job)
{
	char buf[4096];
	size_t n;

	rewind(job->out);
	while ((n = fread(buf, 1, sizeof(buf), job->out)) > 0)
		(void)fwrite(buf, 1, n, stdout);
	(void)fflush(stdout);
	(void)fclose(job->out);
	job->pid = 0;
}


/* the next one that ends: true if it failed */
static bool finish(struct job *jobv, size_t jobs)
{
	int status = 0;
	const pid_t pid = wait(&status);

	for (size_t i = 0; i < jobs; i++) {
		if (jobv[i].pid == pid)
			show(&jobv[i]);
	}

	return status != 0;
}


/* the suites wait for peers and clocks more than they compute */
static int run_all(void)
{
	struct job jobv[JOBS_MAX] = {{0, NULL}};
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const size_t jobs = 2 * cpus > JOBS_MAX ? JOBS_MAX : 2 * (size_t)cpus;
	size_t next = 0, running = 0, failed = 0;

	while (next < SUITES_MAX + AGAIN_MAX || running) {
		for (size_t i = 0; i < jobs && next < SUITES_MAX + AGAIN_MAX;
		     i++) {
			if (jobv[i].pid)
				continue;
			start(&jobv[i], next++);
			++running;
		}
		failed += finish(jobv, jobs);
		--running;
	}

	if (failed)
		(void)printf("%zu suites failed\n", failed);

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}


int main(int argc, char **argv)
{
	/* a hang, not a slow machine: libcheck's own 4 s are both */
	(void)setenv("CK_DEFAULT_TIMEOUT", "30", 0);

	return argc < 2 ? run_all() : run(0, SUITES_MAX, argc, argv);
}
