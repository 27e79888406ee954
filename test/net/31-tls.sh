#!/bin/sh
# Encrypted from the phone to its proxy and from that to the next one; the
# other phone speaks TCP. Nothing of the call's signalling is in the clear
# where it should not be.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'an authority certifies both proxies' tls_begin proxy1 proxy2
export NODE_TLS='proxy1 proxy2'
must 'proxy1 starts' node_one proxy1 alice
must 'proxy2 starts' node_one proxy2 bob
must 'A is listened to' watch_begin phone_a 'port 5060'
must 'so is the trunk' watch_begin proxy1 "port 5060 and host $PROXY2"

export PHONE_MORE="sip_cafile $LAB_DIR/tls/ca.pem"
must 'phone A starts' phone_start a phone_a alice \
	"$PROXY1:5061;transport=tls" "$HZ_A"
must 'alice registers over TLS' phone_registered a
export PHONE_MORE=
must 'phone B starts' phone_start b phone_b bob \
	"$PROXY2;transport=tcp" "$HZ_B"
must 'bob registers over TCP' phone_registered b

phone_do a "dial sip:bob@$PROXY2:5061;transport=tls"
must 'a and b talk' both phone_talks a b
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b
must 'proxy1 relayed both ways' relayed proxy1
must 'nothing was in the clear between A and proxy1' watch_empty phone_a
must 'nor between the proxies' watch_empty proxy1
must 'proxy1 lives, and stops when asked to' node_end proxy1
must 'proxy2 lives, and stops when asked to' node_end proxy2
say 'heard both ways over TLS, a TLS trunk and TCP'
