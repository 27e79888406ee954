/**
 * @file config_parse.c  libconfuse, with all faults of a file in one run
 *
 * Every key is a string with a parsing callback, which decodes at once, so
 * each value knows its line, and which never fails, so libconfuse reads on.
 * CFGF_KEYSTRVAL makes it read on after an unknown key as well. The draft is
 * found through the search path: that is what libconfuse hands to sections.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <confuse.h>
#include "common/config_draft.h"


enum { OPTS_MAX = 64 };


static struct config_draft *draft_of(cfg_t *cfg)
{
	return cfg ? (struct config_draft *)(void *)cfg->path : NULL;
}


static const char *section_of(cfg_t *cfg)
{
	const char *name = cfg_name(cfg);

	return !name || !strcmp(name, "root") ? "" : name;
}


static void error_handler(cfg_t *cfg, const char *fmt, va_list ap)
{
	struct config_draft *d = draft_of(cfg);
	uint32_t line = cfg && cfg->line > 0 ? (uint32_t)cfg->line : 1;
	char buf[256];

	if (!d)
		return;

	if (!strcmp(fmt, "no such option '%s'")) {
		/* each would be kept and searched: enough is enough */
		if (d->faults >= CONFIG_FAULT_MAX)
			cfg->flags &= ~CFGF_KEYSTRVAL;
		config_key_unknown(d, line, section_of(cfg),
				   va_arg(ap, const char *));
		return;
	}

	/* what follows from the fault before it says nothing new */
	if (d->fault_line == line)
		return;

	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	config_fault(d, line,
		     "%s, expected KEY = VALUE, KEY = { VALUE, ... } or "
		     "SECTION { ... }",
		     buf);
}


static int value_handler(cfg_t *cfg, cfg_opt_t *opt, const char *value,
			 void *result)
{
	struct config_draft *d = draft_of(cfg);
	const char *section = section_of(cfg);
	const struct config_key *key = config_table_find(section, opt->name);
	uint32_t line = cfg->line > 0 ? (uint32_t)cfg->line : 1;
	bool anew = !key || !key->list || opt->nvalues == 1;

	*(const char **)result = value;
	if (!d || !key)
		return 0;

	if (config_section_begin(d, section, cfg_title(cfg), line))
		return 0;

	config_key_decode(d, key, line, value, anew);

	return 0;
}


/* one without keys is a peer as well */
static int section_handler(cfg_t *cfg, cfg_opt_t *opt)
{
	struct config_draft *d = draft_of(cfg);
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	if (d && sec)
		(void)config_section_begin(d, cfg_opt_name(opt),
					   cfg_title(sec),
					   (uint32_t)cfg->line);

	return 0;
}


/* how many they are */
static size_t add_keys(cfg_opt_t *optv, const char *section)
{
	const struct config_key *key;
	size_t n = 0;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		cfg_flag_t flags = CFGF_NODEFAULT;

		if (strcmp(key->section, section))
			continue;

		if (key->list)
			flags |= CFGF_LIST;
		optv[n++] = (cfg_opt_t)CFG_STR_CB(key->name, NULL, flags,
						  value_handler);
	}

	return n;
}


static cfg_t *make(struct config_draft *d)
{
	const cfg_flag_t titled = CFGF_MULTI | CFGF_TITLE |
				  CFGF_NO_TITLE_DUPES;
	cfg_opt_t subv[CONFIG_SECTION_MAX][OPTS_MAX] = {{CFG_END()}};
	cfg_opt_t topv[OPTS_MAX] = {CFG_END()}, zonev[OPTS_MAX] = {CFG_END()};
	size_t n = add_keys(topv, "");
	const struct config_section *sec;
	cfg_t *cfg;

	(void)add_keys(zonev, "zone");
	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++) {
		const size_t k = add_keys(subv[i], sec->name);

		if (!*sec->name || sec->in)
			continue;
		if (!strcmp(sec->name, "relay"))
			subv[i][k] = (cfg_opt_t)CFG_SEC("zone", zonev, titled);

		topv[n++] = (cfg_opt_t)CFG_SEC(
			sec->name, subv[i], sec->title ? titled : CFGF_NONE);
	}

	cfg = cfg_init(topv, CFGF_KEYSTRVAL);
	if (!cfg)
		return NULL;

	(void)cfg_set_error_function(cfg, error_handler);
	(void)cfg_set_validate_func(cfg, "peer", section_handler);
	(void)cfg_set_validate_func(cfg, "route", section_handler);
	(void)cfg_set_validate_func(cfg, "announcement", section_handler);
	(void)cfg_set_validate_func(cfg, "relay|zone", section_handler);
	/* never searched: include is not offered */
	cfg->path = (cfg_searchpath_t *)(void *)d;

	return cfg;
}


/**
 * Let libconfuse read a cleaned text into the draft
 *
 * @param d    Draft
 * @param text Text, from config_text_clean()
 *
 * @return 0 if read to its end, faulty or not; otherwise errorcode
 */
int config_parse(struct config_draft *d, const char *text)
{
	cfg_t *cfg = make(d);
	int n;

	if (!cfg)
		return ENOMEM;

	/* an empty file cannot be opened as a stream */
	n = *text ? cfg_parse_buf(cfg, text) : CFG_SUCCESS;
	if (n != CFG_SUCCESS && !d->faults)
		config_fault(d, cfg->line > 0 ? (uint32_t)cfg->line : 1,
			     "not read, expected KEY = VALUE");

	/* not libconfuse's to free */
	cfg->path = NULL;
	(void)cfg_free(cfg);

	return n == CFG_SUCCESS ? 0 : EBADMSG;
}
