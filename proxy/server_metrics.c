/**
 * @file server_metrics.c  The part of a server that watches itself
 */
#include <string.h>
#include "common/log.h"
#include "common/metrics.h"
#include "proxy/admin/series.h"
#include "proxy/admin/vitals.h"
#include "proxy/server.h"
#include "proxy/server_state.h"


/**
 * Begin to look at what is not counted where it happens
 *
 * @param srv Server with its relay
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_metrics(struct server *srv)
{
	int err;

	call_meter_init(&srv->call_meter, srv->metrics);
	err = vitals_alloc(&srv->vitals, srv->metrics, srv->relay,
			   srv->timers);
	if (!err)
		err = series_alloc(&srv->series, srv->metrics, srv->timers);

	return err ? server_fail("metrics", err) : 0;
}


/* a line of the text: name, blank, value; of histograms sum and count */
static void log_counter(struct log *log, char *line)
{
	char *value = strrchr(line, ' ');

	if (*line == '#' || !value || strstr(line, "_bucket{") ||
	    !strcmp(value, " 0"))
		return;

	*value++ = '\0';
	log_info(log, "server.counter", KV_STR("name", line),
		 KV_STR("value", value));
}


/**
 * Write all counters to the log
 *
 * @param srv Server
 */
void server_log_counters(const struct server *srv)
{
	struct mbuf *mb = mbuf_alloc(16384);
	char *line, *next;

	if (!srv || !mb || metrics_print(srv->metrics, mb) ||
	    mbuf_write_u8(mb, 0))
		goto out;

	for (line = (char *)mb->buf; (next = strchr(line, '\n'));
	     line = next) {
		*next++ = '\0';
		log_counter(srv->log, line);
	}
out:
	mem_deref(mb);
}


struct wanted {
	const char *name;
	uint64_t value;
};


static void find_counter(const char *name, uint64_t value, void *arg)
{
	struct wanted *w = arg;

	if (!strcmp(name, w->name))
		w->value = value;
}


/**
 * The value of a counter
 *
 * @param srv  Server
 * @param name Its name
 *
 * @return Value, 0 if there is no such counter
 */
uint64_t server_counter(const struct server *srv, const char *name)
{
	struct wanted w = {name, 0};

	if (srv && name)
		metrics_apply(srv->metrics, find_counter, &w);

	return w.value;
}
