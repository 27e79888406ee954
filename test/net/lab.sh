# shellcheck shell=sh
# The laboratory: a small internet in network namespaces. To be sourced.
#
#               phone_a  192.168.1.10 --- nat_a 198.51.100.7 --+
#               phone_a2 192.168.1.11 --/  (keeps ports)       |
#               phone_b  192.168.1.10 --- nat_b 198.51.100.8 --+
#                                          (symmetric)         |
#   public_a 198.51.100.20, public_b .21, stranger .66 --------+-- net
#                                                              |
#   proxy1 203.0.113.1, proxy2 .2, relay .7, relay2 .8,        |
#   redirect .9 -----------------------------------------------+
#
# All of it lives in a mount, network and process namespace of its own
# (and a user namespace, where we are not root): two laboratories do not
# meet, and when the script ends, however it ends, nothing is left.
#
#   lab_enter "$0" "$@"     first: run this script again inside
#   lab_up                  build it
#   lab_in HOST CMD...      run there
#   lab_spawn HOST LOG CMD...   run there in the background, $! is its pid

# the places, by their names on the map
PROXY1=203.0.113.1
PROXY2=203.0.113.2
RELAY=203.0.113.7
RELAY2=203.0.113.8
REDIRECT=203.0.113.9
NAT_A=198.51.100.7
NAT_B=198.51.100.8
PUBLIC_A=198.51.100.20
PUBLIC_B=198.51.100.21
STRANGER=198.51.100.66
PHONE=192.168.1.10
PHONE2=192.168.1.11
export PROXY1 PROXY2 RELAY RELAY2 REDIRECT NAT_A NAT_B PUBLIC_A PUBLIC_B \
	STRANGER PHONE PHONE2

# the first kind of namespace that this machine lets us make: as root, as an
# ordinary user, and as one without a process table of our own
lab_unshare() {
	for flags in -nmpf\ --kill-child\ --mount-proc \
		-Urnmpf\ --kill-child\ --mount-proc -Urnm; do
		# shellcheck disable=SC2086 # flags are words
		if unshare $flags sh -c 'mount -t tmpfs lab /run &&
			mkdir /run/netns && ip netns add try &&
			echo 1 >/proc/sys/net/ipv4/ip_forward &&
			nft add table ip nat && nft "add chain ip nat post {
				type nat hook postrouting priority 100; }" &&
			nft add rule ip nat post masquerade fully-random' \
			>/dev/null 2>&1; then
			echo "$flags"
			return 0
		fi
	done
	return 1
}

# lab_enter SCRIPT ARG...: returns inside only. LAB_DIR is where everything
# is written; it is kept with LAB_KEEP=1, and where the script failed.
lab_enter() {
	[ -z "${LAB_DIR-}" ] || return 0
	lab_flags=$(lab_unshare) || return 1
	LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/viaduct-XXXXXX") || exit 1
	export LAB_DIR
	# the first process must do nothing but wait, or the dead stay
	# shellcheck disable=SC2086,SC2016
	unshare $lab_flags sh -c '"$@"; exit "$?"' sh "$@"
	lab_status=$?
	case $lab_status/${LAB_KEEP-} in
	0/ | 77/) rm -rf "$LAB_DIR" ;;
	*) echo "kept: $LAB_DIR" >&2 ;;
	esac
	exit "$lab_status"
}

# exec, so that $! of a background lab_in is the command's own
lab_in() {
	lab_host=$1
	shift
	if [ -n "${LAB_LOOPBACK-}" ]; then
		"$@"
	else
		nsenter --net="/run/netns/$lab_host" "$@"
	fi
}

lab_spawn() {
	lab_host=$1
	lab_log=$2
	shift 2
	if [ -n "${LAB_LOOPBACK-}" ]; then
		"$@" >>"$lab_log" 2>&1 </dev/null &
	else
		nsenter --net="/run/netns/$lab_host" "$@" \
			>>"$lab_log" 2>&1 </dev/null &
	fi
}

