/**
 * @file test/tool/wavtone.c  Recognises tones in a WAV file
 *
 *   wavtone FILE              what is to be heard, loudest tone first
 *   wavtone FILE HZ SECONDS   is HZ heard for that long? exit 0 or 1
 *   wavtone FILE HZ SECONDS CHANNEL   in that channel, from 0; else in all
 *   wavtone -w FILE HZ SECONDS   writes such a file
 *
 * The file is cut into windows of 100 ms. A window holds a tone when more
 * than half of its energy is at that frequency.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include <rem.h>


enum {
	WINDOWS_S = 10,     /* a second */
	SAMPLES_MAX = 4800, /* of a window: 48 kHz */
	CHANNELS_MAX = 2,
	ALL_CHANNELS = -1,
	SILENCE = 100, /* mean square below which nothing is heard */
	SCAN_MIN = 100,
	SCAN_MAX = 3900,
	SCAN_STEP = 10,
};

struct wav {
	struct aufile *af;
	struct aufile_prm prm;
	size_t sampc; /* of a window, in a channel */
	int channel;
};

struct heard {
	unsigned windows; /* in the file */
	unsigned tone;    /* with the tone */
	unsigned gap;     /* the longest run without it, once it was there */
};


static int wav_open(struct wav *wav, const char *path)
{
	int err = aufile_open(&wav->af, &wav->prm, path, AUFILE_READ);
	if (err)
		return err;

	wav->sampc = wav->prm.srate / WINDOWS_S;
	if (wav->prm.fmt != AUFMT_S16LE || !wav->prm.channels ||
	    wav->prm.channels > CHANNELS_MAX ||
	    wav->channel >= wav->prm.channels || !wav->sampc ||
	    wav->sampc > SAMPLES_MAX) {
		wav->af = mem_deref(wav->af);
		return ENOTSUP;
	}

	return 0;
}


/* one channel, or the mean of all */
static int16_t sample(const struct wav *wav, const int16_t *framev, size_t i)
{
	const unsigned channels = wav->prm.channels;
	int sum = 0;

	if (wav->channel != ALL_CHANNELS)
		return framev[i * channels + (unsigned)wav->channel];

	for (unsigned c = 0; c < channels; c++)
		sum += framev[i * channels + c];

	return (int16_t)(sum / (int)channels);
}


static bool wav_window(const struct wav *wav, int16_t *sampv)
{
	int16_t framev[SAMPLES_MAX * CHANNELS_MAX];
	size_t want = wav->sampc * wav->prm.channels * sizeof(*framev);
	size_t have = 0;

	while (have < want) {
		size_t n = want - have;

		if (aufile_read(wav->af, (uint8_t *)framev + have, &n) || !n)
			return false;
		have += n;
	}

	for (size_t i = 0; i < wav->sampc; i++)
		sampv[i] = sample(wav, framev, i);

	return true;
}


/* the share of the window's energy at that frequency, 0 to 1 */
static double tone_share(const struct wav *wav, const int16_t *sampv,
			 unsigned hz)
{
	struct goertzel g;
	double energy = 0, n = (double)wav->sampc;

	goertzel_init(&g, hz, wav->prm.srate);
	for (size_t i = 0; i < wav->sampc; i++) {
		goertzel_update(&g, sampv[i]);
		energy += (double)sampv[i] * sampv[i];
	}
	if (energy < SILENCE * n)
		return 0;

	/* librem's result is the power, |X|^2 = (amplitude * n / 2)^2 */
	return goertzel_result(&g) / (energy * n / 2);
}


static int listen_for(struct heard *heard, const char *path, unsigned hz,
		      int channel)
{
	int16_t sampv[SAMPLES_MAX] = {0};
	struct wav wav = {.channel = channel};
	unsigned gap = 0;
	int err;

	err = wav_open(&wav, path);
	if (err)
		return err;

	memset(heard, 0, sizeof(*heard));
	while (wav_window(&wav, sampv)) {
		++heard->windows;
		if (tone_share(&wav, sampv, hz) > 0.5) {
			if (heard->tone++ && gap > heard->gap)
				heard->gap = gap;
			gap = 0;
		}
		else {
			++gap;
		}
	}
	mem_deref(wav.af);

	return 0;
}


static int scan(const char *path)
{
	struct heard heard, best = {0};
	unsigned best_hz = 0;

	for (unsigned hz = SCAN_MIN; hz <= SCAN_MAX; hz += SCAN_STEP) {
		int err = listen_for(&heard, path, hz, ALL_CHANNELS);
		if (err)
			return err;

		if (heard.tone > best.tone) {
			best = heard;
			best_hz = hz;
		}
	}

	if (best.tone)
		(void)printf("%u Hz for %u.%u s\n", best_hz,
			     best.tone / WINDOWS_S, best.tone % WINDOWS_S);
	else
		(void)printf("no tone\n");

	return 0;
}


/* 0: heard, EAGAIN: not */
static int expect(const char *path, unsigned hz, unsigned seconds, int channel)
{
	struct heard heard;
	int err;

	err = listen_for(&heard, path, hz, channel);
	if (err)
		return err;

	(void)printf("%u Hz for %u.%u of %u.%u s, longest gap %u.%u s\n", hz,
		     heard.tone / WINDOWS_S, heard.tone % WINDOWS_S,
		     heard.windows / WINDOWS_S, heard.windows % WINDOWS_S,
		     heard.gap / WINDOWS_S, heard.gap % WINDOWS_S);

	return heard.tone >= seconds * WINDOWS_S ? 0 : EAGAIN;
}


static int tone_write(const char *path, unsigned hz, unsigned seconds)
{
	struct aufile_prm prm = {
		.srate = 8000, .channels = 1, .fmt = AUFMT_S16LE};
	struct mbuf *mb = mbuf_alloc(prm.srate * sizeof(int16_t));
	struct aufile *af = NULL;
	int err;

	if (!mb)
		return ENOMEM;

	/* one second; a whole number of Hz has no seam */
	err = autone_sine(mb, prm.srate, hz, 50, 0, 0);
	if (!err)
		err = aufile_open(&af, &prm, path, AUFILE_WRITE);
	for (unsigned i = 0; !err && i < seconds; i++)
		err = aufile_write(af, mb->buf, mb->end);

	mem_deref(af);
	mem_deref(mb);

	return err;
}


static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}


int main(int argc, char **argv)
{
	int err;

	if (argc == 5 && !strcmp(argv[1], "-w")) {
		err = tone_write(argv[2], number(argv[3]), number(argv[4]));
	}
	else if (argc == 4 || argc == 5) {
		err = expect(argv[1], number(argv[2]), number(argv[3]),
			     argc == 5 ? (int)number(argv[4]) : ALL_CHANNELS);
	}
	else if (argc == 2) {
		err = scan(argv[1]);
	}
	else {
		(void)fprintf(
			stderr,
			"usage: wavtone [-w] FILE [HZ SECONDS [CHANNEL]]\n");
		return 2;
	}
	if (err && err != EAGAIN)
		(void)fprintf(stderr, "wavtone: %s: %s\n", argv[1],
			      strerror(err));

	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
