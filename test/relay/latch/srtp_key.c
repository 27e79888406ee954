/**
 * @file test/relay/latch/srtp_key.c  Is this packet made with that key?
 *
 * Packets are made by libre's SRTP, which shares nothing with ours.
 */
#include <string.h>
#include "relay/latch/srtp_key.h"
#include "test/mock/sealer.h"
#include "test/test.h"

static const enum relay_suite suitev[] = {
	RELAY_SUITE_AES128_SHA1_80, RELAY_SUITE_AES128_SHA1_32,
	RELAY_SUITE_AES256_SHA1_80, RELAY_SUITE_AES256_SHA1_32,
	RELAY_SUITE_AES128_GCM,     RELAY_SUITE_AES256_GCM,
};


static void open_key(struct srtp_key *k, const struct relay_key *master,
		     bool is_rtcp)
{
	memset(k, 0, sizeof(*k));
	ck_assert_int_eq(srtp_key_open(k, master, is_rtcp), 0);
}


START_TEST(rtp_of_a_phone_is_known)
{
	const struct relay_key master = sealer_key(suitev[_i], 1);
	const struct relay_key other = sealer_key(suitev[_i], 2);
	struct srtp_key k, wrong;
	uint8_t buf[SEALER_MAX];
	struct sealer phone;
	size_t len;

	sealer_open(&phone, &master, 0x1234);
	open_key(&k, &master, false);
	open_key(&wrong, &other, false);

	for (int i = 0; i < 10; i++) {
		len = sealer_rtp(&phone, buf);
		ck_assert(srtp_key_rtp(&k, buf, len, 0));
		ck_assert(!srtp_key_rtp(&wrong, buf, len, 0));
		ck_assert(!srtp_key_rtp(&k, buf, len, 1));
		ck_assert(!srtp_key_rtcp(&k, buf, len));
	}

	srtp_key_close(&k);
	srtp_key_close(&wrong);
	sealer_close(&phone);
}
END_TEST


