/**
 * @file config_example.c  A file with all keys, for operators to begin with
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/config_table.h"
#include "proxy/command/config_example.h"

enum { WIDTH = 76 };


static bool is_bare(const char *value)
{
	return strspn(value, "0123456789") == strlen(value) ||
	       !strcmp(value, "yes") || !strcmp(value, "no");
}


/**
 * The default of a key as it stands in a file
 *
 * @param buf  Buffer
 * @param size Octets of it
 * @param key  Key
 *
 * @return The buffer, "" where the default is worked out at start
 */
const char *config_example_value(char *buf, size_t size,
				 const struct config_key *key)
{
	const bool bare = key->list || is_bare(key->value);

	(void)snprintf(buf, size, bare ? "%s" : "\"%s\"", key->value);

	return buf;
}


/* words, broken into lines that begin with "# " */
static int write_comment(struct mbuf *mb, const char *indent, const char *text)
{
	const size_t begin = strlen(indent) * 8 + 1;
	size_t column = begin;
	int err = mbuf_printf(mb, "%s#", indent);

	while (*text) {
		const size_t len = strcspn(text, " ");

		if (column + len + 1 > WIDTH) {
			err |= mbuf_printf(mb, "\n%s#", indent);
			column = begin;
		}
		err |= mbuf_write_u8(mb, ' ');
		err |= mbuf_write_mem(mb, (const uint8_t *)text, len);
		column += len + 1;
		text += len + strspn(text + len, " ");
	}

	return err | mbuf_write_u8(mb, '\n');
}


static int write_key(struct mbuf *mb, const struct config_key *key,
		     const char *indent)
{
	char value[CONFIG_EXAMPLE_SIZE], expect[CONFIG_EXAMPLE_SIZE];
	int err;

	(void)snprintf(expect, sizeof(expect), "%s%s.",
		       key->list ? "Each: " : "Takes: ", key->expect);
	(void)config_example_value(value, sizeof(value), key);
	if (!*key->value)
		(void)snprintf(value, sizeof(value), "%s",
			       key->list ? "{ }" : "\"\"");

	err = write_comment(mb, indent, key->doc);
	err |= write_comment(mb, indent, expect);

	return err | mbuf_printf(mb, "#%s%s = %s\n", indent, key->name, value);
}


static int write_keys(struct mbuf *mb, const char *section, const char *indent)
{
	const struct config_key *key;
	bool first = true;
	int err = 0;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (strcmp(key->section, section))
			continue;

		if (!first)
			err |= mbuf_write_u8(mb, '\n');
		err |= write_key(mb, key, indent);
		first = false;
	}

	return err;
}


/* one with a title is an example: it is not in force */
static int begin_section(struct mbuf *mb, const struct config_section *sec)
{
	int err = mbuf_write_u8(mb, '\n');

	err |= write_comment(mb, "", sec->doc);
	if (sec->title)
		err |= mbuf_printf(mb, "#%s \"%s\" {\n", sec->name,
				   sec->title);
	else
		err |= mbuf_printf(mb, "%s {\n", sec->name);

	return err | write_keys(mb, sec->name, "\t");
}


static int write_inner(struct mbuf *mb, const struct config_section *outer)
{
	const struct config_section *sec;
	int err = 0;

	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		if (!sec->in || strcmp(sec->in, outer->name))
			continue;

		err |= begin_section(mb, sec);
		err |= mbuf_write_str(mb, sec->title ? "#}\n" : "}\n");
	}

	return err;
}


static int write_section(struct mbuf *mb, const struct config_section *sec)
{
	int err = begin_section(mb, sec);

	err |= write_inner(mb, sec);

	return err | mbuf_write_str(mb, sec->title ? "#}\n" : "}\n");
}


/**
 * Write a configuration file that says nothing but what could be said
 *
 * @param mb Buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int config_example_write(struct mbuf *mb)
{
	const struct config_section *sec;
	int err;

	if (!mb)
		return EINVAL;

	err = write_comment(mb, "",
			    "viaduct.conf: all keys, with their defaults. "
			    "What is behind a # is not in force; "
			    "\"viaduct check FILE\" says what is wrong with "
			    "a file, viaduct.conf(5) has more.");
	err |= mbuf_write_u8(mb, '\n');

	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		if (!*sec->name)
			err |= write_keys(mb, "", "");
		else if (!sec->in)
			err |= write_section(mb, sec);
	}

	return err;
}
