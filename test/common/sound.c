/**
 * @file test/common/sound.c  Sounds to be played
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <re.h>
#include <rem.h>
#include "common/sound.h"
#include "test/mock/tempdir.h"
#include "test/mock/tone.h"
#include "test/test.h"


static const struct {
	const char *name;
	uint32_t srate;
	uint8_t channels;
	int fmt;
	unsigned seconds;
	const char *why; /* NULL: it is fine */
} wavv[] = {
	{"16-bit", 8000, 1, AUFMT_S16LE, 2, NULL},
	{"A-law", 8000, 1, AUFMT_PCMA, 2, NULL},
	{"u-law", 8000, 1, AUFMT_PCMU, 2, NULL},
	{"CD", 44100, 1, AUFMT_S16LE, 2, "it has 44100 samples a second"},
	{"wide band", 16000, 1, AUFMT_S16LE, 2,
	 "it has 16000 samples a second"},
	{"stereo", 8000, 2, AUFMT_S16LE, 2, "it has 2 channels"},
	{"floating point", 8000, 1, AUFMT_FLOAT, 2,
	 "its samples are neither 16-bit nor G.711"},
	{"empty", 8000, 1, AUFMT_S16LE, 0, "it is empty"},
	{"longest", 8000, 1, AUFMT_PCMA, 300, NULL},
	{"too long", 8000, 1, AUFMT_PCMA, 301, "it is longer than 300 s"},
};


START_TEST(wav_files_are_loaded_or_it_is_said_why_not)
{
	char dir[TEMPDIR_SIZE], path[128], why[SOUND_WHY_SIZE] = "";
	struct sound *s = NULL;
	int err;

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/x.wav", dir);
	tone_write(path, 440, wavv[_i].seconds, wavv[_i].srate,
		   wavv[_i].channels, wavv[_i].fmt);

	err = sound_load(&s, path, why, sizeof(why));
	if (wavv[_i].why) {
		ck_assert_int_ne(err, 0);
		ck_assert_str_eq(why, wavv[_i].why);
		ck_assert_ptr_null(s);
	}
	else {
		ck_assert_msg(!err, "%s: %s", wavv[_i].name, why);
		ck_assert_uint_eq(s->samplec, wavv[_i].seconds * 8000);
		ck_assert(tone_is(s->samplev + 4000, 800, 440));
	}

	mem_deref(s);
	tempdir_remove(dir);
}
END_TEST


static void write_file(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	ck_assert_int_eq(fclose(f), 0);
}


START_TEST(what_is_no_wav_file_is_refused)
{
	static const char riff[] = "RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0";
	char dir[TEMPDIR_SIZE], path[128], why[SOUND_WHY_SIZE] = "";
	struct sound *s = NULL;

	tempdir_make(dir);
	ck_assert_int_ne(sound_load(&s, dir, why, sizeof(why)), 0);
	ck_assert_str_eq(why, "not a file");

	(void)snprintf(path, sizeof(path), "%s/none.wav", dir);
	ck_assert_int_eq(sound_load(&s, path, why, sizeof(why)), ENOENT);
	ck_assert_str_eq(why, "No such file or directory");

	write_file(path, "", 0);
	ck_assert_int_eq(sound_load(&s, path, why, sizeof(why)), EBADMSG);
	ck_assert_str_eq(why, "not a WAV file");
	write_file(path, "ID3\3 this is something else, quite", 35);
	ck_assert_int_eq(sound_load(&s, path, why, sizeof(why)), EBADMSG);
	write_file(path, riff, sizeof(riff) - 1);
	ck_assert_int_eq(sound_load(&s, path, why, sizeof(why)), EBADMSG);

	(void)snprintf(path, sizeof(path), "%s/pipe.wav", dir);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_ne(sound_load(&s, path, why, sizeof(why)), 0);
	ck_assert_str_eq(why, "not a file");

	ck_assert_int_eq(sound_load(NULL, path, why, sizeof(why)), EINVAL);
	ck_assert_ptr_null(s);
	tempdir_remove(dir);
}
END_TEST


START_TEST(tones_have_their_frequency_and_no_seam)
{
	struct sound *s;
	int16_t v[1600];

	ck_assert_int_eq(sound_tone(&s, 440, 0, 30), 0);
	ck_assert_uint_eq(s->samplec, SOUND_RATE);
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = s->samplev[(7200 + i) % s->samplec];
	ck_assert(tone_is(v, ARRAY_SIZE(v), 440));
	ck_assert(!tone_is(v, ARRAY_SIZE(v), 480));
	mem_deref(s);

	ck_assert_int_eq(sound_key(&s, '#'), 0);
	ck_assert(!tone_is(s->samplev, 1600, 700));
	mem_deref(s);

	ck_assert_int_eq(sound_key(&s, 'x'), EINVAL);
	ck_assert_int_eq(sound_key(&s, 0), EINVAL);
	ck_assert_int_eq(sound_key(NULL, '1'), EINVAL);
	ck_assert_int_eq(sound_tone(&s, 0, 0, 30), EINVAL);
	ck_assert_int_eq(sound_tone(&s, 440, 0, 101), EINVAL);
}
END_TEST


START_TEST(short_of_memory_nothing_is_kept)
{
	struct sound *s = NULL;

	for (int n = 0; n < 2; n++) {
		oom_after(n);
		ck_assert_int_eq(sound_tone(&s, 440, 0, 30), ENOMEM);
		oom_after(n);
		ck_assert_int_eq(sound_key(&s, '1'), ENOMEM);
		ck_assert_ptr_null(s);
	}
	oom_after(-1);
}
END_TEST


Suite *suite_sound(void);
Suite *suite_sound(void)
{
	Suite *s = suite_create("sound");
	TCase *tc = tcase_create("core");

	test_table(tc, wav_files_are_loaded_or_it_is_said_why_not, wavv);
	tcase_add_test(tc, what_is_no_wav_file_is_refused);
	tcase_add_test(tc, tones_have_their_frequency_and_no_seam);
	tcase_add_test(tc, short_of_memory_nothing_is_kept);
	suite_add_tcase(s, tc);

	return s;
}
