/**
 * @file test/relay/quality/emodel.c  MOS by the E-model, against published values
 */
#include <math.h>
#include "relay/quality/emodel.h"
#include "test/test.h"

/* ITU-T G.107 annex B, G.109 table 1 */
static const struct {
	double r, mos;
} mosv[] = {
	{-5, 1},    {0, 1},     {50, 2.58},   {60, 3.10}, {70, 3.60},
	{80, 4.03}, {90, 4.34}, {93.2, 4.41}, {100, 4.5}, {120, 4.5},
};


START_TEST(a_rating_has_its_opinion)
{
	ck_assert_double_eq_tol(emodel_mos(mosv[_i].r, false), mosv[_i].mos,
				0.01);
}
END_TEST


START_TEST(an_opinion_is_never_below_one)
{
	for (int i = 0; i < 200; i++) {
		ck_assert_double_ge(emodel_mos(i / 10.0, false), 1);
		ck_assert_double_ge(emodel_mos(i / 10.0, true), 1);
	}
}
END_TEST


/*
 * G.107 section 7.7: all defaults give 93.2. G.113 table I.4: Ie,eff of G.711
 * with concealment by 95 * Ppl / (Ppl + 25.1), of G.729A and G.723.1 alike.
 * G.107.1: 129 less Ie,wb.
 */
static const struct {
	const char *codec;
	double loss, burst, r, mos;
} lossv[] = {
	{"PCMU", 0, 1, 93.2, 4.41},    {"PCMA", 1, 1, 89.6, 4.33},
	{"PCMA", 2, 1, 86.2, 4.24},    {"pcma", 5, 1, 77.4, 3.93},
	{"PCMA", 5, 2, 76.0, 3.87},    {"PCMA", 100, 1, 17.3, 1.18},
	{"G729", 0, 1, 82.2, 4.10},    {"G729", 2, 1, 74.2, 3.79},
	{"G723", 0, 1, 78.2, 3.95},    {"GSM", 0, 1, 73.2, 3.75},
	{"GSM-EFR", 0, 1, 88.2, 4.30}, {"AMR", 0, 1, 88.2, 4.30},
	{"iLBC", 0, 1, 82.2, 4.10},    {"G722", 0, 1, 116.0, 4.34},
	{"opus", 0, 1, 124.0, 4.46},
};


START_TEST(loss_costs_what_is_published)
{
	const struct emodel_codec *c = emodel_codec(lossv[_i].codec);
	const struct emodel_network n = {
		.loss = lossv[_i].loss,
		.burst = lossv[_i].burst,
	};
	double r;

	ck_assert_ptr_nonnull(c);
	r = emodel_rating(c, &n);
	ck_assert_double_eq_tol(r, lossv[_i].r, 0.06);
	ck_assert_double_eq_tol(emodel_mos(r, c->wideband), lossv[_i].mos,
				0.01);
}
END_TEST


/*
 * The curve of G.114 (TELR 65 dB), by the approximation that R. G. Cole and
 * J. H. Rosenbluth published for it (Voice over IP performance monitoring,
 * 2001): Id = 0.024 d + 0.11 (d - 177.3) H(d - 177.3)
 */
static const double delayv[] = {0, 20, 50, 100, 150, 200, 250, 300};


START_TEST(delay_costs_what_is_published)
{
	const double d = delayv[_i];
	const struct emodel_network n = {.burst = 1, .delay_ms = d};
	const double id = 0.024 * d + (d > 177.3 ? 0.11 * (d - 177.3) : 0);
	const struct emodel_codec *c = emodel_codec("PCMU");

	ck_assert_double_eq_tol(emodel_rating(c, &n), 93.2 - id, 1.5);
}
END_TEST


START_TEST(worse_is_never_better)
{
	static const char *const namev[] = {"PCMU", "G729", "G722", "opus"};
	double before, now;

	for (size_t i = 0; i < 4; i++) {
		const struct emodel_codec *c = emodel_codec(namev[i]);
		struct emodel_network n = {.burst = 1};

		before = 1000;
		for (int loss = 0; loss <= 200; loss++) {
			n.loss = loss / 2.0;
			now = emodel_rating(c, &n);
			ck_assert(now <= before);
			before = now;
		}

		n.loss = 0;
		before = 1000;
		for (int ms = 0; ms < 20000; ms += 10) {
			n.delay_ms = ms;
			now = emodel_rating(c, &n);
			ck_assert(isfinite(now) && now <= before + 0.3);
			before = now;
		}
	}
}
END_TEST


START_TEST(nobody_measured_others)
{
	ck_assert_ptr_null(emodel_codec(NULL));
	ck_assert_ptr_null(emodel_codec(""));
	ck_assert_ptr_null(emodel_codec("H264"));
	ck_assert_ptr_null(emodel_codec("telephone-event"));
}
END_TEST


Suite *suite_emodel(void);
Suite *suite_emodel(void)
{
	Suite *s = suite_create("emodel");
	TCase *tc = tcase_create("emodel");

	test_table(tc, a_rating_has_its_opinion, mosv);
	tcase_add_test(tc, an_opinion_is_never_below_one);
	test_table(tc, loss_costs_what_is_published, lossv);
	test_table(tc, delay_costs_what_is_published, delayv);
	tcase_add_test(tc, worse_is_never_better);
	tcase_add_test(tc, nobody_measured_others);
	suite_add_tcase(s, tc);

	return s;
}
