#!/bin/sh
# Two pages, each registered at a proxy of its own, both behind NAT: the first
# proxy's relay is the ICE agent of both, DTLS passes from end to end.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/browser.sh
browser_there || skip 'no chromium or no python3 here'
case_begin "$0"

must 'an authority certifies both proxies' tls_begin proxy1 proxy2
export NODE_TLS='proxy1 proxy2'
must 'servers start' servers_begin
must 'pages are served' browser_serve phone_a 8000
must 'for both' browser_serve phone_b 8000
export BROWSER_NODE=proxy2
must 'the callee starts' browser_start phone_b 8000 user=bob
must 'bob registers at proxy2' browser_said phone_b registered
export BROWSER_NODE=proxy1
must 'the caller starts' browser_start phone_a 8000 user=alice call=bob
must 'alice talks' browser_said phone_a talks
must 'bob talks' browser_said phone_b talks
must 'alice hears bob' browser_said phone_a 'hears well'
must 'bob hears alice' browser_said phone_b 'hears well'
must 'alice hangs up' browser_said phone_b 'hung up by remote'
must 'proxy1 relayed both ways' relayed proxy1
browser_stop phone_a
browser_stop phone_b
servers_end
say 'two pages heard each other'
