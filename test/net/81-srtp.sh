#!/bin/sh
# Phones that insist on encryption: SDES keys pass in the SDP (RFC 4568), and
# SRTP through the relay as it is.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

PHONE_MORE='module srtp.so'

must 'servers start' servers_begin
phones_begin phone_a phone_b 'mediaenc=srtp-mand'
call_whole
must 'a encrypts' phone_said a 1 'srtp: audio: SRTP is Enabled'
must 'b encrypts' phone_said b 1 'srtp: audio: SRTP is Enabled'
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
