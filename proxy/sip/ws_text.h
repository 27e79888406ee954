/**
 * @file ws_text.h  Is it UTF-8? Text frames hold nothing else (RFC 6455, 8.1)
 */
#ifndef PROXY_SIP_WS_TEXT_H
#define PROXY_SIP_WS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool ws_text_is_utf8(const uint8_t *p, size_t len);

#endif
