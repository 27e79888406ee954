/**
 * @file sound.c  Sounds to be played: WAV files and tones, 8 kHz mono
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <re.h>
#include <rem.h>
#include "common/sound.h"

enum {
	SAMPLES_MAX = SOUND_MAX_S * SOUND_RATE,
	CHUNK = 4096,
	RIFF_HEAD = 12,
	CHUNK_HEAD = 8,
	FORMAT_MIN = 16,
	CHUNKS_MAX = 16,
};


static void destructor(void *arg)
{
	struct sound *s = arg;

	mem_deref(s->samplev);
}


static int sound_alloc(struct sound **sp, size_t samplec)
{
	struct sound *s = mem_zalloc(sizeof(*s), destructor);

	if (!s)
		return ENOMEM;

	s->samplev = mem_zalloc(samplec * sizeof(*s->samplev), NULL);
	if (!s->samplev) {
		mem_deref(s);
		return ENOMEM;
	}

	s->samplec = samplec;
	*sp = s;

	return 0;
}


static int say(char *why, size_t size, int err, const char *text)
{
	(void)snprintf(why, size, "%s", text);

	return err;
}


/* a pipe without a writer must not hold us */
static int check_file(const char *path, char *why, size_t size)
{
	struct stat st;

	if (stat(path, &st))
		return say(why, size, errno, strerror(errno));

	return S_ISREG(st.st_mode) ? 0 : say(why, size, EINVAL, "not a file");
}


static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}


/* librem's reader looks for "data" for ever in a file that ends before it */
static bool has_data(FILE *f)
{
	uint8_t head[RIFF_HEAD], chunk[CHUNK_HEAD];
	bool format = false;

	if (fread(head, 1, sizeof(head), f) != sizeof(head) ||
	    memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4))
		return false;

	for (int i = 0; i < CHUNKS_MAX; i++) {
		if (fread(chunk, 1, sizeof(chunk), f) != sizeof(chunk))
			return false;

		if (!memcmp(chunk, "data", 4))
			return format;

		format |= !memcmp(chunk, "fmt ", 4) &&
			  get32(chunk + 4) >= FORMAT_MIN;
		if (!i && !format)
			return false;
		if (fseek(f, (long)get32(chunk + 4), SEEK_CUR))
			return false;
	}

	return false;
}


static int check_riff(const char *path, char *why, size_t size)
{
	FILE *f = fopen(path, "rbe");
	bool fine;

	if (!f)
		return say(why, size, errno, strerror(errno));

	fine = has_data(f);
	(void)fclose(f);

	return fine ? 0 : say(why, size, EBADMSG, "not a WAV file");
}


static int check_format(const struct aufile_prm *prm, char *why, size_t size)
{
	if (prm->srate != SOUND_RATE) {
		(void)snprintf(why, size, "it has %u samples a second",
			       prm->srate);
		return EBADMSG;
	}
	if (prm->channels != 1) {
		(void)snprintf(why, size, "it has %u channels", prm->channels);
		return EBADMSG;
	}

	switch (prm->fmt) {
	case AUFMT_S16LE:
	case AUFMT_PCMA:
	case AUFMT_PCMU:
		return 0;

	default:
		return say(why, size, EBADMSG,
			   "its samples are neither 16-bit nor G.711");
	}
}


/* everything that is in it, as it stands there */
static int read_all(struct mbuf *mb, struct aufile *af, size_t max)
{
	uint8_t buf[CHUNK];
	int err;

	for (;;) {
		size_t n = sizeof(buf);

		err = aufile_read(af, buf, &n);
		if (err || !n)
			return err;

		err = mbuf_write_mem(mb, buf, n);
		if (err)
			return err;
		if (mb->end > max)
			return EFBIG;
	}
}


static int16_t sample_at(const uint8_t *p, size_t i, enum aufmt fmt)
{
	switch (fmt) {
	case AUFMT_PCMA:
		return g711_alaw2pcm(p[i]);

	case AUFMT_PCMU:
		return g711_ulaw2pcm(p[i]);

	default:
		return (int16_t)(p[2 * i] | p[2 * i + 1] << 8);
	}
}


