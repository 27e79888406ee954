#!/bin/sh
# Two pages at one proxy, whose media is to be relayed by a setting of their
# accounts: they find the relay by ICE, and share a port for RTP and RTCP.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium or no python3 here'
case_begin "$0"

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'proxy1 starts' node_one proxy1 alice bob
must 'what bob hears is relayed' node_set proxy1 bob media=relay
must 'pages are served' browser_serve phone_a 8000
must 'for both' browser_serve public_b 8000
must 'the callee starts' browser_start public_b 8000 user=bob
must 'bob registers over WSS' browser_said public_b registered
must 'the caller starts' browser_start phone_a 8000 user=alice call=bob
must 'alice talks' browser_said phone_a talks
must 'bob talks' browser_said public_b talks
must 'alice hears bob' browser_said phone_a 'hears well'
must 'bob hears alice' browser_said public_b 'hears well'
must 'alice hangs up' browser_said public_b 'hung up by remote'
must 'proxy1 relayed both ways' relayed proxy1
browser_stop phone_a
browser_stop public_b
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'two pages heard each other'
