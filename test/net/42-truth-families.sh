#!/bin/sh
# Every octet of a call over IPv6, of one from IPv4 to IPv6, and of one back.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

A6=2001:db8:2::20
B6=2001:db8:2::21

# the kernel makes no IPv6 of IPv4
same_family() {
	case $1,$2 in
	*:*,*:*) return 0 ;;
	*:*) return 1 ;;
	esac
}

# talk ADDR ADDR
talk() {
	must "phones at $1 and $2 register" truth_begin public_a "$1" \
		public_b "$2"
	must 'they call' truth_do call
	must 'with packets of all sizes' truth_do size 24,101,172,512,1201
	must 'many' truth_do rate 500
	must 'they talk' truth_do run 1500
	must 'a has another port' truth_do move a
	must 'they talk' truth_do run 700
	! same_family "$1" "$2" ||
		must 'on the rung that was asked for' truth_rides
	must 'b holds' truth_do hold b
	must 'b resumes' truth_do resume b
	must 'they talk' truth_do run 500
	must 'b hangs up' truth_do bye b
	must 'every octet was right' truth_end
}

must 'proxy1 starts' truth_node
talk "$A6" "$B6"
talk "$PUBLIC_A" "$B6"
talk "$A6" "$PUBLIC_B"
servers_end
say 'IPv6, and both ways between it and IPv4'
