#!/bin/sh
# A neighbour of the caller, behind the same NAT and so with its very address,
# sprays RTP as a phone would at all ports: from before the INVITE until after
# the call. What he sends before the phone has said its first words may be
# heard (two packets at most); nothing ever comes back to him.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
case_begin "$0"

export CALL_SECONDS=6

watch_few() {
	few=$(watch_count "$1")
	echo "$few packets"
	[ "$few" -le "$2" ]
}

must 'servers start' servers_begin
phones_begin phone_a phone_b
watch_begin phone_a "$FOE_SSRC"
watch_begin phone_b "$FOE_SSRC"
foe_begin phone_a2 proxy1
sleep 1
call_begin a b bob
sleep "$CALL_SECONDS.7"
must 'he sprayed all the time' foe_sprays phone_a2
call_end a b
call_heard a b
must 'proxy1 relayed both ways' relayed proxy1
must 'he got nothing' foe_end phone_a2
must 'nothing of his came to a' watch_empty phone_a
must 'next to nothing of his came to b' watch_few phone_b 2
must 'proxy1 counted what it refused' refused_some proxy1
servers_end
say 'not answered'
