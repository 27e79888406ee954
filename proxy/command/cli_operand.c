/**
 * @file cli_operand.c  What stands behind a verb: is it what is wanted?
 */
#include <stdio.h>
#include <string.h>
#include "proxy/command/cli_operand.h"

enum { CHOICES_MAX = 8, CHOICE_SIZE = 64 };


/* how many operands are wanted: "ID [on|off]" are 1 to 2; "..." is any more */
static void count_operands(int *min, int *max, const char *takes)
{
	*min = *max = 0;
	for (const char *p = takes; *p; p += strspn(p, " ")) {
		const size_t len = strcspn(p, " ");

		if (strstr(p, "...]") == p + len - 4 || !strncmp(p, "...", 3))
			*max = CLI_WORDS_MAX;
		else
			++*max;
		*min += *p != '[' && strncmp(p, "...", 3);
		p += len;
	}
}


/* the words of "[on|off]"; buf: room for them */
static void split_choice(const char *wordv[CHOICES_MAX + 1],
			 char buf[CHOICE_SIZE], const char *takes, size_t len)
{
	char *rest = NULL;
	size_t n = 0;

	(void)snprintf(buf, CHOICE_SIZE, "%.*s", (int)len, takes);
	for (char *w = strtok_r(buf, "[|]", &rest); w && n < CHOICES_MAX;
	     w = strtok_r(NULL, "[|]", &rest))
		wordv[n++] = w;
	wordv[n] = NULL;
}


static bool is_among(const char *word, const char *const *wordv)
{
	while (*wordv && strcmp(word, *wordv) != 0)
		++wordv;

	return *wordv != NULL;
}


/* where there are only so many words, another one is wrong usage */
static bool choices_fit(const struct cli_line *l, const char *takes)
{
	const char *p = takes;

	for (int i = 0; i < l->operandc && *p; i++, p += strspn(p, " ")) {
		const size_t len = strcspn(p, " ");
		const char *wordv[CHOICES_MAX + 1];
		char buf[CHOICE_SIZE];

		split_choice(wordv, buf, p, len);
		if (memchr(p, '|', len) && !is_among(l->operandv[i], wordv)) {
			(void)cli_unknown("choice", l->operandv[i], wordv);
			return false;
		}
		p += len;
	}

	return true;
}


/**
 * Are operands those that are wanted?
 *
 * @param l     Line
 * @param takes What is wanted, as the table of verbs has it
 *
 * @return true if so; false: what is wrong was said
 */
bool cli_operands_fit(const struct cli_line *l, const char *takes)
{
	int min, max;

	count_operands(&min, &max, takes);
	if (l->operandc >= min && l->operandc <= max)
		return choices_fit(l, takes);

	(void)fprintf(stderr, "viaduct: %s\n",
		      l->operandc < min ? "there is something missing"
					: "there is something too much");

	return false;
}
