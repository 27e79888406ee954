#!/bin/sh
# linphone over TLS, which wants a certificate that it can trust, is called by
# baresip over TLS; and linphone over TCP.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'proxy1 starts' node_one proxy1 alice bob carol
must 'B is listened to' watch_begin phone_b 'port 5060'
must 'linphone registers as bob over TLS' linphone_start b phone_b bob \
	"proxy1.example.net;transport=tls" "$HZ_B"
must 'linphone registers as carol over TCP' linphone_start c public_b carol \
	"$PROXY1;transport=tcp" "$HZ_B"
must 'phone A starts' phone_start a phone_a alice \
	"$PROXY1:5061;transport=tls" "$HZ_A"
must 'alice registers over TLS' phone_registered a

phone_do a 'dial sip:bob@example.net'
must 'alice and bob talk' phone_talks a
sleep "$CALL_SECONDS.2"
phone_do a hangup
must 'they hang up' wait_until 3 phone_idle a
must 'alice hears bob' phone_hears a "$HZ_B" 3
must 'nothing was in the clear at B' watch_empty phone_b

phone_do a 'dial sip:carol@example.net'
must 'alice and carol talk' phone_talks_again a 2
sleep "$CALL_SECONDS.2"
phone_stop a
must 'alice hears carol' phone_hears a "$HZ_B" 3
linphone_stop b
linphone_stop c
must 'bob heard alice' linphone_hears b "$HZ_A" 3
must 'carol hears alice' linphone_hears c "$HZ_A" 3
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'heard both ways over TLS and over TCP'
