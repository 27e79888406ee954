#!/bin/sh
# Kamailio in the place of the redirect server: it takes the announcements and
# answers the query with a 302.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'Kamailio runs as redirect server' \
	kamailio_start redirect redirect "$PROXY2"
must 'proxies are set up' both node_proxy proxy1 proxy2
must 'alice has an account' node_user proxy1 alice
must 'bob has an account' node_user proxy2 bob
must 'proxies start' both node_start proxy1 proxy2
phones_begin phone_a phone_b
phone_do a 'dial sip:nobody@example.net'
must 'the caller of nobody gets 404' phone_said a 5 '404 '
call_whole
must 'Kamailio was asked' grep -q 'asked INVITE sip:bob@' \
	"$LAB_DIR/kamailio/log"
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'found through Kamailio, heard both ways'