static int decode(struct sound **sp, const struct mbuf *mb, enum aufmt fmt)
{
	const size_t n = mb->end / (fmt == AUFMT_S16LE ? 2 : 1);
	struct sound *s;
	int err;

	if (!n)
		return ENODATA;

	err = sound_alloc(&s, n);
	if (err)
		return err;

	for (size_t i = 0; i < n; i++)
		s->samplev[i] = sample_at(mb->buf, i, fmt);

	*sp = s;

	return 0;
}


static int load(struct sound **sp, struct aufile *af,
		const struct aufile_prm *prm, char *why, size_t size)
{
	const size_t width = prm->fmt == AUFMT_S16LE ? 2 : 1;
	struct mbuf *mb = mbuf_alloc(CHUNK);
	int err = ENOMEM;

	if (mb)
		err = read_all(mb, af, SAMPLES_MAX * width);
	if (!err)
		err = decode(sp, mb, prm->fmt);
	mem_deref(mb);

	switch (err) {
	case 0:
		return 0;

	case EFBIG:
		(void)snprintf(why, size, "it is longer than %d s",
			       SOUND_MAX_S);
		return err;

	case ENODATA:
		return say(why, size, err, "it is empty");

	default:
		return say(why, size, err, strerror(err));
	}
}


/**
 * Load a WAV file
 *
 * @param sp   Pointer to allocated sound
 * @param path File
 * @param why  What is wrong with it, set where something is
 * @param size Size of why
 *
 * @return 0 if success, otherwise errorcode
 */
int sound_load(struct sound **sp, const char *path, char *why, size_t size)
{
	struct aufile_prm prm = {.srate = 0};
	struct aufile *af = NULL;
	int err;

	if (!sp || !path || !why || !size)
		return EINVAL;

	err = check_file(path, why, size);
	if (!err)
		err = check_riff(path, why, size);
	if (err)
		return err;

	err = aufile_open(&af, &prm, path, AUFILE_READ);
	if (err == ENOMEM || err == EACCES)
		return say(why, size, err, strerror(err));
	if (err)
		return say(why, size, EBADMSG,
			   err == ENOSYS
				   ? "its samples are neither 16-bit nor "
				     "G.711"
				   : "not a WAV file");

	err = check_format(&prm, why, size);
	if (!err)
		err = load(sp, af, &prm, why, size);
	mem_deref(af);

	return err;
}


static int finish(struct sound **sp, const struct mbuf *mb, int err)
{
	return err ? err : decode(sp, mb, AUFMT_S16LE);
}


/**
 * Make one second of one or two tones
 *
 * @param sp    Pointer to allocated sound
 * @param f1    Frequency in Hz
 * @param f2    Second one, 0 for none
 * @param level How loud, percent for each of them
 *
 * @return 0 if success, otherwise errorcode
 */
int sound_tone(struct sound **sp, uint32_t f1, uint32_t f2, uint32_t level)
{
	struct mbuf *mb;
	int err;

	if (!sp || !f1 || level > 100)
		return EINVAL;

	mb = mbuf_alloc(2 * SOUND_RATE);
	if (!mb)
		return ENOMEM;

	err = autone_sine(mb, SOUND_RATE, f1, (int)level, f2,
			  f2 ? (int)level : 0);
	err = finish(sp, mb, err);
	mem_deref(mb);

	return err;
}


/**
 * Make one second of the tones of a key
 *
 * @param sp  Pointer to allocated sound
 * @param key 0-9, A-D, star or hash
 *
 * @return 0 if success, EINVAL for another one, otherwise errorcode
 *
 * ITU-T Q.23
 */
int sound_key(struct sound **sp, char key)
{
	struct mbuf *mb;
	int err;

	if (!sp || !key || !strchr("0123456789*#ABCD", key))
		return EINVAL;

	mb = mbuf_alloc(2 * SOUND_RATE);
	if (!mb)
		return ENOMEM;

	err = autone_dtmf(mb, SOUND_RATE, key);
	err = finish(sp, mb, err);
	mem_deref(mb);

	return err;
}
