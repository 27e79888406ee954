/**
 * @file ctl_print.c  Answers of a server, for people
 */
#include <string.h>
#include "common/utf8.h"
#include "proxy/command/ctl_print.h"


/* octets of a character that a terminal shows; 0: it would obey it, or does
 * not know it */
static size_t char_len(const char *p)
{
	const uint8_t *o = (const uint8_t *)p;
	const bool control = *o < ' ' || *o == 0x7f ||
			     (*o == 0xc2 && o[1] >= 0x80 && o[1] < 0xa0);

	return control ? 0 : utf8_len(o, strlen(p));
}


/**
 * Take commands to a terminal out of a text
 *
 * @param text Text, changed
 */
void ctl_clean(char *text)
{
	while (*text) {
		const size_t len = char_len(text);

		if (!len)
			*text = '?';
		text += len ? len : 1;
	}
}


/**
 * Print a text that a server has said: no commands to a terminal
 *
 * @param f   Where to
 * @param obj Object
 * @param key Its member, or none
 */
void ctl_put(FILE *f, const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));

	while (s && *s) {
		const size_t len = char_len(s);

		if (len)
			(void)fwrite(s, 1, len, f);
		else
			(void)fputc('?', f);
		s += len ? len : 1;
	}
}


static long long number(const json_t *obj, const char *key)
{
	return (long long)json_integer_value(json_object_get(obj, key));
}


static bool has(const json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key)) != NULL;
}


static void line(FILE *f, const char *label, const json_t *obj,
		 const char *key)
{
	if (!has(obj, key))
		return;

	(void)fprintf(f, "%-10s", label);
	ctl_put(f, obj, key);
	(void)fputc('\n', f);
}


static void print_way(FILE *f, size_t n, const json_t *way)
{
	(void)fprintf(f, "  %zu. ", n);
	ctl_put(f, way, "peer");
	(void)fputs("  ", f);
	ctl_put(f, way, "uri");
	(void)fputs("  ", f);
	ctl_put(f, way, "state");
	if (has(way, "not_tried")) {
		(void)fputs("  not tried: ", f);
		ctl_put(f, way, "not_tried");
	}
	(void)fputc('\n', f);
}


/**
 * Print where a number goes
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_route(FILE *f, const json_t *answer)
{
	const json_t *ways = json_object_get(answer, "peers");

	line(f, "number", answer, "number");
	line(f, "user", answer, "user");
	line(f, "route", answer, "route");
	line(f, "pattern", answer, "pattern");
	line(f, "becomes", answer, "becomes");
	if (json_is_true(json_object_get(answer, "emergency")))
		(void)fputs("emergency no limit refuses it\n", f);
	if (json_array_size(ways))
		(void)fputs("peers\n", f);
	for (size_t i = 0; i < json_array_size(ways); i++)
		print_way(f, i + 1, json_array_get(ways, i));
	if (has(answer, "refused")) {
		(void)fprintf(f, "refused   %lld ", number(answer, "status"));
		ctl_put(f, answer, "refused");
		(void)fputc('\n', f);
	}
}


static void print_peer(FILE *f, const json_t *peer)
{
	ctl_put(f, peer, "peer");
	(void)fputs("  ", f);
	ctl_put(f, peer, "state");
	if (has(peer, "uri")) {
		(void)fputs("  ", f);
		ctl_put(f, peer, "uri");
	}
	(void)fprintf(f, "  calls %lld", number(peer, "calls"));
	if (number(peer, "calls_max"))
		(void)fprintf(f, "/%lld", number(peer, "calls_max"));
	if (json_is_true(json_object_get(peer, "registered")))
		(void)fprintf(f, "  registered for %lld s",
			      number(peer, "registered_s"));
	else if (json_is_false(json_object_get(peer, "registered")))
		(void)fprintf(f, "  not registered (%lld)",
			      number(peer, "register_status"));
	(void)fputc('\n', f);
}


/**
 * Print the peers
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_peers(FILE *f, const json_t *answer)
{
	const json_t *peers = json_object_get(answer, "peers");

	for (size_t i = 0; i < json_array_size(peers); i++)
		print_peer(f, json_array_get(peers, i));
	if (!json_array_size(peers))
		(void)fputs("no peer is configured\n", f);
}


static void print_ban(FILE *f, const json_t *ban)
{
	ctl_put(f, ban, "source");
	(void)fprintf(f, "  %lld s  ", number(ban, "seconds"));
	ctl_put(f, ban, "why");
	(void)fprintf(f, "  dropped %lld", number(ban, "dropped"));
	if (number(ban, "time") > 1)
		(void)fprintf(f, "  time %lld", number(ban, "time"));
	(void)fputc('\n', f);
}


/**
 * Print the banned sources
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_bans(FILE *f, const json_t *answer)
{
	const json_t *bans = json_object_get(answer, "bans");

	for (size_t i = 0; i < json_array_size(bans); i++)
		print_ban(f, json_array_get(bans, i));
	if (!json_array_size(bans))
		(void)fputs("nobody is banned\n", f);
}


/**
 * Print nothing: it was done
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_nothing(FILE *f, const json_t *answer)
{
	(void)f;
	(void)answer;
}


/**
 * Print the token of the API
 *
 * @param f      Where to
 * @param answer Answer of the server
 */
void ctl_print_token(FILE *f, const json_t *answer)
{
	const char *token = json_string_value(
		json_object_get(answer, "token"));

	(void)fprintf(f, "%s\n", token ? token : "");
}
