# shellcheck shell=sh
# An authority of the laboratory's own, and what it certifies. To be sourced
# before node.sh's functions are called.
#
#   tls_begin proxy1 ...    certificates for those nodes, and their names:
#                           proxy1.example.net
#   NODE_TLS='proxy1 ...'   they listen to TLS (5061) and to secure WebSockets
#                           (443) too, and trust the authority

TLS_DAYS=30

tls_key() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$1"
}

tls_authority() {
	tls_key "$LAB_DIR/tls/ca.key" || return 1
	openssl req -x509 -new -key "$LAB_DIR/tls/ca.key" -days "$TLS_DAYS" \
		-subj '/CN=laboratory' -out "$LAB_DIR/tls/ca.pem"
}

# in its name, those of the domain, and of its address
tls_certificate() {
	tls_file=$LAB_DIR/tls/$1
	tls_key "$tls_file.key" || return 1
	cat >"$tls_file.ext" <<EXT
subjectAltName = DNS:$1.example.net, DNS:sip.example.net, DNS:example.net, \
IP:$(node_addr "$1")
EXT
	openssl req -new -key "$tls_file.key" -subj "/CN=$1.example.net" |
		openssl x509 -req -days "$TLS_DAYS" \
			-CA "$LAB_DIR/tls/ca.pem" \
			-CAkey "$LAB_DIR/tls/ca.key" -CAcreateserial \
			-extfile "$tls_file.ext" -out "$tls_file.pem"
}

# there is no DNS in the laboratory, but certificates have names: these are
# everybody's hosts, in its namespace alone
tls_names() {
	for tls_node; do
		echo "$(node_addr "$tls_node") $tls_node.example.net"
	done >"$LAB_DIR/tls/hosts"
	mount --bind "$LAB_DIR/tls/hosts" /etc/hosts
}

tls_begin() {
	mkdir -p "$LAB_DIR/tls" || return 1
	{
		tls_authority || return 1
		for tls_node; do
			tls_certificate "$tls_node" || return 1
		done
		tls_names "$@"
	} 2>>"$LAB_DIR/tls/log"
}
