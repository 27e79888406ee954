/**
 * @file test/relay/record/record_wav.c  A stereo WAV file that is good at each moment
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "relay/record/record_track.h"
#include "relay/record/record_wav.h"
#include "test/mock/hearing.h"
#include "test/mock/tempdir.h"
#include "test/test.h"

static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 8];
static struct record_wav w;


static void setup(void)
{
	int fd;

	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/a.wav", dir);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(record_wav_init(&w, fd), 0);
}


static void teardown(void)
{
	if (w.fd >= 0)
		(void)close(w.fd);
	tempdir_remove(dir);
}


static int put(unsigned side, int64_t pos, int16_t value, size_t n)
{
	int16_t pcm[TRACK_SAMPLES + 1];

	for (size_t i = 0; i < n && i < ARRAY_SIZE(pcm); i++)
		pcm[i] = value;

	return record_wav_put(&w, side, pos, pcm, n);
}


static int16_t at(const struct hearing *l, size_t frame, unsigned side)
{
	return l->pcm[2 * frame + side];
}


START_TEST(sides_stand_where_they_were_put)
{
	struct hearing l;

	ck_assert_int_eq(put(0, -60, 1, 160), 0);
	ck_assert_int_eq(put(0, -160, 7, 160), 0);
	ck_assert_int_eq(put(1, 50, 2, 100), 0);
	ck_assert_int_eq(put(0, 10000, -3, 160), 0);
	ck_assert_int_eq(record_wav_write(&w, 10160), 0);
	/* late, across what is written and what is not, and too late */
	ck_assert_int_eq(put(1, 10, 4, 20), 0);
	ck_assert_int_eq(put(1, 10100, 5, 160), 0);
	ck_assert_int_eq(record_wav_write(&w, 20000), 0);
	ck_assert_int_eq(record_wav_patch(&w), 0);
	ck_assert_uint_eq(record_wav_size(&w), 44 + 4 * 20000);

	hearing_open(&l, path);
	ck_assert_uint_eq(l.promised, 20000);
	ck_assert_uint_eq(l.frames, 20000);
	ck_assert_int_eq(at(&l, 0, 0), 1);
	ck_assert_int_eq(at(&l, 99, 0), 1);
	ck_assert_int_eq(at(&l, 100, 0), 0);
	ck_assert_int_eq(at(&l, 9, 1), 0);
	ck_assert_int_eq(at(&l, 10, 1), 4);
	ck_assert_int_eq(at(&l, 10, 0), 1);
	ck_assert_int_eq(at(&l, 49, 1), 0);
	ck_assert_int_eq(at(&l, 50, 1), 2);
	ck_assert_int_eq(at(&l, 149, 1), 2);
	ck_assert_int_eq(at(&l, 150, 1), 0);
	ck_assert_int_eq(at(&l, 10000, 0), -3);
	ck_assert_int_eq(at(&l, 10100, 1), 5);
	ck_assert_int_eq(at(&l, 10259, 1), 5);
	ck_assert_int_eq(at(&l, 10260, 1), 0);
	ck_assert_int_eq(at(&l, 19999, 0), 0);
	hearing_close(&l);
}
END_TEST


START_TEST(impossible_places_are_refused_or_left_out)
{
	ck_assert_int_eq(put(0, 0, 1, TRACK_SAMPLES + 1), EINVAL);
	ck_assert_int_eq(put(0, INT64_C(1) << 40, 1, 1), EFBIG);
	ck_assert_int_eq(record_wav_write(&w, INT64_C(1) << 40), EFBIG);
	ck_assert_int_eq(record_wav_write(&w, 100000), 0);
	ck_assert_int_eq(put(0, 100, 1, 160), 0); /* an hour ago */
	ck_assert_int_eq(record_wav_write(&w, 50), 0);
	ck_assert_int_eq(w.written, 100000);
}
END_TEST


START_TEST(a_killed_writers_file_is_repaired)
{
	struct hearing l;
	int fd;

	ck_assert_int_eq(put(0, 0, 9, 160), 0);
	ck_assert_int_eq(record_wav_write(&w, 8000), 0);
	/* no patch, and the half of a frame */
	ck_assert_int_eq(pwrite(w.fd, "abc", 3, 44 + 4 * 8000), 3);
	(void)close(w.fd);
	w.fd = -1;

	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(record_wav_repair(fd), 0);
	ck_assert_int_eq(record_wav_repair(fd), 0);
	(void)close(fd);
	hearing_open(&l, path);
	ck_assert_uint_eq(l.promised, 8000);
	ck_assert_uint_eq(l.frames, 8000);
	ck_assert_int_eq(at(&l, 159, 0), 9);
	hearing_close(&l);
}
END_TEST


static const off_t emptyv[] = {0, 1, 43, 44, 47};


START_TEST(a_file_without_a_frame_is_empty)
{
	ck_assert_int_eq(ftruncate(w.fd, emptyv[_i]), 0);
	ck_assert_int_eq(record_wav_repair(w.fd), ENODATA);
	ck_assert_int_eq(record_wav_repair(-1), EBADF);
}
END_TEST


/* a disk that takes so many octets and no more */
START_TEST(a_full_disk_is_an_error_and_what_is_there_is_good)
{
	const struct rlimit low = {44 + 4 * 5000 + 2, RLIM_INFINITY};
	struct hearing l;

	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &low), 0);
	ck_assert_int_eq(record_wav_write(&w, 4000), 0);
	ck_assert_int_eq(record_wav_write(&w, 8000), EFBIG);
	ck_assert_int_eq(record_wav_repair(w.fd), 0);
	hearing_open(&l, path);
	ck_assert_uint_eq(l.promised, 5000);
	hearing_close(&l);
}
END_TEST


START_TEST(a_file_that_cannot_be_written_is_not_begun)
{
	struct record_wav none;
	const int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	ck_assert_int_eq(record_wav_init(&none, fd), ENOSPC);
	ck_assert_int_eq(none.fd, -1);
	ck_assert_uint_eq(record_wav_size(&none), 0);
	(void)close(fd);
}
END_TEST


Suite *suite_record_wav(void);
Suite *suite_record_wav(void)
{
	Suite *s = suite_create("record_wav");
	TCase *tc = tcase_create("core");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sides_stand_where_they_were_put);
	tcase_add_test(tc, impossible_places_are_refused_or_left_out);
	tcase_add_test(tc, a_killed_writers_file_is_repaired);
	test_table(tc, a_file_without_a_frame_is_empty, emptyv);
	tcase_add_test(tc, a_full_disk_is_an_error_and_what_is_there_is_good);
	tcase_add_test(tc, a_file_that_cannot_be_written_is_not_begun);
	suite_add_tcase(s, tc);

	return s;
}
