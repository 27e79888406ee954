/**
 * @file test/main.c  Runs all suites, or the named ones
 */
#include <stdlib.h>
#include <string.h>
#include "test/mock/own_net.h"
#include "test/test.h"


/* one line a suite, in the order of the tree */
/* clang-format off */
#define SUITES \
	X(addr) \
	X(hash) \
	X(metrics) \
	X(quote) \
	X(log) \
	X(timer) \
	X(packet) \
	X(anchor) \
	X(reach) \
	X(latch) \
	X(ports) \
	X(cell) \
	X(quality) \
	X(leg) \
	X(path) \
	X(worker) \
	X(session) \
	X(relay) \
	X(stream) \
	X(rotation) \
	X(throttle) \
	X(throttle_table) \
	X(config) \
	X(config_suggest) \
	X(config_dns) \
	X(config_limit) \
	X(pattern) \
	X(config_route) \
	X(config_trunk) \
	X(config_tls) \
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
	X(udp) \
	X(tcp) \
	X(tls_layer) \
	X(path_mtu) \
	X(outlet) \
	X(transport) \
	X(ban) \
	X(gate) \
	X(refuse_brief) \
	X(sdp) \
	X(relay_protocol) \
	X(relay_local) \
	X(relay_client) \
	X(relay_server) \
	X(schema) \
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
	X(user) \
	X(audience) \
	X(location) \
	X(location_batch) \
	X(ledger) \
	X(contact) \
	X(plan) \
	X(registration) \
	X(registrar) \
	X(registrar_disk) \
	X(registrar_rules) \
	X(keepalive) \
	X(password) \
	X(csv) \
	X(user_command) \
	X(user_edit) \
	X(user_import) \
	X(validate) \
	X(session_timer) \
	X(divert) \
	X(limits) \
	X(best) \
	X(ruri) \
	X(targets) \
	X(route) \
	X(peer) \
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
	X(call_flow) \
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
	X(outside) \
	X(browser) \
	X(registrar_flow) \
	X(edge) \
	X(security) \
	X(call_rules) \
	X(divert_flow) \
	X(abuse) \
	X(abuse_flood) \
	X(abuse_loud) \
	X(abuse_shape) \
	X(names) \
	X(flows) \
	X(media_flow) \
	X(media_offer) \
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


/* ASan keeps what the runner frees, 256 MB of it, and each test is a fork of
 * the runner: with little of that the suites take a third of the CPU time */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=4";
}


static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(name, argv[i]))
			return true;
	}

	return argc < 2;
}


int main(int argc, char **argv)
{
	SRunner *sr = srunner_create(NULL);
	int failed;

	for (size_t i = 0; suitev[i].name; i++) {
		if (wanted(suitev[i].name, argc, argv))
			srunner_add_suite(sr, suitev[i].make());
	}

	own_net_enter();
	if (libre_init())
		return EXIT_FAILURE;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	if (!srunner_ntests_run(sr)) {
		(void)fprintf(stderr, "no test ran\n");
		failed = 1;
	}
	srunner_free(sr);
	libre_close();

	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
