/**
 * @file best.c  Which of several final responses is passed on
 *
 * A 6xx speaks for the callee wherever he is. Below that the lowest class has
 * the best news; within it what the caller can act on comes before what a
 * person has said, and that before what only the network says.
 */
#include "proxy/core/best.h"

/** How much a response tells; more is better */
enum {
	WORTH_NETWORK = 0, /* nobody was reached, or was called back */
	WORTH_GONE,
	WORTH_ANSWER,
	WORTH_REPAIR, /* the caller can send another request ... */
	WORTH_AUTH,   /* ... and knows which */
};


static unsigned worth(uint16_t scode)
{
	switch (scode) {
	case 401:
	case 407:
		return WORTH_AUTH;

	case 415:
	case 416:
	case 420:
	case 421:
	case 422:
	case 423:
	case 484:
	case 488:
	case 494:
		return WORTH_REPAIR;

	case 404:
	case 410:
	case 480:
		return WORTH_GONE;

	case 408:
	case 430:
	case 440:
	case 482:
	case 483:
	case 487:
	case 503:
		return WORTH_NETWORK;

	default:
		return WORTH_ANSWER;
	}
}


/* 6xx before all, else the lowest class */
static unsigned rank(uint16_t scode)
{
	const unsigned cls = scode / 100;

	return cls == 6 ? 0 : cls;
}


static int is_better(uint16_t a, uint16_t b)
{
	if (rank(a) != rank(b))
		return rank(a) < rank(b);

	return worth(a) > worth(b);
}


/**
 * Choose the best of several failures
 *
 * @param scodev Status codes of 300 to 699, in the order that they came
 * @param n      Their number
 *
 * @return Index of the best one, the first of those equally good; n if there
 *         is none
 *
 * RFC 3261 section 16.7 step 6
 */
size_t best_response(const uint16_t *scodev, size_t n)
{
	size_t best = n;

	for (size_t i = 0; scodev && i < n; i++) {
		if (best == n || is_better(scodev[i], scodev[best]))
			best = i;
	}

	return best;
}
