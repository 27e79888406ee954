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
. ./test/net/tls.sh
. ./test/net/kamailio.sh
. ./test/net/sipp.sh
. ./test/net/linphone.sh
. ./test/net/watch.sh

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
	case_rung=$(rung_there) || skip "$case_rung"
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

# node_one NAME USER...: a proxy alone, which has these users
node_one() {
	node_proxy "$1" || return 1
	one_node=$1
	shift
	for one_user; do
		node_user "$one_node" "$one_user" || return 1
	done
	node_start "$one_node"
}

# each lives to the end, stops when it is asked to, and has a clean log
servers_end() {
	for case_node in proxy1 proxy2 redirect relay relay2; do
		[ ! -e "$LAB_DIR/$case_node/pid" ] ||
			must "$case_node lives, and stops when asked to" \
				node_end "$case_node"
	done
}

# ends whatever of ours a failed scenario left behind
case_clean() {
	for case_pid in "$LAB_DIR"/*/pid; do
		[ ! -e "$case_pid" ] || kill "$(cat "$case_pid")" \
			2>/dev/null || :
	done
}

# phones_begin HOST_A HOST_B [ACCOUNT PARAMETER]: alice and bob
phones_begin() {
	must "phone A starts at $1" phone_start a "$1" alice "$PROXY1" \
		"$HZ_A" ${3+"$3"}
	must "phone B starts at $2" phone_start b "$2" bob "$PROXY2" \
		"$HZ_B" ${3+"$3"}
	must 'alice registers at proxy1' phone_registered a
	must 'bob registers at proxy2' phone_registered b
}

call_begin() {
	phone_do "$1" "dial sip:$(lab_aor "$3")"
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

# alice calls bob, they talk, hang up, and their recordings are listened to
call_whole() {
	call_begin a b bob
	sleep "$CALL_SECONDS.7"
	call_end a b
	call_heard a b
}

# who is who on the wire
ladder_names() {
	sed -e "s/$PROXY1:5060/proxy1/g" -e "s/$PROXY2:5060/proxy2/g" \
		-e "s/$REDIRECT:5060/redirect/g" -e "s/$RELAY:5060/relay/g" \
		-e "s/$NAT_A:[0-9]*/nat_a(&)/g" -e "s/$NAT_B:[0-9]*/nat_b(&)/g"
}

# one line an event: time, and what happened on the way through the node
ladder_lines() {
	while read -r when _ kind rest; do
		line=" $rest"
		what=$(echo "$line" | field what)
		of=$(echo "$line" | field of)
		from=$(echo "$line" | field from)
		to=$(echo "$line" | field to)
		case $kind in
		sip.ladder) text="$from -> $to  $what${of:+ ($of)}" ;;
		*) text="  * $kind $(echo "$rest" | sed 's/call=[^ ]* *//')" ;;
		esac
		when=${when#*T}
		echo "    ${when%Z}  $text"
	done
}

# the last call of a node, as it went through it
call_ladder() {
	ladder_call=$(node_event "$1" 'call.verdict|lease.granted' |
		tail -n 1 | field call)
	echo "  the call as $1 saw it:"
	node_event "$1" 'sip\.[a-z]+|redirect.answer|call\.[a-z]+|lease\.[a-z]+' |
		grep -E "call=$ladder_call|redirect.answer" |
		ladder_lines | ladder_names
}

# of a node's last call: "relay: source ... differs from SDP ..."
call_verdict() {
	node_event "$1" call.verdict | tail -n 1 | field why
}

# verdict_is NODE PATTERN
verdict_is() {
	verdict_text=$(call_verdict "$1")
	echo "$verdict_text"
	echo "$verdict_text" | grep -qE "$2"
}

# what went through a node's relay for its last call: "a_rx=240 a_tx=240 ..."
call_packets() {
	node_event "$1" 'call.end|lease.released' | tail -n 1 |
		grep -oE '\b(a|b)_(rx|tx|lost|refused)=[0-9]+' | tr '\n' ' '
}

# 100 packets are two seconds of sound
relayed() {
	wait_until 3 grep -qE 'call.end|lease.released' "$LAB_DIR/$1/log"
	call_packets "$1"
	for key in a_rx a_tx b_rx b_tx; do
		n=$(call_packets "$1" | sed -n "s/.*$key=\([0-9]*\).*/\1/p")
		[ "${n:-0}" -ge 100 ] || return 1
	done
}

relayed_nothing() {
	call_packets "$1"
	! call_packets "$1" | grep -qE '[rt]x=[1-9]'
}

# the relay tells of foreign packets when a call ends
refused_some() {
	call_packets "$1" | grep -qE 'refused=[1-9]'
}
