#!/bin/sh
# Two pages call each other: the caller behind NAT, the callee not. What they
# negotiate (DTLS, ICE) passes, and they hear each other.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium or no python3 here'
case_begin "$0"

must 'an authority certifies proxy1' tls_begin proxy1
export NODE_TLS=proxy1
must 'proxy1 starts' node_one proxy1 alice bob
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
browser_stop phone_a
browser_stop public_b
must 'proxy1 lives, and stops when asked to' node_end proxy1
say 'two pages heard each other'
