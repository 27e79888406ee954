# shellcheck shell=sh
# Nodes of the laboratory: viaduct in its roles. To be sourced after lab.sh.
#
#   node_proxy proxy1|proxy2 [MORE]   writes the configuration; MORE goes
#                                     into its relay section
#   node_redirect, node_relay relay|relay2 [MORE]
#   node_user proxy1 alice            an account, password alice-secret
#   node_set proxy1 alice KEY=VALUE   one of its settings
#   node_start NAME, node_stop NAME
#   node_logged NAME SECONDS PATTERN, node_event NAME KIND, field KEY
#
# VIADUCT_RUNG=kernel|sk_lookup|sockets: how each of them moves packets, or it
# does not start; a machine that cannot do so skips the scenario.
# VIADUCT_ATTACH=tcx|clsact: how the kernel gets them

VIADUCT=${VIADUCT:-build/viaduct}
PORTS=16384-16783

node_addr() {
	case $1 in
	proxy1) echo "$PROXY1" ;;
	proxy2) echo "$PROXY2" ;;
	relay) echo "$RELAY" ;;
	relay2) echo "$RELAY2" ;;
	redirect) echo "$REDIRECT" ;;
	esac
}

# nodes with a certificate of tls.sh
NODE_TLS=

# whole sections, into every configuration
NODE_SECTIONS=

node_has_tls() {
	case " $NODE_TLS " in *" $1 "*) return 0 ;; esac
	return 1
}

node_listens_tls() {
	! node_has_tls "$1" || printf ', "tls:%s:5061", "wss:%s:443"' \
		"$(node_addr "$1")" "$(node_addr "$1")"
}

node_tls() {
	! node_has_tls "$1" || cat <<CONF
tls {
	certificates = { "$LAB_DIR/tls/$1.pem" }
	keys         = { "$LAB_DIR/tls/$1.key" }
	ca           = "$LAB_DIR/tls/ca.pem"
}
CONF
}

# node_write NAME: a head, and the sections from stdin
node_write() {
	mkdir -p "$LAB_DIR/$1" || return 1
	{
		cat <<CONF
listen    = { "udp:$(node_addr "$1"):5060", "tcp:$(node_addr "$1"):5060"$(
	node_listens_tls "$1") }
data      = "$LAB_DIR/$1/data"
control   = "$LAB_DIR/$1/control.sock"
log {
	level = "debug"
}
drain {
	deadline = $NODE_DRAIN
}
# what runs beside it on this machine is not to be judged
overload {
	delay = $NODE_DELAY
}
$(node_tls "$1")
$NODE_SECTIONS
CONF
		sed -e "${VIADUCT_RUNG:+/^relay {/a\\	rung = \"$VIADUCT_RUNG\"}" \
			-e "${VIADUCT_ATTACH:+/^relay {/a\\	attach = \"$VIADUCT_ATTACH\"}"
	} >"$LAB_DIR/$1/viaduct.conf"
}

# rung_there: this machine and this build can do it; or says why not
rung_there() {
	[ "${VIADUCT_RUNG:-sockets}" != sockets ] || return 0
	"$VIADUCT" version | grep -q 'with eBPF' || {
		echo "$VIADUCT_RUNG: built without eBPF"
		return 1
	}
	"$TOOLS/rungprobe" "$VIADUCT_RUNG"
}

# of a node that has a relay of its own
node_has_rung() {
	[ -n "${VIADUCT_RUNG-}" ] || return 0
	grep -q '^relay {' "$LAB_DIR/$1/viaduct.conf" || return 0
	! grep -q 'mode *= *"*external' "$LAB_DIR/$1/viaduct.conf" || return 0
	node_event "$1" relay.plane | tail -n 1 |
		grep "rung=$VIADUCT_RUNG\b" | grep -q "attached=\"*${VIADUCT_ATTACH-}"
}

node_peer() {
	printf 'peer "%s" {\n\taddress = { "%s" }\n' "$1" "$(node_addr "$1")"
	[ -z "${2-}" ] || printf '\tsecret = "%s"\n' "$2"
	[ -z "$NODE_PEER_MEDIA" ] ||
		printf '\tmedia = "%s"\n' "$NODE_PEER_MEDIA"
	echo '}'
}

# proxies sign to each other, and each announces its users with its own word
node_proxy() {
	case $1 in
	proxy1) node_other=proxy2 ;;
	*) node_other=proxy1 ;;
	esac
	node_write "$1" <<CONF
