/**
 * @file history_words.c  What a call is found by
 */
#include <string.h>
#include "proxy/admin/history/history_words.h"


/**
 * What is searched for of a name
 *
 * @param part Set to the user part; of a text without one, to all of it
 * @param uri  URI or text, or NULL
 */
void history_user_part(struct pl *part, const char *uri)
{
	const char *p = uri ? uri : "", *end;

	p += *p == '<';
	if (!strncasecmp(p, "sip:", 4) || !strncasecmp(p, "tel:", 4))
		p += 4;
	else if (!strncasecmp(p, "sips:", 5))
		p += 5;
	end = p + strcspn(p, "@;>");
	part->p = p;
	part->l = (size_t)(end - p);
}


static bool has_word(const char *words, const struct pl *word)
{
	const char *p = words;

	while (*p) {
		const size_t len = strcspn(p, " ");

		if (len == word->l && !memcmp(p, word->p, len))
			return true;
		p += len + (p[len] == ' ');
	}

	return false;
}


/**
 * Add what is searched for of a name, unless it is there or has no room
 *
 * @param words Words, with a space between them
 * @param name  URI or text, or NULL
 */
void history_words_add(char words[HISTORY_WORDS_SIZE], const char *name)
{
	size_t pos = strlen(words);
	struct pl word;

	history_user_part(&word, name);
	if (!word.l || has_word(words, &word) ||
	    pos + word.l + 2 > HISTORY_WORDS_SIZE)
		return;

	if (pos)
		words[pos++] = ' ';
	memcpy(words + pos, word.p, word.l);
	words[pos + word.l] = '\0';
}
