/**
 * @file voice_ear.c  The keys that somebody presses, and how loud he is
 */
#include <math.h>
#include <string.h>
#include <re.h>
#include <rem.h>
#include "common/sound.h"
#include "relay/voice/voice_ear.h"

enum { SILENCE = 127 };


static void dtmf_handler(char digit, void *arg)
{
	struct voice_ear *ear = arg;

	ear->digit = digit;
}


/**
 * Release what an ear holds
 *
 * @param ear Ear
 */
void voice_ear_close(struct voice_ear *ear)
{
	ear->dec = mem_deref(ear->dec);
}


/**
 * Initialise an ear, which stays where it is
 *
 * @param ear Ear, zeroed
 *
 * @return 0 if success, otherwise errorcode
 */
int voice_ear_init(struct voice_ear *ear)
{
	return dtmf_dec_alloc(&ear->dec, SOUND_RATE, 1, dtmf_handler, ear);
}


/**
 * Take the payload of a telephone-event
 *
 * Its first packet tells the key, whichever of them arrives first: all
 * packets of one event have one timestamp.
 *
 * @param ear Ear
 * @param ts  RTP timestamp
 * @param p   Payload
 * @param len Its length
 *
 * @return Key that begins, 0 if none does
 *
 * RFC 4733 section 2.5
 */
char voice_ear_event(struct voice_ear *ear, uint32_t ts, const uint8_t *p,
		     size_t len)
{
	static const char keyv[] = "0123456789*#ABCD";

	if (len < 4 || p[0] >= sizeof(keyv) - 1)
		return 0;

	/* what came late belongs to a key that was told already */
	if (ear->events && (int32_t)(ts - ear->event_ts) <= 0 &&
	    (int32_t)(ts - ear->event_ts) > -5 * SOUND_RATE)
		return 0;

	ear->events = true;
	ear->event_ts = ts;

	return keyv[p[0]];
}


/**
 * Hear 20 ms of sound
 *
 * @param ear     Ear
 * @param samplev Samples
 * @param n       How many
 *
 * @return Key that is heard, 0 if none is
 */
char voice_ear_frame(struct voice_ear *ear, const int16_t *samplev, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint64_t)((int32_t)samplev[i] * samplev[i]);
	if (n && sum / n > ear->loudest)
		ear->loudest = (uint32_t)(sum / n);

	ear->digit = 0;
	if (!ear->events)
		dtmf_dec_probe(ear->dec, samplev, n);

	return ear->digit;
}


/**
 * How loud is that?
 *
 * @param mean_square Mean square of samples
 *
 * @return Level in -dBov, 0 to 127
 */
uint8_t voice_ear_level(uint32_t mean_square)
{
	double db;

	if (!mean_square)
		return SILENCE;

	db = 10 * log10(32768.0 * 32768.0 / mean_square);

	return db < 0 ? 0 : db > SILENCE ? SILENCE : (uint8_t)lround(db);
}