# lab_host NAME: an empty host
lab_host() {
	ip netns add "$1" && ip -n "$1" link set lo up
}

# lab_wire HOST IFACE SEGMENT ADDR: into a bridge of net or of a NAT box
lab_wire() {
	ip link add "t$1" type veth peer name "$2" netns "$1" || return 1
	ip link set "t$1" netns "${3%%:*}" || return 1
	ip -n "${3%%:*}" link set "t$1" master "${3#*:}" up || return 1
	ip -n "$1" addr add "$4/24" dev "$2" || return 1
	ip -n "$1" link set "$2" up
}

lab_bridge() {
	ip -n "$1" link add "$2" type bridge &&
		ip -n "$1" addr add "$3/24" dev "$2" &&
		ip -n "$1" link set "$2" up
}

lab_forward() {
	lab_in "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
}

# lab_public HOST SEGMENT ADDR GATEWAY [IPV6 GATEWAY6]
lab_public() {
	lab_host "$1" && lab_wire "$1" eth0 "net:$2" "$3" &&
		ip -n "$1" route add default via "$4" || return 1
	[ $# -gt 4 ] || return 0
	ip -n "$1" addr add "$5/64" dev eth0 nodad &&
		ip -n "$1" route add default via "$6"
}

# a NAT box's rules: masquerade what leaves by IFACE, and let in only what
# answers to something that went out. MODE is empty (keeps the port where it
# can) or fully-random (symmetric: another port for each peer)
lab_nat_rules() {
	cat <<NFT
table ip nat {
	chain postrouting {
		type nat hook postrouting priority srcnat
		oifname "$1" masquerade ${2-}
	}
}
table ip filter {
	chain input {
		type filter hook input priority filter; policy drop
		iifname != "$1" accept
		ct state established,related accept
		icmp type echo-request accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop
		iifname != "$1" accept
		ct state established,related accept
	}
}
NFT
}

# lab_nat HOST ADDR [MODE]: its LAN is the bridge lan
lab_nat() {
	lab_host "$1" && lab_wire "$1" wan net:dsl "$2" &&
		ip -n "$1" route add default via 198.51.100.254 &&
		lab_bridge "$1" lan 192.168.1.1 && lab_forward "$1" || return 1
	lab_nat_rules wan "${3-}" | lab_in "$1" nft -f -
}

# lab_one_to_one BOX OUTSIDE HOST INSIDE: the world knows HOST, which has a
# private address, by one of its own: all that comes to that is for HOST
lab_one_to_one() {
	lab_public "$1" dsl "$2" 198.51.100.254 &&
		lab_bridge "$1" lan "${4%.*}.1" && lab_forward "$1" &&
		lab_host "$3" && lab_wire "$3" eth0 "$1:lan" "$4" &&
		ip -n "$3" route add default via "${4%.*}.1" || return 1
	lab_in "$1" nft -f - <<NFT
table ip nat {
	chain prerouting {
		type nat hook prerouting priority dstnat
		iifname "eth0" dnat to $4
	}
	chain postrouting {
		type nat hook postrouting priority srcnat
		oifname "eth0" snat to $2
	}
}
NFT
}

# lab_forget HOST...: NAT boxes that forget a silent flow after 10 s
lab_forget() {
	for lab_n; do
		lab_in "$lab_n" sh -c 'cd /proc/sys/net/netfilter &&
			echo 10 >nf_conntrack_udp_timeout &&
			echo 10 >nf_conntrack_udp_timeout_stream' || return 1
	done
}

# lab_phone HOST NAT ADDR
lab_phone() {
	lab_host "$1" && lab_wire "$1" eth0 "$2:lan" "$3" &&
		ip -n "$1" route add default via 192.168.1.1
}

# lab_bad_line PHONE NAT LOSS DELAY JITTER: what that phone sends loses LOSS %
# of its packets, the others come DELAY ms later, give or take JITTER
lab_bad_line() {
	lab_host line && ip -n "$2" link set "t$1" nomaster &&
		ip -n "$2" link set "t$1" netns line &&
		ip link add out netns line type veth peer name "l$1" \
			netns "$2" &&
		ip -n "$2" link set "l$1" master lan up &&
		ip -n line link set "t$1" up && ip -n line link set out up ||
		return 1
	mkdir -p "$LAB_DIR/line"
	lab_spawn line "$LAB_DIR/line/log" "$TOOLS/badline" "t$1" out \
		"$3" "$4" "$5"
	wait_until 5 grep -q ready "$LAB_DIR/line/log"
}

lab_build() {
	mount -t tmpfs lab /run && mkdir -p /run/netns || return 1
	ip link set lo up || :
	lab_host net && lab_bridge net core 203.0.113.254 &&
		lab_bridge net dsl 198.51.100.254 && lab_forward net &&
		ip -n net addr add 2001:db8:1::fe/64 dev core nodad &&
		ip -n net addr add 2001:db8:2::fe/64 dev dsl nodad || return 1

	for lab_n in proxy1:1 proxy2:2 relay:7 relay2:8 redirect:9; do
		lab_public "${lab_n%:*}" core "203.0.113.${lab_n#*:}" \
			203.0.113.254 "2001:db8:1::${lab_n#*:}" \
			2001:db8:1::fe || return 1
	done
	for lab_n in public_a:20 public_b:21 stranger:66; do
		lab_public "${lab_n%:*}" dsl "198.51.100.${lab_n#*:}" \
			198.51.100.254 "2001:db8:2::${lab_n#*:}" \
			2001:db8:2::fe || return 1
	done

	lab_nat nat_a "$NAT_A" && lab_nat nat_b "$NAT_B" fully-random &&
		lab_phone phone_a nat_a "$PHONE" &&
		lab_phone phone_a2 nat_a "$PHONE2" &&
		lab_phone phone_b nat_b "$PHONE"
}

lab_up() {
	lab_build || {
		echo 'the laboratory cannot be built here'
		return 1
	}
}

# Without namespaces: one host, no NAT. The servers have addresses in
# 127.0.0.0/8. The phones "behind NAT" send from another address than their
# SDP names, which is what NAT looks like from outside.
lab_loopback() {
	LAB_LOOPBACK=yes
	LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/viaduct-XXXXXX") || return 1
	# shellcheck disable=SC2154 # set by the trap itself
	trap 'lab_status=$?; [ -n "${LAB_KEEP-}" ] || rm -rf "$lab_base"
		exit $lab_status' EXIT
	lab_base=$LAB_DIR
	PROXY1=127.203.113.1
	PROXY2=127.203.113.2
	RELAY=127.203.113.7
	RELAY2=127.203.113.8
	REDIRECT=127.203.113.9
	# shellcheck disable=SC2034 # phone.sh's and node.sh's
	PHONE_DEVICE=127.0.0.1
	# shellcheck disable=SC2034
	NODE_RELAY='allow_local = yes'
}

# whom a name means: alice is alice@example.net
lab_aor() {
	case $1 in
	*@*) echo "$1" ;;
	*) echo "$1@example.net" ;;
	esac
}

# where a phone of that name listens
lab_listen() {
	case ${LAB_LOOPBACK-}/$1 in
	yes/phone_a) echo 127.0.1.10:5060 ;;
	yes/phone_b) echo 127.0.2.10:5060 ;;
	yes/public_a) echo 127.0.0.1:5070 ;;
	yes/public_b) echo 127.0.0.1:5080 ;;
	*) echo 0.0.0.0:5060 ;;
	esac
}

# gone, or dead and not yet buried
lab_gone() {
	case $(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) in
	'' | Z | X) return 0 ;;
	esac
	return 1
}

# wait_until SECONDS CMD...: true as soon as CMD is
wait_until() {
	wait_tenths=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$wait_tenths" -gt 0 ] || return 1
		wait_tenths=$((wait_tenths - 1))
		sleep 0.1
	done
}
