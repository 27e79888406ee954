#!/bin/sh
# A callee whom nobody serves: the redirect server's 404 is the caller's, and
# one whose proxy is gone stays findable only as long as announced.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
phones_begin phone_a phone_b
phone_do a 'dial sip:nobody@example.net'
must 'the caller gets 404' phone_said a 5 '404 '
call_whole
servers_end
say '404 passed on, the next call works'
