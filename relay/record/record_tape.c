/**
 * @file record_tape.c  The files of one recording, as its packets fill them
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/octets.h"
#include "relay/latch/packet.h"
#include "relay/record/record_pcap.h"
#include "relay/record/record_tape.h"
#include "relay/record/record_track.h"
#include "relay/record/record_wav.h"

enum {
	/* frames behind now that nothing new is expected for */
	LAG = TRACK_HOLD + TRACK_RATE / 4,
	WRITE_US = 250000,
	NO_STREAM = -1,
	RTP_HEADER = 12,
};

struct tape {
	struct tape_conf conf;
	struct record_file wav_file, pcap_file;
	struct record_wav wav;
	struct record_pcap *pcap; /* NULL: not begun */
	struct track trackv[2];
	int stream;                      /* whose audio the WAV has */
	bool foreign[RELAY_STREAMS_MAX]; /* goes into the pcap */
	uint64_t written_us;             /* the last time */
	struct tape_sum sum;
};


static void destructor(void *arg)
{
	struct tape *t = arg;

	(void)record_file_close(&t->wav_file, t->sum.wav);
	(void)record_file_close(&t->pcap_file, t->sum.pcap);
	mem_deref(t->pcap);
}


/**
 * Allocate a tape; no file is made yet
 *
 * @param tp   Pointer to allocated tape
 * @param conf Configuration, copied
 *
 * @return 0 if success, otherwise errorcode
 */
int tape_alloc(struct tape **tp, const struct tape_conf *conf)
{
	struct tape *t;

	if (!tp || !conf || !conf->dir || !conf->wordv)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	t->conf = *conf;
	t->stream = NO_STREAM;
	t->wav.fd = -1;
	t->written_us = conf->begin_us;
	record_file_init(&t->wav_file);
	record_file_init(&t->pcap_file);
	*tp = t;

	return 0;
}


static int64_t frame_of(const struct tape *t, uint64_t now_us)
{
	const uint64_t begin = t->conf.begin_us;

	return now_us > begin
		       ? (int64_t)((now_us - begin) * TRACK_RATE / 1000000)
		       : 0;
}


static int open_file(struct record_file *f, const struct tape *t,
		     const char *end)
{
	char name[RECORD_NAME_MAX];

	(void)snprintf(name, sizeof(name), "%s%s", t->conf.base, end);

	return record_file_open(f, t->conf.dir, t->conf.day, name);
}


static int begin_wav(struct tape *t)
{
	int err;

	if (t->sum.wav)
		return 0;

	err = open_file(&t->wav_file, t, RECORD_WAV);
	if (err)
		return err;

	err = record_wav_init(&t->wav, t->wav_file.fd);
	t->sum.wav = !err;

	return err;
}


static int begin_pcap(struct tape *t)
{
	int err;

	if (t->sum.pcap)
		return 0;

	if (!t->pcap)
		t->pcap = mem_zalloc(sizeof(*t->pcap), NULL);
	if (!t->pcap)
		return ENOMEM;

	t->pcap->fd = -1;
	err = open_file(&t->pcap_file, t, RECORD_PCAP);
	if (err)
		return err;

	err = record_pcap_init(t->pcap, t->pcap_file.fd);
	t->sum.pcap = !err;

	return err;
}


/** Whose audio is placed */
struct placing {
	struct tape *t;
	unsigned side;
};


static int place_handler(int64_t pos, const int16_t *pcm, size_t n, void *arg)
{
	const struct placing *pl = arg;

	return record_wav_put(&pl->t->wav, pl->side, pos, pcm, n);
}


/* RFC 3550 section 5.1: what is between header and padding */
static bool find_payload(const uint8_t *p, size_t len, size_t *at, size_t *n)
{
	size_t head = RTP_HEADER, pad;

	if (len < RTP_HEADER)
		return false;

	head += 4u * (p[0] & 0x0f);
	if (p[0] & 0x10) {
		if (len < head + 4)
			return false;
		head += 4 + 4u * ((size_t)p[head + 2] << 8 | p[head + 3]);
	}
	pad = p[0] & 0x20 ? p[len - 1] : 0;
	if (len < head + pad)
		return false;

	*at = head;
	*n = len - head - pad;

	return true;
}


static int put_audio(struct tape *t, const struct record_packet *pkt,
		     const uint8_t *p, enum record_kind kind, size_t at,
		     size_t n)
{
	struct placing pl = {t, pkt->side};
	int err = begin_wav(t);

	if (err)
		return err;

	t->stream = pkt->stream;

	return track_push(&t->trackv[pkt->side], octets_get32(p + 8),
			  octets_get32(p + 4), frame_of(t, pkt->now_us), kind,
			  p + at, n, place_handler, &pl);
}


