#!/bin/sh
# OpenSSL in the place of a telephone (sipp of Debian has no TLS), which is
# strict about certificates: requests over TLS are answered, a WebSocket is
# shaken hands with over TLS, old versions and plain HTTP get nothing.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# ask PORT OPTION...: what stdin says to proxy1, and what it answers
ask() {
	ask_port=$1
	shift
	{
		cat
		sleep 1
	} | lab_in public_a openssl s_client -quiet -no_ign_eof -connect \
		"$PROXY1:$ask_port" -servername proxy1.example.net \
		-verify_hostname proxy1.example.net -verify_return_error \
		-CAfile "$LAB_DIR/tls/ca.pem" "$@" 2>&1 | tr -d '\r'
}

# lines end as RFC 3261 and RFC 6455 want it
lines() {
	printf '%s\r\n' "$@" ''
}

options() {
	lines 'OPTIONS sip:example.net SIP/2.0' \
		"Via: SIP/2.0/TLS $PUBLIC_A:5061;branch=z9hG4bK$$;rport" \
		'From: <sip:openssl@example.net>;tag=o' \
		'To: <sip:example.net>' "Call-ID: $$" 'CSeq: 1 OPTIONS' \
		'Max-Forwards: 70' 'Content-Length: 0' |
		ask 5061 "$@"
}

upgrade() {
	lines 'GET /any HTTP/1.1' 'Host: proxy1.example.net' \
		'Upgrade: websocket' 'Connection: Upgrade' \
		'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' \
		'Sec-WebSocket-Version: 13' "$@" | ask 443
}

# says LINE COMMAND...
says() {
	says_line=$1
	shift
	"$@" >"$LAB_DIR/said"
	grep -qxF "$says_line" "$LAB_DIR/said" || {
		cat "$LAB_DIR/said"
		return 1
	}
}

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'proxy1 starts' node_one proxy1 alice
must 'OPTIONS over TLS 1.3 is answered' says 'SIP/2.0 200 OK' \
	options -tls1_3
must 'and over TLS 1.2' says 'SIP/2.0 200 OK' options -tls1_2
must_not 'over TLS 1.1' says 'SIP/2.0 200 OK' options -tls1_1
must 'a WebSocket is shaken hands with' \
	says 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=' \
	upgrade 'Sec-WebSocket-Protocol: sip'
must 'not without the subprotocol' says 'HTTP/1.1 400 Bad Request' upgrade
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'TLS 1.2 and 1.3, certificates that OpenSSL believes'
