/**
 * @file log_libre.c  What libre has to say goes to the log as well
 *
 * It prints a line for each thing that goes wrong on a connection, and every
 * stranger can make them go wrong. Here they get a kind, and with it a budget.
 */
#include <re.h>

#define DEBUG_MODULE "log"
#define DEBUG_LEVEL  0
#include <re_dbg.h>
#include "common/log.h"


static void print_handler(int level, const char *p, size_t len, void *arg)
{
	struct pl text = {p, len};

	while (text.l &&
	       (text.p[text.l - 1] == '\n' || text.p[text.l - 1] == '\r'))
		--text.l;

	log_write(arg, level <= DBG_ERR ? LEVEL_ERROR : LEVEL_DEBUG, "libre",
		  LOG_KVV(KV_PL("text", &text)));
}


/**
 * Take libre's own messages into the log; its colours are off
 *
 * @param log Log, or NULL: they go to stderr again
 */
void log_take_libre(struct log *log)
{
	dbg_init(DBG_WARNING, DBG_NONE);
	dbg_handler_set(log ? print_handler : NULL, log);
}
