/**
 * @file test/fuzz/record.c  A recording of whatever comes
 *
 * The input is packets: stream and side, time since the one before, length,
 * octets; and between them what signalling says.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "relay/record/record_tape.h"

enum { STEP_US = 1000, BYTES_MAX = 4 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static char dir[] = "/tmp/viaduct-fuzz-XXXXXX";
static struct record_words wordv[RELAY_STREAMS_MAX][2];


static void say(uint8_t what, uint8_t pt)
{
	static const char *const namev[] = {"PCMU", "PCMA", "opus", "CN"};
	struct relay_codec codec = {.pt = pt, .clock = 8000};
	const struct relay_terms t = {.codecv = &codec, .codecc = 1};

	(void)str_ncpy(codec.name, namev[what & 3], sizeof(codec.name));
	record_words_set(&wordv[what >> 2 & 3][what >> 4 & 1], &t, what >> 7);
}


static int play(struct tape *tape, const uint8_t *p, size_t len)
{
	uint64_t now_us = STEP_US;
	int err = 0;

	while (len >= 4 && !err) {
		struct record_packet pkt = {
			.stream = p[0] >> 1 & 3,
			.side = p[0] & 1,
			.len = p[2],
			.src = {.isset = 1, .v6 = p[0] >> 3 & 1},
			.local = {.isset = 1, .v6 = p[0] >> 3 & 1},
		};

		now_us += (uint64_t)p[1] * STEP_US;
		pkt.now_us = now_us;
		if (p[0] & 0x80)
			say(p[3], p[2]);
		p += 4;
		len -= 4;
		if (pkt.len > len)
			pkt.len = (uint32_t)len;
		err = tape_packet(tape, &pkt, p);
		if (!err)
			err = tape_turn(tape, now_us);
		p += pkt.len;
		len -= pkt.len;
	}

	return tape_end(tape, now_us, err);
}


static void clean(void)
{
	(void)rmdir(dir);
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static bool made;
	struct tape_conf conf = {
		.dir = dir,
		.day = "2026-11-20",
		.begin_us = STEP_US,
		.bytes_max = BYTES_MAX,
		.wordv = (const struct record_words(*)[2])wordv,
	};
	struct tape *tape = NULL;
	char path[128];

	if (!made && (!mkdtemp(dir) || atexit(clean)))
		abort();
	made = true;

	memset(wordv, 0, sizeof(wordv));
	(void)strcpy(conf.base, "140000-a-b-1");
	if (tape_alloc(&tape, &conf))
		abort();

	(void)play(tape, p, len);
	mem_deref(tape);

	/* an input leaves nothing behind */
	(void)re_snprintf(path, sizeof(path), "%s/2026-11-20/%s.wav", dir,
			  conf.base);
	(void)unlink(path);
	(void)re_snprintf(path, sizeof(path), "%s/2026-11-20/%s.pcap", dir,
			  conf.base);
	(void)unlink(path);
	(void)re_snprintf(path, sizeof(path), "%s/2026-11-20", dir);
	(void)rmdir(path);

	return 0;
}
