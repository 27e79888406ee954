/**
 * @file config_manual.h  viaduct.conf(5), from the table of keys
 */
#ifndef PROXY_COMMAND_CONFIG_MANUAL_H
#define PROXY_COMMAND_CONFIG_MANUAL_H

struct mbuf;

int config_manual_write(struct mbuf *mb);

#endif
