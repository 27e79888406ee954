/**
 * @file fuzz/framer.c  A stream is cut the same however it comes
 *
 * The first octet says in pieces of how many octets the rest is fed; what
 * comes out is compared with the whole fed at once. Each message that is cut
 * off has to pass the guard again, exactly as long as it was cut.
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/framer.h"


enum { EVENTS_MAX = 65536 };

struct tape {
	uint8_t eventv[EVENTS_MAX];
	size_t n; /* of events */
	size_t pings;
	uint64_t sum; /* of the messages' lengths and places */
	bool partial;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void check(bool ok)
{
	if (!ok)
		abort();
}


static void check_message(const struct frame *fr)
{
	static struct guard again;

	check(!guard_check(&again, fr->p, fr->len, true));
	check(again.head + again.clen == fr->len);
}


/* false at an end */
static bool drain(struct framer *f, struct tape *tape)
{
	static struct guard g;
	struct frame fr;

	for (;;) {
		framer_next(f, &fr, &g);

		switch (fr.event) {
		case FRAMER_MORE:
			return true;
		case FRAMER_PING:
			/* in pieces one run of pings is told in several */
			tape->pings += fr.n;
			continue;
		case FRAMER_MESSAGE:
			check_message(&fr);
			tape->sum = tape->sum * 31 + fr.len;
			break;
		case FRAMER_REFUSED:
			check(g.why != NULL || !g.status);
			break;
		case FRAMER_JUNK:
			break;
		}
		if (tape->n < EVENTS_MAX)
			tape->eventv[tape->n++] = fr.event == FRAMER_MESSAGE;
		if (fr.event != FRAMER_MESSAGE)
			return false;
	}
}


static void feed(struct tape *tape, const uint8_t *p, size_t len, size_t step)
{
	struct framer *f = NULL;
	bool on = true;

	memset(tape, 0, sizeof(*tape));
	check(!framer_alloc(&f));

	while (len && on) {
		const size_t n = len < step ? len : step;
		size_t taken = 0;

		check(!framer_push(f, p, n, &taken));
		check(taken > 0 && taken <= n);
		p += taken;
		len -= taken;
		on = drain(f, tape);
	}
	tape->partial = on && framer_partial(f);
	mem_deref(f);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tape whole, pieces;

	if (size < 2)
		return 0;

	feed(&whole, data + 1, size - 1, size);
	feed(&pieces, data + 1, size - 1, (size_t)data[0] + 1);

	check(whole.n == pieces.n);
	check(!memcmp(whole.eventv, pieces.eventv, whole.n));
	check(whole.sum == pieces.sum);
	check(whole.pings == pieces.pings);
	check(whole.partial == pieces.partial);

	return 0;
}
