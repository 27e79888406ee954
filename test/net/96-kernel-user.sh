#!/bin/sh
# An ordinary user who is given three capabilities has the kernel forward, by
# either way to attach. When all is open none of his threads has them any more
# (of clsact one is put aside, to remove the filter), calls are made without
# them, and when he ends nothing of his is left on the interface.
VIADUCT_RUNG=kernel
export VIADUCT_RUNG
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

NOBODY=65534

# he has what systemd's AmbientCapabilities= would give him
as_nobody() {
	chmod 755 "$LAB_DIR"
	# the build may be where only its owner may look
	cp "$VIADUCT" "$LAB_DIR/viaduct"
	cat >"$LAB_DIR/nobody" <<SH
#!/bin/sh
caps=+bpf,+net_admin,+net_raw
exec setpriv --reuid $NOBODY --regid $NOBODY --clear-groups \\
	--inh-caps \$caps --ambient-caps \$caps "$LAB_DIR/viaduct" "\$@"
SH
	chmod 755 "$LAB_DIR/nobody" "$LAB_DIR/viaduct"
}

# a directory for each turn
home() {
	rm -rf "$LAB_DIR/proxy1"
	mkdir "$LAB_DIR/proxy1" && chown "$NOBODY" "$LAB_DIR/proxy1"
}

is_nobody() {
	grep -q "^Uid:[[:space:]]*$NOBODY" "/proc/$(node_pid proxy1)/status"
}

# its threads' sets, each once: "CapEff 0000000000000000"
capabilities() {
	cat "/proc/$(node_pid proxy1)"/task/*/status | sed -n \
		's/^\(CapEff\|CapPrm\|CapInh\|CapAmb\):[[:space:]]*/\1 /p' |
		sort -u | grep -v ' 0000000000000000'
}

has_none() {
	refute capabilities
}

# CAP_NET_ADMIN is number 12; where it is, it has no effect
has_one_aside() {
	capabilities
	[ "$(capabilities)" = 'CapPrm 0000000000001000' ]
}

filters() {
	[ "$(tc -n proxy1 filter show dev eth0 ingress |
		grep -c flow_forward)" -eq "$1" ]
}

# turn ATTACH CAPABILITIES FILTERS
turn() {
	VIADUCT_ATTACH=$1
	must 'he has a directory' home
	must "he starts the server, with $1" truth_node
	must 'it is his' is_nobody
	must 'it has dropped what it does not need any more' "$2"
	must "filters on the interface: $3" filters "$3"
	must 'two phones register' truth_begin public_a "$PUBLIC_A" \
		public_b "$PUBLIC_B"
	must 'they call' truth_do call
	must 'they talk' truth_do run 1000
	must 'the kernel forwards it' truth_rides
	must 'they talk on' truth_do run 500
	must 'a hangs up' truth_do bye a
	must 'every octet was right' truth_end
	must 'he stops it' node_end proxy1
	must 'nothing is left' filters 0
}

must 'an ordinary user' as_nobody
VIADUCT=$LAB_DIR/nobody
turn tcx has_none 0
turn clsact has_one_aside 1
say 'three capabilities to open, none to forward'
