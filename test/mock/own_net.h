/**
 * @file mock/own_net.h  A loopback of our own
 */
#ifndef TEST_MOCK_OWN_NET_H
#define TEST_MOCK_OWN_NET_H

/*
 * Where the kernel allows it the process gets a network with nothing but
 * loopback: fixed port ranges are then free whatever else runs here, and no
 * packet of a test leaves the machine. Where not, all goes on as it is. With
 * TEST_RUNG=sockets in the environment we have no privilege there, as an
 * ordinary user has none.
 */
void own_net_enter(void);

#endif
