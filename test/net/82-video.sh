#!/bin/sh
# Sound and pictures: two m= lines, two streams through the relay.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

PHONE_MORE='module vp8.so
module fakevideo.so
video_source fakevideo,nil
video_display fakevideo,nil
video_size 176x144
video_fps 15
video_bitrate 100000'

must 'servers start' servers_begin
phones_begin phone_a phone_b
call_whole
must 'a sees b' phone_said a 1 "incoming rtp for 'video' established"
must 'b sees a' phone_said b 1 "incoming rtp for 'video' established"
must 'proxy1 relayed both ways' relayed proxy1
servers_end
say 'heard both ways'
