/**
 * @file test/relay/record/record_pcap.c  Packets as they came, for Wireshark
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "relay/record/record_pcap.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 8];
static struct record_pcap w;


static void setup(void)
{
	int fd;

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/a.pcap", dir);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(record_pcap_init(&w, fd), 0);
}


static void teardown(void)
{
	(void)close(w.fd);
	tempdir_remove(dir);
}


static void make(struct record_packet *pkt, const char *src, const char *local,
		 size_t len)
{
	struct sa sa;

	memset(pkt, 0, sizeof(*pkt));
	pkt->len = (uint32_t)len;
	ck_assert_int_eq(sa_set_str(&sa, src, 40000), 0);
	record_addr_set(&pkt->src, &sa);
	ck_assert_int_eq(sa_set_str(&sa, local, 16384), 0);
	record_addr_set(&pkt->local, &sa);
}


static uint32_t sum(const uint8_t *p, size_t len, uint32_t n)
{
	for (size_t i = 0; i < len; i++)
		n += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (n >> 16)
		n = (n & 0xffff) + (n >> 16);

	return n;
}


static const struct {
	const char *src, *local;
	size_t ip;
	size_t len;
} casev[] = {
	{"198.51.100.7", "203.0.113.1", 20, 172},
	{"198.51.100.7", "203.0.113.1", 20, 0},
	{"198.51.100.7", "203.0.113.1", 20, 33},
	{"198.51.100.7", "203.0.113.1", 20, RECORD_PACKET_MAX},
	{"2001:db8::7", "2001:db8::1", 40, 172},
	{"2001:db8::7", "2001:db8::1", 40, 1},
};


/* RFC 791, 8200, 768: lengths, addresses, and sums that come out right */
START_TEST(the_headers_are_those_of_a_real_packet)
{
	static uint8_t buf[PCAP_FRAME_MAX], p[RECORD_PACKET_MAX];
	const size_t ip = casev[_i].ip, len = casev[_i].len;
	const uint8_t *h = buf + 16, *udp = h + ip;
	struct record_packet pkt;
	uint32_t n;

	make(&pkt, casev[_i].src, casev[_i].local, len);
	memset(p, 0xa5, sizeof(p));
	ck_assert_uint_eq(
		record_pcap_frame(buf, &pkt, p, UINT64_C(1700000000123456)),
		16 + ip + 8 + len);
	memcpy(&n, buf, 4);
	ck_assert_uint_eq(n, 1700000000);
	memcpy(&n, buf + 4, 4);
	ck_assert_uint_eq(n, 123456);
	memcpy(&n, buf + 8, 4);
	ck_assert_uint_eq(n, ip + 8 + len);

	if (ip == 20) {
		ck_assert_uint_eq(h[0], 0x45);
		ck_assert_uint_eq((size_t)h[2] << 8 | h[3], 28 + len);
		ck_assert_uint_eq(h[9], 17);
		ck_assert_uint_eq(sum(h, 20, 0), 0xffff);
	}
	else {
		ck_assert_uint_eq(h[0] >> 4, 6);
		ck_assert_uint_eq((size_t)h[4] << 8 | h[5], 8 + len);
		ck_assert_uint_eq(h[6], 17);
	}
	ck_assert_uint_eq((size_t)udp[0] << 8 | udp[1], 40000);
	ck_assert_uint_eq((size_t)udp[2] << 8 | udp[3], 16384);
	ck_assert_uint_eq((size_t)udp[4] << 8 | udp[5], 8 + len);
	n = ip == 20 ? sum(h + 12, 8, 0) : sum(h + 8, 32, 0);
	n = sum(udp, 8 + len, n + 17 + 8 + (uint32_t)len);
	ck_assert_uint_eq(n, 0xffff);
	ck_assert_mem_eq(udp + 8, p, len);
}
END_TEST


START_TEST(without_addresses_there_is_no_packet)
{
	static uint8_t buf[PCAP_FRAME_MAX];
	struct record_packet pkt;

	make(&pkt, "192.0.2.1", "2001:db8::1", 4);
	ck_assert_uint_eq(record_pcap_frame(buf, &pkt, buf, 0), 0);
	make(&pkt, "192.0.2.1", "192.0.2.2", 4);
	pkt.src.isset = 0;
	ck_assert_uint_eq(record_pcap_frame(buf, &pkt, buf, 0), 0);
}
END_TEST


static void fill(size_t n, size_t len)
{
	uint8_t p[2000] = {0};
	struct record_packet pkt;

	make(&pkt, "192.0.2.1", "192.0.2.2", len);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(record_pcap_put(&w, &pkt, p, i), 0);
	ck_assert_int_eq(record_pcap_write(&w), 0);
}


static off_t size_now(void)
{
	struct stat st;

	ck_assert_int_eq(fstat(w.fd, &st), 0);

	return st.st_size;
}


START_TEST(a_file_has_a_head_and_all_packets)
{
	uint8_t h[PCAP_FILE_HEADER];
	uint32_t n;

	ck_assert_int_eq(size_now(), PCAP_FILE_HEADER);
	fill(1000, 172);
	ck_assert_int_eq(size_now(),
			 PCAP_FILE_HEADER + 1000 * (16 + 28 + 172));
	ck_assert_uint_eq(w.written, (uint64_t)size_now());
	ck_assert_int_eq(pread(w.fd, h, sizeof(h), 0), sizeof(h));
	memcpy(&n, h, 4);
	ck_assert_uint_eq(n, 0xa1b2c3d4);
	memcpy(&n, h + 20, 4);
	ck_assert_uint_eq(n, 101);
}
END_TEST


START_TEST(a_killed_writers_file_ends_with_a_whole_packet)
{
	const off_t one = 16 + 28 + 1000;

	ck_assert_int_eq(record_pcap_repair(w.fd), ENODATA);
	fill(300, 1000);
	ck_assert_int_eq(record_pcap_repair(w.fd), 0);
	ck_assert_int_eq(size_now(), PCAP_FILE_HEADER + 300 * one);
	ck_assert_int_eq(ftruncate(w.fd, size_now() - 1), 0);
	ck_assert_int_eq(record_pcap_repair(w.fd), 0);
	ck_assert_int_eq(size_now(), PCAP_FILE_HEADER + 299 * one);
	ck_assert_int_eq(ftruncate(w.fd, PCAP_FILE_HEADER + one + 7), 0);
	ck_assert_int_eq(record_pcap_repair(w.fd), 0);
	ck_assert_int_eq(size_now(), PCAP_FILE_HEADER + one);
	ck_assert_int_eq(ftruncate(w.fd, 3), 0);
	ck_assert_int_eq(record_pcap_repair(w.fd), ENODATA);
	ck_assert_int_eq(record_pcap_repair(-1), EBADF);
}
END_TEST


START_TEST(a_full_disk_is_an_error)
{
	struct record_pcap full;
	const int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	ck_assert_int_eq(record_pcap_init(&full, fd), ENOSPC);
	ck_assert_int_eq(full.fd, -1);
	(void)close(fd);
}
END_TEST


Suite *suite_record_pcap(void);
Suite *suite_record_pcap(void)
{
	Suite *s = suite_create("record_pcap");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, the_headers_are_those_of_a_real_packet, casev);
	tcase_add_test(tc, without_addresses_there_is_no_packet);
	tcase_add_test(tc, a_file_has_a_head_and_all_packets);
	tcase_add_test(tc, a_killed_writers_file_ends_with_a_whole_packet);
	tcase_add_test(tc, a_full_disk_is_an_error);
	suite_add_tcase(s, tc);

	return s;
}
