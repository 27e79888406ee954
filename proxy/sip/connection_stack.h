/**
 * @file connection_stack.h  Which layers a connection has
 */
#ifndef PROXY_SIP_CONNECTION_STACK_H
#define PROXY_SIP_CONNECTION_STACK_H

struct connection;

int connection_stack(struct connection *c);

#endif
