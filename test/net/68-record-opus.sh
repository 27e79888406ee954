#!/bin/sh
# A recorded call in Opus, which nobody here decodes: a pcap file that a tool
# of others reads, with real sources, our ports and sums that are right.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

PHONE_MORE='module opus.so'

# tcpdump says of each packet that is not as it should be
packets() {
	tcpdump -n -vv -r "$file" "$@" 2>/dev/null
}
many() {
	many_n=$(packets "$@" | grep -c 'UDP, length')
	echo "$many_n"
	[ "$many_n" -ge 100 ]
}
whole() {
	! packets | grep -iE 'bad|truncated|wrong|incorrect'
}

must 'servers start' servers_begin
must 'alice is recorded' node_set proxy1 alice record=yes
phones_begin phone_a phone_b 'audio_codecs=opus/48000/2'
sleep 2
call_whole
must 'they have spoken Opus' phone_said a 1 'Set audio encoder: opus'
must 'the file is finished' node_logged proxy1 3 \
	' record.stopped .*files=pcap'
must 'it is a pcap file' recording proxy1 pcap
file=$(recording proxy1 pcap)
must "from alice's NAT to us" many "src $NAT_A and dst $PROXY1"
must "from bob's NAT to us" many "src $NAT_B and dst $PROXY1"
must 'all are whole' whole
must_not 'anything else' recording proxy1 wav
servers_end
say "$(packets | grep -c 'UDP, length') packets, all whole"
