#!/bin/sh
# Strangers spray RTP and worse at all ports, as fast as they can, while every
# octet of a call is judged: not a packet of it suffers.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/foe.sh
. ./test/net/truth.sh
case_begin "$0"

must 'proxy1 starts' truth_node
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
watch_begin stranger "src host $PROXY1 and udp"
export FOE_FAST=-f
foe_begin stranger proxy1 "$FOE_SHAPES"/*
must 'they talk' truth_do run 5000
must 'a has another port' truth_do move a
must 'they talk' truth_do run 1000
must 'a stranger sprayed all the time' foe_sprays stranger
must 'he got nothing' foe_end stranger
must 'his wire says so as well' watch_empty stranger
must 'they talk' truth_do run 500
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'every octet was right' truth_end
must 'proxy1 counted what it refused' refused_some proxy1
servers_end
say 'not a packet suffered'
