/**
 * @file account_setting.c  The settings of an account by their names
 *
 * One table is what the command takes, what the database holds and what a
 * list shows. A value that is not what the table says is refused by all of
 * them: a limit that cannot be read is no limit.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <re.h>
#include "common/pattern.h"
#include "common/utf8.h"
#include "proxy/user/account_setting.h"


enum kind { TEXT = 0, BOOL, UINT, MEDIA, PATTERNS, FORWARD };

static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t max; /* size of a text, greatest number */
	const char *takes;
} settingv[SETTING_MAX] = {
#define FIELD(name, kind, field, max, takes)                               \
	{                                                                  \
		name, kind, offsetof(struct account_settings, field), max, \
			takes                                              \
	}
#define NUMBER_OR_URI "a number or a sip URI"
	[SETTING_NAME] = FIELD("name", TEXT, name, 64,
			       "up to 63 characters, no control characters"),
	[SETTING_DISABLED] = FIELD("disabled", BOOL, disabled, 0, "yes or no"),
	[SETTING_CALLS] = FIELD("calls", UINT, calls_max, 10000,
				"a number up to 10000"),
	[SETTING_CALLS_PER_MINUTE] = FIELD("calls-per-minute", UINT,
					   calls_per_minute, 10000,
					   "a number up to 10000"),
	[SETTING_ALLOW] = FIELD("allow", PATTERNS, allow, ACCOUNT_TEXT_MAX,
				"beginnings of numbers, with blanks between"),
	[SETTING_MEDIA] = FIELD("media", MEDIA, media, 0,
				"auto, relay or direct"),
	[SETTING_FORWARD_ALL] = FIELD("forward-all", FORWARD, forward_all,
				      ACCOUNT_TEXT_MAX, NUMBER_OR_URI),
	[SETTING_FORWARD_BUSY] = FIELD("forward-busy", FORWARD, forward_busy,
				       ACCOUNT_TEXT_MAX, NUMBER_OR_URI),
	[SETTING_FORWARD_NOANSWER] = FIELD("forward-noanswer", FORWARD,
					   forward_noanswer, ACCOUNT_TEXT_MAX,
					   NUMBER_OR_URI),
	[SETTING_FORWARD_OFFLINE] = FIELD("forward-offline", FORWARD,
					  forward_offline, ACCOUNT_TEXT_MAX,
					  NUMBER_OR_URI),
	[SETTING_NOANSWER] = FIELD("noanswer", UINT, noanswer_s, 180,
				   "a number of seconds up to 180"),
	[SETTING_RECORD] = FIELD("record", BOOL, record, 0, "yes or no"),
#undef FIELD
#undef NUMBER_OR_URI
};

static const char *const mediav[] = {"auto", "relay", "direct"};


/**
 * The name of a setting
 *
 * @param i Setting
 *
 * @return Name as the operator writes it
 */
const char *account_setting_name(enum account_setting i)
{
	return settingv[i].name;
}


/**
 * What a setting takes
 *
 * @param i Setting
 *
 * @return Words for the end of a sentence
 */
const char *account_setting_takes(enum account_setting i)
{
	return settingv[i].takes;
}


/**
 * Is its value a number?
 *
 * @param i Setting
 *
 * @return true if it is
 */
bool account_setting_is_number(enum account_setting i)
{
	return settingv[i].kind == UINT;
}


/**
 * Find a setting by its name
 *
 * @param ip   Setting
 * @param name Name
 *
 * @return 0 if success, ENOENT
 */
int account_setting_find(enum account_setting *ip, const struct pl *name)
{
	for (size_t i = 0; i < SETTING_MAX; i++) {
		if (pl_strcmp(name, settingv[i].name))
			continue;
		*ip = (enum account_setting)i;
		return 0;
	}

	return ENOENT;
}


static int find_word(const char *const *wordv, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(wordv[i], text))
			return (int)i;
	}

	return -1;
}


static int decode_bool(bool *b, const char *text)
{
	static const char *const wordv[] = {"no",  "0", "false",
					    "yes", "1", "true"};
	const int i = *text ? find_word(wordv, ARRAY_SIZE(wordv), text) : 0;

	if (i < 0)
		return EBADMSG;

	*b = i >= 3;

	return 0;
}


