#!/bin/sh
# A NAT that forgets after 10 s of silence: without keepalive the phone is out
# of reach, with it the phone can be called after 40 s.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'the NATs forget soon' lab_forget nat_a nat_b

export NODE_KEEPALIVE=0
must 'servers start without keepalive' servers_begin
phones_begin phone_a phone_b
sleep 15
phone_do a 'dial sip:bob@example.net'
must_not 'b is reached' phone_said b 4 'answering call'
phone_stop a
phone_stop b
servers_end

export NODE_KEEPALIVE=5
must 'servers start with keepalive' servers_begin
phones_begin phone_a phone_b
sleep 40
call_whole
servers_end
say 'called after 40 s of silence through a NAT that forgets after 10'
