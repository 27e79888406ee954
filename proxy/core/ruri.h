/**
 * @file ruri.h  Request-URIs: what must not stand in one, and what means us
 *
 * RFC 3261 sections 16.4 and 19.1.1. Pure.
 */
#ifndef PROXY_CORE_RURI_H
#define PROXY_CORE_RURI_H

#include "proxy/sip/sipuri.h"

/* of a Contact: without method parameter and headers */
int ruri_of_contact(char **dst, const struct pl *uri);

/* without maddr, transport and port: maddr is an address of ours */
int ruri_without_maddr(char **dst, const struct pl *uri);

#endif
