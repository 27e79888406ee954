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
#   truth_ctl WORD...       viaduct ctl
#   truth_call              the call's number

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
	*) echo "$PROXY1 $TRUTH_CLAIM" ;;
	esac
}

truth_begin() {
	rm -rf "$LAB_DIR/truth"
	mkdir -p "$LAB_DIR/truth" && mkfifo "$LAB_DIR/truth/steps" || return 1
	: >"$LAB_DIR/truth/log"
	# shellcheck disable=SC2016,SC2046
	lab_spawn net "$LAB_DIR/truth/log" sh -c 'exec 0<>"$1/steps"
		dir=$1; shift
		"$@"; echo "$?" >"$dir/status"' sh "$LAB_DIR/truth" \
		"$TOOLS/truth" "$1" "$2" $(truth_server "$2") \
		"$3" "$4" $(truth_server "$4")
	wait_until 5 grep -qx ready "$LAB_DIR/truth/log" || {
		cat "$LAB_DIR/truth/log"
		return 1
	}
	truth_do register
}

truth_answered() {
	[ "$(grep -c '^ok:\|^bad:' "$LAB_DIR/truth/log")" -ge "$1" ]
}

truth_do() {
	truth_n=$(grep -c '^ok:\|^bad:' "$LAB_DIR/truth/log")
	echo "$*" >"$LAB_DIR/truth/steps"
	wait_until 30 truth_answered "$((truth_n + 1))"
	grep '^ok:\|^bad:' "$LAB_DIR/truth/log" | tail -n 1 |
		grep -v '^ok:\|^media:'
	grep '^ok:\|^bad:' "$LAB_DIR/truth/log" | tail -n 1 | grep -q '^ok:'
}

truth_end() {
	echo quit >"$LAB_DIR/truth/steps"
	wait_until 5 test -s "$LAB_DIR/truth/status"
	printf '\n'
	grep '^[ab]: ' "$LAB_DIR/truth/log" | sed 's/^/    /'
	grep -qx 0 "$LAB_DIR/truth/status"
}

truth_ctl() {
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" "$@"
}

truth_call() {
	truth_ctl calls | sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p' | tail -n 1
}