START_TEST(each_bit_of_rtp_counts)
{
	const struct relay_key master = sealer_key(suitev[_i], 1);
	uint8_t buf[SEALER_MAX];
	struct sealer phone;
	struct srtp_key k;
	size_t len;

	sealer_open(&phone, &master, 0x1234);
	open_key(&k, &master, false);
	len = sealer_rtp(&phone, buf);

	for (size_t i = 0; i < 8 * len; i++) {
		buf[i / 8] ^= (uint8_t)(1 << i % 8);
		ck_assert_msg(!srtp_key_rtp(&k, buf, len, 0), "bit %zu", i);
		buf[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t n = 0; n < len; n++)
		ck_assert_msg(!srtp_key_rtp(&k, buf, n, 0), "%zu octets", n);
	ck_assert(srtp_key_rtp(&k, buf, len, 0));

	srtp_key_close(&k);
	sealer_close(&phone);
}
END_TEST


START_TEST(the_rollover_counter_counts)
{
	const struct relay_key master = sealer_key(suitev[_i], 1);
	uint8_t buf[SEALER_MAX];
	struct sealer phone;
	struct srtp_key k;
	size_t len;

	sealer_open(&phone, &master, 0x1234);
	open_key(&k, &master, false);
	phone.seq = 65530;
	sealer_skip(&phone, 10);
	len = sealer_rtp(&phone, buf);
	ck_assert(!srtp_key_rtp(&k, buf, len, 0));
	ck_assert(srtp_key_rtp(&k, buf, len, 1));

	srtp_key_close(&k);
	sealer_close(&phone);
}
END_TEST


START_TEST(rtcp_of_a_phone_is_known)
{
	const struct relay_key master = sealer_key(suitev[_i], 1);
	uint32_t index, last = 0;
	uint8_t buf[SEALER_MAX];
	struct sealer phone;
	struct srtp_key k;
	size_t len;

	sealer_open(&phone, &master, 0x1234);
	open_key(&k, &master, true);

	for (int i = 0; i < 5; i++) {
		len = sealer_rtcp(&phone, buf);
		ck_assert(srtp_key_rtcp(&k, buf, len));
		ck_assert(!srtp_key_rtp(&k, buf, len, 0));
		ck_assert(srtp_key_index(&k, buf, len, &index));
		ck_assert(!i || index == last + 1);
		last = index;
	}
	for (size_t i = 0; i < 8 * len; i++) {
		buf[i / 8] ^= (uint8_t)(1 << i % 8);
		ck_assert_msg(!srtp_key_rtcp(&k, buf, len), "bit %zu", i);
		buf[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t n = 0; n < len; n++)
		ck_assert_msg(!srtp_key_rtcp(&k, buf, n), "%zu octets", n);

	srtp_key_close(&k);
	sealer_close(&phone);
}
END_TEST


/* RFC 4568 section 6.2.2: its reports have the long tag; libre's the short */
START_TEST(reports_have_either_tag_where_that_of_rtp_is_short)
{
	struct relay_key master = sealer_key(RELAY_SUITE_AES128_SHA1_80, 1);
	uint8_t buf[SEALER_MAX];
	struct sealer phone;
	struct srtp_key k;
	uint32_t index;

	sealer_open(&phone, &master, 0x1234);
	master.suite = RELAY_SUITE_AES128_SHA1_32;
	open_key(&k, &master, true);
	ck_assert(srtp_key_rtcp(&k, buf, sealer_rtcp(&phone, buf)));
	sealer_close(&phone);

	sealer_open(&phone, &master, 0x1234);
	ck_assert(srtp_key_rtcp(&k, buf, sealer_rtcp(&phone, buf)));
	ck_assert(srtp_key_index(&k, buf, sealer_rtcp(&phone, buf), &index));
	ck_assert_uint_eq(index, 2);

	srtp_key_close(&k);
	sealer_close(&phone);
}
END_TEST


/* a header extension and CSRC are in the clear, and count */
START_TEST(a_long_header_is_no_obstacle)
{
	const struct relay_key master = sealer_key(suitev[_i], 1);
	static const uint8_t header[] = {
		0x91, 0x08, 0, 1, 0,   0,   0,    0xa0, 0,  0,
		0x12, 0x34, 0, 0, 0,   1,   0xbe, 0xde, 0,  1,
		0x10, 0xff, 0, 0, 'h', 'e', 'l',  'l',  'o'};
	struct sealer phone;
	struct srtp_key k;
	struct mbuf *mb;

	sealer_open(&phone, &master, 0x1234);
	open_key(&k, &master, false);
	mb = mbuf_alloc(64);
	ck_assert_int_eq(mbuf_write_mem(mb, header, sizeof(header)), 0);
	mb->pos = 0;
	ck_assert_int_eq(srtp_encrypt(phone.srtp, mb), 0);
	ck_assert(srtp_key_rtp(&k, mb->buf, mb->end, 0));
	mb->buf[22] ^= 1;
	ck_assert(!srtp_key_rtp(&k, mb->buf, mb->end, 0));

	/* longer than the packet */
	mb->buf[18] = 0xff;
	ck_assert(!srtp_key_rtp(&k, mb->buf, mb->end, 0));

	mem_deref(mb);
	srtp_key_close(&k);
	sealer_close(&phone);
}
END_TEST


START_TEST(a_key_that_does_not_fit_its_suite_is_refused)
{
	struct relay_key master = sealer_key(suitev[_i], 1);
	struct srtp_key k;

	memset(&k, 0, sizeof(k));
	--master.len;
	ck_assert_int_eq(srtp_key_open(&k, &master, false), EINVAL);
	master.len += 2;
	ck_assert_int_eq(srtp_key_open(&k, &master, false), EINVAL);
	master.suite = (enum relay_suite)99;
	ck_assert_int_eq(srtp_key_open(&k, &master, false), EINVAL);
	ck_assert_int_eq(srtp_key_open(NULL, &master, false), EINVAL);
	ck_assert_int_eq(srtp_key_open(&k, NULL, false), EINVAL);
	srtp_key_close(&k);
}
END_TEST


Suite *suite_srtp_key(void);
Suite *suite_srtp_key(void)
{
	Suite *s = suite_create("srtp_key");
	TCase *tc = tcase_create("srtp_key");

	test_table(tc, rtp_of_a_phone_is_known, suitev);
	test_table(tc, each_bit_of_rtp_counts, suitev);
	test_table(tc, the_rollover_counter_counts, suitev);
	test_table(tc, rtcp_of_a_phone_is_known, suitev);
	tcase_add_test(tc, reports_have_either_tag_where_that_of_rtp_is_short);
	test_table(tc, a_long_header_is_no_obstacle, suitev);
	test_table(tc, a_key_that_does_not_fit_its_suite_is_refused, suitev);
	suite_add_tcase(s, tc);

	return s;
}
