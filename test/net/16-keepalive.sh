#!/bin/sh
# A NAT that forgets after 10 s of silence: keepalive holds the way to the
# phone open, and it can still be called after 40 s.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'the NATs forget soon' lab_forget nat_a nat_b
must 'servers start' servers_begin
phones_begin phone_a phone_b
sleep 40
call_whole
servers_end
say 'called after 40 s of silence through a NAT that forgets after 10'
