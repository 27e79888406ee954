# shellcheck shell=sh
# A call whose every octet is judged (test/tool/truth.c), through proxy1. To
# be sourced after case.sh.
#
#   truth_node [MORE]       proxy1, alone, on both families, without passwords;
#                           MORE goes into its relay section
#   truth_begin HOST ADDR HOST ADDR   two telephones, registered
#   truth_do STEP...        "truth_do call", "truth_do move a"
#   truth_end               nothing was lost, doubled, out of order, changed,
#                           wrongly summed or marked
#   truth_port a|b          the relay's address and port, for it
#   truth_ctl WORD...       viaduct ctl
#   truth_call              the call's number
#   truth_rests             proxy1 is dead, and so is what it left in the kernel
#   truth_rides             its packets are where VIADUCT_RUNG wants them

# the call's, and the server's; another one's where there are two
TRUTH=truth
TRUTH_NODE=proxy1
TRUTH6=2001:db8:1::1

# behind NAT: the SDP's address is not where packets come from
TRUTH_CLAIM=10.9.9.9
TRUTH_CLAIM6=fd00::9

truth_node() {
	NODE_SECTIONS="auth = no
$NODE_SECTIONS" node_proxy proxy1 "${1-}" && node_user proxy1 a &&
		node_user proxy1 b || return 1
	sed -e "/^listen/s/}/, \"udp:[$TRUTH6]:5060\" }/" \
		-e '/^redirect {/,/^}/d' \
		-e "/^.address = { \"$PROXY1\"/s/}/, \"$TRUTH6\" }/" \
		"$LAB_DIR/proxy1/viaduct.conf" >"$LAB_DIR/truth.conf" &&
		mv "$LAB_DIR/truth.conf" "$LAB_DIR/proxy1/viaduct.conf" &&
		node_start proxy1
}

truth_server() {
	case $1 in
	*:*) echo "$TRUTH6 $TRUTH_CLAIM6" ;;
	*) echo "$(node_addr "$TRUTH_NODE") $TRUTH_CLAIM" ;;
	esac
}

truth_begin() {
	rm -rf "${LAB_DIR:?}/${TRUTH:?}"
	mkdir -p "$LAB_DIR/$TRUTH" && mkfifo "$LAB_DIR/$TRUTH/steps" || return 1
	: >"$LAB_DIR/$TRUTH/log"
	# shellcheck disable=SC2016,SC2046
	lab_spawn net "$LAB_DIR/$TRUTH/log" sh -c 'exec 0<>"$1/steps"
		dir=$1; shift
		"$@"; echo "$?" >"$dir/status"' sh "$LAB_DIR/$TRUTH" \
		"$TOOLS/truth" "$1" "$2" $(truth_server "$2") \
		"$3" "$4" $(truth_server "$4")
	wait_until 5 grep -qx ready "$LAB_DIR/$TRUTH/log" || {
		cat "$LAB_DIR/$TRUTH/log"
		return 1
	}
	truth_do register
}

truth_answered() {
	[ "$(grep -c '^ok:\|^bad:' "$LAB_DIR/$TRUTH/log")" -ge "$1" ]
}

truth_do() {
	truth_n=$(grep -c '^ok:\|^bad:' "$LAB_DIR/$TRUTH/log")
	echo "$*" >"$LAB_DIR/$TRUTH/steps"
	wait_until 30 truth_answered "$((truth_n + 1))"
	grep '^ok:\|^bad:' "$LAB_DIR/$TRUTH/log" | tail -n 1 |
		grep -v '^ok:\|^media:'
	grep '^ok:\|^bad:' "$LAB_DIR/$TRUTH/log" | tail -n 1 | grep -q '^ok:'
}

truth_end() {
	echo quit >"$LAB_DIR/$TRUTH/steps"
	wait_until 5 test -s "$LAB_DIR/$TRUTH/status"
	printf '\n'
	grep '^[ab]: ' "$LAB_DIR/$TRUTH/log" | sed 's/^/    /'
	grep -qx 0 "$LAB_DIR/$TRUTH/status"
}

# where that phone sends to
truth_port() {
	sed -n "s/^media: .*$1 \(sends \)*to \([^ ,]*\).*/\2/p" \
		"$LAB_DIR/$TRUTH/log" | tail -n 1
}

truth_ctl() {
	"$VIADUCT" ctl -c "$LAB_DIR/$TRUTH_NODE/viaduct.conf" "$@"
}

truth_call() {
	truth_ctl calls | sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p' | tail -n 1
}

# on rung kernel both directions are forwarded without us by now, and on the
# others nobody says so
truth_rides() {
	truth_rung=${VIADUCT_RUNG:-any}
	[ "$truth_rung" != any ] || return 0
	wait_until 3 truth_on_rung
	truth_ctl --json call "$(truth_call)" | grep -o '"rung": *"[a-z_]*"' |
		tr '\n' ' '
	truth_on_rung
}

truth_on_rung() {
	[ "$(truth_ctl --json call "$(truth_call)" |
		grep -o '"rung": *"[a-z_]*"' | grep -c "\"$truth_rung\"")" -eq 2 ]
}

# after proxy1 was killed: clsact's filter outlives it, and rests when it has
# not seen it for 3 s
truth_rests() {
	! node_event proxy1 relay.plane | tail -n 1 |
		grep -q attached=clsact || sleep 3.2
}
