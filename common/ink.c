/**
 * @file ink.c  Text into a buffer, without a format to be read each time
 */
#include <errno.h>
#include <string.h>
#include "common/ink.h"

enum { NUMBER_MAX = 20 };


/**
 * Begin a text
 *
 * @param k    Text
 * @param buf  Buffer
 * @param size Its size in octets, at least 1
 */
void ink_init(struct ink *k, char *buf, size_t size)
{
	k->buf = buf;
	k->size = size;
	k->len = 0;
	k->full = false;
}


/**
 * Write octets
 *
 * @param k   Text
 * @param p   Octets
 * @param len Their number
 */
void ink_mem(struct ink *k, const char *p, size_t len)
{
	const size_t room = k->size - 1 - k->len;

	if (len > room) {
		len = room;
		k->full = true;
	}
	if (len)
		memcpy(k->buf + k->len, p, len);
	k->len += len;
}


/**
 * Write a string
 *
 * @param k    Text
 * @param text String
 */
void ink_text(struct ink *k, const char *text)
{
	ink_mem(k, text, strlen(text));
}


/**
 * Write a number with at least so many digits
 *
 * @param k      Text
 * @param n      Number
 * @param digits Digits, up to 20
 */
void ink_digits(struct ink *k, uint64_t n, unsigned digits)
{
	char buf[NUMBER_MAX];
	size_t i = sizeof(buf);

	while (i && (n || sizeof(buf) - i < digits)) {
		buf[--i] = (char)('0' + n % 10);
		n /= 10;
	}
	ink_mem(k, buf + i, sizeof(buf) - i);
}


/**
 * Write a number
 *
 * @param k Text
 * @param n Number
 */
void ink_number(struct ink *k, uint64_t n)
{
	ink_digits(k, n, 1);
}


/**
 * Write a number in hexadecimal, with exactly so many digits
 *
 * @param k      Text
 * @param n      Number
 * @param digits Digits, up to 16
 */
void ink_hex(struct ink *k, uint64_t n, unsigned digits)
{
	static const char digitv[] = "0123456789abcdef";
	char buf[16];

	for (unsigned i = sizeof(buf); i > 0; i--, n >>= 4)
		buf[i - 1] = digitv[n & 15];
	ink_mem(k, buf + sizeof(buf) - digits, digits);
}


static void ink_in(struct ink *k, uint32_t addr)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		ink_number(k, addr >> shift & 0xff);
		if (shift)
			ink_mem(k, ".", 1);
	}
}


/**
 * Write an address
 *
 * @param k  Text
 * @param sa Address
 */
void ink_addr(struct ink *k, const struct sa *sa)
{
	char buf[INK_ADDR_SIZE];

	if (sa_af(sa) == AF_INET)
		ink_in(k, sa_in(sa));
	else if (sa_af(sa) == AF_INET6 &&
		 re_snprintf(buf, sizeof(buf), "%j", sa) > 0)
		ink_text(k, buf);
}


/**
 * Write an address with its port, IPv6 in brackets
 *
 * @param k  Text
 * @param sa Address
 */
void ink_sa(struct ink *k, const struct sa *sa)
{
	const bool v6 = sa_af(sa) == AF_INET6;

	if (!v6 && sa_af(sa) != AF_INET)
		return;

	if (v6)
		ink_mem(k, "[", 1);
	ink_addr(k, sa);
	if (v6)
		ink_mem(k, "]", 1);
	ink_mem(k, ":", 1);
	ink_number(k, sa_port(sa));
}


/**
 * End a text with a zero
 *
 * @param k Text
 *
 * @return 0 if it is whole, ENOSPC where it was cut
 */
int ink_end(struct ink *k)
{
	k->buf[k->len] = '\0';

	return k->full ? ENOSPC : 0;
}
