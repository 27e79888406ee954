/**
 * @file test/relay/record/record_kind.c  What a payload type sounds like
 */
#include <string.h>
#include "relay/record/record_kind.h"
#include "test/test.h"

#define CODEC(n, text, hz, ch)                                             \
	{                                                                  \
		.pt = (n), .name = (text), .clock = (hz), .channels = (ch) \
	}

static const struct relay_terms terms = {
	.codecv =
		(struct relay_codec[]){
			CODEC(0, "pcmu", 8000, 1),
			CODEC(8, "PCMA", 8000, 0),
			CODEC(96, "opus", 48000, 2),
			CODEC(97, "PCMA", 8000, 1),
			CODEC(98, "PCMU", 16000, 1),
			CODEC(99, "PCMU", 8000, 2),
			CODEC(101, "telephone-event", 8000, 1),
			CODEC(102, "telephone-event", 48000, 1),
			CODEC(13, "CN", 8000, 1),
			CODEC(9, "G722", 8000, 1),
			CODEC(200, "PCMU", 8000, 1),
			CODEC(100, "", 8000, 1),
		},
	.codecc = 12,
};

static const struct {
	uint8_t pt;
	size_t len;
	enum record_kind said, unsaid;
} casev[] = {
	{0, 160, RECORD_PCMU, RECORD_PCMU},
	{8, 160, RECORD_PCMA, RECORD_PCMA},
	{96, 80, RECORD_OTHER, RECORD_OTHER},
	{97, 160, RECORD_PCMA, RECORD_OTHER},
	{98, 160, RECORD_OTHER, RECORD_OTHER},
	{99, 160, RECORD_OTHER, RECORD_OTHER},
	{101, 4, RECORD_SILENCE, RECORD_SILENCE},
	{101, 160, RECORD_SILENCE, RECORD_OTHER},
	{102, 4, RECORD_SILENCE, RECORD_SILENCE},
	{13, 1, RECORD_SILENCE, RECORD_SILENCE},
	{19, 1, RECORD_SILENCE, RECORD_SILENCE},
	{9, 160, RECORD_OTHER, RECORD_OTHER},
	{18, 20, RECORD_OTHER, RECORD_OTHER},
	{120, 4, RECORD_OTHER, RECORD_SILENCE},
	{72, 160, RECORD_OTHER, RECORD_OTHER},
};


START_TEST(a_payload_type_is_what_the_receiver_said)
{
	struct record_words none, said;

	memset(&none, 0, sizeof(none));
	memset(&said, 0, sizeof(said));
	record_words_set(&said, &terms, false);
	ck_assert_int_eq(
		record_kind(&none, &said, casev[_i].pt, casev[_i].len),
		casev[_i].said);
	ck_assert_int_eq(
		record_kind(&said, &none, casev[_i].pt, casev[_i].len),
		casev[_i].said);
	ck_assert_int_eq(
		record_kind(&none, &none, casev[_i].pt, casev[_i].len),
		casev[_i].unsaid);
}
END_TEST


START_TEST(the_receivers_word_goes_first)
{
	const struct relay_terms other = {
		.codecv = (struct relay_codec[]){CODEC(97, "opus", 48000, 2)},
		.codecc = 1,
	};
	struct record_words a, b;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	record_words_set(&a, &terms, false);
	record_words_set(&b, &other, false);
	ck_assert_int_eq(record_kind(&a, &b, 97, 160), RECORD_OTHER);
	ck_assert_int_eq(record_kind(&b, &a, 97, 160), RECORD_PCMA);

	/* a later SDP changes what it names, and nothing else */
	record_words_set(&a, &other, false);
	ck_assert_int_eq(record_kind(&b, &a, 97, 160), RECORD_OTHER);
	ck_assert_int_eq(record_kind(&b, &a, 101, 4), RECORD_SILENCE);
}
END_TEST


START_TEST(encrypted_is_what_both_call_so)
{
	struct record_words a, b;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	ck_assert(!record_is_opaque(&a, &b));
	record_words_set(&a, NULL, true);
	ck_assert(record_is_opaque(&a, &b));
	ck_assert(record_is_opaque(&b, &a));
	record_words_set(&b, NULL, false);
	ck_assert(!record_is_opaque(&a, &b));
	record_words_set(&b, NULL, true);
	ck_assert(record_is_opaque(&a, &b));
}
END_TEST


Suite *suite_record_kind(void);
Suite *suite_record_kind(void)
{
	Suite *s = suite_create("record_kind");
	TCase *tc = tcase_create("core");

	test_table(tc, a_payload_type_is_what_the_receiver_said, casev);
	tcase_add_test(tc, the_receivers_word_goes_first);
	tcase_add_test(tc, encrypted_is_what_both_call_so);
	suite_add_tcase(s, tc);

	return s;
}
