# shellcheck shell=sh
# What scenarios are told in: what must be, what was seen, and how a call
# between two telephones is made. Sources the whole laboratory.
#
#   cd "$(dirname "$0")/../.." && . ./test/net/case.sh
#   case_begin "$0"         enter, build; skipped where it cannot be
#   must 'text' CMD...      or the scenario ends here, with the logs
#   call_begin A B bob      phone A dials, both talk
#   call_end A B            hangs up
#   call_heard A B          each hears the other's tone

. ./test/net/lab.sh
. ./test/net/phone.sh
. ./test/net/node.sh
. ./test/net/kamailio.sh

HZ_A=440
HZ_B=1000
CALL_SECONDS=4

say() {
	printf '%s\n' "$*"
}

case_logs() {
	for case_log in "$LAB_DIR"/*/log; do
		say "--- ${case_log#"$LAB_DIR/"}"
		tail -n 40 "$case_log"
	done
}

must() {
	must_text=$1
	shift
	if must_out=$("$@" 2>&1); then
		say "  ok: $must_text${must_out:+ ($must_out)}"
	else
		case_logs
		say "FAILED: $must_text"
		[ -z "$must_out" ] || say "$must_out"
		exit 1
	fi
}

must_not() {
	must_text=$1
	shift
	must "not: $must_text" refute "$@"
}

refute() {
	! "$@"
}

skip() {
	say "$*"
	exit 77
}

case_begin() {
	lab_enter "test/net/$(basename "$1")" ||
		skip 'no network namespaces here'
	lab_up || exit 1
}

# the picture of the method: two proxies, a redirect server, two phones with
# accounts; phones are started by the scenario
servers_begin() {
	node_proxy proxy1 "${1-}" && node_proxy proxy2 "${1-}" &&
		node_redirect && node_user proxy1 alice &&
		node_user proxy2 bob && node_start redirect &&
		node_start proxy1 && node_start proxy2
}

servers_end() {
	for case_node in proxy1 proxy2 redirect relay relay2; do
		[ -e "$LAB_DIR/$case_node/pid" ] || continue
		must "$case_node is alive" node_alive "$case_node"
		must "$case_node stops" node_stop "$case_node"
		must "$case_node has no sanitizer's report" \
			node_sane "$case_node"
	done
}

call_begin() {
	phone_do "$1" "dial sip:$3@example.net"
	must "$1 and $2 talk" both phone_talks "$1" "$2"
}

both() {
	"$1" "$2" && "$1" "$3"
}

call_end() {
	phone_stop "$1"
	phone_stop "$2"
}

call_heard() {
	must "$1 hears $2" phone_hears "$1" "$HZ_B" "$CALL_SECONDS"
	must "$2 hears $1" phone_hears "$2" "$HZ_A" "$CALL_SECONDS"
}
