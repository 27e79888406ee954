/**
 * @file record_wav.c  A stereo WAV file that is good at each moment
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <re.h>
#include "relay/record/record_file.h"
#include "relay/record/record_track.h"
#include "relay/record/record_wav.h"

/* a late piece belongs to the last seconds, not to an hour ago */
enum { LATE_MAX = 10 * TRACK_RATE };

/* what the sizes of the format can say */
static const int64_t FRAMES_MAX = (UINT32_MAX - WAV_HEADER) / WAV_FRAME;


static void put16(uint8_t *p, uint16_t n)
{
	p[0] = (uint8_t)n;
	p[1] = (uint8_t)(n >> 8);
}


static void put32(uint8_t *p, uint32_t n)
{
	put16(p, (uint16_t)n);
	put16(p + 2, (uint16_t)(n >> 16));
}


static int write_header(int fd, int64_t frames)
{
	const uint32_t octets = (uint32_t)frames * WAV_FRAME;
	uint8_t h[WAV_HEADER] = "RIFF....WAVEfmt ....................data";

	put32(h + 4, octets + WAV_HEADER - 8);
	put32(h + 16, 16);
	put16(h + 20, 1); /* PCM */
	put16(h + 22, 2);
	put32(h + 24, TRACK_RATE);
	put32(h + 28, TRACK_RATE * WAV_FRAME);
	put16(h + 32, WAV_FRAME);
	put16(h + 34, 16);
	put32(h + 40, octets);

	return record_file_write(fd, h, sizeof(h), 0);
}


/**
 * Begin a file
 *
 * @param w  File
 * @param fd Its descriptor, which it takes over where this succeeds
 *
 * @return 0 if success, otherwise errorcode
 */
int record_wav_init(struct record_wav *w, int fd)
{
	int err;

	memset(w, 0, sizeof(*w));
	w->fd = -1;
	err = write_header(fd, 0);
	if (!err)
		w->fd = fd;

	return err;
}


static off_t offset_of(int64_t frame)
{
	return WAV_HEADER + (off_t)frame * WAV_FRAME;
}


/* what is in the file already keeps its other side */
static int put_late(const struct record_wav *w, unsigned side, int64_t pos,
		    const int16_t *pcm, size_t n)
{
	uint8_t buf[TRACK_SAMPLES * WAV_FRAME];
	const size_t len = n * WAV_FRAME;

	if (pos < w->written - LATE_MAX)
		return 0;
	if (pread(w->fd, buf, len, offset_of(pos)) != (ssize_t)len)
		return EIO;

	for (size_t i = 0; i < n; i++)
		put16(buf + i * WAV_FRAME + 2 * side, (uint16_t)pcm[i]);

	return record_file_write(w->fd, buf, len, offset_of(pos));
}


static void put_window(struct record_wav *w, unsigned side, int64_t pos,
		       const int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		w->window[(pos + (int64_t)i) % WAV_WINDOW][side] = pcm[i];
}


/**
 * Put a piece of a side's audio where it belongs
 *
 * @param w    File
 * @param side 0: left, 1: right
 * @param pos  Its first frame; what is before 0 is left out
 * @param pcm  Samples
 * @param n    Number of samples, TRACK_SAMPLES at most
 *
 * @return 0 if success, otherwise errorcode
 */
int record_wav_put(struct record_wav *w, unsigned side, int64_t pos,
		   const int16_t *pcm, size_t n)
{
	const int64_t end = pos + (int64_t)n;
	size_t late = 0;
	int err;

	if (n > TRACK_SAMPLES || end > FRAMES_MAX)
		return n > TRACK_SAMPLES ? EINVAL : EFBIG;
	if (end <= 0)
		return 0;
	if (pos < 0) {
		pcm -= pos;
		n = (size_t)end;
		pos = 0;
	}

	err = record_wav_write(w, end - WAV_WINDOW);
	if (!err && pos < w->written) {
		late = (size_t)min((int64_t)n, w->written - pos);
		err = put_late(w, side, pos, pcm, late);
	}
	if (!err)
		put_window(w, side, pos + (int64_t)late, pcm + late, n - late);

	return err;
}


/* frames of the window, which are silence again afterwards */
static int write_piece(struct record_wav *w, size_t n)
{
	uint8_t buf[1024 * WAV_FRAME];
	int err;

	for (size_t i = 0; i < n; i++) {
		int16_t *frame =
			w->window[(w->written + (int64_t)i) % WAV_WINDOW];

		put16(buf + i * WAV_FRAME, (uint16_t)frame[0]);
		put16(buf + i * WAV_FRAME + 2, (uint16_t)frame[1]);
		frame[0] = frame[1] = 0;
	}

	err = record_file_write(w->fd, buf, n * WAV_FRAME,
				offset_of(w->written));
	if (!err)
		w->written += (int64_t)n;

	return err;
}


/**
 * Write what is before a frame, silence where nothing came
 *
 * @param w    File
 * @param upto Frame
 *
 * @return 0 if success, EFBIG beyond what WAV can hold, otherwise errorcode
 */
int record_wav_write(struct record_wav *w, int64_t upto)
{
	int err = upto > FRAMES_MAX ? EFBIG : 0;

	while (w->written < upto && !err)
		err = write_piece(
			w, (size_t)min(upto - w->written, INT64_C(1024)));

	return err;
}


/**
 * Let the header say what is there
 *
 * @param w File
 *
 * @return 0 if success, otherwise errorcode
 */
int record_wav_patch(const struct record_wav *w)
{
	return write_header(w->fd, w->written);
}


/**
 * Octets of the file
 *
 * @param w File
 *
 * @return Octets, 0 if it is closed
 */
uint64_t record_wav_size(const struct record_wav *w)
{
	return w->fd < 0 ? 0 : (uint64_t)offset_of(w->written);
}


/**
 * Repair a file whose writer was killed
 *
 * @param fd Its descriptor
 *
 * @return 0 if success, ENODATA if there is nothing in it, otherwise errorcode
 */
int record_wav_repair(int fd)
{
	struct stat st;
	int64_t frames;

	if (fstat(fd, &st))
		return errno;

	frames = (st.st_size - WAV_HEADER) / WAV_FRAME;
	if (st.st_size < WAV_HEADER || !frames)
		return ENODATA;
	if (frames > FRAMES_MAX)
		frames = FRAMES_MAX;
	if (ftruncate(fd, offset_of(frames)))
		return errno;

	return write_header(fd, frames);
}
