#!/bin/sh
# Nothing but media delays media: 200 relayed calls in good time while phones
# send 20000 REGISTER in 10 s, and while each write to the disk takes 200 ms.
cd "$(dirname "$0")/../.." || exit 1
exec build/bench/smooth check
