#!/bin/sh
# A page in a real browser behind NAT is a telephone: it registers over a
# secure WebSocket, and exchanges messages with a phone behind another NAT. A
# page of another origin is not let in.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium or no python3 here'
case_begin "$0"

export NODE_SECTIONS='ws { origins = { "http://localhost:8000" } }'
export PHONE_MORE='module_app contact.so'
export PHONE_CONTACT='"alice" <sip:alice@example.net>'

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'proxy1 starts' node_one proxy1 alice bob
must 'pages are served' browser_serve phone_a 8000
must 'also from another origin' browser_serve phone_a2 8001
must 'bob starts' phone_start b phone_b bob "$PROXY1" "$HZ_B"
must 'the browser starts' browser_start phone_a 8000 user=alice \
	text=gr%C3%BC%C3%9F%20dich
must 'bob registers by UDP' phone_registered b
must 'alice registers over WSS' browser_said phone_a registered

phone_do b 'message hello page'
must 'bob writes to alice' browser_said phone_a 'bob writes "hello page"'
must 'alice writes to bob' browser_said phone_a 'bob took "grüß dich"'
must 'bob reads it' phone_said b 5 'grüß dich'

must 'a page of another origin starts' \
	browser_start phone_a2 8001 user=alice
must 'it is not let in' browser_said phone_a2 disconnected
must 'proxy1 says why' node_logged proxy1 5 'ws.refused .*status=403'

browser_stop phone_a2
browser_stop phone_a
phone_stop b
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'registered over WSS, wrote and was written to'
