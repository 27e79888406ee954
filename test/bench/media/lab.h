/**
 * @file bench/media/lab.h  The two hosts of the bench, and how to be there
 *
 *   phones                                   relay
 *     relay     192.0.2.2, .3 -------------- 192.0.2.1
 *     direct_a --+     sides A and B; each end of each call has an address
 *     direct_b --+     of its own, in 198.18.0.0/16 and 198.19.0.0/16
 *
 * The relay has one interface, as such hosts have. scripts/bench_media builds
 * it.
 */
#ifndef TEST_BENCH_MEDIA_LAB_H
#define TEST_BENCH_MEDIA_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <time.h>

#define LAB_RELAY_ADDR "192.0.2.1"

/* 198.18.0.0, of RFC 2544 */
#define LAB_PHONES 0xc6120000U

enum lab_host { LAB_PHONES_HOST = 0, LAB_RELAY, LAB_HOSTS };
enum lab_side { LAB_A = 0, LAB_B };

enum {
	LAB_SIDES = 2,
	LAB_OTHERS = 0x10000, /* from side A's to side B's */
	LAB_DIRECT = 0x8000,
};

void must(bool ok, const char *what);
uint64_t lab_clock(clockid_t id);
void lab_sleep(uint64_t ns);
void lab_open(void);
void lab_enter(enum lab_host host);
void lab_leave(void);
void lab_addr(struct sockaddr_in *sin, const char *host, uint16_t port);
int lab_udp(enum lab_host host, const char *addr, uint16_t port);

#endif
