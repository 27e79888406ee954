# shellcheck shell=sh
# A server of names in the laboratory, and carriers that it leads to. To be
# sourced after case.sh.
#
#   names_start TTL ARG...        dnsmasq on relay2, authoritative for
#                                 carrier.test; names_stop
#   names_asked PATTERN           how many questions it was asked so far
#   carrier_start HOST PORT STATUS [ADDR]
#                                 answers each INVITE so; carrier_stop
#   carrier_calls HOST            how many INVITEs it has got

NAMES_AT=$RELAY2

names_there() {
	command -v dnsmasq >/dev/null
}

names_listens() {
	lab_in relay2 ss -Hlun | grep -q "$NAMES_AT:53"
}

names_start() {
	names_ttl=$1
	shift
	mkdir -p "$LAB_DIR/names"
	lab_spawn relay2 "$LAB_DIR/names/log" dnsmasq -k -C /dev/null -u root \
		-R -h --pid-file= --log-queries --log-facility=- \
		--listen-address="$NAMES_AT" --bind-interfaces \
		--auth-server=ns.carrier.test,eth0 --auth-zone=carrier.test \
		--auth-ttl="$names_ttl" "$@"
	echo "$!" >"$LAB_DIR/names/pid"
	wait_until 5 names_listens || {
		cat "$LAB_DIR/names/log"
		return 1
	}
}

names_stop() {
	names_pid=$(cat "$LAB_DIR/names/pid")
	kill -TERM "$names_pid" 2>/dev/null
	wait_until 5 lab_gone "$names_pid"
}

names_asked() {
	grep -cE "(query|auth)\[$1" "$LAB_DIR/names/log"
}

carrier_listens() {
	lab_in "$1" ss -Hlun | grep -q ":$2 "
}

carrier_start() {
	carrier_dir=$LAB_DIR/carrier-$1
	mkdir -p "$carrier_dir"
	sed "s/STATUS/$3/" test/net/sipp/carrier.xml >"$carrier_dir/carrier.xml"
	lab_spawn "$1" "$carrier_dir/log" sipp \
		-sf "$carrier_dir/carrier.xml" -i "${4:-$(node_addr "$1")}" -p "$2" \
		-nostdin -trace_msg -message_overwrite false \
		-message_file "$carrier_dir/messages"
	echo "$!" >"$carrier_dir/pid"
	wait_until 5 carrier_listens "$1" "$2"
}

carrier_stop() {
	carrier_pid=$(cat "$LAB_DIR/carrier-$1/pid")
	kill -9 "$carrier_pid" 2>/dev/null
	wait_until 5 lab_gone "$carrier_pid"
}

# retransmissions have the branch of the first
carrier_calls() {
	grep -hA1 '^INVITE ' "$LAB_DIR/carrier-$1/messages" 2>/dev/null |
		grep -o 'branch=[^;]*' | sort -u | wc -l
}
