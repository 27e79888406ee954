/**
 * @file bench/media/sdp_text.h  The SDP of a phone, and of a relay
 */
#ifndef TEST_BENCH_MEDIA_SDP_TEXT_H
#define TEST_BENCH_MEDIA_SDP_TEXT_H

#include <stdbool.h>
#include <netinet/in.h>

enum { SDP_TEXT = 512 };

void sdp_text(char *buf, const struct sockaddr_in *sin);
bool sdp_read(struct sockaddr_in *sin, const char *text);

#endif