static int decode_uint(uint32_t *n, const char *text, size_t max)
{
	uint32_t sum = 0;

	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return EBADMSG;
		sum = sum * 10 + (uint32_t)(*p - '0');
		if (sum > max)
			return EBADMSG;
	}

	*n = sum;

	return 0;
}


static int decode_media(enum config_media *media, const char *text)
{
	const int i = *text ? find_word(mediav, ARRAY_SIZE(mediav), text) : 0;

	if (i < 0)
		return EBADMSG;

	*media = (enum config_media)i;

	return 0;
}


/* UTF-8 of somebody's name; the rest of the world wants it to be that */
static bool is_printable(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const size_t len = utf8_len((const uint8_t *)text,
					    (size_t)(end - text));

		if (!len || (unsigned char)*text < 0x20 || *text == 0x7f)
			return false;

		text += len;
	}

	return true;
}


static bool is_pattern(const char *word, size_t len)
{
	char text[PATTERN_TEXT_MAX];
	struct pattern p;

	if (len + 1 > sizeof(text))
		return false;

	memcpy(text, word, len);
	text[len] = '\0';

	return !pattern_decode(&p, text);
}


/* beginnings of numbers, with blanks between */
static bool are_patterns(const char *text)
{
	while (*text) {
		const size_t len = strcspn(text, " ");

		if (len && !is_pattern(text, len))
			return false;
		text += len + (text[len] == ' ');
	}

	return true;
}


static bool is_number(const char *text)
{
	size_t digits = 0;

	for (const char *p = text; *p; p++) {
		if (*p >= '0' && *p <= '9')
			++digits;
		else if (!strchr("*#", *p) && !(*p == '+' && p == text))
			return false;
	}

	return digits && strlen(text) <= 32;
}


/* a URI stands in header fields later: nothing that ends one */
static bool is_uri(const char *text)
{
	struct sipuri uri;
	struct pl pl;

	if (strpbrk(text, " <>\",?"))
		return false;

	pl_set_str(&pl, text);

	return !sipuri_decode(&uri, &pl) && sipuri_is_sip(&uri) &&
	       uri.user.l && uri.host.l;
}


static int decode_text(char *dst, enum account_setting i, const char *text)
{
	bool ok = strlen(text) < settingv[i].max && is_printable(text);

	if (ok && *text && settingv[i].kind == PATTERNS)
		ok = are_patterns(text);
	if (ok && *text && settingv[i].kind == FORWARD)
		ok = is_number(text) || is_uri(text);
	if (!ok)
		return EBADMSG;

	memset(dst, 0, settingv[i].max);
	(void)str_ncpy(dst, text, settingv[i].max);

	return 0;
}


/**
 * Read a setting
 *
 * @param set  Settings; changed only on success
 * @param i    Which one
 * @param text Its value; "": the default
 *
 * @return 0 if success, EBADMSG if it does not take that
 */
int account_setting_decode(struct account_settings *set,
			   enum account_setting i, const char *text)
{
	char *field = (char *)set + settingv[i].offset;

	switch (settingv[i].kind) {
	case BOOL:
		return decode_bool((bool *)(void *)field, text);
	case UINT:
		return decode_uint((uint32_t *)(void *)field, text,
				   settingv[i].max);
	case MEDIA:
		return decode_media(&set->media, text);
	default:
		return decode_text(field, i, text);
	}
}


/**
 * Print a setting
 *
 * @param buf Text; "" for the default
 * @param set Settings
 * @param i   Which one
 */
void account_setting_print(char buf[ACCOUNT_TEXT_MAX],
			   const struct account_settings *set,
			   enum account_setting i)
{
	const char *field = (const char *)set + settingv[i].offset;
	uint32_t n;

	*buf = '\0';
	switch (settingv[i].kind) {
	case BOOL:
		if (*(const bool *)(const void *)field)
			(void)str_ncpy(buf, "yes", ACCOUNT_TEXT_MAX);
		break;
	case UINT:
		memcpy(&n, field, sizeof(n));
		if (n)
			(void)re_snprintf(buf, ACCOUNT_TEXT_MAX, "%u", n);
		break;
	case MEDIA:
		if (set->media)
			(void)str_ncpy(buf, mediav[set->media],
				       ACCOUNT_TEXT_MAX);
		break;
	default:
		(void)str_ncpy(buf, field, ACCOUNT_TEXT_MAX);
		break;
	}
}