domain    = { "example.net" }
relay {
	address = { "$(node_addr "$1")" }
	ports   = "$PORTS"
	$NODE_RELAY
	${2-}
}
redirect {
	servers  = { "sip:$REDIRECT:5060" }
	announce = yes
	name     = "$1"
	secret   = "$1-announces"
}
registrar {
	keepalive = $NODE_KEEPALIVE
}
$(node_peer "$node_other" between-proxies)
$(node_peer redirect)
$(node_peer relay)
$(node_peer relay2)
CONF
}

node_redirect() {
	node_write redirect <<CONF
redirect {
	serve = yes
}
$(node_peer proxy1 ${NODE_SECRETS:+proxy1-announces})
$(node_peer proxy2 ${NODE_SECRETS:+proxy2-announces})
CONF
}

node_relay() {
	node_write "$1" <<CONF
relay {
	serve   = yes
	address = { "$(node_addr "$1")" }
	ports   = "$PORTS"
	$NODE_RELAY
	${2-}
}
$(node_peer proxy1)
$(node_peer proxy2)
CONF
}

# empty: the redirect server believes proxies by their address alone
NODE_SECRETS=yes

# what a peer says of its media: auto where nothing is said
NODE_PEER_MEDIA=

# milliseconds that messages may wait for a node
NODE_DELAY=${NODE_DELAY-200}

# seconds that calls which are up may go on when a node is asked to stop
NODE_DRAIN=${NODE_DRAIN-0}

# seconds between two keepalives
NODE_KEEPALIVE=5

# into every relay section: the loopback laboratory's permission
NODE_RELAY=

node_user() {
	"$VIADUCT" user list -c "$LAB_DIR/$1/viaduct.conf" 2>/dev/null |
		grep -q "^${2%@*}@" && return 0
	printf '%s-secret\n' "${2%@*}" |
		"$VIADUCT" user add -c "$LAB_DIR/$1/viaduct.conf" \
			"$(lab_aor "$2")" >>"$LAB_DIR/$1/log" 2>&1 || {
		echo "viaduct user add $2 fails on $1:"
		tail -n 5 "$LAB_DIR/$1/log"
		return 1
	}
}

# node_set proxy1 alice record=yes
node_set() {
	"$VIADUCT" user set -c "$LAB_DIR/$1/viaduct.conf" "$(lab_aor "$2")" \
		"$3"
}

# recording NODE ENDING: the only one of its recordings
recording() {
	for node_file in "$LAB_DIR/$1"/data/recordings/*/*."$2"; do
		[ -e "$node_file" ] || return 1
	done
	echo "$node_file"
}

node_listens() {
	lab_in "$1" ss -Hlun | grep -q "$(node_addr "$1"):5060"
}

node_start() {
	node_name=$1
	lab_spawn "$1" "$LAB_DIR/$1/log" \
		"$VIADUCT" run -c "$LAB_DIR/$1/viaduct.conf"
	echo "$!" >"$LAB_DIR/$1/pid"
	wait_until 5 node_listens "$1" || {
		echo "viaduct does not start as $node_name:"
		tail -n 20 "$LAB_DIR/$node_name/log"
		return 1
	}
	wait_until 2 node_has_rung "$1" || {
		echo "$node_name is not on rung $VIADUCT_RUNG:"
		node_event "$1" relay.plane
		return 1
	}
}

node_pid() {
	cat "$LAB_DIR/$1/pid"
}

node_dead() {
	lab_gone "$(node_pid "$1")"
}

# a stop that is asked for ends within seconds, and well: calls are not waited
# for (NODE_DRAIN)
node_stop() {
	kill -TERM "$(node_pid "$1")" 2>/dev/null
	wait_until 10 node_dead "$1" || {
		echo "viaduct does not stop as $1"
		kill -9 "$(node_pid "$1")"
		return 1
	}
}

node_logged() {
	wait_until "$2" grep -qE "$3" "$LAB_DIR/$1/log"
}

node_event() {
	grep -E "^[^ ]+ [a-z]+ ($2)( |\$)" "$LAB_DIR/$1/log"
}

# of log lines on stdin: the values of a key
field() {
	sed -n -e "s/.* $1=\"\\([^\"]*\\)\".*/\\1/p" -e t \
		-e "s/.* $1=\\([^ ]*\\).*/\\1/p"
}

# what the sanitizers or the kernel say of a node that went wrong
node_sane() {
	! grep -E 'ERROR: (Address|Leak)Sanitizer|runtime error:' \
		"$LAB_DIR/$1/log"
}

node_end() {
	if node_dead "$1"; then
		echo "$1 died"
		return 1
	fi
	node_stop "$1" && node_sane "$1" && rm "$LAB_DIR/$1/pid"
}
