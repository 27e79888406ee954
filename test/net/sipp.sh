# shellcheck shell=sh
# sipp in the place of a telephone: scripted, and strict about what it gets.
# Scenarios are in test/net/sipp. To be sourced after lab.sh.
#
#   sipp_register HOST USER PROXY [udp|tcp]
#   sipp_announce PROXY USER
#   sipp_callee HOST SCENARIO [udp|tcp]     in the background
#   sipp_caller HOST SCENARIO PROXY [udp|tcp]
#   sipp_caller_tls HOST SCENARIO NODE      by a tunnel: it has no TLS itself
#   sipp_done HOST SCENARIO                 the callee's end was good too

# more of sipp's options, in SIPP_MORE
# the address that a host's telephone sends from
sipp_addr() {
	case $1 in
	phone_a2) echo "$PHONE2" ;;
	phone_*) echo "$PHONE" ;;
	public_a) echo "$PUBLIC_A" ;;
	public_b) echo "$PUBLIC_B" ;;
	esac
}

sipp_transport() {
	case ${1-} in
	tcp) echo t1 ;;
	*) echo u1 ;;
	esac
}

# sipp_options HOST USER SCENARIO TRANSPORT
sipp_options() {
	echo "-sf test/net/sipp/$3.xml -i $(sipp_addr "$1") -p 5060
		-mi $(sipp_addr "$1") -m 1 -nostdin -key user $2 -s bob
		-au $2 -ap $2-secret -t $(sipp_transport "$4")
		-trace_err -error_file $LAB_DIR/$1-$3/errors
		-trace_msg -message_file $LAB_DIR/$1-$3/messages
		-timeout 30 -timeout_error ${SIPP_MORE-}"
}

sipp_run() {
	sipp_dir=$LAB_DIR/$1-$3
	mkdir -p "$sipp_dir"
	# shellcheck disable=SC2046 # options are words
	lab_in "$1" sipp $(sipp_options "$1" "$2" "$3" "${5-udp}") \
		"$4:${6-5060}" \
		>"$sipp_dir/log" 2>&1 </dev/null || {
		echo "sipp $3 in $1:"
		tail -n 30 "$sipp_dir/log" "$sipp_dir/errors" 2>/dev/null
		return 1
	}
}

sipp_register() {
	sipp_run "$1" "$2" register "$3" "${4-udp}"
}

# in that proxy's name, to a redirect server that believes its address: sipp
# reads only the first challenge, which is SHA-256, and knows only MD5
sipp_announce() {
	sipp_dir=$LAB_DIR/$1-announce
	mkdir -p "$sipp_dir"
	lab_in "$1" sipp -sf test/net/sipp/announce.xml -p 5090 -m 1 -nostdin \
		-i "$(node_addr "$1")" -key user "$2" \
		-timeout 10 -timeout_error \
		-trace_err -error_file "$sipp_dir/errors" "$REDIRECT:5060" \
		>"$sipp_dir/log" 2>&1 </dev/null || {
		cat "$sipp_dir/errors"
		return 1
	}
}

sipp_caller() {
	sipp_run "$1" alice "$2" "$3" "${4-udp}"
}

# what sipp says to a port of its own host goes on over TLS, to that node and
# nobody else: its certificate is verified
sipp_caller_tls() {
	sipp_own=$(sipp_addr "$1")
	mkdir -p "$LAB_DIR/$1-tunnel"
	lab_spawn "$1" "$LAB_DIR/$1-tunnel/log" socat \
		"TCP-LISTEN:5090,bind=$sipp_own,reuseaddr" \
		"OPENSSL:$3.example.net:5061,cafile=$LAB_DIR/tls/ca.pem"
	wait_until 5 sipp_tunnel "$1" || return 1
	sipp_run "$1" alice "$2" "$sipp_own" tcp 5090
}

sipp_tunnel() {
	lab_in "$1" ss -Hlnt | grep -q ':5090 '
}

# its exit status goes to a file: "must" runs in a shell of its own
sipp_callee() {
	sipp_dir=$LAB_DIR/$1-$2
	mkdir -p "$sipp_dir"
	# shellcheck disable=SC2016,SC2046
	lab_spawn "$1" "$sipp_dir/log" \
		sh -c 'dir=$1; shift; "$@"; echo "$?" >"$dir/status"' sh \
		"$sipp_dir" sipp $(sipp_options "$1" bob "$2" "${3-udp}")
	echo "$!" >"$sipp_dir/pid"
	wait_until 5 sipp_listens "$1"
}

sipp_listens() {
	lab_in "$1" ss -Hlnut | grep -q ':5060 '
}

# sipp_done HOST SCENARIO
sipp_done() {
	wait_until 15 grep -qx 0 "$LAB_DIR/$1-$2/status" && return 0
	echo "sipp $2 in $1:"
	tail -n 30 "$LAB_DIR/$1-$2/log" "$LAB_DIR/$1-$2/errors" 2>/dev/null
	return 1
}
