#!/bin/sh
# What is relayed is not read: Opus, which we know nothing of, both ways.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

PHONE_MORE='module opus.so'

must 'servers start' servers_begin
phones_begin phone_a phone_b 'audio_codecs=opus/48000/2'
call_whole
must 'they have spoken Opus' phone_said a 1 'Set audio encoder: opus'
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
