/**
 * @file quote.h  Text of strangers, made fit for one line of a log
 */
#ifndef COMMON_QUOTE_H
#define COMMON_QUOTE_H

#include <stddef.h>

/* room for a quoted escape and the mark of the cut */
enum { QUOTE_SIZE_MIN = 16 };

size_t quote_text(char *buf, size_t size, const char *s, size_t len);
/* without quotes around it, for a place that ends by itself */
size_t quote_bare(char *buf, size_t size, const char *s, size_t len);

#endif
