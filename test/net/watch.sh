# shellcheck shell=sh
# Watches a host's wire: proves what is not sent. To be sourced after lab.sh.
#
#   watch_begin HOST 'tcpdump filter'
#   watch_count HOST        stops watching, prints how many packets matched
#   watch_empty HOST        and is content with none

watch_begin() {
	lab_spawn "$1" "$LAB_DIR/$1-watch.log" tcpdump -Z root -n -U \
		-w "$LAB_DIR/$1.pcap" -i any "$2"
	echo "$!" >"$LAB_DIR/$1-watch.pid"
	wait_until 5 grep -q 'listening on' "$LAB_DIR/$1-watch.log" || {
		cat "$LAB_DIR/$1-watch.log"
		return 1
	}
}

watch_count() {
	watch_pid=$(cat "$LAB_DIR/$1-watch.pid")
	kill -INT "$watch_pid" 2>/dev/null
	wait_until 5 lab_gone "$watch_pid"
	tcpdump -n -r "$LAB_DIR/$1.pcap" 2>/dev/null | wc -l
}

watch_empty() {
	watch_seen=$(watch_count "$1")
	echo "$watch_seen packets"
	[ "$watch_seen" -eq 0 ]
}
