/**
 * @file config_table.c  All keys of the configuration: the one table
 */
#include <string.h>
#include "common/config_row.h"


static const struct config_rows *const rowsv[] = {
	&config_rows_base, &config_rows_user,  &config_rows_media,
	&config_rows_peer, &config_rows_trace, &config_rows_http,
};

static const struct config_section sectionv[] = {
	{"", NULL, NULL,
	 "What stands in no section: where SIP is heard, and for whom."},
	{"log", NULL, NULL, "What is written to the standard error output."},
	{"timer", NULL, NULL, "The timers of RFC 3261."},
	{"proxy", NULL, NULL, "Users with several phones."},
	{"registrar", NULL, NULL, "Registrations, and phones behind NAT."},
	{"push", NULL, NULL, "Phones that sleep are woken (RFC 8599)."},
	{"tcp", NULL, NULL, "Connections: TCP, TLS and WebSockets."},
	{"tls", NULL, NULL, "Certificates, for listeners and for peers."},
	{"ws", NULL, NULL, "WebSockets: phones in browsers."},
	{"dns", NULL, NULL, "How names are looked up."},
	{"session", NULL, NULL, "Calls whose ends are gone."},
	{"limit", NULL, NULL, "Who asks for too much."},
	{"overload", NULL, NULL, "More calls than this machine can set up."},
	{"drain", NULL, NULL, "How the server ends while calls are up."},
	{"cdr", NULL, NULL, "Call records."},
	{"history", NULL, NULL, "Past calls, to be searched."},
	{"relay", NULL, NULL, "The relay for media."},
	{"zone", "office", "relay",
	 "A part of the network that the relay has addresses of its own for. "
	 "It stands in relay { }."},
	{"record", NULL, NULL, "Recordings of calls."},
	{"redirect", NULL, NULL, "Where callees are served."},
	{"peer", "carrier", NULL,
	 "Another server: a proxy, a trunk to a carrier, a media gateway. It "
	 "is known by its address, its certificate or a password."},
	{"route", "outside", NULL,
	 "A row of the dial plan: numbers, and the peers that they go to."},
	{"announcement", "closed", NULL,
	 "What callers hear before they are refused."},
	{"trace", NULL, NULL, "SIP messages that pass, kept and shown."},
	{"http", NULL, NULL,
	 "The administration over HTTP: API, metrics and dashboard."},
	{"hep", NULL, NULL, "SIP messages that pass, sent to Homer (HEP 3)."},
	{"sounds", NULL, NULL, "The test call, and how much is spoken."},
};

_Static_assert(ARRAY_SIZE(sectionv) <= CONFIG_SECTION_MAX,
	       "the reader has room for each");


/**
 * The keys in order
 *
 * @param i Index
 *
 * @return Key, NULL after the last
 */
const struct config_key *config_table_key(size_t i)
{
	if (i >= CONFIG_KEY_MAX)
		return NULL;

	for (size_t k = 0; k < ARRAY_SIZE(rowsv); k++) {
		if (i < rowsv[k]->n)
			return &rowsv[k]->v[i];
		i -= rowsv[k]->n;
	}

	return NULL;
}


/**
 * The sections in order, what stands in none first
 *
 * @param i Index
 *
 * @return Section, NULL after the last
 */
const struct config_section *config_table_section(size_t i)
{
	return i < ARRAY_SIZE(sectionv) ? &sectionv[i] : NULL;
}


/**
 * Find a key
 *
 * @param section Section, "" for the top
 * @param name    Name
 *
 * @return Key, NULL if there is none
 */
const struct config_key *config_table_find(const char *section,
					   const char *name)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, section) && !strcmp(key->name, name))
			break;
	}

	return key;
}


/**
 * The place of a key in the table
 *
 * @param key Key of the table
 *
 * @return Index
 */
size_t config_table_index(const struct config_key *key)
{
	size_t before = 0;

	for (size_t k = 0; k < ARRAY_SIZE(rowsv); k++) {
		const struct config_rows *rows = rowsv[k];

		if (key >= rows->v && key < rows->v + rows->n)
			return before + (size_t)(key - rows->v);
		before += rows->n;
	}

	return 0;
}


static bool ends_with(const char *s, const char *end)
{
	const size_t len = strlen(s), n = strlen(end);

	return len >= n && !strcmp(s + len - n, end);
}


/**
 * Is a key's value a secret
 *
 * @param key Key, or NULL
 *
 * @return true if it is
 */
bool config_table_is_secret(const struct config_key *key)
{
	static const char *const wordv[] = {"secret", "password", "token"};

	for (size_t i = 0; key && i < ARRAY_SIZE(wordv); i++) {
		if (ends_with(key->name, wordv[i]))
			return true;
	}

	return false;
}
