/**
 * @file record_name.c  What a recording's file is called
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "relay/record/record_name.h"

enum { DAY_S = 24 * 3600, TIME_LEN = 6, YEAR_MAX = 9999 };


static void read_time(struct tm *tm, int64_t time_s)
{
	const time_t t = (time_t)time_s;

	memset(tm, 0, sizeof(*tm));
	if (!gmtime_r(&t, tm) || tm->tm_year + 1900 > YEAR_MAX ||
	    tm->tm_year + 1900 < 0) {
		const time_t zero = 0;

		(void)gmtime_r(&zero, tm);
	}
}


/**
 * The name of a day
 *
 * @param day    Name
 * @param time_s Seconds since 1970
 */
void record_name_day(char day[RECORD_DAY], int64_t time_s)
{
	struct tm tm;

	read_time(&tm, time_s);
	(void)strftime(day, RECORD_DAY, "%Y-%m-%d", &tm);
}


static bool is_safe(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("+_.-", c));
}


static void copy_safe(char who[RECORD_WHO_MAX], const char *text)
{
	size_t n = 0;

	for (; text && text[n] && n < RECORD_WHO_MAX - 1; n++)
		who[n] = is_safe(text[n]) ? text[n] : '_';
	who[n] = '\0';

	if (!n)
		(void)snprintf(who, RECORD_WHO_MAX, "nobody");
}


/**
 * The name of a recording, without its ending
 *
 * @param base   Name
 * @param time_s When it begins, in seconds since 1970
 * @param from   Who calls, as he calls himself; or NULL
 * @param to     Whom; or NULL
 * @param id     Number of the call
 */
void record_name_base(char base[RECORD_BASE_MAX], int64_t time_s,
		      const char *from, const char *to, uint64_t id)
{
	char a[RECORD_WHO_MAX], b[RECORD_WHO_MAX];
	struct tm tm;

	read_time(&tm, time_s);
	copy_safe(a, from);
	copy_safe(b, to);
	(void)snprintf(base, RECORD_BASE_MAX, "%02d%02d%02d-%s-%s-%llx",
		       tm.tm_hour, tm.tm_min, tm.tm_sec, a, b,
		       (unsigned long long)id);
}


static bool are_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
	}

	return true;
}


static int number(const char *p, size_t n)
{
	int sum = 0;

	while (n--)
		sum = sum * 10 + (*p++ - '0');

	return sum;
}


/**
 * Is it the name of a day?
 *
 * @param name Name
 * @param days Days since 1970
 *
 * @return True if it is
 */
bool record_name_is_day(const char *name, int64_t *days)
{
	char again[RECORD_DAY];
	struct tm tm = {.tm_year = 0};

	if (strlen(name) != RECORD_DAY - 1 || !are_digits(name, 4) ||
	    name[4] != '-' || !are_digits(name + 5, 2) || name[7] != '-' ||
	    !are_digits(name + 8, 2))
		return false;

	tm.tm_year = number(name, 4) - 1900;
	tm.tm_mon = number(name + 5, 2) - 1;
	tm.tm_mday = number(name + 8, 2);
	*days = (int64_t)timegm(&tm) / DAY_S;

	/* there is no 30th of February */
	record_name_day(again, *days * DAY_S);

	return !strcmp(again, name);
}


static bool ends(const char *name, size_t len, const char *end)
{
	const size_t n = strlen(end);

	return len > n && !memcmp(name + len - n, end, n);
}


/**
 * Whose is a file of that name?
 *
 * @param name Name
 * @param wav  It is a WAV file, not a pcap
 *
 * @return What it is
 */
enum record_type record_name_type(const char *name, bool *wav)
{
	enum record_type type = RECORD_FINISHED;
	size_t len = strlen(name);

	if (len < TIME_LEN + 1 || len >= RECORD_NAME_MAX + 8 ||
	    !are_digits(name, TIME_LEN) || name[TIME_LEN] != '-')
		return RECORD_FOREIGN;

	if (ends(name, len, RECORD_PART)) {
		type = RECORD_UNFINISHED;
		len -= strlen(RECORD_PART);
	}

	*wav = ends(name, len, RECORD_WAV);

	return *wav || ends(name, len, RECORD_PCAP) ? type : RECORD_FOREIGN;
}
