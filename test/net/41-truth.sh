#!/bin/sh
# Every octet of a call is judged: latching, hold, re-INVITE with and without
# another port, another SSRC, packets of all sizes, a port that is used again.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
. ./test/net/truth.sh
case_begin "$0"

must 'proxy1 starts' truth_node
must 'two phones register' truth_begin public_a "$PUBLIC_A" public_b "$PUBLIC_B"
must 'they call' truth_do call
must 'they talk' truth_do run 1000
must 'of all sizes' truth_do size 24,100,172,333,512,1001,1400
must 'more and more' truth_do rate 1000
must 'they talk' truth_do run 2000
must 'on the rung that was asked for' truth_rides
must 'a holds' truth_do hold a
must 'music is heard' truth_do run 500
must 'a resumes' truth_do resume a
must 'they talk' truth_do run 500
must 'b says the same again' truth_do again b
must 'they talk' truth_do run 500
must 'a has another port' truth_do move a
must 'they talk' truth_do run 1000
must 'b has another port' truth_do move b
must 'they talk' truth_do run 1000
must 'a has another SSRC' truth_do ssrc a
must 'they talk' truth_do run 1000
must 'on the rung that was asked for' truth_rides
must 'a hangs up' truth_do bye a
must 'nobody is heard any more' truth_do ghosts on
must 'nobody' truth_do run 500
must 'they are silent' truth_do ghosts off
must 'every octet was right' truth_end
servers_end
say 'nothing lost, doubled, out of order or changed'
