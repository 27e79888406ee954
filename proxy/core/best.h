/**
 * @file best.h  Which of several final responses is passed on
 *
 * RFC 3261 section 16.7 step 6. Pure.
 */
#ifndef PROXY_CORE_BEST_H
#define PROXY_CORE_BEST_H

#include <stddef.h>
#include <stdint.h>

/* index of the best of these failures (300-699); n: there is none */
size_t best_response(const uint16_t *scodev, size_t n);

#endif