static int put_packet(struct tape *t, const struct record_packet *pkt,
		      const uint8_t *p)
{
	const uint64_t since = pkt->now_us > t->conf.begin_us
				       ? pkt->now_us - t->conf.begin_us
				       : 0;
	int err = begin_pcap(t);

	return err ? err
		   : record_pcap_put(t->pcap, pkt, p,
				     t->conf.begin_wall_us + since);
}


static bool is_audio(const struct tape *t, enum record_kind kind,
		     unsigned stream)
{
	return (kind == RECORD_PCMU || kind == RECORD_PCMA) &&
	       (t->stream == NO_STREAM || t->stream == (int)stream);
}


/**
 * A packet of the call
 *
 * @param t   Tape
 * @param pkt What it is
 * @param p   Its octets
 *
 * @return 0 if success, otherwise errorcode: the recording is over
 */
int tape_packet(struct tape *t, const struct record_packet *pkt,
		const uint8_t *p)
{
	const struct record_words *wordv;
	enum record_kind kind = RECORD_UNKNOWN;
	struct packet what;
	size_t at, n;

	if (pkt->stream >= RELAY_STREAMS_MAX || pkt->side > 1)
		return EINVAL;

	wordv = t->conf.wordv[pkt->stream];
	packet_decode(&what, p, pkt->len);
	if (record_is_opaque(&wordv[0], &wordv[1]))
		t->foreign[pkt->stream] = true;
	else if (what.type == PACKET_RTP && find_payload(p, pkt->len, &at, &n))
		kind = record_kind(&wordv[pkt->side], &wordv[!pkt->side],
				   p[1] & 0x7f, n);

	if (is_audio(t, kind, pkt->stream))
		return put_audio(t, pkt, p, kind, at, n);

	/* reports and events are interesting beside what they are of */
	if (kind != RECORD_UNKNOWN && kind != RECORD_SILENCE)
		t->foreign[pkt->stream] = true;

	return t->foreign[pkt->stream] ? put_packet(t, pkt, p) : 0;
}


static int release(struct tape *t, int64_t now)
{
	int err = 0;

	for (unsigned side = 0; side < 2 && !err; side++) {
		struct placing pl = {t, side};

		err = track_release(&t->trackv[side], now, place_handler, &pl);
	}

	return err;
}


/* what is in the files, and whether they are */
static int check(struct tape *t)
{
	int err = 0;

	t->sum.bytes = record_wav_size(&t->wav);
	if (t->sum.pcap)
		t->sum.bytes += t->pcap->written;

	if (t->sum.wav)
		err = record_file_check(&t->wav_file);
	if (t->sum.pcap && !err)
		err = record_file_check(&t->pcap_file);

	return !err && t->sum.bytes > t->conf.bytes_max ? EFBIG : err;
}


static int write_files(struct tape *t, int64_t upto)
{
	int err = 0;

	if (t->sum.wav)
		err = record_wav_write(&t->wav, upto);

	/* the data first: a header never promises what is not there */
	if (t->sum.wav && !err)
		err = record_wav_patch(&t->wav);
	if (t->sum.pcap && !err)
		err = record_pcap_write(t->pcap);

	return err ? err : check(t);
}


/**
 * Write what is old enough
 *
 * @param t      Tape
 * @param now_us Monotonic microseconds
 *
 * @return 0 if success, otherwise errorcode: the recording is over
 */
int tape_turn(struct tape *t, uint64_t now_us)
{
	const int64_t now = frame_of(t, now_us);
	int err;

	if (now_us < t->written_us + WRITE_US)
		return 0;

	t->written_us = now_us;
	err = release(t, now);

	return err ? err : write_files(t, now - LAG);
}


/**
 * End a recording: its files are finished as well as they can be
 *
 * @param t      Tape
 * @param now_us Monotonic microseconds
 * @param err    What has ended it, 0 for no error
 *
 * @return err, or what now goes wrong
 */
int tape_end(struct tape *t, uint64_t now_us, int err)
{
	int e;

	if (!err)
		err = release(t, INT64_MAX);
	if (!err)
		err = write_files(t, frame_of(t, now_us));
	else if (t->sum.wav)
		t->sum.wav = record_wav_repair(t->wav.fd) != ENODATA;
	(void)check(t);

	e = record_file_close(&t->wav_file, t->sum.wav);
	if (!err)
		err = e;
	e = record_file_close(&t->pcap_file, t->sum.pcap);
	if (!err)
		err = e;
	t->wav.fd = -1;

	return err;
}


/**
 * What has become of it so far
 *
 * @param t   Tape
 * @param sum Filled
 */
void tape_sum(const struct tape *t, struct tape_sum *sum)
{
	*sum = t->sum;
}
