/**
 * @file config_suggest.c  What the operator may have meant
 */
#include <stdbool.h>
#include <string.h>
#include "common/config_suggest.h"


enum { WORD_MAX = 32 };


static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}


/* edits (insert, delete, replace, swap neighbours) from a to b */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[3][WORD_MAX + 1];
	unsigned *prev2 = row[0], *prev = row[1], *cur = row[2];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;

	for (unsigned j = 0; j <= lb; j++)
		prev[j] = j;

	for (unsigned i = 1; i <= la; i++) {
		unsigned *spare = prev2;

		cur[0] = i;
		for (unsigned j = 1; j <= lb; j++) {
			unsigned cost = a[i - 1] != b[j - 1];

			cur[j] = least(least(prev[j], cur[j - 1]) + 1,
				       prev[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cur[j] = least(cur[j], prev2[j - 2] + 1);
		}

		prev2 = prev;
		prev = cur;
		cur = spare;
	}

	return prev[lb];
}


/* "addr" and "address" */
static bool is_short_for(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t l = la < lb ? la : lb;

	return l > 2 && !strncmp(a, b, l);
}


/**
 * Find the word that was probably meant
 *
 * @param word  What was written
 * @param wordv What there is, ended by NULL
 *
 * @return The nearest one, NULL when none is near
 */
const char *config_suggest(const char *word, const char *const *wordv)
{
	const char *best = NULL;
	unsigned bestd = WORD_MAX;

	for (; wordv && *wordv; wordv++) {
		unsigned d = distance(word, *wordv);

		if (is_short_for(word, *wordv))
			d = 1;
		if (d < bestd) {
			bestd = d;
			best = *wordv;
		}
	}

	/* one edit in three letters, or it is another word */
	return best && bestd * 3 <= strlen(best) + 1 ? best : NULL;
}
