/**
 * @file config_draft.c  A configuration in the making
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include "common/config_draft.h"


static void config_destructor(void *arg)
{
	struct config *conf = arg;

	list_flush(&conf->givenl);
	list_flush(&conf->derivedl);
	mem_deref(conf->path);
	mem_deref(conf->peerv);
	mem_deref(conf->routev);
	mem_deref(conf->announcementv);
}


static void destructor(void *arg)
{
	struct config_draft *d = arg;

	mem_deref(d->conf);
}


/**
 * Begin a configuration
 *
 * @param dp   Pointer to the draft
 * @param name Name of the file, for faults
 * @param errs Buffer for a line for each of them
 *
 * @return 0 if success, otherwise errorcode
 */
int config_draft_alloc(struct config_draft **dp, const char *name,
		       struct mbuf *errs)
{
	struct config_draft *d = mem_zalloc(sizeof(*d), destructor);

	if (!d)
		return ENOMEM;

	d->name = name;
	d->errs = errs;
	d->conf = mem_zalloc(sizeof(*d->conf), config_destructor);
	if (!d->conf) {
		mem_deref(d);
		return ENOMEM;
	}

	config_default_init(d->conf);
	*dp = d;

	return 0;
}


/**
 * All of the file is read: check it, and add what it left open
 *
 * @param d Draft
 *
 * @return 0 if success, EINVAL once a fault is said
 */
int config_draft_finish(struct config_draft *d)
{
	config_default_listen(d->conf);
	config_check(d);
	if (d->faults)
		return EINVAL;

	if (config_default_fill(d->conf)) {
		config_fault(d, 1,
			     "the path of the control socket is too long, "
			     "expected control = \"PATH\" of at most 107 "
			     "octets");
		return EINVAL;
	}
	config_peer_own(d->conf);

	return config_derive(d->conf);
}


/**
 * Say what is wrong, one line each
 *
 * @param d    Draft
 * @param line Line of the file
 * @param fmt  Sentence, as for printf
 */
void config_fault(struct config_draft *d, uint32_t line, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	d->fault_line = line;
	if (++d->faults > CONFIG_FAULT_MAX)
		return;

	if (d->faults == CONFIG_FAULT_MAX) {
		(void)mbuf_printf(d->errs, "%s:%u: too many faults\n", d->name,
				  line);
		return;
	}

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);

	(void)mbuf_printf(d->errs, "%s:%u: %s\n", d->name, line, buf);
}


/**
 * Say what may stay, but is hardly meant
 *
 * @param d    Draft
 * @param line Line of the file
 * @param fmt  Sentence, as for printf
 */
void config_warn(struct config_draft *d, uint32_t line, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	if (++d->warnings > CONFIG_FAULT_MAX)
		return;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);

	(void)mbuf_printf(d->errs, "%s:%u: warning: %s\n", d->name, line, buf);
}
