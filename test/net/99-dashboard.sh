#!/bin/sh
# The dashboard in a browser, of a server with a call up between two phones
# behind NAT, one that has failed, a test call and a scanner that is banned:
# every table has its rows, a message of the call is read, it is hung up.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium here'
command -v node >/dev/null || skip 'no node here'
case_begin "$0"

pictures=build/net/dashboard

scan() {
	printf '%s\r\n' "OPTIONS sip:100@$PROXY1 SIP/2.0" \
		"Via: SIP/2.0/UDP $STRANGER:5060;branch=z9hG4bK-scan;rport" \
		"From: <sip:100@$PROXY1>;tag=scan" "To: <sip:100@$PROXY1>" \
		'Call-ID: scan' 'CSeq: 1 OPTIONS' 'Max-Forwards: 70' \
		'User-Agent: friendly-scanner' 'Content-Length: 0' '' |
		lab_in stranger socat -t 1 - "UDP:$PROXY1:5060"
}

banned() {
	scan
	"$VIADUCT" ctl -c "$LAB_DIR/proxy1/viaduct.conf" bans |
		grep -q "$STRANGER"
}

# a program that stops what phone A sends to the media ports
blocker() {
	cat >"$LAB_DIR/block" <<-END
		#!/bin/sh
		nft='nsenter --net=/run/netns/nat_a nft'
		[ "\$1" = on ] || exec \$nft delete table ip block
		exec \$nft 'add table ip block
		add chain ip block forward { type filter hook forward priority -10; }
		add rule ip block forward iifname lan udp dport $PORTS drop'
	END
	chmod +x "$LAB_DIR/block"
}

dashboard() {
	mkdir -p "$pictures" && lab_in proxy1 \
		node test/net/dashboard/dashboard.mjs http://127.0.0.1:8060 \
		"$LAB_DIR/proxy1/data/http.token" "$pictures" "$LAB_DIR/block"
}

must 'servers start' servers_begin
must 'carol has an account, and no phone' node_user proxy1 carol
phones_begin phone_a phone_b
must 'the scanner is banned' wait_until 10 banned
phone_do a 'dial sip:test@example.net'
must 'the test number answers' phone_talks a
sleep 4
phone_do a hangup
must 'the test call is over' node_logged proxy1 5 'test\.report'
phone_do a 'dial sip:carol@example.net'
must 'a call fails' phone_said a 10 '480 Temporarily|404 Not'
phone_do a 'dial sip:bob@example.net'
must 'a talks' phone_talks_again a 2
must 'b talks' phone_talks b
must 'audio can be blocked' blocker
dashboard || {
	case_logs
	say 'FAILED: the dashboard, see above'
	exit 1
}
must 'the call was ended by the operator' \
	node_logged proxy1 5 'call\.end .*why=hangup'
phone_stop a
phone_stop b
servers_end
say 'all tables filled, read by keyboard, light, dark and narrow'
