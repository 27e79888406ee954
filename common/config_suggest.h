/**
 * @file config_suggest.h  What the operator may have meant
 */
#ifndef COMMON_CONFIG_SUGGEST_H
#define COMMON_CONFIG_SUGGEST_H

/* the nearest word of a list that NULL ends; NULL: none is near */
const char *config_suggest(const char *word, const char *const *wordv);

#endif
