# shellcheck shell=sh
# The configurations that are shipped as examples, in the laboratory: each is
# used as it stands, but for its folders. To be sourced after case.sh.
#
#   example_begin HOST NAME USER[=ALIAS]...
#                               scripts/package/examples/NAME.conf
#   example_ctl HOST VERB...
#   carrier_begin HOST ADDR PEER
#                               a carrier of our own make, who knows PEER by
#                               its address; carol is its customer
#   carrier_name ADDR           sip.carrier.example leads there

EXAMPLES=scripts/package/examples

example_write() {
	mkdir -p "$LAB_DIR/$1" || return 1
	sed -e "s,/var/lib/viaduct,$LAB_DIR/$1/data," \
		-e "s,/run/viaduct/control,$LAB_DIR/$1/control," \
		-e "s,/etc/viaduct/tls/sip,$LAB_DIR/tls/$1," \
		"$EXAMPLES/$2.conf" >"$LAB_DIR/$1/viaduct.conf"
}

# before it starts, for a running server looks for accounts every two seconds
example_account() {
	node_user "$1" "${2%=*}" || return 1
	case $2 in
	*=*) node_set "$1" "${2%=*}" "alias+=${2#*=}" ;;
	esac
}

example_begin() {
	example_node=$1
	example_write "$1" "$2" &&
		"$VIADUCT" check "$LAB_DIR/$1/viaduct.conf" || return 1
	shift 2
	for example_user; do
		example_account "$example_node" "$example_user" || return 1
	done
	node_start "$example_node"
}

example_ctl() {
	example_host=$1
	shift
	"$VIADUCT" ctl -c "$LAB_DIR/$example_host/viaduct.conf" "$@"
}

carrier_begin() {
	mkdir -p "$LAB_DIR/$1" || return 1
	cat >"$LAB_DIR/$1/viaduct.conf" <<-CONF
		listen  = { "udp:$2:5060", "tcp:$2:5060" }
		domain  = { "sip.carrier.example" }
		data    = "$LAB_DIR/$1/data"
		control = "$LAB_DIR/$1/control.sock"
		log {
			level = "debug"
		}
		peer "customer" {
			address = { "$3" }
		}
	CONF
	example_account "$1" carol@sip.carrier.example=+49301234567 &&
		node_start "$1"
}

carrier_name() {
	names_start 60 --auth-zone=carrier.example \
		--host-record="sip.carrier.example,$1" || return 1
	echo "nameserver $NAMES_AT" >"$LAB_DIR/resolv.conf"
	mount --bind "$LAB_DIR/resolv.conf" /etc/resolv.conf
}

examples_end() {
	for example_node; do
		must "$example_node lives, and stops when asked to" \
			node_end "$example_node"
	done
}
